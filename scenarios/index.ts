// All scenarios, in the order in which lists show them.

import type { Scenario } from "../sim/index.ts";
import { failingJob } from "./failing-job.ts";
import { generated } from "./generated.ts";
import { listing } from "./listing.ts";
import { wordCount } from "./word-count.ts";

/** Every scenario there is. */
export const SCENARIOS: readonly Scenario[] = [listing, wordCount, failingJob];

/** Scenarios that are made from parameters, by name: a case names them as `{name, params}`. */
export const FAMILIES: ReadonlyMap<string, (params: unknown) => Scenario> = new Map([
  ["generated", generated],
]);
