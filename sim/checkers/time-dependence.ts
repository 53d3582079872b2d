// Whether what a job's functions do depends on when they run: that is so once they have state with a time to live, or
// timers.

import { canonicalText } from "../kernel/canonical-value.ts";
import type { CheckedJob } from "./checker.ts";
import type { JobShape } from "./job-shape.ts";
import { ReferenceInterpreter } from "./reference-interpreter.ts";

/** Whether a function asks for state with a time to live when it is opened, or can set timers. */
export function dependsOnTime({ buildGraph }: CheckedJob, shape: JobShape): boolean {
  return new ReferenceInterpreter({ shape, buildGraph, textOf: canonicalText }).dependsOnTime;
}
