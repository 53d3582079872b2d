// All scenarios, in the order in which lists show them.

import type { Scenario } from "../sim/index.ts";
import { bank } from "./bank.ts";
import { failingJob } from "./failing-job.ts";
import { gameState } from "./game-state.ts";
import { generated } from "./generated.ts";
import { inactivityTimer } from "./inactivity-timer.ts";
import { incrementalWalk } from "./incremental-walk.ts";
import { iotDevices } from "./iot-devices.ts";
import { listing } from "./listing.ts";
import { rescaling } from "./rescaling.ts";
import { riskControl } from "./risk-control.ts";
import { riskRules } from "./risk-rules.ts";
import { sessionTtl } from "./session-ttl.ts";
import { shopBehaviour } from "./shop-behaviour.ts";
import { stateGrowth } from "./state-growth.ts";
import { oneStream, twoStreams } from "./streams.ts";
import { tokens } from "./tokens.ts";
import { wordCount } from "./word-count.ts";

/** Every scenario there is. */
export const SCENARIOS: readonly Scenario[] = [
  listing,
  wordCount,
  oneStream,
  twoStreams,
  failingJob,
  bank,
  tokens,
  shopBehaviour,
  riskControl,
  riskRules,
  iotDevices,
  gameState,
  sessionTtl,
  inactivityTimer,
  incrementalWalk,
  rescaling,
];

/** Scenarios that are made from parameters, by name: a case names them as `{name, params}`. */
export const FAMILIES: ReadonlyMap<string, (params: unknown) => Scenario> = new Map([
  ["generated", generated],
  ["state-growth", stateGrowth],
]);
