// The matrix over invented outcomes, so that every kind of row is seen.
import { expect, test } from "vitest";
import type { SeedOutcome, SeedRequest } from "../../sim/search/sweep.ts";
import { BUGS } from "../../sim/zoo/all-bugs.ts";
import type { Bug } from "../../sim/zoo/bug.ts";
import {
  fillKillMatrix,
  killMatrixLines,
  problemsOf,
  type RunMutant,
} from "../../sim/zoo/kill-matrix.ts";

const bugs = BUGS.slice(0, 2);
const [first, second] = bugs;

function outcomeOf(request: SeedRequest, more: Partial<SeedOutcome> = {}): SeedOutcome {
  const { scenario, seed, config = {}, faults = [] } = request;
  return {
    seed,
    faults,
    case: { scenario, config, seed, faults, overrides: [], data: [], edits: [] },
    end: "idle",
    jobStatus: "FINISHED",
    digest: "",
    violations: [],
    breakdown: undefined,
    coverage: { sometimes: {}, phases: {}, faults: {} },
    unstruck: [],
    ...more,
  };
}

/** Runs nothing: `judge` says which checkers speak. */
function pretend(
  judge: (bug: Bug | undefined, request: SeedRequest) => readonly string[],
): RunMutant {
  return async (bug, requests) => {
    return requests.map((request) => {
      const violations = judge(bug, request).map((checker) => ({ checker, sentence: "Wrong" }));
      return outcomeOf(request, { violations });
    });
  };
}

const isCalm = ({ faults }: SeedRequest): boolean => faults?.length === 0;

test("fillKillMatrix stops at the first run in which the bug's own checker speaks", async () => {
  const matrix = await fillKillMatrix(
    { bugs, seeds: 10, batch: 4 },
    pretend((bug, request) => {
      if (bug === undefined || isCalm(request)) return [];
      if (request.faults === undefined && request.seed < 6) return ["liveness"];
      return [bug.checker];
    }),
  );
  expect(matrix.rows.map(({ bug }) => bug?.id)).toEqual([undefined, first?.id, second?.id]);
  expect(matrix.rows[0]?.cells.map(({ runs }) => runs)).toEqual([10, 10, 2]);
  const [calm, sweep, known] = matrix.rows[1]?.cells ?? [];
  expect(calm).toMatchObject({ runs: 10, killedBy: undefined, spoke: {} });
  expect(sweep).toMatchObject({
    runs: 8,
    killedBy: 6,
    spoke: { "failure-transparency": 3, liveness: 5 },
  });
  expect(known).toMatchObject({ runs: 1, killedBy: 1, faults: first?.schedule.faults.length });
  expect(problemsOf(matrix)).toEqual([]);
});

test("problemsOf names survivors, bugs that need no fault, and an accused engine", async () => {
  const matrix = await fillKillMatrix(
    { bugs, seeds: 3 },
    pretend((bug, request) => {
      if (bug === undefined) return request.seed === 2 ? ["liveness"] : [];
      return bug === first && isCalm(request) ? ["committed-output"] : [];
    }),
  );
  expect(problemsOf(matrix)).toEqual([
    "The engine as it is fails run 2 of the failure-free",
    "The engine as it is fails run 2 of the sweep",
    "T01 needs no fault: committed-output speaks in a run without any",
    "T01 survives the sweep: failure-transparency was silent in 3 runs",
    "T01 survives the known plan: failure-transparency was silent in 1 runs",
    "T02 survives the sweep: failure-transparency was silent in 3 runs",
    "T02 survives the known plan: failure-transparency was silent in 1 runs",
  ]);
});

test("killMatrixLines gives invariants and exceptions columns of their own", async () => {
  const runMutant: RunMutant = async (bug, requests) => {
    return requests.map((request) => {
      if (bug !== first) return outcomeOf(request);
      const end = request.seed === 1 ? "invariant-broken" : "threw";
      return outcomeOf(request, { end, breakdown: "Cannot go on" });
    });
  };
  const matrix = await fillKillMatrix({ bugs: bugs.slice(0, 1), seeds: 2 }, runMutant);
  expect(killMatrixLines(matrix)).toEqual([
    "bug                         checker               failure-free  sweep        known plan   others that spoke  invariants  exceptions",
    "the engine as it is         -                     silent in 2   silent in 2  silent in 1  -                  0           0",
    "T01 snapshot-after-barrier  failure-transparency  silent in 2   silent in 2  silent in 1  -                  3           2",
  ]);
});
