// Failing cases of the zoo, on engines built with its edits.

import type { Case } from "../../sim/harness/case.ts";
import { must } from "../../sim/kernel/invariant.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import { type CaseOutcome, failureOf, runCase } from "../../sim/search/case-outcome.ts";
import { recordsOf } from "../../sim/search/input-records.ts";
import type { RecordAddress } from "../../sim/trace/record-address.ts";
import { bugNamed } from "../../sim/zoo/all-bugs.ts";

/** A case of which the bug's checker speaks. */
export interface ZooFailure {
  readonly case: Required<Case>;
  readonly checker: string;
  readonly records: readonly RecordAddress[];
  readonly run: (request: Case) => CaseOutcome;
  readonly fails: (request: Case) => boolean;
}

/** The case of a bug's known plan, with `change` made to it. */
export async function zooFailure(ticket: string, change: Partial<Case> = {}): Promise<ZooFailure> {
  const bug = must(bugNamed(ticket), () => `bug ${ticket}`);
  const { runner } = await loadEngine({ edits: bug.edits });
  const { scenario, seed, config, faults } = bug.schedule;
  const request = { scenario, seed, config, faults, edits: [ticket], ...change };
  const { checker } = bug;
  const run = (candidate: Case): CaseOutcome => runCase(runner, candidate);
  return {
    case: runner.prepare(request).case,
    checker,
    records: recordsOf(runner.prepare({ ...request, data: [] }).logs),
    run,
    fails: (candidate) => failureOf(run(candidate), checker) !== undefined,
  };
}
