// What is asked of every scenario: without faults and under each of its plans, over ten seeds, everything holds and every
// fault strikes; and a confluent job commits the same whatever the plan and the seed.
import { expect, test } from "vitest";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import type { Scenario } from "../../sim/index.ts";
import { parseCanonicalText } from "../../sim/kernel/canonical-value.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { complaintsOf, runChecked } from "../support/runner.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

/** Adds the tests that every scenario has to pass. */
export function testEveryPlan(scenario: Scenario): void {
  const { name, isConfluent, endsIn } = scenario;
  const plans = [["no faults", []], ...Object.entries(scenario.plans)] as const;

  test.each(plans)(`${name} holds under %s`, (_plan, faults) => {
    const expected = outputOf(runChecked({ scenario: name, seed: 1, faults: [] }));
    for (const seed of SEEDS) {
      const checked = runChecked({ scenario: name, seed, faults });
      expect(complaintsOf(checked)).toEqual([]);
      expect(checked.run.jobStatus).toBe(endsIn);
      expect(checked.run.unstruckFaults).toEqual([]);
      expect(restoredCheckpointsOf(checked).length > 0).toBe(faults.length > 0);
      if (isConfluent) expect(outputOf(checked)).toBe(expected);
    }
  });

  if (isConfluent) return;
  test(`${name} is not confluent: seeds alone make its output differ`, () => {
    const runs = SEEDS.map((seed) => runChecked({ scenario: name, seed, faults: [] }));
    expect(new Set(runs.map(outputOf)).size).toBeGreaterThan(1);
  });
}

/** What a run committed to a log, in order. The caller knows what values its scenario writes. */
export function committedTo<T>({ events }: CheckedRun, log: string): readonly T[] {
  return events.flatMap((event) =>
    event.kind === "record-committed" && event.log === log
      ? [parseCanonicalText(event.value) as T]
      : [],
  );
}

/** From which checkpoints a run went on after its failures: 0 where it had to begin again. */
export function restoredCheckpointsOf({ events }: CheckedRun): readonly number[] {
  const starts = events.flatMap((event) =>
    event.kind === "restore-started" ? [event.checkpoint] : [],
  );
  return starts.slice(1);
}

/** All there is in a log that a scenario reads; partition by partition, which keeps the order of every key. */
export function recordsOf<T>(scenario: Scenario, log: string): readonly T[] {
  return (scenario.logs[log] ?? []).flat() as T[];
}

/** Elements in an order of their own, so that multisets can be compared. */
export function sorted<T>(values: readonly T[]): readonly T[] {
  return values
    .map((value) => ({ value, text: JSON.stringify(value) }))
    .sort((a, b) => (a.text === b.text ? 0 : a.text < b.text ? -1 : 1))
    .map(({ value }) => value);
}

/** The keyed state that a checkpoint holds: operator, state, key and value of each. */
export type KeptState = readonly [operator: string, state: string, key: unknown, value: unknown];

/** The keyed state of each completed checkpoint, by its number. The run must be recorded at level "state". */
export function keptStatesOf(events: readonly TraceEvent[]): ReadonlyMap<number, KeptState[]> {
  const completed = new Map<number, KeptState[]>();
  for (const event of events) {
    if (event.kind === "checkpoint-completed") completed.set(event.checkpoint, []);
  }
  for (const event of events) {
    if (event.kind !== "operator-snapshot-written") continue;
    const keyed = parseCanonicalText(event.keyed) as readonly [string, unknown, unknown][];
    const kept = keyed.map(([state, key, value]): KeptState => [event.operator, state, key, value]);
    completed.get(event.checkpoint)?.push(...kept);
  }
  return completed;
}

function outputOf({ events }: CheckedRun): string {
  const values = events.flatMap((event) =>
    event.kind === "record-committed" ? [`${event.log} ${event.value}`] : [],
  );
  return sorted(values).join("\n");
}
