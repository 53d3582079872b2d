// The runner that tests share, and how they judge what it ran.
import { FAMILIES, SCENARIOS } from "../../scenarios/index.ts";
import type { Case } from "../../sim/harness/case.ts";
import { type CheckedRun, Runner } from "../../sim/harness/runner.ts";
import { sha256 } from "../../sim/node/sha256.ts";

/** Knows every scenario and every family. Running cases leaves nothing in it but the outputs of failure-free runs. */
export const runner = new Runner(SCENARIOS, sha256, { families: FAMILIES });

/** Runs a case and has it judged. */
export function runChecked(request: Case): CheckedRun {
  return runner.runChecked(runner.prepare(request));
}

/** What is wrong with a run, in sentences; none if everything that could be checked holds. */
export function complaintsOf({ run, verdicts }: CheckedRun): readonly string[] {
  const violated = verdicts.filter(({ kind }) => kind === "violated");
  return [
    ...(run.brokenInvariant === undefined ? [] : [`invariant: ${run.brokenInvariant}`]),
    ...(run.end === "idle" || run.brokenInvariant !== undefined
      ? []
      : [`the run ended by its ${run.end}`]),
    ...violated.map(({ checker, sentence }) => `${checker}: ${sentence}`),
  ];
}

/** The one line that repeats a case. */
export function replayLine(request: Case): string {
  return `Repeat with: echo '${JSON.stringify(request)}' > case.json && npx cleancut run case.json`;
}
