// Whether state may go on under a descriptor or in a backend: same name, same kind, same serializers, same key groups
// (Flink: StateSerializerProvider and the checks of KeyedStateHandle on restore).

import type { KeyedSnapshotHeader } from "./keyed-snapshot-format.ts";
import type { StateKind } from "./state-descriptor.ts";
import { StateMigrationError } from "./state-errors.ts";

/** What of a state must stay as it is. */
export interface StateIdentity {
  readonly kind: StateKind;
  /** Of one key's whole value. */
  readonly serializerId: string;
}

/** Throws a `StateMigrationError` unless the state called `name` is declared as it was. */
export function checkUnchanged(name: string, before: StateIdentity, now: StateIdentity): void {
  const was = textOf(before);
  const is = textOf(now);
  if (was === is) return;
  throw new StateMigrationError(
    `Cannot use state "${name}": it is declared as ${is}, expected ${was} as before${hintOf(was, is)}`,
  );
}

/** Throws a `StateMigrationError` unless a snapshot's keys are divided as the backend's own are. */
export function checkHeader(header: KeyedSnapshotHeader, own: KeyedSnapshotHeader): void {
  if (header.keySerializerId !== own.keySerializerId) {
    throw new StateMigrationError(
      `Cannot restore keyed state: its keys are ${header.keySerializerId}, expected ${own.keySerializerId}`,
    );
  }
  if (header.maxParallelism !== own.maxParallelism) {
    throw new StateMigrationError(
      `Cannot restore keyed state: its max parallelism is ${header.maxParallelism}, expected ${own.maxParallelism}`,
    );
  }
}

function textOf({ kind, serializerId }: StateIdentity): string {
  return `${kind} state of ${serializerId}`;
}

/** The time to live is part of what is stored, so that, as in Flink, state can neither gain nor lose it. */
function hintOf(before: string, now: string): string {
  const isTimed = (id: string): boolean => id.includes("ttl/1<");
  if (isTimed(before) === isTimed(now)) return "";
  return isTimed(before)
    ? "; state saved with a time to live cannot go on without"
    : "; state saved without a time to live cannot be given one";
}
