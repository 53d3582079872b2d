// Jobs for the checkers' tests, built node by node.
import type { CheckedJob } from "../../sim/checkers/checker.ts";
import { Types } from "../../sim/runtime/state/type-information.ts";
import type { DeliveryGuarantee, KeySelector } from "../../sim/runtime/task/functions.ts";
import { jobGraphOf } from "../../sim/runtime/task/job-graph.ts";
import type { OutsideRequest } from "../../sim/runtime/task/outside-request.ts";
import type {
  OperatorSpec,
  Partitioning,
  StreamEdge,
  StreamGraph,
  StreamNode,
} from "../../sim/runtime/task/stream-graph.ts";

/** One operator, read from the one before it. */
export interface Layer {
  readonly uid: string;
  readonly operator: OperatorSpec;
  readonly parallelism?: number;
  readonly keySelector?: KeySelector<unknown, unknown>;
  /** How records come to it; forward if not given. */
  readonly partitioning?: Partitioning;
  /** The uid of the operator it reads, if not the one before it. */
  readonly after?: string;
}

/** A graph of layers. */
export function graphOf(layers: readonly Layer[]): StreamGraph {
  const nodes: StreamNode[] = [];
  const edges: StreamEdge[] = [];
  for (const { uid, operator, parallelism = 1, keySelector, partitioning, after } of layers) {
    const before = after === undefined ? nodes.at(-1) : nodes.find((node) => node.uid === after);
    const id = nodes.length;
    nodes.push({
      id,
      uid,
      name: uid,
      parallelism,
      maxParallelism: 128,
      operator,
      keySelector,
      outputSerializer: Types.GENERIC,
      canChain: true,
    });
    if (before !== undefined && operator.kind !== "source") {
      edges.push({
        source: before.id,
        target: id,
        partitioning: partitioning ?? { kind: "forward" },
        input: 1,
      });
    }
  }
  return { jobName: "small", nodes, edges };
}

/** A job as checkers see it; sensible where nothing is said. */
export function jobOf(
  build: () => readonly Layer[],
  more: Partial<CheckedJob> & Pick<CheckedJob, "logs">,
): CheckedJob {
  const { description } = jobGraphOf(graphOf(build()));
  return {
    description,
    parallelisms: [description.vertices.map(({ parallelism }) => parallelism)],
    graph: graphOf(build()),
    buildGraph: () => graphOf(build()),
    checkpointingMode: "EXACTLY_ONCE",
    level: "records",
    isConfluent: false,
    endsIn: "FINISHED",
    cameToRest: true,
    failureFreeOutput: undefined,
    ...more,
  };
}

export function sourceOf(system: string): OperatorSpec {
  const createReader = (): never => {
    throw new Error("Cannot read: the checkers read nothing");
  };
  return { kind: "source", source: { system, createReader } };
}

export function sinkTo(
  target: string,
  guarantee: DeliveryGuarantee = "exactly-once",
): OperatorSpec {
  const invoke = (): Generator<OutsideRequest, void, never> => {
    throw new Error("Cannot write: the checkers write nothing");
  };
  return { kind: "sink", sink: { guarantee, target, invoke } };
}

/** Partitioning by key, and the key selector of the operator behind it. */
export function hashBy(
  keySelector: KeySelector<unknown, unknown>,
): Pick<Layer, "partitioning" | "keySelector"> {
  return { partitioning: { kind: "hash", keySelector }, keySelector };
}
