// Mutants in worker threads: what is asked of a bug's engine is answered by that engine, and by no other.
import { afterAll, expect, test } from "vitest";
import { MutantWorkers } from "../../sim/node/mutant-workers.ts";
import { bugNamed } from "../../sim/zoo/all-bugs.ts";
import { fillKillMatrix } from "../../sim/zoo/kill-matrix.ts";
import { killTable, problemsOf } from "../../sim/zoo/kill-report.ts";

const workers = new MutantWorkers(2);
afterAll(() => workers.close());

test("MutantWorkers fill the rows of a bug and of the engine as it is", {
  timeout: 120_000,
}, async () => {
  const bug = bugNamed("T08");
  if (bug === undefined) throw new Error("Cannot find the bug T08");
  const strategies = ["failure-free", "sweep", "known"] as const;
  const matrix = await fillKillMatrix({ bugs: [bug], strategies, seeds: 3 }, workers);
  expect(problemsOf(matrix)).toEqual([]);
  const [, innocent, row] = killTable(matrix);
  expect(innocent?.slice(0, 5)).toEqual([
    "the engine as it is",
    "-",
    "silent in 3",
    "silent in 4",
    "silent in 1",
  ]);
  expect(row?.slice(0, 5)).toEqual([
    "T08 offset-off-by-one",
    "failure-transparency",
    "silent in 3",
    "run 1",
    "run 1",
  ]);
});

test("MutantWorkers try crashes until one is enough", { timeout: 120_000 }, async () => {
  const bug = bugNamed("T08");
  const config = { "recording.level": "records" };
  const outcomes = await workers.exhaust(bug, { scenario: "listing", seed: 1, config }, () => true);
  expect(outcomes.length).toBe(1);
  expect(outcomes[0]).toMatchObject({ breakdown: undefined });
  expect(outcomes[0]?.points).toBeGreaterThan(0);
});
