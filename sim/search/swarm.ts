// The cases of a swarm: each seed has a configuration out of a bounded number, and a plan with half of the kinds of
// fault. Both stand in the case, as if someone had written them.

import type { Fault } from "../api/scenario.ts";
import { pick } from "../faults/fault-generator.ts";
import { drawSwarmPlan, type SwarmProfile } from "../faults/swarm-plan.ts";
import type { PreparedJob } from "../harness/prepared-job.ts";
import { finishHash, mixHash } from "../kernel/hash.ts";
import { randomStream } from "../kernel/random.ts";
import { type ConfigValues, OPTIONS } from "../runtime/configuration.ts";
import { faultSpaceOf } from "./fault-space.ts";

/** Configurations of one profile. Few enough that a run without faults is shared by many seeds. */
const CONFIGURATIONS = 64;

/**
 * What is varied, and between what. Every value lets a job come to its end: a checkpoint must be able to complete
 * within its time-out, and heartbeats to arrive within theirs.
 */
const VARIED: readonly (readonly ConfigValues[])[] = [
  valuesOf(OPTIONS.checkpointInterval.key, ["20 ms", "60 ms", "250 ms"]),
  valuesOf(OPTIONS.checkpointTimeout.key, ["500 ms", "2 s", "30 s"]),
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
];

function valuesOf(key: string, values: readonly (string | number)[]): readonly ConfigValues[] {
  return values.map((value) => ({ [key]: value }));
}

/** The configuration of `seed`: each option is left as it is, or varied. */
export function swarmConfig(seed: number, profile: SwarmProfile): ConfigValues {
  const number = finishHash(mixHash(0, seed)) % CONFIGURATIONS;
  const random = randomStream(`swarm-configuration/${number}`);
  const chosen = VARIED.flatMap((values) => (random.below(2) === 0 ? [] : [pick(random, values)]));
  // Only what lies in files of its own can be damaged apart from the rest.
  const files = profile === "beyond" ? [{ [OPTIONS.inlineThreshold.key]: "0 b" }] : [];
  return Object.assign({}, ...chosen, ...files) as ConfigValues;
}

/** The plan of `seed` for a job that is prepared with the configuration of that seed. */
export function swarmFaults(
  prepared: PreparedJob,
  options: { readonly seed: number; readonly profile: SwarmProfile },
): readonly Fault[] {
  return drawSwarmPlan(faultSpaceOf(prepared), options);
}
