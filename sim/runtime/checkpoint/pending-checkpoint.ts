// A checkpoint that has been triggered and waits for its tasks (Flink: PendingCheckpoint). An acknowledgement is
// told apart by task and attempt number, so that an earlier attempt's is never taken for the present one's.

import { invariant, must } from "../../kernel/invariant.ts";
import type { Instant } from "../../kernel/virtual-time.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { CheckpointPlan, OperatorDescription, PlannedTask } from "./checkpoint-plan.ts";
import { type CheckpointProperties, isSavepoint } from "./checkpoint-properties.ts";
import {
  type CompletedCheckpoint,
  type OperatorState,
  type OperatorSubtaskState,
  stateFilesOf,
} from "./completed-checkpoint.ts";
import type { AcknowledgedOperatorState, Acknowledgement } from "./coordinator-command.ts";
import { type StateHandle, sharedFilesOf } from "./state-handle.ts";
import type { TaskRef } from "./task-ref.ts";

/** What became of an acknowledgement; `unknown` comes from a task that is not in the plan. */
export type AcknowledgeOutcome = "success" | "duplicate" | "unknown" | "discarded";

/** What a task handed in, with every file of it known. */
type KnownOperatorState = AcknowledgedOperatorState<StateHandle>;

/** What a pending checkpoint is, from its opening on. */
export interface PendingCheckpointDescription {
  readonly id: CheckpointId;
  /** When it was triggered, by the coordinator's clock. */
  readonly timestamp: Instant;
  readonly properties: CheckpointProperties;
  readonly plan: CheckpointPlan;
  /** The newest completed checkpoint at its opening: the oldest whose files its tasks may build on. */
  readonly base: CheckpointId | undefined;
}

/** A checkpoint under way. */
export class PendingCheckpoint {
  readonly description: PendingCheckpointDescription;
  /** The states handed in, by task and attempt. */
  readonly #acknowledged = new Map<string, readonly KnownOperatorState[]>();
  #isDisposed = false;

  constructor(description: PendingCheckpointDescription) {
    this.description = description;
  }

  get id(): CheckpointId {
    return this.description.id;
  }

  /** True once every task of the plan has acknowledged. */
  get isFullyAcknowledged(): boolean {
    return this.#acknowledged.size === this.description.plan.tasksToWaitFor.length;
  }

  /** Tasks that have acknowledged. */
  get acknowledgedTasks(): readonly TaskRef[] {
    return this.description.plan.tasksToWaitFor.filter((task) => this.#has(task));
  }

  /** Tasks that have not. */
  get missingTasks(): readonly TaskRef[] {
    return this.description.plan.tasksToWaitFor.filter((task) => !this.#has(task));
  }

  /** Takes in an acknowledgement. On `success` its state belongs to this checkpoint from now on. */
  acknowledge(acknowledgement: Acknowledgement<StateHandle>): AcknowledgeOutcome {
    const { checkpoint, task, operatorStates } = acknowledgement;
    invariant(
      checkpoint === this.id,
      () => `Cannot acknowledge checkpoint ${this.id}: found ${checkpoint}`,
    );
    if (this.#isDisposed) return "discarded";
    const planned = this.description.plan.tasksToWaitFor.find(
      (candidate) => candidate.task === task.task && candidate.attempt === task.attempt,
    );
    if (planned === undefined) return "unknown";
    if (this.#has(task)) return "duplicate";
    for (const { operatorId } of operatorStates) {
      invariant(
        planned.operators.some((operator) => operator.operatorId === operatorId),
        () =>
          `Cannot acknowledge checkpoint ${this.id} from ${task.task}: it does not run operator ${operatorId}`,
      );
    }
    this.#acknowledged.set(keyOf(task), operatorStates);
    return "success";
  }

  /** What has been handed in, as a completed checkpoint. Only once fully acknowledged. */
  toCompleted(options: {
    readonly completedAt: Instant;
    readonly metadataPath: string;
  }): CompletedCheckpoint {
    invariant(
      this.isFullyAcknowledged,
      () =>
        `Cannot complete checkpoint ${this.id}: ${this.missingTasks.length} tasks have not acknowledged`,
    );
    const { id, timestamp, properties, plan } = this.description;
    return {
      id,
      kind: properties.kind,
      timestamp,
      ...options,
      operators: operatorsOf(plan.tasksToWaitFor).map((operator) => this.#stateOf(operator)),
    };
  }

  /** Gives up this checkpoint and returns the files handed in so far that no other checkpoint may refer to. */
  dispose(): readonly string[] {
    this.#isDisposed = true;
    const files: string[] = [];
    for (const [, states] of this.#inPlanOrder()) {
      for (const { state } of states) {
        files.push(...stateFilesOf(state));
        // A savepoint shares nothing: what is a shared file elsewhere is its own.
        if (isSavepoint(this.description.properties.kind)) files.push(...storedFilesOf(state));
      }
    }
    return files;
  }

  /** An equal checkpoint that shares nothing with this one. */
  clone(): PendingCheckpoint {
    const copy = new PendingCheckpoint(this.description);
    for (const [key, states] of this.#acknowledged) copy.#acknowledged.set(key, states);
    copy.#isDisposed = this.#isDisposed;
    return copy;
  }

  /** Plain data that determines everything this checkpoint will do. */
  describeState(): unknown {
    return {
      description: this.description,
      acknowledged: this.#inPlanOrder(),
      isDisposed: this.#isDisposed,
    };
  }

  #inPlanOrder(): readonly (readonly [string, readonly KnownOperatorState[]])[] {
    return this.description.plan.tasksToWaitFor.flatMap((task) => {
      const states = this.#acknowledged.get(keyOf(task));
      return states === undefined ? [] : [[keyOf(task), states] as const];
    });
  }

  #has(task: TaskRef): boolean {
    return this.#acknowledged.has(keyOf(task));
  }

  #stateOf(operator: OperatorDescription): OperatorState {
    const subtasks: (OperatorSubtaskState | undefined)[] = new Array(operator.parallelism).fill(
      undefined,
    );
    for (const task of this.description.plan.tasksToWaitFor) {
      const states = must(
        this.#acknowledged.get(keyOf(task)),
        () => `acknowledgement of ${task.task}`,
      );
      const found = states.find((state) => state.operatorId === operator.operatorId);
      if (found !== undefined) subtasks[task.subtaskIndex] = found.state;
    }
    const { operatorId, name, parallelism, maxParallelism } = operator;
    return { operatorId, name, parallelism, maxParallelism, subtasks };
  }
}

function operatorsOf(tasks: readonly PlannedTask[]): readonly OperatorDescription[] {
  const operators = new Map<string, OperatorDescription>();
  for (const task of tasks) {
    for (const operator of task.operators) {
      if (!operators.has(operator.operatorId)) operators.set(operator.operatorId, operator);
    }
  }
  return [...operators.values()];
}

/** The files among a subtask's shared state. */
function storedFilesOf(state: OperatorSubtaskState | undefined): readonly string[] {
  return sharedFilesOf(state?.keyed).flatMap(({ handle }) => {
    return handle.kind === "file" ? [handle.path] : [];
  });
}

function keyOf({ task, attempt }: TaskRef): string {
  return `${task}#${attempt}`;
}
