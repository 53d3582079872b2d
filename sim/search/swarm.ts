// The configurations of a swarm, beside the plans of sim/faults/swarm-plan.ts: each seed has one out of a bounded number.
// What is drawn stands in the case, as if someone had written it.

import { pick } from "../faults/fault-generator.ts";
import type { SwarmProfile } from "../faults/swarm-plan.ts";
import type { PreparedJob } from "../harness/prepared-job.ts";
import { finishHash, mixHash } from "../kernel/hash.ts";
import { randomStream } from "../kernel/random.ts";
import { Configuration, type ConfigValues, OPTIONS } from "../runtime/configuration.ts";
import { faultSpaceOf } from "./fault-space.ts";

/** Configurations of one profile. Few enough that a run without faults is shared by many seeds. */
const CONFIGURATIONS = 64;

/**
 * What is varied, and between what. Every value lets a job come to its end: a checkpoint must be able to complete
 * within its time-out, and heartbeats to arrive within theirs.
 */
const VARIED: readonly (readonly ConfigValues[])[] = [
  valuesOf(OPTIONS.minPause.key, ["5 ms", "50 ms"]),
  valuesOf(OPTIONS.maxConcurrentCheckpoints.key, [1, 2]),
  valuesOf(OPTIONS.retainedCheckpoints.key, [1, 2]),
  valuesOf(OPTIONS.tolerableFailedCheckpoints.key, [0, 1, 3]),
  valuesOf(OPTIONS.inlineThreshold.key, ["0 b", "100 b"]),
  valuesOf(OPTIONS.networkJitter.key, ["0 ms", "5 ms", "20 ms"]),
  valuesOf(OPTIONS.storageJitter.key, ["0 ms", "20 ms"]),
  valuesOf(OPTIONS.outsideJitter.key, ["0 ms", "20 ms"]),
  valuesOf(OPTIONS.slots.key, [1, 2, 4]),
  valuesOf(OPTIONS.buffersPerChannel.key, [1, 2, 4]),
  valuesOf(OPTIONS.floatingBuffers.key, [0, 2, 8]),
  valuesOf(OPTIONS.maxBuffersPerChannel.key, [1, 3, 10]),
  valuesOf(OPTIONS.fetchSize.key, [1, 4, 16]),
  valuesOf(OPTIONS.bootDelay.key, ["100 ms", "2 s"]),
  [{ [OPTIONS.heartbeatInterval.key]: "300 ms", [OPTIONS.heartbeatTimeout.key]: "2 s" }],
  stateBackends(),
  restartStrategies(),
];

/**
 * RocksDB, its incremental checkpoints, and those of one, and of ForSt, so small that files are merged all the time; and
 * a changelog over heap and over RocksDB, materialized often enough that most runs see it done.
 */
function stateBackends(): readonly ConfigValues[] {
  const rocksdb = { [OPTIONS.stateBackend.key]: "rocksdb" };
  const incremental = { ...rocksdb, [OPTIONS.incremental.key]: true };
  const small = {
    [OPTIONS.writeBufferSize.key]: "512 b",
    [OPTIONS.targetFileSizeBase.key]: "256 b",
    [OPTIONS.levelSizeBase.key]: "512 b",
    [OPTIONS.levelZeroTrigger.key]: 2,
  };
  const forst = { [OPTIONS.stateBackend.key]: "forst" };
  const logged = (interval: string): ConfigValues => {
    return { [OPTIONS.changelog.key]: true, [OPTIONS.materializationInterval.key]: interval };
  };
  return [
    rocksdb,
    incremental,
    { ...incremental, ...small },
    { ...forst, ...small },
    { [OPTIONS.stateBackend.key]: "hashmap", ...logged("60 ms") },
    { ...incremental, ...small, ...logged("150 ms") },
  ];
}

/** Each of them restarts a job as often as faults ask for it. */
function restartStrategies(): readonly ConfigValues[] {
  const exponential = { [OPTIONS.restartStrategy.key]: "exponential-delay" };
  const rate = { [OPTIONS.restartStrategy.key]: "failure-rate" };
  return [
    exponential,
    { ...exponential, [OPTIONS.backoffInitial.key]: "100 ms" },
    { ...rate, [OPTIONS.failureRateMax.key]: 10_000, [OPTIONS.failureRateDelay.key]: "100 ms" },
    { [OPTIONS.restartDelay.key]: "100 ms" },
  ];
}

/** Always varied: by default a checkpoint that lost a message is waited for ten minutes, and nothing else happens. */
const TIMEOUTS = valuesOf(OPTIONS.checkpointTimeout.key, ["500 ms", "2 s", "30 s"]);

function valuesOf(key: string, values: readonly (string | number)[]): readonly ConfigValues[] {
  return values.map((value) => ({ [key]: value }));
}

/** The interval of checkpoints is a share of what a run of the job takes, so that each has some and none thousands. */
const CHECKPOINTS_A_RUN = [40, 12, 3];

function intervalsOf(prepared: PreparedJob): readonly ConfigValues[] {
  const { runLength } = faultSpaceOf(prepared);
  const intervals = CHECKPOINTS_A_RUN.map((count) => {
    return `${Math.max(20, Math.round(runLength / count / 1000))} ms`;
  });
  return valuesOf(OPTIONS.checkpointInterval.key, intervals);
}

/**
 * The configuration of `seed` for a job that is prepared without it: each option is left as it is, or varied, unless it is
 * among the request's `own`.
 */
export function swarmConfig(
  prepared: PreparedJob,
  options: {
    readonly seed: number;
    readonly profile: SwarmProfile;
    readonly own?: ConfigValues;
  },
): ConfigValues {
  const { own = {} } = options;
  const drawn = drawConfig(prepared, options);
  return { ...withoutConflict(drawn, own), ...own };
}

function drawConfig(
  prepared: PreparedJob,
  { seed, profile }: { readonly seed: number; readonly profile: SwarmProfile },
): ConfigValues {
  const number = finishHash(mixHash(0, seed)) % CONFIGURATIONS;
  const random = randomStream(`swarm-configuration/${number}`);
  const varied = [intervalsOf(prepared), ...VARIED];
  const chosen = varied.flatMap((values) => (random.below(2) === 0 ? [] : [pick(random, values)]));
  // Only what lies in files of its own can be damaged apart from the rest.
  const files = profile === "beyond" ? [{ [OPTIONS.inlineThreshold.key]: "0 b" }] : [];
  return Object.assign({}, pick(random, TIMEOUTS), ...chosen, ...files) as ConfigValues;
}

/** There is no changelog over ForSt: of the two, what was drawn gives way to what was asked for. */
function withoutConflict(drawn: ConfigValues, own: ConfigValues): ConfigValues {
  const both = Configuration.of(drawn, own);
  if (both.get(OPTIONS.stateBackend) !== "forst" || !both.get(OPTIONS.changelog)) return drawn;
  const given = Configuration.of(own).get(OPTIONS.changelog)
    ? OPTIONS.stateBackend
    : OPTIONS.changelog;
  const { [given.key]: _, ...rest } = drawn;
  return rest;
}
