// Broadcast state at another parallelism: every new subtask gets one copy, and the copies take turns.

import { describe, expect, test } from "vitest";
import {
  type OperatorStateMeta,
  redistributeOperatorState,
} from "../../../sim/runtime/state/operator-state-redistribution.ts";

const rules = (elementCount: number): readonly OperatorStateMeta[] => [
  { name: "rules", mode: "broadcast", elementCount },
];
const copy = (oldSubtask: number, end: number) => [{ oldSubtask, state: "rules", start: 0, end }];

describe("redistributeOperatorState, of broadcast state", () => {
  test("gives new subtask i copy i, from the first again when there are no more", () => {
    const old = [rules(2), rules(2)];
    expect(redistributeOperatorState(old, 1)).toEqual([copy(0, 2)]);
    expect(redistributeOperatorState(old, 2)).toEqual([copy(0, 2), copy(1, 2)]);
    expect(redistributeOperatorState(old, 3)).toEqual([copy(0, 2), copy(1, 2), copy(0, 2)]);
  });

  test("counts only copies that are there, and an empty one is", () => {
    expect(redistributeOperatorState([[], rules(0), rules(2)], 3)).toEqual([
      copy(1, 0),
      copy(2, 2),
      copy(1, 0),
    ]);
  });

  test("leaves the turns of split lists alone", () => {
    const split = (name: string): OperatorStateMeta => {
      return { name, mode: "split-distribute", elementCount: 1 };
    };
    const old = [[split("a"), ...rules(1), split("z")]];
    const states = redistributeOperatorState(old, 2).map((shares) =>
      shares.map(({ state }) => state),
    );
    expect(states).toEqual([
      ["a", "rules"],
      ["rules", "z"],
    ]);
  });
});
