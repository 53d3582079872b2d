// Which partitions of its log each subtask of a source reads: at first every so many-th, and after a restart with other
// numbers of subtasks what Flink's rule for split lists gives it.

import type { CheckedJob } from "./checker.ts";
import type { JobShape, Subtask } from "./job-shape.ts";
import { logNamed, ownPartitions, sourceSystemOf } from "./outside-log.ts";
import { type InterpretedList, restoredListsOf } from "./reference-interpreter-state.ts";

/** Who reads what, submission by submission. */
export class PartitionOwners {
  readonly #shape: JobShape;
  /** By vertex, by subtask index. */
  readonly #owned = new Map<number, readonly (readonly number[])[]>();

  constructor(job: CheckedJob, shape: JobShape) {
    this.#shape = shape;
    for (const vertex of shape.description.vertices) {
      const system = sourceSystemOf(job, vertex);
      if (system === undefined) continue;
      const count = logNamed(job, system)?.length ?? 0;
      const parallelism = shape.parallelisms[0]?.[vertex.id] ?? 0;
      const owned = Array.from({ length: parallelism }, (_, index) => {
        return ownPartitions({ index, parallelism, count });
      });
      this.#owned.set(vertex.id, owned);
    }
  }

  /** The partitions that a subtask reads, in its order. */
  of({ vertex, index }: Subtask): readonly number[] {
    return this.#owned.get(vertex.id)?.[index] ?? [];
  }

  /** Shares the partitions out among the sources of another submission. */
  resubmit(submission: number): void {
    for (const [vertex, owned] of this.#owned) {
      const parallelism = this.#shape.parallelisms[submission]?.[vertex] ?? 0;
      const held = owned.map((elements): ReadonlyMap<string, InterpretedList> => {
        return new Map([["", { mode: "split-distribute", elements }]]);
      });
      const given = restoredListsOf(held, parallelism);
      this.#owned.set(
        vertex,
        given.map((lists) => (lists.get("")?.elements ?? []) as readonly number[]),
      );
    }
  }
}
