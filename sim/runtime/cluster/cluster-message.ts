// What the job master and the task managers tell one another, as plain data (Flink: JobMasterGateway,
// TaskExecutorGateway). A message about a task names the attempt it means.

import type { Instant } from "../../kernel/virtual-time.ts";
import type { CheckpointFailureReason } from "../checkpoint/checkpoint-failure-reason.ts";
import type {
  AcknowledgedOperatorState,
  SubtaskCheckpointMetrics,
} from "../checkpoint/coordinator-command.ts";
import type { AssignedState } from "../checkpoint/state-assignment.ts";
import type { TaskRef } from "../checkpoint/task-ref.ts";
import type { SavepointOptions } from "../savepoint-options.ts";
import type { AlignmentType, CheckpointId } from "../stream-element.ts";

/** Everything a task manager needs to start an attempt (Flink: TaskDeploymentDescriptor). */
export interface TaskDeployment extends TaskRef {
  /** Which submission of the job it belongs to, from 0. */
  readonly submission: number;
  readonly vertex: number;
  readonly subtaskIndex: number;
  /** Partitions of the source's system; 0 for other tasks. */
  readonly partitions: number;
  /** Where each producer of each input runs, by task name. */
  readonly producers: readonly { readonly task: string; readonly taskManager: string }[];
  readonly restore:
    | {
        readonly checkpoint: CheckpointId;
        /** Whether snapshots may refer to the files restored from; those of another's checkpoint they may not. */
        readonly mayBuildOn: boolean;
        readonly operators: readonly {
          readonly operatorId: string;
          readonly state: AssignedState;
        }[];
      }
    | undefined;
}

/** From the job master to a task manager. */
export type TaskManagerMessage =
  | { readonly kind: "registration-accepted"; readonly leadership: number }
  | { readonly kind: "heartbeat"; readonly number: number }
  | ({ readonly kind: "deploy-task" } & TaskDeployment)
  | ({ readonly kind: "cancel-task" } & TaskRef)
  | ({
      readonly kind: "trigger-checkpoint";
      readonly checkpoint: CheckpointId;
      readonly timestamp: Instant;
      readonly alignment: AlignmentType;
      readonly savepoint?: SavepointOptions;
    } & TaskRef)
  | ({ readonly kind: "notify-checkpoint-complete"; readonly checkpoint: CheckpointId } & TaskRef)
  | ({
      readonly kind: "notify-checkpoint-aborted";
      readonly checkpoint: CheckpointId;
      readonly latestCompleted: CheckpointId | undefined;
    } & TaskRef)
  | ({ readonly kind: "finish-task" } & TaskRef)
  | { readonly kind: "job-ended"; readonly submission: number };

/** Which boot of which task manager speaks. */
interface TaskManagerBoot {
  readonly taskManager: string;
  readonly boot: number;
}

/** From a task manager to the job master. */
export type JobMasterMessage =
  | ({
      readonly kind: "register-task-manager";
      readonly slots: number;
      /** Tells a process that came back with its disk from one that lost it. */
      readonly resourceId: string;
    } & TaskManagerBoot)
  | ({ readonly kind: "heartbeat-response"; readonly number: number } & TaskManagerBoot)
  | ({ readonly kind: "task-running" } & TaskRef)
  | ({ readonly kind: "task-at-end" } & TaskRef)
  | ({ readonly kind: "task-ready-to-finish" } & TaskRef)
  | ({
      readonly kind: "task-ended";
      readonly state: "FINISHED" | "CANCELED" | "FAILED";
      readonly reason: string;
      /** Set where no restart can mend it (Flink: ThrowableType.NonRecoverableError). */
      readonly isUnrecoverable?: true;
    } & TaskRef)
  | ({
      readonly kind: "acknowledge-checkpoint";
      readonly checkpoint: CheckpointId;
      readonly states: readonly AcknowledgedOperatorState[];
      readonly metrics: SubtaskCheckpointMetrics;
    } & TaskRef)
  | ({
      readonly kind: "decline-checkpoint";
      readonly checkpoint: CheckpointId;
      readonly reason: CheckpointFailureReason;
    } & TaskRef);

/** Between task managers: a consumer asks for its channel (Flink: PartitionRequest). */
export interface PartitionRequest {
  readonly kind: "request-partition";
  readonly channel: string;
  /** The task that writes to it. */
  readonly producer: string;
  readonly producerAttempt: number;
  readonly consumer: string;
  readonly consumerAttempt: number;
  /** Where the consumer runs. */
  readonly taskManager: string;
}

/** From the transport: the other end of a connection is gone. */
export interface ConnectionLost {
  readonly kind: "connection-lost";
  readonly host: string;
  /** The attempts that read from it. */
  readonly tasks: readonly TaskRef[];
}
