// Subtasks go back where they ran, and nobody takes what another wants back.
import fc from "fast-check";
import { expect, test } from "vitest";
import { assignSlots } from "../../../sim/runtime/cluster/slot-assignment.ts";

const taskManager = fc.constantFrom("a", "b", "c", "d");
const previous = fc.array(fc.option(taskManager, { nil: undefined }), { maxLength: 6 });
const spare = fc.array(taskManager, { maxLength: 4 });

test("assignSlots gives as many back as can be, and each slot once", () => {
  const property = fc.property(previous, spare, fc.nat(), (locations, extra, seed) => {
    // Enough slots for all, of which some are where subtasks ran.
    const slots = [...locations.map((location, index) => other(location, index, seed)), ...extra];
    const assigned = assignSlots(slots, locations);
    expect(assigned).toHaveLength(locations.length);
    const left = counted(slots);
    for (const slot of assigned) left.set(slot, (left.get(slot) ?? 0) - 1);
    for (const [name, count] of left) expect([name, count < 0]).toEqual([name, false]);
    const there = counted(slots);
    for (const [name, wanted] of counted(locations)) {
      const back = locations.filter((location, index) => {
        return location === name && assigned[index] === name;
      });
      expect(back).toHaveLength(Math.min(wanted, there.get(name) ?? 0));
    }
  });
  fc.assert(property);
});

test("assignSlots takes slots in their order where nobody has been anywhere", () => {
  expect(assignSlots(["a", "a", "b"], [undefined, undefined])).toEqual(["a", "a"]);
});

test("assignSlots keeps the one whose machine is gone from the slot of the next (FLINK-19142)", () => {
  expect(assignSlots(["b", "c"], ["a", "b"])).toEqual(["c", "b"]);
});

/** Where a subtask ran, or somewhere else. */
function other(location: string | undefined, index: number, seed: number): string {
  const kept = (seed >>> (index % 16)) % 2 === 0 ? location : undefined;
  return kept ?? ["a", "b", "c", "d"][(index + seed) % 4] ?? "a";
}

function counted(names: readonly (string | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) {
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
