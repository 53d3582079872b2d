// A value with the time of its last use, as state with a time to live holds it and snapshots carry it (Flink: TtlValue,
// TtlSerializer). The time to live itself is in no snapshot: a restored job may have another.

import { type Instant, instant } from "../../../kernel/virtual-time.ts";
import { resolveComposite } from "../serializer-compatibility.ts";
import type { TypeSerializer } from "../type-serializer.ts";

/** A value and when it was last used. */
export interface TtlValue<T> {
  readonly lastAccess: Instant;
  readonly value: T;
}

/** The serializer of values of `inner` with their times. */
export function ttlSerializer<T>(inner: TypeSerializer<T>): TypeSerializer<TtlValue<T>> {
  const id = `ttl/1<${inner.id}>`;
  return {
    id,
    copy: ({ lastAccess, value }) => ({ lastAccess, value: inner.copy(value) }),
    serialize({ lastAccess, value }, out) {
      out.writeSafeLong(lastAccess);
      inner.serialize(value, out);
    },
    deserialize(input) {
      const microseconds = input.readSafeLong();
      if (microseconds < 0) {
        throw input.error(
          `Cannot read a value with a time to live: it was last used at ${microseconds}, expected a time since 0`,
        );
      }
      return { lastAccess: instant(microseconds), value: inner.deserialize(input) };
    },
    sizeOf: ({ value }) => 8 + inner.sizeOf(value),
    resolveSchemaCompatibility(written) {
      const parts = [inner as TypeSerializer<unknown>];
      return resolveComposite<TtlValue<T>>(written, {
        id,
        parts,
        of: ([reader]) => ttlSerializer(reader as TypeSerializer<T>),
      });
    },
  };
}
