// Folds of all checkers can be copied at any event, and hashed: a copy and its original go on alike and apart, and
// equal hashes mean that nothing that was thrown away since matters.
import fc from "fast-check";
import { expect, test } from "vitest";
import { CHECKERS } from "../../sim/checkers/all-checkers.ts";
import type { CheckedJob, CheckerFold, Verdict } from "../../sim/checkers/checker.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { sumJob } from "./hand-run.ts";
import { smallJob } from "./random-jobs.ts";
import { StateRun } from "./state-run.ts";
import { runToy, TOY_MISTAKES } from "./toy-engine.ts";

const toy = fc.record({
  seed: fc.nat(),
  crashRate: fc.integer({ min: 0, max: 25 }),
  crashesMax: fc.integer({ min: 0, max: 3 }),
  mistake: fc.option(fc.constantFrom(...TOY_MISTAKES), { nil: undefined }),
});

function foldsOf(job: CheckedJob): readonly CheckerFold[] {
  return CHECKERS.map((checker) => checker.start(job));
}

function feed(folds: readonly CheckerFold[], events: readonly TraceEvent[]): void {
  for (const event of events) for (const fold of folds) fold.step(event);
}

function hashesOf(folds: readonly CheckerFold[]): readonly string[] {
  return folds.map((fold) => fold.stateHash());
}

function finishesOf(folds: readonly CheckerFold[]): readonly Verdict[] {
  return folds.map((fold) => fold.finish());
}

test("CheckerFold.clone() goes on as its original would, and neither reaches the other", () => {
  let violated = 0;
  fc.assert(
    fc.property(smallJob, toy, fc.double({ min: 0, max: 1, noNaN: true }), (drawn, run, share) => {
      const job = { ...drawn, level: "state" as const, conserved: () => 0 };
      const { mistake, ...legal } = run;
      const events = runToy(job, mistake === undefined ? legal : { ...legal, mistake });
      const at = Math.floor(share * events.length);
      const [before, after] = [events.slice(0, at), events.slice(at)];
      const straight = foldsOf(job);
      feed(straight, events);
      const expected = finishesOf(straight);

      const originals = foldsOf(job);
      feed(originals, before);
      const first = originals.map((fold) => fold.clone());
      const hashes = hashesOf(originals);
      feed(first, after);
      expect(finishesOf(first)).toEqual(expected);
      expect(hashesOf(originals)).toEqual(hashes);
      const second = originals.map((fold) => fold.clone());
      expect(hashesOf(second)).toEqual(hashes);
      feed(originals, after);
      expect(finishesOf(originals)).toEqual(expected);
      expect(hashesOf(second)).toEqual(hashes);
      feed(second, after);
      expect(finishesOf(second)).toEqual(expected);
      expect(hashesOf(second)).toEqual(hashesOf(straight));
      if (expected.some(({ kind }) => kind === "violated")) violated++;
    }),
  );
  expect(violated).toBeGreaterThan(10);
});

/** Checkpoint 1 after two numbers, its transaction committed; then `steps` that a restore throws away. */
function restoredAfter(steps: (run: StateRun) => StateRun): StateRun {
  const run = new StateRun().pass(2);
  const first = run.transaction;
  run.whole(1, 2, 3).commit(first);
  return steps(run).crash().restoredWith(1, 2, 3);
}

const job = sumJob({ level: "state", conserved: () => 0 });

/** Ways to the same restore. */
const detours: readonly ((run: StateRun) => StateRun)[] = [
  (run) => run,
  (run) => run.pass(1),
  (run) => run.pass(3).read(),
  (run) => run.pass(1).read().read(),
];

test("CheckerFold.stateHash() leaves out what a restore threw away", () => {
  const hashes = detours.map((detour) => {
    const folds = foldsOf(job);
    feed(folds, restoredAfter(detour).events);
    return hashesOf(folds);
  });
  for (const [at, { name }] of CHECKERS.entries()) {
    expect([name, new Set(hashes.map((all) => all[at])).size]).toEqual([name, 1]);
  }
});

test("CheckerFold.stateHash() tells apart what can still matter", () => {
  const ways: readonly (readonly [string, StateRun, StateRun])[] = [
    ["failure-transparency", new StateRun().pass(1), new StateRun().pass(2)],
    ["committed-output", new StateRun(), new StateRun().show("sink-0-0", "1")],
    ["consistent-cut", new StateRun().pass(1), new StateRun().read()],
    ["reachable-snapshot", new StateRun().pass(1), new StateRun().pass(2)],
    ["restored-state", new StateRun().pass(1).checkpoint(1), new StateRun().checkpoint(1).pass(1)],
    ["provenance", new StateRun().pass(1), new StateRun().pass(2)],
    ["newest-checkpoint", new StateRun(), new StateRun().checkpoint(1)],
    [
      "storage-integrity",
      new StateRun(),
      new StateRun().outside("transaction-committed", {
        transaction: "sink-0-0",
        epoch: 0,
        records: 0,
      }),
    ],
    ["single-writer", new StateRun().pass(1), new StateRun().pass(1).crash().restore(0)],
    ["liveness", new StateRun(), new StateRun().end()],
    ["conservation", new StateRun().pass(1).whole(1, 1, 1), new StateRun().pass(1)],
  ];
  expect(ways.map(([name]) => name).sort()).toEqual(CHECKERS.map(({ name }) => name).sort());
  for (const [name, one, other] of ways) {
    const checker = CHECKERS.find((candidate) => candidate.name === name);
    const [left, right] = [one, other].map(({ events }) => {
      const fold = checker?.start(job);
      for (const event of events) fold?.step(event);
      return fold?.stateHash();
    });
    expect([name, left === right]).toEqual([name, false]);
  }
});

/** Ways to go on, right and wrong. */
const suffixes: readonly ((run: StateRun) => StateRun)[] = [
  (run) => run.pass(4).whole(2, 6, 21).commit(run.transaction).end(),
  (run) => run.read(1).add(2).whole(2, 2, 5),
  (run) => run.pass(1).read().add(4, 99).whole(2, 4, 99),
  (run) => run.pass(1).trigger(2).cutSource(2).pass(1).cutSum(2).wrote(2, 4, 10).store(2),
  (run) => run.pass(1).crash().restoredWith(1, 2, 4),
  (run) => run.pass(1).crash().restore(0),
];

test("folds of equal hash find the same claims violated", () => {
  for (const suffix of suffixes) {
    const kinds = detours.map((detour) => {
      const folds = foldsOf(job);
      feed(folds, suffix(restoredAfter(detour)).events);
      return finishesOf(folds).map(({ checker, kind }) => `${checker} ${kind}`);
    });
    for (const of of kinds) expect(of).toEqual(kinds[0]);
  }
});
