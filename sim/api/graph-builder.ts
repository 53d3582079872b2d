// Collects what a program writes into a logical graph. Streams hold on to it; the environment seals it.

import { defaultMaxParallelism, MAX_PARALLELISM_MAX } from "../runtime/state/key-groups.ts";
import { Types } from "../runtime/state/type-information.ts";
import type { TypeSerializer } from "../runtime/state/type-serializer.ts";
import type { KeySelector } from "../runtime/task/functions.ts";
import type {
  InputNumber,
  OperatorSpec,
  Partitioning,
  StreamEdge,
  StreamGraph,
  StreamNode,
} from "../runtime/task/stream-graph.ts";

/** A program that cannot be: the message says what is wrong and what would be right. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
}

/** A node under construction: `undefined` where the author has said nothing yet. */
export interface NodeDraft {
  readonly id: number;
  uid: string | undefined;
  name: string;
  parallelism: number | undefined;
  maxParallelism: number | undefined;
  readonly operator: OperatorSpec;
  readonly keySelector: KeySelector<unknown, unknown> | undefined;
  outputSerializer: TypeSerializer<unknown>;
  canChain: boolean;
}

/** An edge as written; `undefined` stands for forward where it fits and rebalance where it does not. */
export interface EdgeDraft {
  readonly source: number;
  readonly target: number;
  readonly partitioning: Partitioning | undefined;
  readonly input: InputNumber;
}

/** What feeds a node: another one, and over what exchange. */
export interface NodeInput {
  readonly node: number;
  readonly partitioning: Partitioning | undefined;
  /** Which input of the node it is; the first, unless it says so. */
  readonly input?: InputNumber;
}

/** A logical graph under construction. */
export class GraphBuilder {
  readonly #nodes: NodeDraft[] = [];
  readonly #edges: EdgeDraft[] = [];

  /** Adds an operator fed by `inputs`. */
  add(
    operator: OperatorSpec,
    options: {
      readonly name: string;
      readonly inputs: readonly NodeInput[];
      readonly keySelector?: KeySelector<unknown, unknown> | undefined;
      readonly parallelism?: number;
    },
  ): NodeDraft {
    const node: NodeDraft = {
      id: this.#nodes.length,
      uid: undefined,
      name: options.name,
      parallelism: options.parallelism,
      maxParallelism: undefined,
      operator,
      keySelector: options.keySelector,
      outputSerializer: Types.GENERIC,
      canChain: true,
    };
    this.#nodes.push(node);
    for (const { node: source, partitioning, input = 1 } of options.inputs) {
      this.#edges.push({ source, target: node.id, partitioning, input });
    }
    return node;
  }

  /** The graph as it is to run. Throws {@link ScenarioError} if it cannot. */
  seal(options: { readonly jobName: string; readonly parallelism: number }): StreamGraph {
    const nodes = this.#nodes.map((draft): StreamNode => {
      const parallelism = draft.parallelism ?? options.parallelism;
      requirePossible(parallelism, `Cannot run "${draft.name}": its parallelism`);
      const maxParallelism = draft.maxParallelism ?? defaultMaxParallelism(parallelism);
      requirePossible(maxParallelism, `Cannot run "${draft.name}": its max parallelism`);
      if (parallelism > maxParallelism) {
        throw new ScenarioError(
          `Cannot run "${draft.name}": its parallelism is ${parallelism}, at most its max parallelism ${maxParallelism} is possible`,
        );
      }
      return {
        id: draft.id,
        uid: draft.uid ?? draft.name,
        name: draft.name,
        parallelism,
        maxParallelism,
        operator: draft.operator,
        keySelector: draft.keySelector,
        outputSerializer: draft.outputSerializer,
        canChain: draft.canChain,
      };
    });
    this.#check(nodes);
    const edges = this.#edges.map((edge) => settled(edge, nodes));
    return { jobName: options.jobName, nodes, edges };
  }

  #check(nodes: readonly StreamNode[]): void {
    if (!nodes.some(({ operator }) => operator.kind === "source")) {
      throw new ScenarioError(
        "Cannot run the job: it has no source, begin with fromElements or fromSource",
      );
    }
    if (!nodes.some(({ operator }) => operator.kind === "sink")) {
      throw new ScenarioError(
        "Cannot run the job: it has no sink, end a stream with print, collect or sinkTo",
      );
    }
    for (const [label, read] of [
      ["uid", (node: StreamNode) => node.uid],
      ["name", (node: StreamNode) => node.name],
    ] as const) {
      const seen = new Set<string>();
      for (const node of nodes) {
        const value = read(node);
        if (seen.has(value)) {
          throw new ScenarioError(
            `Cannot run the job: two operators have the ${label} "${value}", give one of them another with .${label}(...)`,
          );
        }
        seen.add(value);
      }
    }
  }
}

function requirePossible(parallelism: number, subject: string): void {
  const isPossible =
    Number.isInteger(parallelism) && parallelism >= 1 && parallelism <= MAX_PARALLELISM_MAX;
  if (isPossible) return;
  throw new ScenarioError(
    `${subject} is ${parallelism}, expected a whole number from 1 to ${MAX_PARALLELISM_MAX}`,
  );
}

function settled(edge: EdgeDraft, nodes: readonly StreamNode[]): StreamEdge {
  const { source, target, partitioning, input } = edge;
  const isEven = nodes[source]?.parallelism === nodes[target]?.parallelism;
  if (partitioning === undefined) {
    return { source, target, partitioning: { kind: isEven ? "forward" : "rebalance" }, input };
  }
  if (partitioning.kind === "forward" && !isEven) {
    throw new ScenarioError(
      `Cannot forward from "${nodes[source]?.name}" to "${nodes[target]?.name}": their parallelism is ${nodes[source]?.parallelism} and ${nodes[target]?.parallelism}, expected equal ones`,
    );
  }
  return { source, target, partitioning, input };
}
