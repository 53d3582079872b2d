// Who gets which elements of whose operator state at a restore (Flink: the operator part of StateAssignmentOperation).
// It reads no file: the handle of an operator's snapshot says which states are in it and how many elements each has. Of
// union state a subtask needs every old snapshot, so one subtask may have many handles, and one handle many subtasks.

import {
  type OperatorStateShare,
  redistributeOperatorState,
} from "../state/operator-state-redistribution.ts";
import type { OperatorStateHandle } from "./state-handle.ts";

/** The operator state that one new subtask starts from. */
export interface AssignedOperatorState {
  /** The old snapshots of which it needs something, in the order of the old subtasks. */
  readonly handles: readonly OperatorStateHandle[];
  /** What it needs of them: `oldSubtask` is the position among `handles`, as `OperatorStateBackend.restore` takes it. */
  readonly shares: readonly OperatorStateShare[];
}

/**
 * What each of `parallelism` new subtasks starts from. `old[i]` is what old subtask i handed in; undefined if it had no
 * operator state.
 *
 * @example
 * assignOperatorState([first, second], 2)[1].handles // both, if there is union state in both; else the second
 */
export function assignOperatorState(
  old: readonly (OperatorStateHandle | undefined)[],
  parallelism: number,
): readonly AssignedOperatorState[] {
  const metas = old.map((handle) => handle?.states ?? []);
  return redistributeOperatorState(metas, parallelism).map((shares) => {
    const handles = new Map<number, OperatorStateHandle>();
    for (const [oldSubtask, handle] of old.entries()) {
      const isNeeded = shares.some((share) => share.oldSubtask === oldSubtask);
      if (handle !== undefined && isNeeded) handles.set(oldSubtask, handle);
    }
    const positions = [...handles.keys()];
    return {
      handles: [...handles.values()],
      shares: shares.map((share) => ({
        ...share,
        oldSubtask: positions.indexOf(share.oldSubtask),
      })),
    };
  });
}
