// A job that is started again with other numbers of subtasks: its plans, and who then has which keys and partitions.
import { expect, test } from "vitest";
import { rescaling } from "../../scenarios/rescaling.ts";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import { parseCanonicalText } from "../../sim/kernel/canonical-value.ts";
import { keyGroupOf, keyGroupRangeOf } from "../../sim/runtime/state/key-groups.ts";
import type { EventOf } from "../../sim/trace/trace-event.ts";
import { complaintsOf, runChecked } from "../support/runner.ts";
import { testEveryPlan } from "./every-plan.ts";

const STATE = { "recording.level": "state" };
const MAX_PARALLELISM = 128;

testEveryPlan(rescaling);

function ofKind<Kind extends CheckedRun["events"][number]["kind"]>(
  { events }: CheckedRun,
  kind: Kind,
): readonly EventOf<Kind>[] {
  return events.filter((event): event is EventOf<Kind> => event.kind === kind);
}

test("rescaling gives each of three subtasks the keys of its own key groups, with what they held", () => {
  const checked = runChecked({ scenario: "rescaling", seed: 2, config: STATE });
  expect(complaintsOf(checked)).toEqual([]);
  const restored = ofKind(checked, "operator-restored").filter(({ operator, incarnation }) => {
    return operator.startsWith("count") && incarnation > 0;
  });
  expect(restored.map(({ place }) => place).sort()).toEqual([
    "count+sink-1",
    "count+sink-2",
    "count+sink-3",
  ]);
  for (const { place, keyed } of restored) {
    const entries = parseCanonicalText(keyed) as readonly (readonly [string, string, number])[];
    const range = keyGroupRangeOf(MAX_PARALLELISM, 3, Number(place.at(-1)) - 1);
    expect(entries.length).toBeGreaterThan(0);
    for (const [, customer] of entries) {
      const group = keyGroupOf(customer, MAX_PARALLELISM);
      expect(group).toBeGreaterThanOrEqual(range.start);
      expect(group).toBeLessThanOrEqual(range.end);
    }
  }
});

test("rescaling reads each partition on where the savepoint left it, whoever reads it now", () => {
  const checked = runChecked({ scenario: "rescaling", seed: 2 });
  const next = new Map<number, number>();
  const readers = new Map<number, Set<string>>();
  for (const { partition, offset, place } of ofKind(checked, "record-read")) {
    // What was read behind the savepoint is read again.
    expect(offset).toBeLessThanOrEqual(next.get(partition) ?? 0);
    next.set(partition, offset + 1);
    readers.set(partition, (readers.get(partition) ?? new Set()).add(place));
  }
  expect([...next.values()]).toEqual(rescaling.logs["purchases"]?.map(({ length }) => length));
  expect([...readers.values()].some((places) => places.size > 1)).toBe(true);
});

test("rescaling commits what the old subtasks had pre-committed, by the hands of the new ones", () => {
  const plan = rescaling.plans["retained"] ?? [];
  const checked = runChecked({ scenario: "rescaling", seed: 3, faults: plan });
  const [submitted] = ofKind(checked, "job-submitted");
  const later = ofKind(checked, "transaction-committed").filter(({ index, transaction }) => {
    return index > (submitted?.index ?? 0) && transaction.endsWith("-2");
  });
  // Checkpoint 2 is what the job was started from; whoever's transaction it covers is committed by then or now.
  const before = ofKind(checked, "transaction-committed").filter(({ index, transaction }) => {
    return index < (submitted?.index ?? 0) && transaction.endsWith("-2");
  });
  expect(later.length + before.length).toBe(2);
  expect(later.length).toBeGreaterThan(0);
});
