// A checker made from one function over a trace, for claims of the user's own.

import type { CheckedJob, Checker, CheckerFold, Verdict } from "../checkers/checker.ts";
import { lackOf, notChecked } from "../checkers/not-checked.ts";
import type { RecordingLevel } from "../kernel/recorder.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import type { TraceEvent } from "../trace/trace-event.ts";

/** Why a claim does not hold. */
export interface Counterexample {
  /** What was found, in one sentence. */
  readonly sentence: string;
  /** The events that prove it, in order. */
  readonly events: readonly TraceEvent[];
}

/** A claim and how it is refuted. */
export interface Claim {
  /** Kebab-case, and none of Cleancut's checkers'. */
  readonly name: string;
  /** What should hold, in one sentence. */
  readonly claim: string;
  /** The lowest level at which what it looks for is recorded; "records" unless said otherwise. */
  readonly level?: RecordingLevel;
  /** Looks at the events so far; undefined if nothing speaks against the claim. Must not keep or change anything. */
  readonly refute: (events: readonly TraceEvent[], job: CheckedJob) => Counterexample | undefined;
}

/**
 * A checker of a claim of one's own.
 *
 * @example
 * const noDebts = checkerOf({
 *   name: "no-debts",
 *   claim: "No account is overdrawn",
 *   refute: (events) => {
 *     const debt = events.find((event) => event.kind === "record-committed" && balanceIn(event.value) < 0);
 *     return debt && { sentence: "An account was overdrawn", events: [debt] };
 *   },
 * });
 */
export function checkerOf({ name, claim, level = "records", refute }: Claim): Checker {
  const checker: Checker = {
    name,
    claim,
    level,
    start(job) {
      const reason = lackOf(checker, job);
      if (reason !== undefined) return notChecked(name, reason);
      return new OwnFold({ name, claim, judge: (events) => refute(events, job) });
    },
  };
  return checker;
}

interface OwnClaim {
  readonly name: string;
  readonly claim: string;
  readonly judge: (events: readonly TraceEvent[]) => Counterexample | undefined;
}

class OwnFold implements CheckerFold {
  readonly #claim: OwnClaim;
  readonly #events: TraceEvent[];

  constructor(claim: OwnClaim, events: readonly TraceEvent[] = []) {
    this.#claim = claim;
    this.#events = [...events];
  }

  step(event: TraceEvent): void {
    this.#events.push(event);
  }

  verdict(): Verdict {
    const { name: checker, claim, judge } = this.#claim;
    const found = judge(this.#events);
    if (found === undefined) return { kind: "holds", checker, sentence: claim };
    const events = found.events.map(({ index }) => index);
    return { kind: "violated", checker, sentence: found.sentence, events };
  }

  finish(): Verdict {
    return this.verdict();
  }

  clone(): CheckerFold {
    return new OwnFold(this.#claim, this.#events);
  }

  /** The verdict may depend on everything, so everything counts. */
  stateHash(): string {
    return stateHashOf(this.#events);
  }
}
