// What a task manager is told of each attempt that it is to run (Flink: TaskDeploymentDescriptorFactory): where its
// producers are, and which part of the checkpoint is its own.

import { invariant, must } from "../../kernel/invariant.ts";
import type { RestoredCheckpoint } from "../checkpoint/checkpoint-disposal.ts";
import type { CompletedCheckpoint } from "../checkpoint/completed-checkpoint.ts";
import { type AssignedState, restoreState } from "../checkpoint/state-assignment.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { JobDescription } from "../task/job-graph.ts";
import type { TaskDeployment } from "./cluster-message.ts";
import { type Execution, operatorsOf } from "./execution-graph.ts";

/** A checkpoint, dealt out to the subtasks of a job. */
export interface StateToRestore {
  readonly checkpoint: CheckpointId;
  /** Whether snapshots may refer to its files. */
  readonly mayBuildOn: boolean;
  /** The state of each operator, by uid and subtask. */
  readonly operators: ReadonlyMap<string, readonly (AssignedState | undefined)[]>;
}

/** What all attempts of one restart have in common. */
export interface CommonDeployment {
  readonly submission: number;
  readonly job: JobDescription;
  /** Partitions of each source's system, by the vertex's id. */
  readonly partitions: ReadonlyMap<number, number>;
  /** All attempts, each with its task manager. */
  readonly executions: readonly Execution[];
  readonly restore: StateToRestore | undefined;
}

/** Recovery = restoreState(Checkpoint). What the job was started from is `startedFrom`; undefined if from nothing. */
export function stateToRestore(
  checkpoint: CompletedCheckpoint,
  job: JobDescription,
  startedFrom: RestoredCheckpoint | undefined,
): StateToRestore {
  const operators = job.vertices.flatMap(operatorsOf);
  const assignment = restoreState(checkpoint, operators, { ignoresUnclaimedState: false });
  invariant(
    assignment.kind === "assigned",
    () => `Cannot restore checkpoint ${checkpoint.id}: its job has another graph`,
  );
  return {
    checkpoint: checkpoint.id,
    mayBuildOn: mayBuildOn(checkpoint.id, startedFrom),
    operators: new Map(
      assignment.operators.map(({ operatorId, subtasks }) => [operatorId, subtasks]),
    ),
  };
}

/** The deployment of one attempt. */
export function taskDeploymentOf(execution: Execution, common: CommonDeployment): TaskDeployment {
  const { place, attempt, vertex, subtaskIndex } = execution;
  const { submission, partitions, restore } = common;
  return {
    submission,
    task: place.name,
    attempt,
    vertex: vertex.id,
    subtaskIndex,
    partitions: partitions.get(vertex.id) ?? 0,
    producers: producersOf(execution, common),
    restore: restore === undefined ? undefined : restoreOf(execution, restore),
  };
}

/** Not on what stays the user's: the next snapshot is a whole one (Flink: the forced full snapshot of NO_CLAIM). */
function mayBuildOn(id: CheckpointId, startedFrom: RestoredCheckpoint | undefined): boolean {
  return startedFrom?.checkpoint !== id || startedFrom.claimMode !== "NO_CLAIM";
}

function producersOf(
  { vertex }: Execution,
  { job, executions }: CommonDeployment,
): TaskDeployment["producers"] {
  const sources = new Set(
    job.edges.filter((edge) => edge.target === vertex.id).map((edge) => edge.source),
  );
  return executions
    .filter((other) => sources.has(other.vertex.id))
    .map(({ place, taskManager }) => ({
      task: place.name,
      taskManager: must(taskManager, "task manager of a producer"),
    }));
}

function restoreOf(
  { vertex, subtaskIndex }: Execution,
  { checkpoint, mayBuildOn, operators }: StateToRestore,
): TaskDeployment["restore"] {
  const own = vertex.operators.flatMap(({ uid }) => {
    const state = operators.get(uid)?.[subtaskIndex];
    return state === undefined ? [] : [{ operatorId: uid, state }];
  });
  return { checkpoint, mayBuildOn, operators: own };
}
