// A case that failed: what was claimed, what was found instead, and the events that prove it.

import type { Checker } from "../checkers/checker.ts";
import type { Case } from "../harness/case.ts";
import { must } from "../kernel/invariant.ts";
import type { CaseFailure, CaseOutcome } from "../search/case-outcome.ts";
import type { TraceEvent } from "../trace/trace-event.ts";

/** A case and what is wrong with its run. */
export interface FailingCase {
  /** With every key written. */
  readonly case: Required<Case>;
  /** Who objects: a checker, or "end", "invariant", "exception" for a run that did not come to rest by itself. */
  readonly checker: string;
  /** What should hold, in one sentence. */
  readonly claim: string;
  /** What was found instead. */
  readonly sentence: string;
  /** The events that prove it, in order. */
  readonly proof: readonly TraceEvent[];
}

/** A failure of an outcome with the words and the events that it refers to. */
export function failingCase(options: {
  readonly case: Required<Case>;
  readonly failure: CaseFailure;
  readonly outcome: CaseOutcome;
  readonly checkers: readonly Checker[];
}): FailingCase {
  const { failure, outcome, checkers } = options;
  const { checker, sentence } = failure;
  const claim =
    checkers.find(({ name }) => name === checker)?.claim ?? CLAIMS.get(checker) ?? checker;
  const proof = failure.events.map((index) => must(outcome.events[index], () => `event ${index}`));
  return { case: options.case, checker, claim, sentence, proof };
}

/** What should hold of a run before any checker is asked. */
const CLAIMS: ReadonlyMap<string, string> = new Map([
  ["end", "The run comes to rest"],
  ["invariant", "Cleancut's own invariants hold"],
  ["exception", "Nothing throws but the job's own functions"],
]);
