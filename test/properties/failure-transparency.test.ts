// The property to test: whatever fails and whenever, what was committed at any moment is explained by one failure-free
// run, and a job whose output does not depend on order commits what it commits without faults. Cases are drawn as
// data; the counts at the end say whether they were any test.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { complaintsOf, replayLine, runner } from "../support/runner.ts";
import { caseOf, type DrawnCase, drawnCase } from "./generated-case.ts";
import { coverageOf } from "./run-coverage.ts";

const isSoak = process.env["CLEANCUT_SOAK"] === "1";
const numRuns = isSoak ? 5_000 : 100;

// A run that goes on for longer than this has not stopped for any good reason: most end within two thousand events.
const bounds = { maxEvents: 200_000 };

/** Shares of all runs, in percent, below which the runs are no test. */
const RESTORED_MIN = 30;
const CRASHED_BEFORE_COMMIT_MIN = 10;

test(
  "what is committed is explained by a failure-free run, whatever fails",
  () => {
    const counts = { runs: 0, struck: 0, restored: 0, crashedBeforeCommit: 0, confluent: 0 };
    const property = fc.property(drawnCase, (drawn) => {
      const request = caseOf(drawn);
      const checked = judged(request);
      counts.runs++;
      const { isStruck, isRestored, isCrashedBeforeCommit } = coverageOf(checked.events);
      if (isStruck) counts.struck++;
      if (isRestored) counts.restored++;
      if (isCrashedBeforeCommit) counts.crashedBeforeCommit++;
      if (checked.run.job.scenario.isConfluent) counts.confluent++;
      expectAllHolds(request, checked);
    });
    fc.assert(property, { numRuns, includeErrorInReport: true });
    console.log(`failure transparency: ${JSON.stringify(counts)}`);
    expect((100 * counts.restored) / counts.runs).toBeGreaterThanOrEqual(RESTORED_MIN);
    expect((100 * counts.crashedBeforeCommit) / counts.runs).toBeGreaterThanOrEqual(
      CRASHED_BEFORE_COMMIT_MIN,
    );
  },
  isSoak ? 3_600_000 : 120_000,
);

// The kernel picks among everything that may happen next, far outside what delays allow. A timer may go off at any
// moment then, so all that only waits for something not to come is switched off, and nothing is lost.
test(
  "the same holds whatever order things happen in",
  () => {
    const property = fc.property(drawnCase, (drawn) => {
      const faults = drawn.faults.filter(({ what }) => what !== "message-lost");
      const request = caseOf({ ...drawn, faults, config: { ...drawn.config, ...NO_TIMEOUTS } });
      expectAllHolds(request, judged(request, "untimed"), "in untimed mode");
    });
    fc.assert(property, { numRuns: isSoak ? 2_000 : 20, includeErrorInReport: true });
  },
  isSoak ? 3_600_000 : 60_000,
);

const NO_TIMEOUTS = {
  "heartbeat.timeout": "0 ms",
  "world.outside.request-timeout": "0 ms",
  "world.outside.transaction-timeout": "0 ms",
  "execution.checkpointing.timeout": "600 s",
};

// The workload in which each output shows its history (Elle): of two committed lists of one key one begins with the
// other, the longest holds each id of the key once, and ids of one partition stand in their order.
test(
  "append-list: committed lists of a key are prefixes of one history",
  () => {
    const appendList = drawnCase.map((drawn): DrawnCase => {
      return { ...drawn, params: { ...drawn.params, shape: "append-list" } };
    });
    const property = fc.property(appendList, (drawn) => {
      const request = caseOf(drawn);
      const checked = judged(request);
      expectAllHolds(request, checked);
      const longest = historiesOf(checked.events, request);
      expect(longest, replayLine(request)).toEqual(lengthsOf(drawn));
    });
    fc.assert(property, { numRuns: isSoak ? 2_000 : 15, includeErrorInReport: true });
  },
  isSoak ? 3_600_000 : 60_000,
);

/** Runs a case; what goes wrong in that names the case, too. */
function judged(request: Case, mode: "timed" | "untimed" = "timed"): CheckedRun {
  try {
    return runner.runChecked(runner.prepare(request), { bounds, mode });
  } catch (error) {
    throw new Error(`Cannot run the case: ${String(error)}\n${replayLine(request)}`, {
      cause: error,
    });
  }
}

function expectAllHolds(request: Case, checked: CheckedRun, how = ""): void {
  const { run, verdicts } = checked;
  const isUnchecked = ({ kind, checker }: (typeof verdicts)[number]): boolean =>
    kind === "not-checked" &&
    checker !== "conservation" && // Generated jobs conserve no quantity of their own.
    (run.job.scenario.isConfluent || checker !== "committed-output");
  const unchecked = verdicts.filter(isUnchecked).map(({ sentence }) => sentence);
  const complaints = [...complaintsOf(checked), ...unchecked];
  if (complaints.length === 0) return;
  throw new Error(
    [...complaints, how, replayLine(request)].filter((line) => line !== "").join("\n"),
  );
}

/** Checks the committed lists of each key as they come, and returns how long the longest became. */
function historiesOf(events: readonly TraceEvent[], request: Case): ReadonlyMap<string, number> {
  const longest = new Map<string, readonly number[]>();
  for (const event of events) {
    if (event.kind !== "record-committed") continue;
    const [key, list] = JSON.parse(event.value) as [string, number[]];
    const known = longest.get(key) ?? [];
    const flaw = flawOf(list, known);
    if (flaw !== undefined) {
      const change = `${key} became [${list}] where it was [${known}]`;
      throw new Error(`${flaw}: ${change}\n${replayLine(request)}`);
    }
    if (list.length > known.length) longest.set(key, list);
  }
  return new Map([...longest].map(([key, list]) => [key, list.length]));
}

function flawOf(list: readonly number[], known: readonly number[]): string | undefined {
  const shared = Math.min(known.length, list.length);
  for (let index = 0; index < shared; index++) {
    if (list[index] !== known[index]) return "The history forks";
  }
  if (new Set(list).size < list.length) return "An id is doubled";
  const last = new Map<number, number>();
  for (const id of list) {
    if (id < (last.get(partitionOf(id)) ?? 0)) return "The order of a partition is lost";
    last.set(partitionOf(id), id);
  }
  return undefined;
}

/** How many records each key has. */
function lengthsOf({ params }: DrawnCase): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const key of params.left.flat()) {
    lengths.set(`key-${key}`, (lengths.get(`key-${key}`) ?? 0) + 1);
  }
  return lengths;
}

/** Ids as `scenarios/generated.ts` gives them: a thousand to a partition. */
function partitionOf(id: number): number {
  return Math.floor(id / 1000);
}
