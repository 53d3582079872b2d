// failure-manager.json: when failed checkpoints fail the job, against CheckpointFailureManager.

import { CheckpointFailureManager } from "../../../sim/runtime/checkpoint/checkpoint-failure-manager.ts";
import {
  CHECKPOINT_FAILURE_REASONS,
  type CheckpointFailureReason,
  isCounted,
} from "../../../sim/runtime/checkpoint/checkpoint-failure-reason.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";
import type { Adapter, Outcome } from "../adapter.ts";

interface Step {
  readonly op: string;
  readonly reason?: CheckpointFailureReason;
  readonly checkpointId: number;
  readonly countedReasons?: readonly string[];
}

/** The failure manager, of Flink's CheckpointFailureManagerTest. */
export const failureManager: Adapter = {
  file: "failure-manager.json",
  run(vectorCase) {
    const manager = new CheckpointFailureManager(vectorCase["tolerableFailures"] as number);
    let failJobCalls = 0;
    const fail = (reason: CheckpointFailureReason, id: number) => {
      // Flink's tests use a negative id for a checkpoint that has none.
      const checkpoint = id < 0 ? undefined : checkpointId(id);
      const failure = { reason, checkpoint, kind: "checkpoint", task: undefined } as const;
      if (manager.handleFailure(failure) === "fail-job") failJobCalls += 1;
    };
    for (const step of vectorCase["script"] as readonly Step[]) {
      switch (step.op) {
        case "failure":
          fail(step.reason as CheckpointFailureReason, step.checkpointId);
          break;
        case "success":
          manager.handleSuccess(checkpointId(step.checkpointId));
          break;
        case "failureForEveryReason": {
          const wrong = wrongReasons(step.countedReasons ?? []);
          if (wrong.length > 0) return { failed: `counted or not: ${wrong.join(", ")}` };
          for (const reason of CHECKPOINT_FAILURE_REASONS) fail(reason, step.checkpointId);
          break;
        }
        default:
          return { notYet: step.op };
      }
    }
    const { failJobCalls: expected } = vectorCase["expect"] as { readonly failJobCalls: number };
    const outcome: Outcome = { failed: `fail-job: found ${failJobCalls}, expected ${expected}` };
    return failJobCalls === expected ? "passed" : outcome;
  },
};

function wrongReasons(counted: readonly string[]): readonly string[] {
  return CHECKPOINT_FAILURE_REASONS.filter(
    (reason) => isCounted(reason) !== counted.includes(reason),
  );
}
