// Makes a failing case small by running smaller ones: what is left fails for the same checker, and no longer does
// once any one fault is taken out of it.

import type { Fault } from "../api/scenario.ts";
import type { Case } from "../harness/case.ts";
import type { Judge, JudgedCase, Objection } from "./judged-case.ts";

/** A failing case, and the objection that it is about. */
export interface Failure {
  readonly case: Required<Case>;
  readonly objection: Objection;
}

/** The first thing wrong with a case, if anything is. */
export function failureOf({ case: judged, objections }: JudgedCase): Failure | undefined {
  const [objection] = objections;
  return objection === undefined ? undefined : { case: judged, objection };
}

/** A failure made small. */
export interface SmallFailure extends Failure {
  /** Runs that it took. */
  readonly runs: number;
  /** Whether there were runs enough to try everything. */
  readonly isMinimal: boolean;
}

/** The smallest failing case that can be found from `found` in at most `runsMax` runs. */
export function minimalCase(found: Failure, judge: Judge, runsMax: number): SmallFailure {
  const shrinking = new Shrinking(found, judge, runsMax);
  shrinking.run();
  return shrinking.smallest;
}

class Shrinking {
  #failure: Failure;
  #runs = 0;
  readonly #judge: Judge;
  readonly #runsMax: number;

  constructor(found: Failure, judge: Judge, runsMax: number) {
    this.#failure = found;
    this.#judge = judge;
    this.#runsMax = runsMax;
  }

  get smallest(): SmallFailure {
    return { ...this.#failure, runs: this.#runs, isMinimal: this.#runs < this.#runsMax };
  }

  run(): void {
    const { faults } = this.#failure.case;
    if (faults.length === 0 || this.#failsWith([])) return;
    if (faults.length > 1 && faults.some((fault) => this.#failsWith([fault]))) return;
    let index = 0;
    while (index < this.#failure.case.faults.length) {
      const left = this.#failure.case.faults.filter((_, other) => other !== index);
      // After a success all are tried again: what was needed beside the one taken out may not be any more.
      index = this.#failsWith(left) ? 0 : index + 1;
    }
  }

  /** Takes a plan over if the same checker objects to it. */
  #failsWith(faults: readonly Fault[]): boolean {
    if (this.#runs >= this.#runsMax) return false;
    this.#runs++;
    const judged = this.#judge.judge({ ...this.#failure.case, faults });
    const { checker } = this.#failure.objection;
    const objection = judged.objections.find((other) => other.checker === checker);
    if (objection === undefined) return false;
    this.#failure = { case: judged.case, objection };
    return true;
  }
}
