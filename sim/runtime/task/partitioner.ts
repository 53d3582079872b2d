// Which consumer a record goes to (Flink: StreamPartitioner). Rebalance starts at a consumer drawn by the
// chooser and then goes round.

import { type Chooser, choiceKind } from "../../kernel/chooser.ts";
import { unreachable } from "../../kernel/invariant.ts";
import type { Incarnation } from "../../kernel/place.ts";
import { keyGroupOf, operatorIndexOf } from "../state/key-groups.ts";
import type { Partitioning } from "./stream-graph.ts";

/** Picks consumers: an index from 0, or all of them. */
export type Partitioner = (value: unknown) => number | "all";

const REBALANCE_START = choiceKind("rebalance-start");

/** The partitioner of one exchange at one producing subtask. */
export function partitionerOf(options: {
  readonly partitioning: Partitioning;
  readonly edge: number;
  readonly consumers: number;
  /** Max parallelism of the consumer. */
  readonly maxParallelism: number;
  readonly chooser: Chooser;
  readonly at: Incarnation;
}): Partitioner {
  const { partitioning, consumers, maxParallelism } = options;
  switch (partitioning.kind) {
    case "forward":
      return () => 0;
    case "broadcast":
      return () => "all";
    case "rebalance": {
      const address = { kind: REBALANCE_START, at: options.at, ordinal: options.edge };
      let next = options.chooser.choose(address, consumers);
      return () => {
        const picked = next;
        next = (next + 1) % consumers;
        return picked;
      };
    }
    case "hash": {
      const { keySelector } = partitioning;
      return (value) => {
        const keyGroup = keyGroupOf(keySelector(value), maxParallelism);
        return operatorIndexOf(keyGroup, maxParallelism, consumers);
      };
    }
    default:
      return unreachable(partitioning);
  }
}
