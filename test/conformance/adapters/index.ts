// All adapters. A vector file without one counts as not yet.

import type { Adapter } from "../adapter.ts";
import { twoPhaseCommit } from "./2pc.ts";
import { barrierAligned, barrierTracker } from "./barrier-aligned.ts";
import { coordinator } from "./coordinator.ts";
import { failureManager } from "./failure-manager.ts";
import { keygroups } from "./keygroups.ts";
import { requestDecider } from "./request-decider.ts";
import { rescale } from "./rescale.ts";
import { restart } from "./restart.ts";
import { sharedState } from "./sharedstate.ts";

export const adapters: readonly Adapter[] = [
  twoPhaseCommit,
  barrierAligned,
  barrierTracker,
  coordinator,
  failureManager,
  keygroups,
  requestDecider,
  rescale,
  restart,
  sharedState,
];
