// Configurations that several bugs need before they can show themselves.

import type { Fault } from "../api/scenario.ts";
import type { Case } from "../harness/case.ts";
import type { ConfigValues } from "../runtime/configuration.ts";

/** Two checkpoints are under way at a time, and a later one may complete before an earlier one. */
export const OVERLAPPING_CHECKPOINTS: ConfigValues = {
  "execution.checkpointing.interval": "20 ms",
  "execution.checkpointing.max-concurrent-checkpoints": 2,
  "execution.checkpointing.tolerable-failed-checkpoints": 100,
  "world.storage.latency": "10 ms",
  "world.storage.jitter": "30 ms",
};

/** Keyed state in files that checkpoints share. None is small enough to travel with its acknowledgement. */
export const INCREMENTAL_CHECKPOINTS: ConfigValues = {
  "state.backend.type": "rocksdb",
  "execution.checkpointing.incremental": true,
  "execution.checkpointing.data-inline-threshold": "0b",
};

/** Keyed state with a log of its changes, materialized about once a checkpoint. No file travels with an acknowledgement. */
export const CHANGELOG: ConfigValues = {
  "state.changelog.enabled": true,
  "state.changelog.periodic-materialize.interval": "60 ms",
  "execution.checkpointing.data-inline-threshold": "0b",
};

/** Keyed state whose files are in the shared storage from the start. */
export const DISAGGREGATED_STATE: ConfigValues = { "state.backend.type": "forst" };

/** Task managers keep copies of keyed state on their disks, and restores take them. */
export const LOCAL_RECOVERY: ConfigValues = { "execution.state-recovery.from-local": true };

/** Checkpoints so close, and an input so slow, that ids get a second digit before its end. */
export const MANY_CHECKPOINTS: ConfigValues = {
  "execution.checkpointing.interval": "25 ms",
  "world.source.arrival-interval": "20 ms",
  "world.storage.latency": "1 ms",
  "world.storage.jitter": "1 ms",
};

/** A job of few tasks and records, whose checkpoints have few files. */
export const SMALL_JOB: Case["scenario"] = {
  name: "generated",
  params: {
    shape: "append-list",
    parallelism: 1,
    sources: 1,
    sinks: 1,
    left: [[0, 1, 0, 1, 0, 1, 0, 1]],
  },
};

/** Some checkpoints expire while their files are being written. No fault is needed for it, and the job goes on. */
export const EXPIRING_CHECKPOINTS: ConfigValues = {
  "execution.checkpointing.interval": "30 ms",
  "execution.checkpointing.timeout": "32 ms",
  "execution.checkpointing.tolerable-failed-checkpoints": 10_000,
  "world.storage.latency": "5 ms",
  "world.storage.jitter": "25 ms",
};

/** A job is stopped with a savepoint and started again with three subtasks. */
export const GOES_ON_WITH_THREE: readonly Fault[] = [
  {
    what: "job-stopped",
    where: "job-master",
    when: { after: { event: "checkpoint-stored", place: "job-master", checkpoint: 1, nth: 1 } },
  },
  {
    what: "job-resumed",
    where: "job-master",
    when: { after: { event: "job-ended", place: "job-master", nth: 1 } },
    resume: { config: { "parallelism.default": 3 } },
  },
];
