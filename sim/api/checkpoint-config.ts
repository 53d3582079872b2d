// How a job's author sets checkpointing up (Flink: CheckpointConfig). It writes configuration values and
// nothing else; times are whole milliseconds, as in Flink.

import { OPTIONS } from "../runtime/configuration.ts";
import type { CheckpointingMode } from "./checkpointing-mode.ts";

/** The checkpointing part of an environment. */
export class CheckpointConfig {
  readonly #set: (key: string, value: string | number) => void;

  constructor(set: (key: string, value: string | number) => void) {
    this.#set = set;
  }

  /** Time between two periodic checkpoints, in milliseconds. */
  setCheckpointInterval(interval: number): this {
    return this.#write(OPTIONS.checkpointInterval.key, `${interval} ms`);
  }

  setCheckpointingMode(mode: CheckpointingMode): this {
    return this.#write(OPTIONS.checkpointingMode.key, mode);
  }

  /** Time after which a pending checkpoint is given up, in milliseconds. */
  setCheckpointTimeout(timeout: number): this {
    return this.#write(OPTIONS.checkpointTimeout.key, `${timeout} ms`);
  }

  /** Least time from the end of one checkpoint to the start of the next, in milliseconds. */
  setMinPauseBetweenCheckpoints(pause: number): this {
    return this.#write(OPTIONS.minPause.key, `${pause} ms`);
  }

  setMaxConcurrentCheckpoints(count: number): this {
    return this.#write(OPTIONS.maxConcurrentCheckpoints.key, count);
  }

  /** Consecutive failed checkpoints that do not yet restart the job. */
  setTolerableCheckpointFailureNumber(count: number): this {
    return this.#write(OPTIONS.tolerableFailedCheckpoints.key, count);
  }

  #write(key: string, value: string | number): this {
    this.#set(key, value);
    return this;
  }
}
