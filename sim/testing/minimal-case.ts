// Makes a failing case small by running smaller ones: what is left fails for the same checker, and no longer does
// once any one fault is taken out of it.

import type { Fault } from "../api/scenario.ts";
import type { Case } from "../harness/case.ts";
import { type CaseOutcome, failureOf } from "../search/case-outcome.ts";

/** A failing case made small. */
export interface MinimalCase {
  readonly case: Required<Case>;
  readonly outcome: CaseOutcome;
  /** Whether there were runs enough to try everything. */
  readonly isMinimal: boolean;
  /** Runs that it took. */
  readonly runs: number;
}

/** The smallest failing case that can be found from `found` in at most `runsMax` runs. */
export function minimalCase(
  found: Pick<MinimalCase, "case" | "outcome"> & { readonly checker: string },
  run: (request: Case) => CaseOutcome,
  runsMax: number,
): MinimalCase {
  const shrinking = new Shrinking(found, run, runsMax);
  shrinking.run();
  return shrinking.smallest;
}

class Shrinking {
  readonly #checker: string;
  readonly #run: (request: Case) => CaseOutcome;
  readonly #runsMax: number;
  #case: Required<Case>;
  #outcome: CaseOutcome;
  #runs = 0;

  constructor(
    found: Parameters<typeof minimalCase>[0],
    run: (request: Case) => CaseOutcome,
    runsMax: number,
  ) {
    this.#checker = found.checker;
    this.#case = found.case;
    this.#outcome = found.outcome;
    this.#run = run;
    this.#runsMax = runsMax;
  }

  get smallest(): MinimalCase {
    const isMinimal = this.#runs < this.#runsMax;
    return { case: this.#case, outcome: this.#outcome, isMinimal, runs: this.#runs };
  }

  run(): void {
    const { faults } = this.#case;
    if (faults.length === 0 || this.#failsWith([])) return;
    if (faults.length > 1 && faults.some((fault) => this.#failsWith([fault]))) return;
    let index = 0;
    while (index < this.#case.faults.length) {
      const left = this.#case.faults.filter((_, other) => other !== index);
      // After a success all are tried again: what was needed beside the one taken out may not be any more.
      index = this.#failsWith(left) ? 0 : index + 1;
    }
  }

  /** Takes a plan over if the same checker objects to it. */
  #failsWith(faults: readonly Fault[]): boolean {
    if (this.#runs >= this.#runsMax) return false;
    this.#runs++;
    const candidate = { ...this.#case, faults };
    const outcome = this.#run(candidate);
    if (failureOf(outcome, this.#checker) === undefined) return false;
    this.#case = candidate;
    this.#outcome = outcome;
    return true;
  }
}
