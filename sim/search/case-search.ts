// A search that goes from case to case: it asks for one run after the other and says in the end what it found. It
// does not know who runs the cases, so the same search works at once, in the background, or with a limit.

import type { Case } from "../harness/case.ts";
import type { CaseOutcome } from "./case-outcome.ts";

/** Yields a case, is given its outcome; undefined means that there are no more runs, and it has to come to its end. */
export type CaseSearch<Result> = Generator<Case, Result, CaseOutcome | undefined>;

/** Carries a search out. `run` gives undefined when it has had enough. */
export function searchNow<Result>(
  search: CaseSearch<Result>,
  run: (request: Case) => CaseOutcome | undefined,
): Result {
  let step = search.next();
  while (step.done !== true) step = search.next(run(step.value));
  return step.value;
}

/** As {@link searchNow}, where runs take place elsewhere or something else has to get its turn between them. */
export async function search<Result>(
  steps: CaseSearch<Result>,
  run: (request: Case) => Promise<CaseOutcome | undefined>,
): Promise<Result> {
  let step = steps.next();
  while (step.done !== true) step = steps.next(await run(step.value));
  return step.value;
}
