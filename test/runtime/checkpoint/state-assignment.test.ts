// Restoring with unchanged parallelism: each subtask gets its own, and nothing is dropped without a word.

import { describe, expect, test } from "vitest";
import { instant } from "../../../sim/kernel/virtual-time.ts";
import type { OperatorDescription } from "../../../sim/runtime/checkpoint/checkpoint-plan.ts";
import type { CompletedCheckpoint } from "../../../sim/runtime/checkpoint/completed-checkpoint.ts";
import { restoreState } from "../../../sim/runtime/checkpoint/state-assignment.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";

const STRICT = { ignoresUnclaimedState: false };
const COUNT: OperatorDescription = {
  operatorId: "count",
  name: "Count",
  parallelism: 2,
  maxParallelism: 128,
};
const KEYED = { kind: "file", path: "chk-3/count", sizeBytes: 1 } as const;
const NONE = { handles: [], shares: [] };
const FIRST = { keyed: KEYED, operator: undefined, sizeBytes: 1, checkpointedBytes: 1 };
const CHECKPOINT: CompletedCheckpoint = {
  id: checkpointId(3),
  kind: "checkpoint",
  timestamp: instant(0),
  completedAt: instant(0),
  metadataPath: "chk-3/_metadata",
  operators: [{ ...COUNT, subtasks: [FIRST, undefined] }],
};

describe("restoreState", () => {
  test("restoreState gives each subtask its own state, and a new operator none", () => {
    const added = { ...COUNT, operatorId: "sink", parallelism: 1 };
    expect(restoreState(CHECKPOINT, [added, COUNT], STRICT)).toEqual({
      kind: "assigned",
      operators: [
        { operatorId: "sink", subtasks: [undefined] },
        {
          operatorId: "count",
          subtasks: [
            { keyed: [KEYED], operator: NONE },
            { keyed: [], operator: NONE },
          ],
        },
      ],
    });
  });

  test("restoreState refuses state without an operator, unless told to leave it behind", () => {
    expect(restoreState(CHECKPOINT, [], STRICT)).toEqual({
      kind: "refused",
      refusal: "UNMAPPED_STATE",
      message:
        "Cannot restore checkpoint 3: it holds state of operator count (Count), which the job does not have",
    });
    expect(restoreState(CHECKPOINT, [], { ignoresUnclaimedState: true }).kind).toBe("assigned");
  });

  test.each([
    ["PARALLELISM_EXCEEDS_MAX_PARALLELISM", [{ ...COUNT, parallelism: 129 }]],
    ["MAX_PARALLELISM_CHANGED", [{ ...COUNT, maxParallelism: 256 }]],
    ["AMBIGUOUS_OPERATOR", [COUNT, COUNT]],
  ] as const)("restoreState refuses with %s", (refusal, operators) => {
    expect(restoreState(CHECKPOINT, operators, STRICT)).toMatchObject({ kind: "refused", refusal });
  });
});
