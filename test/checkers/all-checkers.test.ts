// The checkers together, on traces of a toy engine: silent on every legal run, whatever crashes; and each classic
// mistake makes the checker named for it speak.
import fc from "fast-check";
import { expect, test } from "vitest";
import { CHECKERS, check } from "../../sim/checkers/all-checkers.ts";
import type { Verdict } from "../../sim/checkers/checker.ts";
import { smallJob } from "./random-jobs.ts";
import { runToy, type ToyMistake } from "./toy-engine.ts";
import { wordCountJob } from "./word-count-job.ts";

const run = fc.record({
  seed: fc.nat(),
  crashRate: fc.integer({ min: 0, max: 25 }),
  crashesMax: fc.integer({ min: 0, max: 4 }),
});

test("check() finds nothing wrong with word count, whatever crashes", () => {
  fc.assert(
    fc.property(run, fc.integer({ min: 1, max: 3 }), (toy, partitions) => {
      const job = wordCountJob({ partitions });
      const verdicts = check(job, runToy(job, toy));
      expect(verdicts.filter(({ kind }) => kind !== "holds")).toEqual([]);
    }),
  );
});

test("check() finds nothing wrong with any small job, whatever crashes", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(smallJob, run, (job, toy) => {
      const events = runToy(job, toy);
      const verdicts = check(job, events);
      expect(problems(verdicts)).toEqual([]);
      for (const { kind } of events) seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }),
  );
  const interesting = [
    "restore-started",
    "checkpoint-aborted",
    "checkpoint-stored",
    "line-printed",
  ];
  for (const kind of interesting) expect(seen.get(kind) ?? 0).toBeGreaterThan(10);
});

test("check() holds at every prefix of a legal run", () => {
  const job = wordCountJob();
  const events = runToy(job, { seed: 5, crashRate: 10, crashesMax: 3 });
  const folds = CHECKERS.map((checker) => checker.start(job));
  for (const event of events) {
    for (const fold of folds) fold.step(event);
    expect(problems(folds.map((fold) => fold.verdict()))).toEqual([]);
  }
});

const WITNESS = "failure-transparency";
const OUTPUT = "committed-output";
const NEWEST = "newest-checkpoint";

const speakers: { readonly [Mistake in ToyMistake]: readonly string[] } = {
  "barriers-do-not-block": [WITNESS],
  "commits-at-the-barrier": [NEWEST],
  "restores-the-checkpoint-before": [WITNESS, NEWEST],
  "deploys-one-task-with-an-old-checkpoint": [WITNESS, NEWEST],
  "drops-a-record": [WITNESS, OUTPUT],
  "doubles-a-record": [WITNESS, OUTPUT],
  "saves-the-offset-too-late": [WITNESS, OUTPUT],
  "saves-the-offset-too-early": [WITNESS, OUTPUT],
  "snapshot-shares-the-state": [WITNESS, OUTPUT],
  "forgets-a-commit": [WITNESS, OUTPUT, NEWEST],
  "aborts-pending-transactions-at-restore": [WITNESS, OUTPUT, NEWEST],
  "routes-a-key-wrongly": [WITNESS],
  "loses-an-acknowledgement-for-good": ["liveness"],
  "takes-a-commit-back": [WITNESS],
  "zombie-commits": [WITNESS, OUTPUT, NEWEST],
};

test.each(Object.entries(speakers))("the mistake %s makes %j speak", (mistake, expected) => {
  const job = wordCountJob();
  const spoke = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const toy = { seed, crashRate: 10, crashesMax: 2, mistake: mistake as ToyMistake };
    for (const { kind, checker } of check(job, runToy(job, toy))) {
      if (kind === "violated") spoke.add(checker);
    }
  }
  expect([...spoke]).toEqual(expect.arrayContaining([...expected]));
});

test("check() says not checked where the level is too low", () => {
  const verdicts = check({ ...wordCountJob(), level: "protocol" }, []);
  expect(verdicts.map(({ kind }) => kind)).toEqual([
    "not-checked",
    "not-checked",
    "not-checked",
    "violated",
  ]);
});

/** What is wrong; a checker that does not apply to the job is not. */
function problems(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ kind, checker, sentence }) =>
    kind === "holds" || checker === "committed-output" ? [] : [`${checker}: ${sentence}`],
  );
}
