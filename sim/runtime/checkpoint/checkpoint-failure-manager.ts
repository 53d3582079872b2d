// Counts failed checkpoints in a row and says when the job must fail for them
// (Flink: CheckpointFailureManager). One checkpoint counts once; a success starts the count anew.

import type { CheckpointId } from "../stream-element.ts";
import {
  type CheckpointFailureReason,
  isCounted,
  isPreFlight,
} from "./checkpoint-failure-reason.ts";
import { isSavepoint, type SnapshotKind } from "./checkpoint-properties.ts";
import type { TaskRef } from "./task-ref.ts";

/** A checkpoint that failed. */
export interface CheckpointFailure {
  readonly reason: CheckpointFailureReason;
  /** Absent if it failed before it had an id. */
  readonly checkpoint: CheckpointId | undefined;
  readonly kind: SnapshotKind;
  /** The task to blame, if one reported the failure. */
  readonly task: TaskRef | undefined;
}

/** Whether the job survives the failure. */
export type FailureVerdict = "tolerated" | "fail-job";

/** The count of failures in a row. */
export class CheckpointFailureManager {
  readonly #tolerableFailures: number;
  #failuresInARow = 0;
  /** Checkpoints among those failures. */
  #countedCheckpoints = new Set<CheckpointId>();
  #lastSucceeded: CheckpointId | undefined;

  constructor(tolerableFailures: number) {
    this.#tolerableFailures = tolerableFailures;
  }

  /** A checkpoint failed. */
  handleFailure(failure: CheckpointFailure): FailureVerdict {
    const isTaskFailure = failure.task !== undefined && !isPreFlight(failure.reason);
    if (isTaskFailure && failure.kind === "synchronous-savepoint") return "fail-job";
    if (!isTaskFailure && isSavepoint(failure.kind)) return "tolerated";
    return this.#count(failure);
  }

  /** A checkpoint completed. */
  handleSuccess(checkpoint: CheckpointId): void {
    if (this.#lastSucceeded !== undefined && checkpoint <= this.#lastSucceeded) return;
    this.#lastSucceeded = checkpoint;
    this.#startAnew();
  }

  /** An equal manager that shares nothing with this one. */
  clone(): CheckpointFailureManager {
    const copy = new CheckpointFailureManager(this.#tolerableFailures);
    copy.#failuresInARow = this.#failuresInARow;
    copy.#countedCheckpoints = new Set(this.#countedCheckpoints);
    copy.#lastSucceeded = this.#lastSucceeded;
    return copy;
  }

  /** Plain data that determines everything this manager will do. */
  describeState(): unknown {
    return {
      failuresInARow: this.#failuresInARow,
      countedCheckpoints: [...this.#countedCheckpoints].sort((a, b) => a - b),
      lastSucceeded: this.#lastSucceeded,
    };
  }

  #count({ reason, checkpoint }: CheckpointFailure): FailureVerdict {
    if (!isCounted(reason)) return "tolerated";
    if (checkpoint !== undefined) {
      if (this.#lastSucceeded !== undefined && checkpoint <= this.#lastSucceeded)
        return "tolerated";
      if (this.#countedCheckpoints.has(checkpoint)) return "tolerated";
      this.#countedCheckpoints.add(checkpoint);
    }
    this.#failuresInARow += 1;
    if (this.#failuresInARow <= this.#tolerableFailures) return "tolerated";
    this.#startAnew();
    return "fail-job";
  }

  #startAnew(): void {
    this.#failuresInARow = 0;
    this.#countedCheckpoints = new Set();
  }
}
