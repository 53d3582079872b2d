// Which slot the subtasks of each index get (Flink: PreviousAllocationSlotSelectionStrategy): the one on the machine
// they ran on last, if it is still there. Whoever has to move takes only what nobody wants back (FLINK-19142).

import { must } from "../../kernel/invariant.ts";

/**
 * The task manager of each index of `previous`, which says where its subtasks ran last. `slots` names the task manager of
 * each slot, and there have to be enough of them.
 *
 * @example assignSlots(["b", "c"], ["a", "b"]) // ["c", "b"]
 */
export function assignSlots(
  slots: readonly string[],
  previous: readonly (string | undefined)[],
): readonly string[] {
  const free = [...slots];
  const kept = previous.map((location) => {
    const slot = location === undefined ? -1 : free.indexOf(location);
    return slot < 0 ? undefined : free.splice(slot, 1)[0];
  });
  return kept.map((slot) => slot ?? must(free.shift(), "a slot that nobody wants back"));
}
