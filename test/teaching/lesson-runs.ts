// Runs of lessons: the case of one as it is, and under what makes a wrong answer come true.
import type { Case } from "../../sim/harness/case.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import { editsOf } from "../../sim/node/zoo-edits.ts";

/** A wrong engine may turn for ever: by then every question has its answer. */
const BOUNDS = { maxEvents: 50_000 };

const runs = new Map<string, Promise<CheckedRun>>();

/** The run of a case in an engine with its edits, judged. Each is made once. */
export function runOf(request: Case): Promise<CheckedRun> {
  const key = JSON.stringify(request);
  const run = runs.get(key) ?? made(request);
  runs.set(key, run);
  return run;
}

async function made(request: Case): Promise<CheckedRun> {
  const { runner } = await loadEngine({ edits: editsOf(request.edits ?? []) });
  return runner.runChecked(runner.prepare(request), { bounds: BOUNDS });
}
