// A pending checkpoint: whose acknowledgements it takes, and what it makes of them.

import { describe, expect, test } from "vitest";
import { instant, micros } from "../../../sim/kernel/virtual-time.ts";
import { calculateCheckpointPlan } from "../../../sim/runtime/checkpoint/checkpoint-plan.ts";
import { CHECKPOINT_PROPERTIES } from "../../../sim/runtime/checkpoint/checkpoint-properties.ts";
import type { Acknowledgement } from "../../../sim/runtime/checkpoint/coordinator-command.ts";
import { PendingCheckpoint } from "../../../sim/runtime/checkpoint/pending-checkpoint.ts";
import type { StateHandle } from "../../../sim/runtime/checkpoint/state-handle.ts";
import { attemptNumber } from "../../../sim/runtime/checkpoint/task-ref.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";

const METRICS = {
  startDelay: micros(0),
  alignmentDuration: micros(0),
  syncDuration: micros(0),
  asyncDuration: micros(0),
};

describe("PendingCheckpoint", () => {
  test("PendingCheckpoint takes one acknowledgement of each planned attempt", () => {
    const pending = pendingOf("RUNNING");
    expect(pending?.acknowledge(ackOf("count-1", 2))).toBe("success");
    expect(pending?.acknowledge(ackOf("count-1", 2))).toBe("duplicate");
    expect(pending?.acknowledge(ackOf("count-2", 1))).toBe("unknown");
    expect(pending?.acknowledge(ackOf("sink-1", 2))).toBe("unknown");
    expect(pending?.missingTasks).toMatchObject([{ task: "count-2", attempt: 2 }]);
    expect(pending?.dispose()).toEqual(["chk-1/count-1"]);
    expect(pending?.acknowledge(ackOf("count-2", 2))).toBe("discarded");
  });

  test("PendingCheckpoint gathers states by subtask index, whatever the order they come in", () => {
    const pending = pendingOf("RUNNING");
    pending?.acknowledge(ackOf("count-2", 2));
    const copy = pending?.clone();
    copy?.acknowledge(ackOf("count-1", 2));
    expect(pending?.isFullyAcknowledged).toBe(false);
    const completed = copy?.toCompleted({ completedAt: instant(9), metadataPath: "m" });
    expect(completed?.operators).toMatchObject([
      {
        operatorId: "count",
        subtasks: [{ keyed: { path: "chk-1/count-1" } }, { keyed: { path: "chk-1/count-2" } }],
      },
    ]);
  });

  test("calculateCheckpointPlan wants every task RUNNING", () => {
    for (const state of ["INITIALIZING", "FINISHED", "CANCELING"]) {
      expect(calculateCheckpointPlan(executionsOf(state))).toEqual({
        kind: "refusal",
        reason: "NOT_ALL_REQUIRED_TASKS_RUNNING",
        task: { task: "count-1", attempt: 2 },
      });
    }
    expect(calculateCheckpointPlan([]).kind).toBe("refusal");
  });
});

function pendingOf(state: string): PendingCheckpoint | undefined {
  const plan = calculateCheckpointPlan(executionsOf(state));
  if (plan.kind === "refusal") return undefined;
  const id = checkpointId(1);
  return new PendingCheckpoint({
    id,
    timestamp: instant(0),
    properties: CHECKPOINT_PROPERTIES,
    plan,
    base: undefined,
  });
}

function executionsOf(state: string) {
  return [0, 1].map((subtaskIndex) => ({
    task: `count-${subtaskIndex + 1}`,
    attempt: attemptNumber(2),
    subtaskIndex,
    state,
    isSource: true,
    operators: [{ operatorId: "count", name: "Count", parallelism: 2, maxParallelism: 128 }],
  }));
}

function ackOf(task: string, attempt: number): Acknowledgement<StateHandle> {
  const keyed = { kind: "file", path: `chk-1/${task}`, sizeBytes: 1 } as const;
  return {
    checkpoint: checkpointId(1),
    task: { task, attempt: attemptNumber(attempt) },
    operatorStates: [
      {
        operatorId: "count",
        state: { keyed, operator: undefined, sizeBytes: 1, checkpointedBytes: 1 },
      },
    ],
    metrics: METRICS,
  };
}
