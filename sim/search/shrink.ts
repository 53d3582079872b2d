// Shrinks a failing case until removing any one fault, override or record makes it pass: first "no overrides at all"
// and "no fault but one", then delta debugging. Instants become moments of the protocol, durations become short.
//
// "Fails" means that the same checker still speaks; what it says may change on the way.

import type { Fault } from "../api/scenario.ts";
import { faultKindOf } from "../faults/fault-plan.ts";
import type { Case, DataEdit } from "../harness/case.ts";
import { canonicalText } from "../kernel/canonical-value.ts";
import { millis } from "../kernel/virtual-time.ts";
import { type CaseMeasure, isSmaller, measureOf } from "./case-measure.ts";
import { type CaseOutcome, failureOf, type RunCase, recordedForCheckers } from "./case-outcome.ts";
import { minimized } from "./delta-debugging.ts";
import { momentsBefore } from "./fault-moments.ts";
import { editsKeeping, keptRecords, type RecordAddress } from "./input-records.ts";

/** What is to be shrunk. */
export interface ShrinkRequest {
  /** With every key written. */
  readonly case: Required<Case>;
  /** The checker that must go on speaking. */
  readonly checker: string;
  /** All records of the case's unedited input. */
  readonly records: readonly RecordAddress[];
}

/** How it is shrunk. */
export interface ShrinkTools {
  readonly run: RunCase;
  /** Asked before each run; once it is true, the smallest case so far is the result. */
  readonly isStopped?: () => boolean;
  /** Told each step as it is taken. */
  readonly onStep?: (step: ShrinkStep) => void;
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
  /** Whether no fault, override or record can go any more; false if it was stopped. */
  readonly isMinimal: boolean;
}

/** Shrinks a case. Undefined if the checker does not speak of it in the first place. */
export async function shrink(
  request: ShrinkRequest,
  tools: ShrinkTools,
): Promise<ShrinkReport | undefined> {
  const shrinking = new Shrinking(request, tools);
  return (await shrinking.fails()) ? shrinking.finish() : undefined;
}

/** One case on its way down. */
class Shrinking {
  readonly #checker: string;
  readonly #records: readonly RecordAddress[];
  readonly #tools: ShrinkTools;
  readonly #before: CaseMeasure;
  readonly #steps: ShrinkStep[] = [];
  /** Cases run before, by what can differ in them, and whether the checker spoke. */
  readonly #known = new Map<string, boolean>();
  #smallest: Required<Case>;
  /** Of the smallest case. */
  #outcome: CaseOutcome | undefined = undefined;
  #tried = 0;
  #runs = 0;
  #wasStopped = false;

  constructor({ case: failing, checker, records }: ShrinkRequest, tools: ShrinkTools) {
    this.#smallest = failing;
    this.#checker = checker;
    this.#records = records;
    this.#tools = tools;
    this.#before = measureOf(failing, records.length);
  }

