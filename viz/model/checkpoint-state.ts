// What checkpoints hold of a subtask's keyed state, parsed when somebody asks and kept as long as the checkpoint's
// part of the projection is.

import { type CheckpointProgress, isRetained } from "../../sim/trace/checkpoint-progress.ts";
import { type HeldValue, keyedValues } from "../../sim/trace/held-state.ts";
import type { WorldProgress } from "../../sim/trace/projection.ts";

/** The checkpoints that a restore could still use, oldest first. */
export function retainedCheckpoints({ checkpoints }: WorldProgress): readonly CheckpointProgress[] {
  return checkpoints.filter(isRetained);
}

/** The keyed state that a checkpoint holds of a subtask, by state and key. */
export function stateInCheckpoint(
  checkpoint: CheckpointProgress,
  subtask: string,
): readonly HeldValue[] {
  const contents = checkpoint.contents.get(subtask);
  if (contents === undefined) return [];
  const known = PARSED.get(contents);
  if (known !== undefined) return known;
  const values = contents.flatMap(({ keyed }) => keyedValues(keyed));
  PARSED.set(contents, values);
  return values;
}

const PARSED = new WeakMap<object, readonly HeldValue[]>();
