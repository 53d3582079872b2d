// Why a checkpoint does not complete (Flink: CheckpointFailureReason). Names are Flink's, so that traces, logs
// and conformance vectors can be compared word for word.

/** What is known of one reason. */
interface FailureReasonFacts {
  /** True if the checkpoint had not been opened yet: no task has heard of it. */
  readonly isPreFlight: boolean;
  /** True if it counts towards the tolerable failures. */
  readonly isCounted: boolean;
  readonly meaning: string;
}

const FACTS = {
  PERIODIC_SCHEDULER_SHUTDOWN: preFlight("the periodic scheduler is not running"),
  TOO_MANY_CHECKPOINT_REQUESTS: preFlight("too many requests were already queued"),
  MINIMUM_TIME_BETWEEN_CHECKPOINTS: preFlight(
    "the minimum pause since the last completed checkpoint had not passed",
  ),
  NOT_ALL_REQUIRED_TASKS_RUNNING: preFlight("not all required tasks were running"),
  BLOCKING_OUTPUT_EXIST: preFlight("a task has a blocking output"),
  IO_EXCEPTION: { ...preFlight("storage or the id counter failed at the start"), isCounted: true },
  CHECKPOINT_EXPIRED: counted("it did not finish before the timeout"),
  CHECKPOINT_ASYNC_EXCEPTION: counted("a task failed to write its snapshot"),
  CHECKPOINT_DECLINED: counted("a task declined it"),
  FINALIZE_CHECKPOINT_FAILURE: counted("its metadata or its pointer could not be written"),
  CHANNEL_STATE_SHARED_STREAM_EXCEPTION: uncounted(
    "another subtask sharing the channel state file failed",
  ),
  CHECKPOINT_SUBSUMED: uncounted("a newer checkpoint completed first"),
  CHECKPOINT_DECLINED_SUBSUMED: uncounted("a task had already seen a newer barrier"),
  CHECKPOINT_DECLINED_TASK_NOT_READY: uncounted("a task was not running yet"),
  CHECKPOINT_DECLINED_TASK_CLOSING: uncounted("a task was finishing"),
  CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER: uncounted("a task received a cancel marker for it"),
  CHECKPOINT_DECLINED_INPUT_END_OF_STREAM: uncounted("an input of a task ended during alignment"),
  CHECKPOINT_COORDINATOR_SHUTDOWN: uncounted("the job has ended"),
  CHECKPOINT_COORDINATOR_SUSPEND: uncounted("the job is no longer running"),
  JOB_FAILOVER_REGION: uncounted("tasks are being restored from an earlier checkpoint"),
  TASK_FAILURE: uncounted("a task failed"),
  TASK_CHECKPOINT_FAILURE: uncounted("a task failed in its part of the checkpoint"),
  UNKNOWN_TASK_CHECKPOINT_NOTIFICATION_FAILURE: uncounted("a task failed on a notification"),
  TRIGGER_CHECKPOINT_FAILURE: uncounted("it could not be triggered"),
} as const satisfies { readonly [reason: string]: FailureReasonFacts };

/** Why a checkpoint does not complete. */
export type CheckpointFailureReason = keyof typeof FACTS;

/** All reasons, in Flink's grouping: before the checkpoint is opened, counted, not counted. */
export const CHECKPOINT_FAILURE_REASONS: readonly CheckpointFailureReason[] = Object.keys(
  FACTS,
) as CheckpointFailureReason[];

/** True if a failure for `reason` happens before the checkpoint is opened. */
export function isPreFlight(reason: CheckpointFailureReason): boolean {
  return FACTS[reason].isPreFlight;
}

/** True if a failure for `reason` counts towards the tolerable failures; five do. */
export function isCounted(reason: CheckpointFailureReason): boolean {
  return FACTS[reason].isCounted;
}

/** What `reason` means, to follow "because": "it did not finish before the timeout". */
export function meaningOf(reason: CheckpointFailureReason): string {
  return FACTS[reason].meaning;
}

function preFlight(meaning: string): FailureReasonFacts {
  return { isPreFlight: true, isCounted: false, meaning };
}

function counted(meaning: string): FailureReasonFacts {
  return { isPreFlight: false, isCounted: true, meaning };
}

function uncounted(meaning: string): FailureReasonFacts {
  return { isPreFlight: false, isCounted: false, meaning };
}