  /** Runs the case as it is. */
  async fails(): Promise<boolean> {
    const outcome = await this.#run(this.#smallest);
    if (outcome === undefined || failureOf(outcome, this.#checker) === undefined) return false;
    this.#outcome = outcome;
    return true;
  }

  async finish(): Promise<ShrinkReport> {
    await this.#tryCase("no overrides at all", { overrides: [] });
    await this.#keepOneFault();
    for (let steps = -1; steps < this.#steps.length; ) {
      steps = this.#steps.length;
      await this.#tellInstantsAsMoments();
      await this.#dropFaults();
      await this.#dropOverrides();
      await this.#dropData();
      await this.#moveMomentsForward();
      await this.#shortenDurations();
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
      isMinimal: !this.#wasStopped,
    };
  }

  get #measure(): CaseMeasure {
    return measureOf(this.#smallest, this.#records.length);
  }

  get #sentence(): string {
    return (this.#outcome && failureOf(this.#outcome, this.#checker)?.sentence) ?? "";
  }

  async #keepOneFault(): Promise<void> {
    const { faults } = this.#smallest;
    if (faults.length < 2) return;
    if (await this.#tryCase("no faults at all", { faults: [] })) return;
    for (const fault of faults) {
      if (await this.#tryCase("no fault but one", { faults: [fault] })) return;
    }
  }

  async #tellInstantsAsMoments(): Promise<void> {
    for (const [index, fault] of this.#smallest.faults.entries()) {
      if (!("at" in fault.when) || fault.when.at === 0) continue;
      const { message, duration } = fault;
      const isCondition = message !== undefined || duration !== undefined;
      const start = isCondition ? [{ at: 0 }] : [];
      for (const when of [...start, ...momentsBefore(this.#outcome?.events ?? [], fault)]) {
        const what = "an instant told as a moment of the run";
        if (await this.#tryFault(what, index, { ...fault, when })) break;
      }
    }
  }

  /** The first of its kind is told more easily than the ninth, and what leads up to it is shorter. */
  async #moveMomentsForward(): Promise<void> {
    for (const index of this.#smallest.faults.keys()) {
      for (const name of ["checkpoint", "attempt", "nth"] as const) {
        while (await this.#tryEarlier(index, name));
      }
    }
  }

  async #tryEarlier(index: number, name: "checkpoint" | "attempt" | "nth"): Promise<boolean> {
    const fault = this.#smallest.faults[index];
    if (fault === undefined || !("after" in fault.when)) return false;
    const { after } = fault.when;
    const least = name === "attempt" ? 0 : 1;
    const value = after[name] ?? least;
    for (const earlier of new Set([least, Math.floor(value / 2), value - 1])) {
      if (earlier < least || earlier >= value) continue;
      const when = { after: { ...after, [name]: earlier } };
      if (await this.#tryFault("an earlier moment", index, { ...fault, when })) return true;
    }
    return false;
  }

  async #dropFaults(): Promise<void> {
    await minimized(this.#smallest.faults, (faults) => this.#tryCase("fewer faults", { faults }));
  }

  async #dropOverrides(): Promise<void> {
    await minimized(this.#smallest.overrides, (overrides) => {
      return this.#tryCase("fewer overrides", { overrides });
    });
  }

  async #dropData(): Promise<void> {
    const { data } = this.#smallest;
    await minimized(keptRecords(this.#records, data), (kept) => {
      return this.#tryCase("fewer records", {
        data: editsKeeping(kept, this.#records, valuesOf(data)),
      });
    });
    const left = keptRecords(this.#records, this.#smallest.data);
    await minimized(valuesOf(this.#smallest.data), (values) => {
      return this.#tryCase("fewer edited values", {
        data: editsKeeping(left, this.#records, values),
      });
    });
  }

  async #shortenDurations(): Promise<void> {
    for (const [index, { what }] of this.#smallest.faults.entries()) {
      if (!faultKindOf(what).needsDuration) await this.#tryDuration(index, undefined);
      if (await this.#tryDuration(index, SHORTEST)) continue;
      let halved: number;
      do {
        const duration = this.#smallest.faults[index]?.duration ?? 0;
        halved = Math.max(SHORTEST, Math.floor(duration / 2 / SHORTEST) * SHORTEST);
      } while (await this.#tryDuration(index, halved));
    }
  }

  async #tryDuration(index: number, duration: number | undefined): Promise<boolean> {
    const fault = this.#smallest.faults[index];
    if (fault?.duration === undefined || fault.duration <= (duration ?? 0)) return false;
    const { duration: _, ...rest } = fault;
    const shorter = duration === undefined ? rest : { ...rest, duration };
    return this.#tryFault("a shorter duration", index, shorter);
  }

  #tryFault(what: string, index: number, fault: Fault): Promise<boolean> {
    return this.#tryCase(what, { faults: this.#smallest.faults.with(index, fault) });
  }

  /** Takes the smallest case with `change`, if it is smaller still and the checker still speaks. */
  async #tryCase(
    what: string,
    change: Partial<Pick<Case, "faults" | "overrides" | "data">>,
  ): Promise<boolean> {
    const candidate: Required<Case> = { ...this.#smallest, ...change };
    const measure = measureOf(candidate, this.#records.length);
    if (!isSmaller(measure, this.#measure)) return false;
    this.#tried++;
    const outcome = await this.#run(candidate);
    if (outcome === undefined || failureOf(outcome, this.#checker) === undefined) return false;
    this.#smallest = candidate;
    this.#outcome = outcome;
    const step = { what, measure, runs: this.#runs };
    this.#steps.push(step);
    this.#tools.onStep?.(step);
    return true;
  }

  /** Undefined for a case known to pass, and once shrinking was stopped. */
  async #run(candidate: Required<Case>): Promise<CaseOutcome | undefined> {
    const { faults, overrides, data } = candidate;
    const key = canonicalText([faults, overrides, data]);
    if (this.#known.get(key) === false) return undefined;
    this.#wasStopped ||= this.#tools.isStopped?.() === true;
    if (this.#wasStopped) return undefined;
    this.#runs++;
    const outcome = await this.#tools.run(recordedForCheckers(candidate));
    this.#known.set(key, failureOf(outcome, this.#checker) !== undefined);
    return outcome;
  }
}

/** What durations are shortened to, and in steps of. */
const SHORTEST = millis(1);

function valuesOf(data: readonly DataEdit[]): readonly DataEdit[] {
  return data.filter(({ drop }) => drop !== true);
}
