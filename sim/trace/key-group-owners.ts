// Who owns which key groups of a vertex with so many subtasks: what a reader of a trace asks of the engine's arithmetic.

import {
  type KeyGroupRange,
  keyGroupOf,
  keyGroupRangeOf,
  operatorIndexOf,
} from "../runtime/state/key-groups.ts";
import { type JobVertexDescription, subtaskName } from "../runtime/task/job-graph.ts";

/** A subtask and its key groups. */
export interface KeyGroupOwner extends KeyGroupRange {
  readonly name: string;
}

/** The subtask of a vertex at `index`. */
export function subtaskAt({ name }: Pick<JobVertexDescription, "name">, index: number): string {
  return subtaskName(name, index);
}

/** The key groups of the subtask at `index`, among `parallelism` of them. */
export function keyGroupOwner(
  vertex: JobVertexDescription,
  parallelism: number,
  index: number,
): KeyGroupOwner {
  const range = keyGroupRangeOf(vertex.maxParallelism, parallelism, index);
  return { ...range, name: subtaskAt(vertex, index) };
}

/** The key group of a key. */
export function keyGroupIn({ maxParallelism }: JobVertexDescription, key: unknown): number {
  return keyGroupOf(key, maxParallelism);
}

/** The subtask that a key group belongs to, among `parallelism` of them. */
export function ownerOf(vertex: JobVertexDescription, parallelism: number, group: number): string {
  return subtaskAt(vertex, operatorIndexOf(group, vertex.maxParallelism, parallelism));
}
