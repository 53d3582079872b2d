// What is left of an entry once the expired is thrown away (Flink: FlinkCompactionFilter, and TtlStateSnapshotTransformer
// for full snapshots). Each entry of a map is an entry of its own here; a list is filtered within.

import type { Instant } from "../../../kernel/virtual-time.ts";
import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import type { StateKind } from "../state-descriptor.ts";
import type { TimeToLive } from "../ttl/time-to-live.ts";
import { unexpiredPart } from "../ttl/unexpired-part.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import { serialized } from "./state-keys.ts";

/** Gives the value itself, less of it, or nothing. */
export type EntryFilter = (value: Uint8Array) => Uint8Array | undefined;

/** A filter of one state's entries as of `at`; `serializer` is that of one entry's value, with its times. */
export function ttlEntryFilter(options: {
  readonly kind: StateKind;
  readonly serializer: TypeSerializer<unknown>;
  readonly rules: TimeToLive;
  readonly at: Instant;
}): EntryFilter {
  const { kind, serializer, rules, at } = options;
  const shape = kind === "map" ? "value" : kind;
  const out = new DataOutputView();
  return (bytes) => {
    const value = serializer.deserialize(new DataInputView(bytes));
    const left = unexpiredPart(shape, value, (held) => rules.hasExpired(held, at));
    if (left === undefined || left === value) return left === undefined ? undefined : bytes;
    return serialized(left, serializer, out);
  };
}
