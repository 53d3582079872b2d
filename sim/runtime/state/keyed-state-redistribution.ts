// Who gets which key groups of whose snapshot after a restart (Flink: StateAssignmentOperation,
// reAssignSubKeyedStates). Key groups are never split, so a new subtask reads every old snapshot that its range meets.

import { type KeyGroupRange, keyGroupRangeOf } from "./key-groups.ts";

/** The key groups that a new subtask takes from the snapshot of an old one. */
export interface KeyedStateShare {
  readonly oldSubtask: number;
  readonly keyGroupRange: KeyGroupRange;
}

/** The numbers a keyed operator is divided by. */
export interface KeyGroupDivision {
  readonly maxParallelism: number;
  readonly parallelism: number;
}

/** The ranges of all subtasks, by index. Throws a `ParallelismError` (Flink: createKeyGroupPartitions). */
export function keyGroupRangesOf(division: KeyGroupDivision): readonly KeyGroupRange[] {
  const { maxParallelism, parallelism } = division;
  return Array.from({ length: parallelism }, (_, index) =>
    keyGroupRangeOf(maxParallelism, parallelism, index),
  );
}

/**
 * The shares of each new subtask, in the order of the old subtasks. `old[i]` are the key groups of old subtask i's
 * snapshot, undefined if it has none. Throws a `ParallelismError`.
 *
 * @example
 * redistributeKeyedState([{ start: 0, end: 63 }, { start: 64, end: 127 }], { maxParallelism: 128, parallelism: 3 })[1]
 * // key groups 43 to 63 of old subtask 0, and 64 to 85 of old subtask 1
 */
export function redistributeKeyedState(
  old: readonly (KeyGroupRange | undefined)[],
  division: KeyGroupDivision,
): readonly (readonly KeyedStateShare[])[] {
  return keyGroupRangesOf(division).map((wanted) => {
    const shares: KeyedStateShare[] = [];
    for (const [oldSubtask, range] of old.entries()) {
      const keyGroupRange = range === undefined ? undefined : intersectionOf(range, wanted);
      if (keyGroupRange !== undefined) shares.push({ oldSubtask, keyGroupRange });
    }
    return shares;
  });
}

function intersectionOf(left: KeyGroupRange, right: KeyGroupRange): KeyGroupRange | undefined {
  const start = Math.max(left.start, right.start);
  const end = Math.min(left.end, right.end);
  return start <= end ? { start, end } : undefined;
}
