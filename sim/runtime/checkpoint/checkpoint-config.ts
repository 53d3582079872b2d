// How a job is checkpointed, with Flink's defaults (Flink: CheckpointingOptions,
// CheckpointCoordinatorConfiguration). Checked once, here; everyone else may rely on it.

import { type Duration, micros, millis, seconds } from "../../kernel/virtual-time.ts";

/** What a checkpoint promises for state: each record's effect exactly once, or at least once. */
export type CheckpointingMode = "EXACTLY_ONCE" | "AT_LEAST_ONCE";

/** Whether checkpoints outlive the job (`execution.checkpointing.externalized-checkpoint-retention`). */
export type RetentionMode =
  | "NO_EXTERNALIZED_CHECKPOINTS"
  | "DELETE_ON_CANCELLATION"
  | "RETAIN_ON_CANCELLATION";

/** How a job ended; `SUSPENDED` is a lost leadership, after which another job master goes on. */
export type JobStatusAtEnd = "FINISHED" | "CANCELED" | "FAILED" | "SUSPENDED";

/** How a job is checkpointed. Make one with {@link checkpointConfig}. */
export interface CheckpointCoordinatorConfig {
  /** `execution.checkpointing.interval`; none means no periodic checkpoints. */
  readonly interval: Duration | undefined;
  /** `execution.checkpointing.timeout`, from the creation of the pending checkpoint. */
  readonly timeout: Duration;
  /** `execution.checkpointing.min-pause`, from a completion to the next periodic trigger. */
  readonly minPause: Duration;
  /** `execution.checkpointing.max-concurrent-checkpoints`. */
  readonly maxConcurrent: number;
  /** `execution.checkpointing.num-retained`. */
  readonly numRetained: number;
  /** `execution.checkpointing.tolerable-failed-checkpoints`, in a row. */
  readonly tolerableFailures: number;
  /** `execution.checkpointing.mode`. */
  readonly mode: CheckpointingMode;
  readonly retention: RetentionMode;
  /** The job's directory in the checkpoint storage; checkpoint 7 lies in `<directory>/chk-7`. */
  readonly directory: string;
  /** Where savepoints go; savepoint 7 lies in `<directory>/savepoint-7`. */
  readonly savepointDirectory: string;
  /** `execution.checkpointing.unaligned.enabled`; not carried out yet, but it makes savepoints wait. */
  readonly isUnaligned: boolean;
  /** `teaching.uncoordinated-snapshots`: every task is asked directly, and no barriers are sent. */
  readonly isUncoordinated: boolean;
}

/** A checkpoint configuration that cannot be. The message names the key. */
class CheckpointConfigError extends Error {
  override readonly name = "CheckpointConfigError";
}

const DEFAULTS: CheckpointCoordinatorConfig = {
  interval: undefined,
  timeout: seconds(600),
  minPause: micros(0),
  maxConcurrent: 1,
  numRetained: 1,
  tolerableFailures: 0,
  mode: "EXACTLY_ONCE",
  retention: "NO_EXTERNALIZED_CHECKPOINTS",
  directory: "checkpoints",
  savepointDirectory: "savepoints",
  isUnaligned: false,
  isUncoordinated: false,
};

const SHORTEST = millis(10);
const PAUSE_MAX = seconds(365 * 24 * 60 * 60);

/**
 * The configuration with `settings` over Flink's defaults. Throws a {@link CheckpointConfigError} for what Flink
 * would refuse; a pause over a year is taken as a year.
 *
 * @example checkpointConfig({ interval: seconds(1), tolerableFailures: 3 })
 */
export function checkpointConfig(
  settings: Partial<CheckpointCoordinatorConfig>,
): CheckpointCoordinatorConfig {
  const config = { ...DEFAULTS, ...settings };
  const { interval, timeout } = config;
  if (interval !== undefined) demandAtLeast("interval", interval, SHORTEST);
  demandAtLeast("timeout", timeout, SHORTEST);
  demandCount("max-concurrent-checkpoints", config.maxConcurrent, 1);
  demandCount("num-retained", config.numRetained, 1);
  demandCount("tolerable-failed-checkpoints", config.tolerableFailures, 0);
  return config.minPause > PAUSE_MAX ? { ...config, minPause: PAUSE_MAX } : config;
}

/** The time between two periodic triggers: the interval, or the minimum pause if that is longer. */
export function effectiveInterval(config: CheckpointCoordinatorConfig): Duration | undefined {
  const { interval, minPause } = config;
  if (interval === undefined) return undefined;
  return interval > minPause ? interval : minPause;
}

function demandAtLeast(key: string, value: Duration, least: Duration): void {
  if (value >= least) return;
  throw new CheckpointConfigError(
    `Cannot use execution.checkpointing.${key}: found ${value} us, expected at least ${least} us`,
  );
}

function demandCount(key: string, value: number, least: number): void {
  const isUnlimited = value === Number.POSITIVE_INFINITY;
  if (isUnlimited || (Number.isSafeInteger(value) && value >= least)) return;
  throw new CheckpointConfigError(
    `Cannot use execution.checkpointing.${key}: found ${value}, expected a whole number from ${least} on`,
  );
}
