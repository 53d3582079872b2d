// How the command line carries a search out: here, one run after the other, with a pause between two in which Ctrl-C
// is heard.

import { setImmediate } from "node:timers/promises";
import type { LoadedEngine } from "../node/loaded-engine.ts";
import { runCase } from "../search/case-outcome.ts";
import { type CaseSearch, search } from "../search/case-search.ts";
import { listenForInterruption } from "./interruption.ts";
import { showProgress } from "./progress.ts";

/** The search's result; after Ctrl-C, what it knew by then. */
export async function carriedOut<Result>(
  steps: CaseSearch<Result>,
  { runner }: LoadedEngine,
  what: string,
): Promise<{ readonly result: Result; readonly isInterrupted: boolean }> {
  const interruption = listenForInterruption();
  const progress = showProgress(what, undefined);
  const result = await search(steps, async (request) => {
    await setImmediate();
    if (interruption.isRequested) return undefined;
    const outcome = runCase(runner, request);
    progress.advance(1, "");
    return outcome;
  });
  progress.finish();
  interruption.release();
  return { result, isInterrupted: interruption.isRequested };
}
