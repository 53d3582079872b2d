// Shrinks a failing case until removing any one fault, override or record makes it pass: first "no overrides at all"
// and "no fault but one", then delta debugging. Instants become moments of the protocol, durations become short.
//
// "Fails" means that the same checker still speaks; what it says may change on the way.

import type { Fault } from "../api/scenario.ts";
import { faultKindOf } from "../faults/fault-plan.ts";
import type { Case, DataEdit } from "../harness/case.ts";
import { canonicalText } from "../kernel/canonical-value.ts";
import { millis } from "../kernel/virtual-time.ts";
import type { RecordAddress } from "../trace/record-address.ts";
import { type CaseMeasure, isSmaller, measureOf } from "./case-measure.ts";
import { type CaseOutcome, failureOf, recordedFor } from "./case-outcome.ts";
import type { CaseSearch } from "./case-search.ts";
import { minimized } from "./delta-debugging.ts";
import { momentsBefore } from "./fault-moments.ts";
import { editsKeeping, keptRecords } from "./input-records.ts";

/** What is to be shrunk. */
export interface ShrinkRequest {
  /** With every key written. */
  readonly case: Required<Case>;
  /** The checker that must go on speaking. */
  readonly checker: string;
  /** All records of the case's unedited input; none if the input is to stay as it is. */
  readonly records: readonly RecordAddress[];
}

/** A change that kept the checker speaking. */
export interface ShrinkStep {
  /** What was done, in a few words. */
  readonly what: string;
  /** The case's size from here on. */
  readonly measure: CaseMeasure;
  /** Runs it took so far. */
  readonly runs: number;
}

/** What shrinking came to. */
export interface ShrinkReport {
  readonly checker: string;
  /** What the checker says of the smallest case. */
  readonly sentence: string;
  /** The smallest case. */
  readonly case: Required<Case>;
  readonly before: CaseMeasure;
  readonly after: CaseMeasure;
  readonly steps: readonly ShrinkStep[];
  /** Smaller cases looked at; some had been run already. */
  readonly tried: number;
  readonly runs: number;
  /** Whether no fault, override or record can go any more; false if there were no more runs. */
  readonly isMinimal: boolean;
}

/**
 * Shrinks a case. Undefined if the checker does not speak of it in the first place. Once there are no more runs, the
 * smallest case so far is the result. `onStep` is told each step as it is taken.
 */
export function* shrink(
  request: ShrinkRequest,
  onStep: (step: ShrinkStep) => void = () => {},
): CaseSearch<ShrinkReport | undefined> {
  const shrinking = new Shrinking(request, onStep);
  return (yield* shrinking.fails()) ? yield* shrinking.finish() : undefined;
}

/** One case on its way down. */
class Shrinking {
  readonly #checker: string;
  readonly #records: readonly RecordAddress[];
  readonly #onStep: (step: ShrinkStep) => void;
  readonly #before: CaseMeasure;
  readonly #steps: ShrinkStep[] = [];
  /** Cases known to pass, by what can differ in them. */
  readonly #passing = new Set<string>();
  #smallest: Required<Case>;
  /** Of the smallest case. */
  #outcome: CaseOutcome | undefined = undefined;
  #tried = 0;
  #runs = 0;
  #isOutOfRuns = false;

  constructor(
    { case: failing, checker, records }: ShrinkRequest,
    onStep: (step: ShrinkStep) => void,
  ) {
    this.#smallest = failing;
    this.#checker = checker;
    this.#records = records;
    this.#onStep = onStep;
    this.#before = measureOf(failing, records.length);
  }

