// The failure manager: how many failures in a row, and of what, the job survives.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CheckpointFailure,
  CheckpointFailureManager,
} from "../../../sim/runtime/checkpoint/checkpoint-failure-manager.ts";
import {
  CHECKPOINT_FAILURE_REASONS,
  isCounted,
  isPreFlight,
} from "../../../sim/runtime/checkpoint/checkpoint-failure-reason.ts";
import { attemptNumber } from "../../../sim/runtime/checkpoint/task-ref.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";

const TASK = { task: "map-1", attempt: attemptNumber(1) };

describe("CheckpointFailureManager", () => {
  test("CheckpointFailureManager fails the job on the first counted failure past the tolerable ones", () => {
    fc.assert(
      fc.property(fc.nat({ max: 5 }), fc.integer({ min: 0, max: 5 }), (tolerable, succeeded) => {
        const manager = new CheckpointFailureManager(tolerable);
        const verdictOn = (id: number) => manager.handleFailure(failureOf(id));
        for (let id = 1; id <= tolerable; id++) {
          expect(verdictOn(id)).toBe("tolerated");
          expect(verdictOn(id)).toBe("tolerated");
        }
        manager.handleSuccess(checkpointId(tolerable + succeeded + 1));
        for (let id = 1; id <= tolerable; id++) {
          expect(verdictOn(tolerable + succeeded + 1 + id)).toBe("tolerated");
        }
        expect(manager.clone().handleFailure(failureOf(100))).toBe("fail-job");
        expect(verdictOn(100)).toBe("fail-job");
      }),
    );
  });

  test("CheckpointFailureManager ignores a savepoint's failure at the job master, not a synchronous one's at a task", () => {
    const manager = new CheckpointFailureManager(0);
    const savepoint = { kind: "savepoint", reason: "CHECKPOINT_EXPIRED", task: undefined } as const;
    expect(manager.handleFailure({ ...failureOf(1), ...savepoint })).toBe("tolerated");
    const declined = { kind: "synchronous-savepoint", task: TASK } as const;
    const uncounted = { ...failureOf(2), ...declined, reason: "TASK_FAILURE" } as const;
    expect(manager.handleFailure(uncounted)).toBe("fail-job");
  });

  test("checkpoint failure reasons: five count, six are before the flight", () => {
    expect(CHECKPOINT_FAILURE_REASONS.filter(isCounted).toSorted()).toEqual([
      "CHECKPOINT_ASYNC_EXCEPTION",
      "CHECKPOINT_DECLINED",
      "CHECKPOINT_EXPIRED",
      "FINALIZE_CHECKPOINT_FAILURE",
      "IO_EXCEPTION",
    ]);
    expect(CHECKPOINT_FAILURE_REASONS.filter(isPreFlight)).toHaveLength(6);
  });
});

function failureOf(id: number): CheckpointFailure {
  return {
    reason: "CHECKPOINT_DECLINED",
    checkpoint: checkpointId(id),
    kind: "checkpoint",
    task: TASK,
  };
}
