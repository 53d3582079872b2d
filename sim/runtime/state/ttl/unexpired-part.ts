// What is left of a stored value once the expired is thrown away, for each shape that the heap stores (Flink: the
// getUnexpiredOrNull of each TTL state, TtlStateSnapshotTransformer).

import { unreachable } from "../../../kernel/invariant.ts";
import type { HeapMap } from "../heap-map-state.ts";
import type { StateKind } from "../state-descriptor.ts";
import type { TtlValue } from "./ttl-value.ts";

/** Says of a value with its time whether it has expired. */
export type HasExpired = (held: TtlValue<unknown>) => boolean;

/** `stored` itself if nothing in it has expired, a new collection of the rest, or `undefined` if nothing is left. */
export function unexpiredPart(kind: StateKind, stored: unknown, hasExpired: HasExpired): unknown {
  switch (kind) {
    case "value":
    case "reducing":
    case "aggregating":
      return hasExpired(stored as TtlValue<unknown>) ? undefined : stored;
    case "list": {
      const list = stored as readonly TtlValue<unknown>[];
      const left = list.filter((element) => !hasExpired(element));
      if (left.length === list.length) return stored;
      return left.length === 0 ? undefined : left;
    }
    case "map": {
      const map = stored as HeapMap<unknown, TtlValue<unknown>>;
      const left = [...map].filter(([, [, held]]) => !hasExpired(held));
      if (left.length === map.size) return stored;
      return left.length === 0 ? undefined : new Map(left);
    }
    default:
      return unreachable(kind);
  }
}
