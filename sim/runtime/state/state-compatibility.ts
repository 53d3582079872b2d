// Whether state may go on under a descriptor or in a backend (Flink: StateSerializerProvider, and the checks of
// KeyedStateHandle on restore): same name, kind and key groups, keys of the same type, values of the same type or of one
// that can be migrated.

import { unreachable } from "../../kernel/invariant.ts";
import { entrySerializerOf, storedSerializerOf } from "./heap-state-factory.ts";
import type { KeyedSnapshotHeader } from "./keyed-snapshot-header.ts";
import { readerOf, resolveSchemaCompatibility } from "./serializer-compatibility.ts";
import { parseSerializerId } from "./serializer-id.ts";
import type { StateDescriptor, StateKind } from "./state-descriptor.ts";
import { StateMigrationError } from "./state-errors.ts";
import type { TypeSerializer, TypeSerializerSchemaCompatibility } from "./type-serializer.ts";

/** What a state is, apart from its name. */
export interface StateIdentity {
  readonly kind: StateKind;
  /** Of one key's whole value. */
  readonly serializerId: string;
}

/** What a descriptor says of its state. */
export function identityOf(descriptor: StateDescriptor): StateIdentity {
  return { kind: descriptor.kind, serializerId: storedSerializerOf(descriptor).id };
}

/** A state as messages name it. */
export function stateLabel(name: string, operator: string | undefined): string {
  return operator === undefined ? `"${name}"` : `"${name}" of operator "${operator}"`;
}

/** Throws a `StateMigrationError` unless the state that `label` names is declared as it was. */
export function checkUnchanged(label: string, before: StateIdentity, now: StateIdentity): void {
  if (textOf(before) !== textOf(now)) throw stateRefusal(label, before, now);
}

/**
 * What reads one entry's value (in a map one of its values, else the whole) as it was written, and writes it as the
 * descriptor says; undefined if there is no difference. Throws a `StateMigrationError` if the state cannot go on.
 */
export function migratingSerializerOf(
  label: string,
  before: StateIdentity,
  descriptor: StateDescriptor,
): TypeSerializer<unknown> | undefined {
  const now = identityOf(descriptor);
  if (before.kind !== now.kind) throw stateRefusal(label, before, now);
  const compatibility = resolveEntries(before.serializerId, descriptor);
  switch (compatibility.kind) {
    case "compatible-as-is":
      return undefined;
    case "compatible-after-migration":
      return readerOf(entrySerializerOf(descriptor), compatibility);
    case "incompatible":
      throw stateRefusal(label, before, now, compatibility.reason);
    default:
      return unreachable(compatibility);
  }
}

/** Throws a `StateMigrationError` unless a snapshot's keys are those of the backend, and divided as its own are. */
export function checkHeader(
  header: KeyedSnapshotHeader,
  own: KeyedSnapshotHeader,
  keySerializer: TypeSerializer<unknown>,
): void {
  const keys = resolveSchemaCompatibility(header.keySerializerId, keySerializer);
  if (keys.kind !== "compatible-as-is") {
    const reason = keys.kind === "incompatible" ? keys.reason : "keys cannot be migrated";
    throw new StateMigrationError(
      `Cannot restore keyed state: its keys are ${header.keySerializerId}, expected ${own.keySerializerId}${clause(reason)}`,
    );
  }
  if (header.maxParallelism !== own.maxParallelism) {
    throw new StateMigrationError(
      `Cannot restore keyed state: its max parallelism is ${header.maxParallelism}, expected ${own.maxParallelism}`,
    );
  }
}

/** As in RocksDB, a map's values may be migrated and its keys may not: they are where its entries lie. */
function resolveEntries(
  written: string,
  descriptor: StateDescriptor,
): TypeSerializerSchemaCompatibility<unknown> {
  const entrySerializer = entrySerializerOf(descriptor);
  if (descriptor.kind !== "map") return resolveSchemaCompatibility(written, entrySerializer);
  if (written === storedSerializerOf(descriptor).id) return { kind: "compatible-as-is" };
  const [key, value] = parseSerializerId(written)?.parts ?? [];
  if (key === undefined || value === undefined) return { kind: "incompatible" };
  const keys = resolveSchemaCompatibility(key, descriptor.keySerializer);
  switch (keys.kind) {
    case "compatible-as-is":
      return resolveSchemaCompatibility(value, entrySerializer);
    case "compatible-after-migration":
      return { kind: "incompatible", reason: "the keys of map state cannot be migrated" };
    case "incompatible":
      return keys;
    default:
      return unreachable(keys);
  }
}

function stateRefusal(
  label: string,
  before: StateIdentity,
  now: StateIdentity,
  reason?: string,
): StateMigrationError {
  const hint = timeToLiveHint(before.serializerId, now.serializerId) ?? reason;
  return new StateMigrationError(
    `Cannot use state ${label}: it is declared as ${textOf(now)}, expected ${textOf(before)} as before${clause(hint)}`,
  );
}

function textOf({ kind, serializerId }: StateIdentity): string {
  return `${kind} state of ${serializerId}`;
}

function clause(reason: string | undefined): string {
  return reason === undefined ? "" : `; ${reason}`;
}

/** The time to live is part of what is stored, so that, as in Flink, state can neither gain nor lose it. */
function timeToLiveHint(before: string, now: string): string | undefined {
  const isTimed = (id: string): boolean => id.includes("ttl/1<");
  if (isTimed(before) === isTimed(now)) return undefined;
  return isTimed(before)
    ? "state saved with a time to live cannot go on without"
    : "state saved without a time to live cannot be given one";
}