  /** Runs the case as it is. */
  *fails(): CaseSearch<boolean> {
    const outcome = yield* this.#run(this.#smallest);
    if (outcome === undefined || failureOf(outcome, this.#checker) === undefined) return false;
    this.#outcome = outcome;
    return true;
  }

  *finish(): CaseSearch<ShrinkReport> {
    yield* this.#tryCase("no overrides at all", { overrides: [] });
    yield* this.#keepOneFault();
    for (let steps = -1; steps < this.#steps.length; ) {
      steps = this.#steps.length;
      yield* this.#tellInstantsAsMoments();
      yield* this.#dropFaults();
      yield* this.#dropOverrides();
      yield* this.#dropData();
      yield* this.#moveMomentsForward();
      yield* this.#shortenDurations();
    }
    return {
      checker: this.#checker,
      sentence: this.#sentence,
      case: this.#smallest,
      before: this.#before,
      after: this.#measure,
      steps: this.#steps,
      tried: this.#tried,
      runs: this.#runs,
      isMinimal: !this.#isOutOfRuns,
    };
  }

  get #measure(): CaseMeasure {
    return measureOf(this.#smallest, this.#records.length);
  }

  get #sentence(): string {
    return (this.#outcome && failureOf(this.#outcome, this.#checker)?.sentence) ?? "";
  }

  *#keepOneFault(): CaseSearch<void> {
    const { faults } = this.#smallest;
    if (faults.length < 2) return;
    if (yield* this.#tryCase("no faults at all", { faults: [] })) return;
    for (const fault of faults) {
      if (yield* this.#tryCase("no fault but one", { faults: [fault] })) return;
    }
  }

  *#tellInstantsAsMoments(): CaseSearch<void> {
    for (const [index, fault] of this.#smallest.faults.entries()) {
      if (!("at" in fault.when) || fault.when.at === 0) continue;
      const { scope } = faultKindOf(fault.what);
      const start = scope === "message" || scope === "storage" ? [{ at: 0 }] : [];
      for (const when of [...start, ...momentsBefore(this.#outcome?.events ?? [], fault)]) {
        const what = "an instant told as a moment of the run";
        if (yield* this.#tryFault(what, index, { ...fault, when })) break;
      }
    }
  }

  /** The first of its kind is told more easily than the ninth, and what leads up to it is shorter. */
  *#moveMomentsForward(): CaseSearch<void> {
    for (const index of this.#smallest.faults.keys()) {
      for (const name of ["checkpoint", "attempt", "nth"] as const) {
        while (yield* this.#tryEarlier(index, name));
      }
    }
  }

  *#tryEarlier(index: number, name: "checkpoint" | "attempt" | "nth"): CaseSearch<boolean> {
    const fault = this.#smallest.faults[index];
    if (fault === undefined || !("after" in fault.when)) return false;
    const { after } = fault.when;
    const least = name === "attempt" ? 0 : 1;
    const value = after[name] ?? least;
    for (const earlier of new Set([least, Math.floor(value / 2), value - 1])) {
      if (earlier < least || earlier >= value) continue;
      const when = { after: { ...after, [name]: earlier } };
      if (yield* this.#tryFault("an earlier moment", index, { ...fault, when })) return true;
    }
    return false;
  }

  *#dropFaults(): CaseSearch<void> {
    yield* minimized(this.#smallest.faults, (faults) => this.#tryCase("fewer faults", { faults }));
  }

  *#dropOverrides(): CaseSearch<void> {
    yield* minimized(this.#smallest.overrides, (overrides) => {
      return this.#tryCase("fewer overrides", { overrides });
    });
  }

  *#dropData(): CaseSearch<void> {
    const { data } = this.#smallest;
    yield* minimized(keptRecords(this.#records, data), (kept) => {
      return this.#tryCase("fewer records", {
        data: editsKeeping(kept, this.#records, valuesOf(data)),
      });
    });
    const drops = this.#smallest.data.filter(({ drop }) => drop === true);
    yield* minimized(valuesOf(this.#smallest.data), (values) => {
      return this.#tryCase("fewer edited values", { data: [...drops, ...values] });
    });
  }

  *#shortenDurations(): CaseSearch<void> {
    for (const [index, { what }] of this.#smallest.faults.entries()) {
      if (!faultKindOf(what).needsDuration) yield* this.#tryDuration(index, undefined);
      if (yield* this.#tryDuration(index, SHORTEST)) continue;
      let halved: number;
      do {
        const duration = this.#smallest.faults[index]?.duration ?? 0;
        halved = Math.max(SHORTEST, Math.floor(duration / 2 / SHORTEST) * SHORTEST);
      } while (yield* this.#tryDuration(index, halved));
    }
  }

  *#tryDuration(index: number, duration: number | undefined): CaseSearch<boolean> {
    const fault = this.#smallest.faults[index];
    if (fault?.duration === undefined || fault.duration <= (duration ?? 0)) return false;
    const { duration: _, ...rest } = fault;
    const shorter = duration === undefined ? rest : { ...rest, duration };
    return yield* this.#tryFault("a shorter duration", index, shorter);
  }

  #tryFault(what: string, index: number, fault: Fault): CaseSearch<boolean> {
    return this.#tryCase(what, { faults: this.#smallest.faults.with(index, fault) });
  }

  /** Takes the smallest case with `change`, if it is smaller still and the checker still speaks. */
  *#tryCase(
    what: string,
    change: Partial<Pick<Case, "faults" | "overrides" | "data">>,
  ): CaseSearch<boolean> {
    const candidate: Required<Case> = { ...this.#smallest, ...change };
    const measure = measureOf(candidate, this.#records.length);
    if (!isSmaller(measure, this.#measure)) return false;
    this.#tried++;
    const outcome = yield* this.#run(candidate);
    if (outcome === undefined || failureOf(outcome, this.#checker) === undefined) return false;
    this.#smallest = candidate;
    this.#outcome = outcome;
    const step = { what, measure, runs: this.#runs };
    this.#steps.push(step);
    this.#onStep(step);
    return true;
  }

  /** Undefined for a case known to pass, and once there are no more runs. */
  *#run(candidate: Required<Case>): CaseSearch<CaseOutcome | undefined> {
    const { faults, overrides, data } = candidate;
    const key = canonicalText([faults, overrides, data]);
    if (this.#passing.has(key) || this.#isOutOfRuns) return undefined;
    const outcome = yield recordedFor(candidate, this.#checker);
    this.#isOutOfRuns = outcome === undefined;
    if (outcome === undefined) return undefined;
    this.#runs++;
    if (failureOf(outcome, this.#checker) === undefined) this.#passing.add(key);
    return outcome;
  }
}

/** What durations are shortened to, and in steps of. */
const SHORTEST = millis(1);

function valuesOf(data: readonly DataEdit[]): readonly DataEdit[] {
  return data.filter(({ drop }) => drop !== true);
}
