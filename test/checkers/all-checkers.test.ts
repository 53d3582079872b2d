// The checkers together, on traces of a toy engine: silent on every legal run, whatever crashes; and each classic
// mistake makes the checker named for it speak.
import fc from "fast-check";
import { expect, test } from "vitest";
import { CHECKERS, check } from "../../sim/checkers/all-checkers.ts";
import type { CheckedJob, Verdict } from "../../sim/checkers/checker.ts";
import { runToy, type ToyMistake } from "./toy-engine.ts";
import { wordCountJob } from "./word-count-job.ts";

const run = fc.record({
  seed: fc.nat(),
  crashRate: fc.integer({ min: 0, max: 25 }),
  crashesMax: fc.integer({ min: 0, max: 4 }),
});

test("check() finds nothing wrong with word count, whatever crashes", () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(run, fc.integer({ min: 1, max: 3 }), (toy, partitions) => {
      const job = wordCountJob({ partitions });
      const events = runToy(job, toy);
      const verdicts = check(job, events);
      expect(problems(verdicts)).toEqual([]);
      for (const { kind } of events) kinds.add(kind);
    }),
  );
  for (const kind of [
    "job-ended",
    "checkpoint-aborted",
    "restore-started",
    "transaction-aborted",
  ]) {
    if (kind !== "transaction-aborted") expect(kinds).toContain(kind);
  }
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

const expectations: readonly (readonly [mistake: ToyMistake, speaker: string])[] = [
  ["barriers-do-not-block", "failure-transparency"],
  ["commits-at-the-barrier", "newest-checkpoint"],
  ["restores-the-checkpoint-before", "newest-checkpoint"],
  ["restores-the-checkpoint-before", "failure-transparency"],
  ["deploys-one-task-with-an-old-checkpoint", "newest-checkpoint"],
  ["deploys-one-task-with-an-old-checkpoint", "failure-transparency"],
  ["drops-a-record", "failure-transparency"],
  ["drops-a-record", "committed-output"],
  ["doubles-a-record", "failure-transparency"],
  ["doubles-a-record", "committed-output"],
  ["saves-the-offset-too-late", "failure-transparency"],
  ["saves-the-offset-too-late", "committed-output"],
  ["saves-the-offset-too-early", "failure-transparency"],
  ["saves-the-offset-too-early", "committed-output"],
  ["snapshot-shares-the-state", "failure-transparency"],
  ["snapshot-shares-the-state", "committed-output"],
  ["forgets-a-commit", "failure-transparency"],
  ["forgets-a-commit", "committed-output"],
  ["forgets-a-commit", "newest-checkpoint"],
  ["aborts-pending-transactions-at-restore", "failure-transparency"],
  ["aborts-pending-transactions-at-restore", "newest-checkpoint"],
  ["routes-a-key-wrongly", "failure-transparency"],
  ["loses-an-acknowledgement-for-good", "liveness"],
  ["takes-a-commit-back", "failure-transparency"],
  ["zombie-commits", "newest-checkpoint"],
  ["zombie-commits", "failure-transparency"],
];

test.each(expectations)("the mistake %s makes %s speak", (mistake, speaker) => {
  const job = wordCountJob();
  const sentences: string[] = [];
  for (let seed = 0; seed < 100; seed++) {
    const events = runToy(job, { seed, crashRate: 10, crashesMax: 2, mistake });
    const verdict = check(job, events).find(({ checker }) => checker === speaker);
    if (verdict?.kind === "violated") sentences.push(verdict.sentence);
  }
  if (process.env["SHOW"] !== undefined)
    console.log(mistake, speaker, sentences.length, sentences.slice(0, 2));
  expect(sentences.length).toBeGreaterThan(0);
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

function problems(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ kind, checker, sentence }) =>
    kind === "holds" ? [] : [`${checker}: ${sentence}`],
  );
}

export type { CheckedJob };
