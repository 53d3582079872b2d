// How large a case is, as a reader feels it. Shrinking lets this fall with every step, so it ends.

import type { FaultTime } from "../api/scenario.ts";
import type { Case } from "../harness/case.ts";

/** Sizes, the weightiest first. */
export interface CaseMeasure {
  readonly faults: number;
  readonly overrides: number;
  /** Records whose value is not the scenario's. */
  readonly values: number;
  /** Records that are left in. */
  readonly records: number;
  /** Faults due at an instant after the start, rather than after an event. */
  readonly instants: number;
  /** How far into the run events lie that faults wait for: their checkpoints, attempts and numbers, added up. */
  readonly moments: number;
  /** Durations of all faults, in microseconds. */
  readonly durations: number;
}

/** The measure of a case whose unedited input has `records` records. */
export function measureOf(request: Required<Case>, records: number): CaseMeasure {
  const { faults, overrides, data } = request;
  const drops = data.filter(({ drop }) => drop === true).length;
  return {
    faults: faults.length,
    overrides: overrides.length,
    values: data.length - drops,
    records: records - drops,
    instants: faults.filter(({ when }) => "at" in when && when.at > 0).length,
    moments: faults.reduce((sum, { when }) => sum + momentOf(when), 0),
    durations: faults.reduce((sum, { duration }) => sum + (duration ?? 0), 0),
  };
}

/** Whether `one` is smaller than `other`: in the first size in which they differ. */
export function isSmaller(one: CaseMeasure, other: CaseMeasure): boolean {
  const size = SIZES.find((name) => one[name] !== other[name]);
  return size !== undefined && one[size] < other[size];
}

function momentOf(when: FaultTime): number {
  if ("at" in when) return 0;
  const { checkpoint = 0, attempt = 0, nth } = when.after;
  return checkpoint + attempt + nth;
}

const SIZES = [
  "faults",
  "overrides",
  "values",
  "records",
  "instants",
  "moments",
  "durations",
] as const satisfies readonly (keyof CaseMeasure)[];
