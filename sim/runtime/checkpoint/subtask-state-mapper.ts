// Which old subtasks' in-flight data a subtask needs after a change of parallelism (Flink: SubtaskStateMapper): as
// many as could hold a record that belongs here. It follows from how the channel's partitioner chooses.

import { unreachable } from "../../kernel/invariant.ts";
import { keyGroupRangeOf, MAX_PARALLELISM_MAX, operatorIndexOf } from "../state/key-groups.ts";
import type { RescaleMappings } from "./rescale-mappings.ts";

/**
 * How in-flight data is shared out anew. `ROUND_ROBIN` and `ARBITRARY` (any subtask will do; today the same): each old
 * subtask to one new. `RANGE`: to all new ones whose key groups meet its own. `FULL`: all to all. `FIRST`: all to the
 * first. `UNSUPPORTED`: there must be none.
 */
export type SubtaskStateMapper =
  | "ARBITRARY"
  | "FIRST"
  | "FULL"
  | "RANGE"
  | "ROUND_ROBIN"
  | "UNSUPPORTED";

/** A change of parallelism. */
export interface Rescale {
  readonly oldParallelism: number;
  readonly newParallelism: number;
}

/**
 * From each new subtask to the old ones it takes over. Undefined if the mapper cannot say: such a channel is rescaled
 * only when it holds no data.
 *
 * @example newToOldSubtasks("RANGE", { oldParallelism: 3, newParallelism: 2 }) // 0: [0, 1], 1: [1, 2]
 */
export function newToOldSubtasks(
  mapper: SubtaskStateMapper,
  rescale: Rescale,
): RescaleMappings | undefined {
  if (mapper === "UNSUPPORTED") return undefined;
  const targets = Array.from({ length: rescale.newParallelism }, (_, newSubtask) =>
    oldSubtasksOf(mapper, newSubtask, rescale),
  );
  return { targets, targetCount: rescale.oldParallelism };
}

/** Whether two new subtasks may take over the same old one, so that records have to be filtered (Flink: isAmbiguous). */
export function isAmbiguous(mapper: SubtaskStateMapper): boolean {
  return mapper === "RANGE" || mapper === "FULL";
}

function oldSubtasksOf(
  mapper: Exclude<SubtaskStateMapper, "UNSUPPORTED">,
  newSubtask: number,
  rescale: Rescale,
): readonly number[] {
  const { oldParallelism, newParallelism } = rescale;
  switch (mapper) {
    case "ARBITRARY":
    case "ROUND_ROBIN":
      return numbersBelow(oldParallelism, newSubtask, newParallelism);
    case "FIRST":
      return newSubtask === 0 ? numbersBelow(oldParallelism) : [];
    case "FULL":
      return numbersBelow(oldParallelism);
    case "RANGE":
      return oldSubtasksInRangeOf(newSubtask, rescale);
    default:
      return unreachable(mapper);
  }
}

/** By the largest max parallelism: whatever the job's own is, the old ranges that a new one meets are among these. */
function oldSubtasksInRangeOf(newSubtask: number, rescale: Rescale): readonly number[] {
  const { start, end } = keyGroupRangeOf(MAX_PARALLELISM_MAX, rescale.newParallelism, newSubtask);
  const oldSubtaskOf = (keyGroup: number) =>
    operatorIndexOf(keyGroup, MAX_PARALLELISM_MAX, rescale.oldParallelism);
  return numbersBelow(oldSubtaskOf(end) + 1, oldSubtaskOf(start));
}

function numbersBelow(end: number, start = 0, step = 1): readonly number[] {
  const numbers: number[] = [];
  for (let number = start; number < end; number += step) numbers.push(number);
  return numbers;
}
