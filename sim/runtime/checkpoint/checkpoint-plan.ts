// Which tasks a checkpoint triggers, waits for and tells of its end (Flink: DefaultCheckpointPlanCalculator).
// In Cleancut a job's tasks reach FINISHED only all together, so a plan with some finished tasks (FLIP-147)
// never has to be made: it is refused like any other task that is not running.

import type { TaskRef } from "./task-ref.ts";

/** An operator of the job graph, as a checkpoint names it. */
export interface OperatorDescription {
  /** The operator's uid. */
  readonly operatorId: string;
  readonly name: string;
  readonly parallelism: number;
  /** The number of key groups. */
  readonly maxParallelism: number;
}

/** What the plan needs to know of a subtask's current execution. */
export interface PlannedExecution extends TaskRef {
  readonly subtaskIndex: number;
  /** The execution's state, in Flink's words: CREATED, DEPLOYING, INITIALIZING, RUNNING, ... */
  readonly state: string;
  readonly isSource: boolean;
  /** The operators of its chain, head first. */
  readonly operators: readonly OperatorDescription[];
}

/** Who takes part in a checkpoint. */
export interface CheckpointPlan {
  readonly kind: "plan";
  /** Tasks that are told to start: the sources. */
  readonly tasksToTrigger: readonly TaskRef[];
  /** Tasks that must acknowledge, with what they run. */
  readonly tasksToWaitFor: readonly PlannedTask[];
  /** Tasks that hear of the completion or the abort. */
  readonly tasksToCommitTo: readonly TaskRef[];
}

/** A task that must acknowledge. */
export interface PlannedTask extends TaskRef {
  readonly subtaskIndex: number;
  readonly operators: readonly OperatorDescription[];
}

/** Why there is no plan. */
export interface CheckpointPlanRefusal {
  readonly kind: "refusal";
  readonly reason: "NOT_ALL_REQUIRED_TASKS_RUNNING";
  /** The first task found not running, if there is any task at all. */
  readonly task: TaskRef | undefined;
}

/** The plan over the current executions, in job graph order; refused unless every one is RUNNING. */
export function calculateCheckpointPlan(
  executions: readonly PlannedExecution[],
): CheckpointPlan | CheckpointPlanRefusal {
  const missing = executions.find((execution) => execution.state !== "RUNNING");
  if (missing !== undefined || executions.length === 0) {
    return {
      kind: "refusal",
      reason: "NOT_ALL_REQUIRED_TASKS_RUNNING",
      task: missing === undefined ? undefined : refOf(missing),
    };
  }
  return {
    kind: "plan",
    tasksToTrigger: executions.filter((execution) => execution.isSource).map(refOf),
    tasksToWaitFor: executions.map(({ task, attempt, subtaskIndex, operators }) => ({
      task,
      attempt,
      subtaskIndex,
      operators,
    })),
    tasksToCommitTo: executions.map(refOf),
  };
}

function refOf({ task, attempt }: TaskRef): TaskRef {
  return { task, attempt };
}
