// The matrix over invented outcomes, so that every kind of row is seen.
import { expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import type { CrashFinding } from "../../sim/search/exhaust.ts";
import type { SeedOutcome, SeedRequest } from "../../sim/search/sweep.ts";
import { bugNamed } from "../../sim/zoo/all-bugs.ts";
import type { Bug } from "../../sim/zoo/bug.ts";
import {
  type CrashOutcome,
  fillKillMatrix,
  type MutantRunner,
  STRATEGIES,
} from "../../sim/zoo/kill-matrix.ts";
import { killMatrixLines, killTable, problemsOf } from "../../sim/zoo/kill-report.ts";

const first = theBug("T01");
const second = theBug("T02");
const hopeless = theBug("FLINK-7784");
const neverByCrash = theBug("T14");

function theBug(ticket: string): Bug {
  const bug = bugNamed(ticket);
  if (bug === undefined) throw new Error(`Cannot find the bug ${ticket}`);
  return bug;
}

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

function finding(checker: string, index: number, request: Case): CrashFinding {
  const point = { index, time: index, after: "the beginning" };
  return { point, classSize: 5, checker, sentence: "Wrong", case: request };
}

type Judge = (bug: Bug | undefined, request: SeedRequest) => readonly string[];

/** Runs nothing: `judge` says which checkers speak, `crashes` what each crash that is tried comes to. */
function pretend(
  judge: Judge,
  crashes: (bug: Bug | undefined, request: Case) => readonly CrashOutcome[] = () => [],
): MutantRunner {
  return {
    async runSeeds(bug, requests) {
      return requests.map((request) => {
        const violations = judge(bug, request).map((checker) => ({ checker, sentence: "Wrong" }));
        return outcomeOf(request, { violations });
      });
    },
    async exhaust(bug, request, isEnough) {
      const outcomes = crashes(bug, request);
      const enough = outcomes.findIndex(isEnough);
      return enough < 0 ? outcomes : outcomes.slice(0, enough + 1);
    },
  };
}

const isCalm = ({ faults }: SeedRequest): boolean => faults?.length === 0;

test("fillKillMatrix stops at the first run in which the bug's own checker speaks", async () => {
  const runner = pretend((bug, request) => {
    if (bug === undefined || isCalm(request)) return [];
    if (request.faults === undefined && request.seed < 6) return ["liveness"];
    return [bug.checker];
  });
  const strategies = ["failure-free", "sweep", "known"] as const;
  const bugs = [first, second];
  const matrix = await fillKillMatrix({ bugs, strategies, seeds: 10, batch: 4 }, runner);
  expect(matrix.rows.map(({ bug }) => bug?.id)).toEqual([undefined, first.id, second.id]);
  const [calm, sweep, known] = matrix.rows[1]?.cells ?? [];
  expect(calm).toMatchObject({ tries: 10, killedBy: undefined, spoke: {} });
  expect(sweep).toMatchObject({
    tries: 6,
    killedBy: 6,
    spoke: { "failure-transparency": 1, liveness: 5 },
  });
  expect(known).toMatchObject({ tries: 1, killedBy: 1, kill: { faults: first.schedule.faults } });
  expect(problemsOf(matrix)).toEqual([]);
});

test("fillKillMatrix tries crashes until one kills, and counts the points up to it", async () => {
  const crashes = (bug: Bug | undefined, request: Case): readonly CrashOutcome[] => {
    const outcome = { points: 100, breakdown: undefined };
    if (bug === undefined) return [{ ...outcome, findings: [] }];
    const found = [finding("liveness", 3, request), finding(bug.checker, 7, request)];
    return [
      { ...outcome, findings: [finding("liveness", 3, request)] },
      { ...outcome, findings: found },
      { ...outcome, findings: found },
    ];
  };
  const matrix = await fillKillMatrix(
    { bugs: [first], strategies: ["exhaust"], seeds: 1 },
    pretend(() => [], crashes),
  );
  expect(matrix.rows[1]?.cells[0]).toMatchObject({
    tries: 200,
    killedBy: 107,
    spoke: { "failure-transparency": 5, liveness: 10 },
  });
  expect(problemsOf(matrix)).toEqual([]);
});

test("problemsOf names survivors, bugs that need no fault, and an accused engine", async () => {
  const runner = pretend((bug, request) => {
    if (bug === undefined) return request.seed === 2 ? ["liveness"] : [];
    return bug === first && isCalm(request) ? ["committed-output", "consistent-cut"] : [];
  });
  const bugs = [first, neverByCrash];
  const matrix = await fillKillMatrix({ bugs, strategies: STRATEGIES, seeds: 3 }, runner);
  expect(problemsOf(matrix)).toEqual([
    "The engine as it is fails try 2 of failure-free",
    "The engine as it is fails try 2 of sweep",
    "T01 needs no fault: committed-output speaks in a run without any",
    "T01 survives sweep: failure-transparency was silent in 3 runs",
    "T01 survives exhaust: failure-transparency was silent in 0 points",
    "T01 survives known: failure-transparency was silent in 1 runs",
    "T14 survives sweep: newest-checkpoint was silent in 3 runs",
    "T14 survives known: newest-checkpoint was silent in 1 runs",
  ]);
});

test("fillKillMatrix runs the cases that killed on the engine as it is", async () => {
  const accused = pretend((bug, request) => {
    const isKilling = request.faults === undefined || request.faults.length > 0;
    if (bug !== undefined) return isKilling ? [bug.checker] : [];
    return request.faults === hopeless.schedule.faults ? ["liveness"] : [];
  });
  const strategies = ["known"] as const;
  const held = await fillKillMatrix({ bugs: [hopeless], strategies, seeds: 1 }, accused);
  expect(held.rows[0]?.cells[0]).toMatchObject({ tries: 1, killedBy: undefined });
  const alwaysTheSame = pretend(() => ["committed-output"]);
  const bugs = [first, hopeless];
  const matrix = await fillKillMatrix({ bugs, strategies, seeds: 1 }, alwaysTheSame);
  expect(problemsOf(matrix)[0]).toBe("The engine as it is fails try 1 of known");
});

test("a matrix that is stopped keeps what is done", async () => {
  let cells = 0;
  const options = {
    bugs: [first, second],
    strategies: ["sweep", "known"] as const,
    seeds: 1,
    isStopped: () => cells++ >= 3,
  };
  const matrix = await fillKillMatrix(
    options,
    pretend((bug) => (bug === undefined ? [] : [bug.checker])),
  );
  expect(matrix.isPartial).toBe(true);
  expect(matrix.rows.map(({ bug, cells: done }) => [bug?.id, done.length])).toEqual([
    [first.id, 2],
    [second.id, 1],
  ]);
});

test("killTable gives invariants, exceptions and both groups of checkers columns of their own", async () => {
  const runner: MutantRunner = {
    ...pretend(() => []),
    async runSeeds(bug, requests) {
      return requests.map((request) => {
        if (bug === undefined) return outcomeOf(request);
        const end = request.seed === 1 ? "invariant-broken" : "threw";
        const violations = ["failure-transparency", "provenance", "storage-integrity"].map(
          (checker) => ({ checker, sentence: "Wrong" }),
        );
        return outcomeOf(request, { end, breakdown: "Cannot go on", violations });
      });
    },
  };
  const strategies = ["failure-free", "sweep"] as const;
  const options = { bugs: [neverByCrash], strategies, seeds: 2 };
  const matrix = await fillKillMatrix(options, runner);
  const [head, innocent, row] = killTable(matrix);
  expect(head).toEqual([
    "bug",
    "checker",
    "failure-free",
    "sweep",
    "faults",
    "others: output",
    "others: cuts, storage",
    "invariants",
    "exceptions",
  ]);
  expect(innocent).toEqual([
    "the engine as it is",
    "-",
    "silent in 2",
    "silent in 2",
    "-",
    "-",
    "-",
    "0",
    "0",
  ]);
  expect(row?.slice(1)).toEqual([
    "newest-checkpoint",
    "silent in 2",
    "silent in 2",
    "-",
    "failure-transparency, provenance",
    "storage-integrity",
    "2",
    "2",
  ]);
  expect(problemsOf(matrix)).toContain(
    "T14 needs no checker: an invariant breaks in a run without faults",
  );
  expect(killMatrixLines(matrix)[1]).toMatch(/^the engine as it is {2,}- {2,}silent in 2 /);
});
