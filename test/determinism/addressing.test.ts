// Every choice has an address of its own: taking a fault away leaves everything before it as it was, an override
// changes one choice and no other, and the keys by which choices are named stay.
import { expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import type { Case } from "../../sim/harness/case.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { canonicalText } from "../../sim/kernel/canonical-value.ts";
import { SeededChooser } from "../../sim/kernel/chooser.ts";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { firstDifference } from "../../sim/trace/trace-comparison.ts";
import { complaintsOf, runChecked } from "../support/runner.ts";

const BASE: Case = {
  scenario: "word-count",
  seed: 5,
  config: { "recording.level": "network" },
  faults: [],
};

const CRASH = SCENARIOS.find(({ name }) => name === "word-count")?.plans["crash"] ?? [];

test("a fault leaves everything before it as it was", () => {
  const without = runChecked(BASE);
  const crashed = runChecked({ ...BASE, faults: CRASH });
  const strike = crashed.events.find(({ kind }) => kind === "host-crashed")?.index;
  expect(strike).toBeGreaterThan(500);
  expect(firstDifference(without.events, crashed.events)).toBe(strike);
});

test("of two faults, taking the second away leaves everything before it as it was", () => {
  const second = {
    what: "task-throws",
    where: "count-1",
    when: { after: { event: "record-processed", place: "count-1", attempt: 1, nth: 5 } },
  } as const;
  const one = runChecked({ ...BASE, faults: CRASH });
  const both = runChecked({ ...BASE, faults: [...CRASH, second] });
  const failed = both.events.find(
    ({ kind, place, incarnation }) =>
      kind === "task-failed" && place === "count-1" && incarnation === 1,
  );
  expect(failed).toMatchObject({ reason: "injected failure" });
  expect(firstDifference(one.events, both.events)).toBe(failed?.index);
});

test("a fault that never strikes changes nothing, and is reported", () => {
  const never = { what: "task-throws", where: "count-1", when: { at: 10_000_000_000 } };
  const { run } = runChecked({ ...BASE, faults: [never] });
  expect(run.digest).toBe(runChecked(BASE).run.digest);
  expect(run.unstruckFaults).toEqual([never]);
});

/** One key of each kind that a run of word-count asks for. Saved cases hold such keys: they may not change. */
const KEYS = [
  "first-trigger@job-master#0:0",
  "tie@source-1#0:0",
  "tie@job-master#0:0",
  "step-jitter@count-1#0:3",
  "next-channel@count-1#0:0",
  "rebalance-start@count-1#0:1",
  "link-delay@source-1->count-2/0#0:1",
  "storage-delay@job-master#0:0",
  "outside-delay@sink-1#0:0",
  "outside-answer-delay@sink-1#0:0",
  "delay:register-task-manager@task-manager-1#0:0",
  "delay:deploy-task@count-1#0:0",
  "delay:trigger-checkpoint@source-1#0:1",
  "delay:acknowledge-checkpoint@count-2#0:1",
];

test.each(KEYS)("the choice %s comes up, and can be overridden", (key) => {
  // All records are there at once, so that channels fill and there is a choice between them.
  const config = { ...BASE.config, "world.source.arrival-interval": "0 ms" };
  const overridden = runChecked({ ...BASE, config, overrides: [{ key, value: 0 }] });
  expect(overridden.run.unusedOverrides).toEqual([]);
  expect(complaintsOf(overridden)).toEqual([]);
});

test("an override of what would have been chosen anyway changes no event, but the digest", () => {
  const plain = runChecked(BASE);
  const chooser = new SeededChooser(5);
  const value = chooser.tie(new Incarnation(new Place("source-1"), 0));
  const overridden = runChecked({ ...BASE, overrides: [{ key: "tie@source-1#0:0", value }] });
  expect(firstDifference(plain.events, overridden.events)).toBe(undefined);
  expect(overridden.run.digest).not.toBe(plain.run.digest);
});

test("an override changes nothing before its choice, and no delay but its own", () => {
  const key = "delay:acknowledge-checkpoint@count-2#0:1";
  const plain = runChecked(BASE);
  const overridden = [0, 500].map((value) => runChecked({ ...BASE, overrides: [{ key, value }] }));
  for (const { events } of overridden) {
    const index = firstDifference(plain.events, events) ?? events.length;
    const before = events.slice(0, index).some(({ kind, place }) => {
      return kind === "checkpoint-acknowledged" && place === "count-2";
    });
    expect(before).toBe(true);
  }
  const [sooner, later] = overridden.map(arrivalOfFirstAcknowledgement);
  expect((later ?? 0) - (sooner ?? 0)).toBe(500);
});

test("what an override says is part of the case: it repeats to the byte", () => {
  const request = { ...BASE, overrides: [{ key: "first-trigger@job-master#0:0", value: 0 }] };
  const [one, other] = [runChecked(request), runChecked(request)];
  expect(one?.run.digest).toBe(other?.run.digest);
  expect(canonicalText(one?.run.job.case)).toBe(canonicalText(other?.run.job.case));
});

function arrivalOfFirstAcknowledgement({ events }: CheckedRun): number | undefined {
  return events.find(
    (event) => event.kind === "acknowledgement-received" && event.task === "count-2",
  )?.time;
}
