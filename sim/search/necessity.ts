// What a failing case needs in order to fail, found out by running it without.

import type { Case } from "../harness/case.ts";
import { type CaseOutcome, failureOf, type RunCase, recordedForCheckers } from "./case-outcome.ts";
import { faultText } from "./fault-text.ts";
import { addressText, editsKeeping, keptRecords, type RecordAddress } from "./input-records.ts";

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
export async function necessitiesOf(
  request: NecessityRequest,
  {
    outcome,
    candidates,
  }: { readonly outcome: CaseOutcome; readonly candidates: readonly RecordAddress[] },
  run: RunCase,
): Promise<Necessities> {
  const { faults, overrides } = request.case;
  const trial = new Trial(request, run);
  const struck = struckFaults(outcome).slice(0, TRIED_MAX);
  const used = overrides.filter(({ key }) => !outcome.unusedOverrides.includes(key));
  return {
    faults: await trial.needed(struck, (index) => {
      const fault = faults[index];
      const what = fault === undefined ? "" : `, ${faultText(fault)}`;
      return { what: `fault ${index}${what}`, change: { faults: faults.toSpliced(index, 1) } };
    }),
    choices: await trial.needed(
      used.slice(0, TRIED_MAX).map(({ key }) => key),
      (key) => {
        const rest = overrides.filter((override) => override.key !== key);
        return { what: `the choice ${key}`, change: { overrides: rest } };
      },
    ),
    records: await trial.needed(candidates.slice(0, TRIED_MAX).map(addressText), (address) => {
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
  readonly #run: RunCase;

  constructor(request: NecessityRequest, run: RunCase) {
    this.#request = request;
    this.#run = run;
  }

  async needed<Item>(
    items: readonly Item[],
    removalOf: (item: Item) => Removal,
  ): Promise<ReadonlySet<Item>> {
    const needed = new Set<Item>();
    for (const item of items) {
      const { what, change } = removalOf(item);
      if (await this.#passes(change)) needed.add(item);
      else this.others.push(what);
    }
    return needed;
  }

  async #passes(change: Partial<Case>): Promise<boolean> {
    const { case: failing, checker } = this.#request;
    this.runs++;
    const outcome = await this.#run(recordedForCheckers({ ...failing, ...change }));
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
