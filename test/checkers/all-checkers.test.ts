// The checkers together, on traces of a toy engine: silent on every legal run, whatever crashes; and each classic
// mistake makes the checker named for it speak.
import fc from "fast-check";
import { expect, test } from "vitest";
import { CHECKERS, check } from "../../sim/checkers/all-checkers.ts";
import type { Verdict } from "../../sim/checkers/checker.ts";
import { RECORDING_LEVELS } from "../../sim/kernel/recorder.ts";
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
      const conserved = (): number => 0;
      const job = wordCountJob({ partitions, level: "state", conserved });
      const verdicts = check(job, runToy(job, toy));
      expect(verdicts.filter(({ kind }) => kind !== "holds")).toEqual([]);
    }),
  );
});

test("check() finds nothing wrong with any small job, whatever crashes", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(smallJob, run, (drawn, toy) => {
      const job = { ...drawn, level: "state" as const };
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
  const job = wordCountJob({ level: "state" });
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
const CUT = "consistent-cut";
const SNAPSHOT = "reachable-snapshot";
const RESTORED = "restored-state";
const PROVENANCE = "provenance";
const STORAGE = "storage-integrity";

const speakers: { readonly [Mistake in ToyMistake]: readonly string[] } = {
  "barriers-do-not-block": [WITNESS, CUT, SNAPSHOT],
  "commits-at-the-barrier": [NEWEST],
  "restores-the-checkpoint-before": [WITNESS, NEWEST],
  "deploys-one-task-with-an-old-checkpoint": [WITNESS, NEWEST],
  "drops-a-record": [WITNESS, OUTPUT, CUT, PROVENANCE],
  "doubles-a-record": [WITNESS, OUTPUT, CUT, PROVENANCE],
  "saves-the-offset-too-late": [WITNESS, OUTPUT, SNAPSHOT, RESTORED, PROVENANCE],
  "saves-the-offset-too-early": [WITNESS, OUTPUT, SNAPSHOT, RESTORED, PROVENANCE],
  "snapshot-shares-the-state": [WITNESS, OUTPUT, SNAPSHOT, RESTORED],
  "forgets-a-commit": [WITNESS, OUTPUT, NEWEST, PROVENANCE],
  "aborts-pending-transactions-at-restore": [WITNESS, OUTPUT, NEWEST, PROVENANCE],
  "routes-a-key-wrongly": [WITNESS],
  "loses-an-acknowledgement-for-good": ["liveness"],
  "takes-a-commit-back": [WITNESS],
  "zombie-commits": [WITNESS, OUTPUT, NEWEST, PROVENANCE],
  "loses-state-at-restore": [WITNESS, OUTPUT, RESTORED],
  "deletes-files-before-the-pointer": [STORAGE],
  "leaves-files-behind": [STORAGE],
};

test.each(Object.entries(speakers))("the mistake %s makes %j speak", (mistake, expected) => {
  const job = wordCountJob({ level: "state" });
  const spoke = new Set<string>();
  for (let seed = 0; seed < 60 && !expected.every((name) => spoke.has(name)); seed++) {
    const toy = { seed, crashRate: 10, crashesMax: 2, mistake: mistake as ToyMistake };
    for (const { kind, checker } of check(job, runToy(job, toy))) {
      if (kind === "violated") spoke.add(checker);
    }
  }
  expect([...spoke]).toEqual(expect.arrayContaining([...expected]));
});

test("check() says not checked where the level is too low", () => {
  for (const [index, level] of RECORDING_LEVELS.entries()) {
    const verdicts = check({ ...wordCountJob(), level, conserved: () => 0 }, []);
    for (const [at, { level: needed }] of CHECKERS.entries()) {
      const isBelow = index < RECORDING_LEVELS.indexOf(needed);
      if (isBelow) expect(verdicts[at]?.kind).toBe("not-checked");
      else expect(verdicts[at]?.kind).not.toBe("not-checked");
    }
  }
});

/** What is wrong; that a checker does not apply to the job is not. */
function problems(verdicts: readonly Verdict[]): readonly string[] {
  const applies = ({ checker }: Verdict): boolean =>
    checker !== OUTPUT && checker !== "conservation";
  return verdicts
    .filter((verdict) => {
      return verdict.kind === "violated" || (verdict.kind === "not-checked" && applies(verdict));
    })
    .map(({ checker, sentence }) => `${checker}: ${sentence}`);
}
