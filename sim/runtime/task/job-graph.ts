// The graph as it is deployed (Flink: JobGraph): chainable operators fused into one vertex, so that inside a
// vertex a record is passed on by a call and no barrier lies between its operators. The chaining rule is
// Flink's (StreamingJobGraphGenerator.isChainable).

import { must } from "../../kernel/invariant.ts";
import type { Partitioning, StreamEdge, StreamGraph, StreamNode } from "./stream-graph.ts";

/** What is known of a job without its functions: plain data, part of a trace's header. */
export interface JobDescription {
  readonly name: string;
  readonly vertices: readonly JobVertexDescription[];
  readonly edges: readonly JobEdgeDescription[];
}

/** A vertex: a chain of operators that runs as `parallelism` subtasks named `name-1`, `name-2`, ... */
export interface JobVertexDescription {
  /** Position in the job, from 0. */
  readonly id: number;
  readonly name: string;
  readonly parallelism: number;
  readonly maxParallelism: number;
  /** The chain, head first. */
  readonly operators: readonly JobOperatorDescription[];
}

/** An operator of a vertex. */
export interface JobOperatorDescription {
  /** Its id in the logical graph. */
  readonly node: number;
  readonly uid: string;
  readonly name: string;
  readonly kind: string;
}

/** An exchange between two vertices, from operator `sourceNode` to operator `targetNode`. */
export interface JobEdgeDescription {
  /** Position in the job, from 0. */
  readonly id: number;
  readonly source: number;
  readonly target: number;
  readonly sourceNode: number;
  readonly targetNode: number;
  readonly partitioning: Partitioning["kind"];
}

/** A deployed graph: its description and, by node id, what the author wrote. */
export interface JobGraph {
  /** The logical graph it was made from. */
  readonly graph: StreamGraph;
  readonly description: JobDescription;
  readonly nodes: ReadonlyMap<number, StreamNode>;
  /** The operators that a chained operator passes its records to by a call. */
  readonly chainedTargets: ReadonlyMap<number, readonly number[]>;
  /** The exchange of each edge of the description, by its id. */
  readonly exchanges: readonly StreamEdge[];
}

/** The name of subtask `index` (from 0) of a vertex. */
export function subtaskName(vertexName: string, index: number): string {
  return `${vertexName}-${index + 1}`;
}

/** The name of the channel between two subtasks over an edge. */
export function channelName(producer: string, consumer: string, edge: JobEdgeDescription): string {
  return `${producer}->${consumer}/${edge.id}`;
}

/** How many slots a job takes: subtasks of different vertices share one, so its greatest parallelism. */
export function neededSlots({ vertices }: Pick<JobDescription, "vertices">): number {
  return vertices.reduce((most, { parallelism }) => Math.max(most, parallelism), 1);
}

/** Fuses what can be chained. */
export function jobGraphOf(graph: StreamGraph): JobGraph {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const chained = graph.edges.filter((edge) => isChainable(edge, graph, nodes));
  const headOf = new Map<number, number>();
  for (const node of graph.nodes) {
    const inner = chained.find((edge) => edge.target === node.id);
    headOf.set(
      node.id,
      inner === undefined ? node.id : must(headOf.get(inner.source), "chain head"),
    );
  }
  const heads = graph.nodes.filter((node) => headOf.get(node.id) === node.id);
  const vertices = heads.map((head, id): JobVertexDescription => {
    const chain = graph.nodes.filter((node) => headOf.get(node.id) === head.id);
    return {
      id,
      name:
        must(chain.at(-1), "operator of a chain").name === head.name ? head.name : nameOf(chain),
      parallelism: head.parallelism,
      maxParallelism: head.maxParallelism,
      operators: chain.map((node) => ({
        node: node.id,
        uid: node.uid,
        name: node.name,
        kind: node.operator.kind,
      })),
    };
  });
  const vertexOf = (node: number): number =>
    heads.findIndex((head) => head.id === headOf.get(node));
  const exchanges = graph.edges.filter((edge) => !chained.includes(edge));
  const edges = exchanges.map((edge, id) => ({
    id,
    source: vertexOf(edge.source),
    target: vertexOf(edge.target),
    sourceNode: edge.source,
    targetNode: edge.target,
    partitioning: edge.partitioning.kind,
  }));
  const chainedTargets = new Map<number, number[]>();
  for (const { source, target } of chained) {
    chainedTargets.set(source, [...(chainedTargets.get(source) ?? []), target]);
  }
  const description = { name: graph.jobName, vertices, edges };
  return { graph, description, nodes, chainedTargets, exchanges };
}

/**
 * The deployed graph of `graph`, which was built again by the program that `first` came from: of the same
 * shape, with function objects of its own. Undefined if it is of another shape.
 */
export function rebuiltJobGraph(first: JobGraph, graph: StreamGraph): JobGraph | undefined {
  if (!isOfSameShape(first.graph, graph)) return undefined;
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const exchanges = first.exchanges.map((exchange) =>
    must(graph.edges[first.graph.edges.indexOf(exchange)], "exchange of a rebuilt graph"),
  );
  return { ...first, graph, nodes, exchanges };
}

function isOfSameShape(one: StreamGraph, other: StreamGraph): boolean {
  return (
    one.jobName === other.jobName &&
    one.nodes.length === other.nodes.length &&
    one.edges.length === other.edges.length &&
    one.nodes.every((node, index) => isSameNode(node, other.nodes[index])) &&
    one.edges.every((edge, index) => isSameEdge(edge, other.edges[index]))
  );
}

function isSameNode(one: StreamNode, other: StreamNode | undefined): boolean {
  return (
    one.id === other?.id &&
    one.uid === other.uid &&
    one.name === other.name &&
    one.parallelism === other.parallelism &&
    one.maxParallelism === other.maxParallelism &&
    one.operator.kind === other.operator.kind &&
    one.outputSerializer.id === other.outputSerializer.id &&
    one.canChain === other.canChain
  );
}

function isSameEdge(one: StreamEdge, other: StreamEdge | undefined): boolean {
  return (
    one.source === other?.source &&
    one.target === other.target &&
    one.input === other.input &&
    one.partitioning.kind === other.partitioning.kind
  );
}

function isChainable(
  edge: StreamEdge,
  graph: StreamGraph,
  nodes: ReadonlyMap<number, StreamNode>,
): boolean {
  const source = must(nodes.get(edge.source), "source of an edge");
  const target = must(nodes.get(edge.target), "target of an edge");
  return (
    graph.edges.filter((other) => other.target === edge.target).length === 1 &&
    edge.partitioning.kind === "forward" &&
    source.parallelism === target.parallelism &&
    source.maxParallelism === target.maxParallelism &&
    source.canChain &&
    target.canChain
  );
}

function nameOf(chain: readonly StreamNode[]): string {
  return chain.map((node) => node.name).join("+");
}
