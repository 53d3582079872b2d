// word-count: every word is counted once, with or without a crash.
import { expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { compareText } from "../../sim/kernel/plain-object.ts";
import { complaintsOf, runChecked } from "../support/runner.ts";

const SCENARIO = SCENARIOS.find(({ name }) => name === "word-count");
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

function committedCounts({ events }: CheckedRun): readonly string[] {
  return events
    .flatMap((event) => (event.kind === "record-committed" ? [event.value] : []))
    .sort(compareText);
}

function expectedCounts(): readonly string[] {
  const counts = new Map<string, number>();
  return (SCENARIO?.logs["words"] ?? [])
    .flat()
    .map((word) => {
      const count = (counts.get(String(word)) ?? 0) + 1;
      counts.set(String(word), count);
      return JSON.stringify([word, count]);
    })
    .sort(compareText);
}

test.each(SEEDS)("word-count commits each occurrence of each word once (seed %i)", (seed) => {
  const checked = runChecked({ scenario: "word-count", seed });
  expect(committedCounts(checked)).toEqual(expectedCounts());
  expect(complaintsOf(checked)).toEqual([]);
});

test.each(SEEDS)("word-count commits the same when a machine dies (seed %i)", (seed) => {
  const faults = SCENARIO?.plans["crash"] ?? [];
  const checked = runChecked({ scenario: "word-count", seed, faults });
  expect(checked.run.unstruckFaults).toEqual([]);
  const restores = checked.events.filter(({ kind }) => kind === "restore-started");
  expect(restores.length).toBe(2);
  expect(committedCounts(checked)).toEqual(expectedCounts());
  expect(complaintsOf(checked)).toEqual([]);
  expect(checked.verdicts.map(({ checker, kind }) => [checker, kind])).toContainEqual([
    "committed-output",
    "holds",
  ]);
});
