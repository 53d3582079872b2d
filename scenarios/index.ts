// All scenarios, in the order in which lists show them.

import type { Scenario } from "../sim/index.ts";
import { failingJob } from "./failing-job.ts";
import { listing } from "./listing.ts";
import { wordCount } from "./word-count.ts";

/** Every scenario there is. */
export const SCENARIOS: readonly Scenario[] = [listing, wordCount, failingJob];
