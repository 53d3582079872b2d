// What a failing case needs in order to fail, found out by running it without.

import type { Case } from "../harness/case.ts";
import { addressText, type RecordAddress } from "../trace/record-address.ts";
import { type CaseOutcome, failureOf, recordedFor } from "./case-outcome.ts";
import type { CaseSearch } from "./case-search.ts";
import { faultText } from "./fault-text.ts";
import { editsKeeping, keptRecords } from "./input-records.ts";

/** What is asked about. */
export interface NecessityRequest {
  /** With every key written. */
  readonly case: Required<Case>;
  /** A run without something passes if this checker is silent. */
  readonly checker: string;
  /** All records of the case's unedited input. */
  readonly records: readonly RecordAddress[];
}

/** What the case does not fail without, one at a time. */
export interface Necessities {
  /** Positions in the plan. */
  readonly faults: ReadonlySet<number>;
  /** Keys of overridden choices. */
  readonly choices: ReadonlySet<string>;
  /** Written addresses, as before any edit. */
  readonly records: ReadonlySet<string>;
  /** What was tried and made no difference, in words. */
  readonly others: readonly string[];
  readonly runs: number;
}

/**
 * Tries every fault that struck, every override that came up, and the given records. At most {@link TRIED_MAX} of
 * each: a case that has more wants shrinking first.
 */
export function* necessitiesOf(
  request: NecessityRequest,
  {
    outcome,
    candidates,
  }: { readonly outcome: CaseOutcome; readonly candidates: readonly RecordAddress[] },
): CaseSearch<Necessities> {
  const { faults, overrides } = request.case;
  const trial = new Trial(request);
  const struck = struckFaults(outcome).slice(0, TRIED_MAX);
  const used = overrides.filter(({ key }) => !outcome.unusedOverrides.includes(key));
  return {
    faults: yield* trial.needed(struck, (index) => {
      const fault = faults[index];
      const what = fault === undefined ? "" : `, ${faultText(fault)}`;
      return { what: `fault ${index}${what}`, change: { faults: faults.toSpliced(index, 1) } };
    }),
    choices: yield* trial.needed(
      used.slice(0, TRIED_MAX).map(({ key }) => key),
      (key) => {
        const rest = overrides.filter((override) => override.key !== key);
        return { what: `the choice ${key}`, change: { overrides: rest } };
      },
    ),
    records: yield* trial.needed(candidates.slice(0, TRIED_MAX).map(addressText), (address) => {
      return { what: `the record ${address}`, change: { data: dataWithout(address, request) } };
    }),
    others: trial.others,
    runs: trial.runs,
  };
}

const TRIED_MAX = 40;

/** The case as it is, but for something. */
interface Removal {
  readonly what: string;
  readonly change: Partial<Case>;
}

class Trial {
  readonly others: string[] = [];
  runs = 0;
  readonly #request: NecessityRequest;

  constructor(request: NecessityRequest) {
    this.#request = request;
  }

  *needed<Item>(
    items: readonly Item[],
    removalOf: (item: Item) => Removal,
  ): CaseSearch<ReadonlySet<Item>> {
    const needed = new Set<Item>();
    for (const item of items) {
      const { what, change } = removalOf(item);
      const passes = yield* this.#passes(change);
      if (passes === true) needed.add(item);
      if (passes === false) this.others.push(what);
    }
    return needed;
  }

  /** Undefined if there are no more runs, so that nobody knows. */
  *#passes(change: Partial<Case>): CaseSearch<boolean | undefined> {
    const { case: failing, checker } = this.#request;
    const outcome = yield recordedFor({ ...failing, ...change }, checker);
    if (outcome === undefined) return undefined;
    this.runs++;
    return failureOf(outcome, checker) === undefined;
  }
}

function struckFaults({ events }: CaseOutcome): readonly number[] {
  const struck = events.flatMap((event) => (event.kind === "fault-struck" ? [event.fault] : []));
  return [...new Set(struck)];
}

function dataWithout(
  address: string,
  { case: failing, records }: NecessityRequest,
): Required<Case>["data"] {
  const left = keptRecords(records, failing.data);
  const kept = left.filter((record) => addressText(record) !== address);
  const values = failing.data.filter(({ drop }) => drop !== true);
  return editsKeeping(kept, records, values);
}
