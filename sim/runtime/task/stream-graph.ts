// The logical graph of a job, as its author wrote it (Flink: StreamGraph): one node an operator, one edge an
// exchange. It holds the author's functions, so every attempt of a subtask gets a graph of its own.

import type { MapStateDescriptor } from "../state/state-descriptor.ts";
import type { TypeSerializer } from "../state/type-serializer.ts";
import type {
  BroadcastProcessFunction,
  KeyedBroadcastProcessFunction,
} from "./broadcast-functions.ts";
import type {
  FilterFunction,
  FlatMapFunction,
  KeyedProcessFunction,
  KeySelector,
  MapFunction,
  ReduceFunction,
  RichFilterFunction,
  RichFlatMapFunction,
  RichMapFunction,
  SinkFunction,
} from "./functions.ts";
import type { Source } from "./source.ts";

/** What an operator does. User values are `unknown` here; the API in front of the graph types them. */
export type OperatorSpec =
  | { readonly kind: "source"; readonly source: Source<unknown> }
  | {
      readonly kind: "map";
      readonly function: MapFunction<unknown, unknown> | RichMapFunction<unknown, unknown>;
    }
  | {
      readonly kind: "filter";
      readonly function: FilterFunction<unknown> | RichFilterFunction<unknown>;
    }
  | {
      readonly kind: "flat-map";
      readonly function: FlatMapFunction<unknown, unknown> | RichFlatMapFunction<unknown, unknown>;
    }
  | { readonly kind: "process"; readonly function: KeyedProcessFunction<unknown, unknown, unknown> }
  | {
      readonly kind: "broadcast-process";
      readonly function: BroadcastProcessFunction<unknown, unknown, unknown>;
      /** The broadcast states there are. */
      readonly descriptors: readonly MapStateDescriptor[];
    }
  | {
      readonly kind: "keyed-broadcast-process";
      readonly function: KeyedBroadcastProcessFunction<unknown, unknown, unknown, unknown>;
      readonly descriptors: readonly MapStateDescriptor[];
    }
  | {
      readonly kind: "reduce";
      readonly function: ReduceFunction<unknown>;
      /** How the accumulated value is kept. */
      readonly serializer: TypeSerializer<unknown>;
    }
  | { readonly kind: "sink"; readonly sink: SinkFunction<unknown> };

/** How an exchange picks the consumer of a record. */
export type Partitioning =
  | { readonly kind: "forward" }
  | { readonly kind: "rebalance" }
  | { readonly kind: "broadcast" }
  | { readonly kind: "hash"; readonly keySelector: KeySelector<unknown, unknown> };

/** One operator of the logical graph. */
export interface StreamNode {
  readonly id: number;
  /** The operator's lasting id, by which its state is found again. */
  readonly uid: string;
  readonly name: string;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly operator: OperatorSpec;
  /** Reads the key, for an operator on a keyed stream. */
  readonly keySelector: KeySelector<unknown, unknown> | undefined;
  /** How values this operator emits are copied and sized. */
  readonly outputSerializer: TypeSerializer<unknown>;
  readonly canChain: boolean;
}

/** Which input of an operator: of two that are connected the broadcast one is the second, everything else is the first. */
export type InputNumber = 1 | 2;

/** One exchange of the logical graph. */
export interface StreamEdge {
  readonly source: number;
  readonly target: number;
  readonly partitioning: Partitioning;
  /** Which input of the target it feeds (Flink: StreamEdge.typeNumber). */
  readonly input: InputNumber;
}

/** A sealed logical graph; nodes in the order they were written, so that sources come before their readers. */
export interface StreamGraph {
  readonly jobName: string;
  readonly nodes: readonly StreamNode[];
  readonly edges: readonly StreamEdge[];
}
