// Jobs whose state has a log of its changes: what their checkpoints write, and that nothing goes wrong when
// materializations are slow, fail, or are under way as a task dies.
import { describe, expect, test } from "vitest";
import type { Fault } from "../../../sim/api/scenario.ts";
import type { ConfigValues } from "../../../sim/runtime/configuration.ts";
import type { EventOf, TraceEvent, TraceEventKind } from "../../../sim/trace/trace-event.ts";
import {
  CHANGELOG,
  EXPIRING_CHECKPOINTS,
  INCREMENTAL_CHECKPOINTS,
  OVERLAPPING_CHECKPOINTS,
} from "../../../sim/zoo/schedules.ts";
import { complaintsOf, runChecked } from "../../support/runner.ts";

function ofKind<Kind extends TraceEventKind>(
  events: readonly TraceEvent[],
  kind: Kind,
): readonly EventOf<Kind>[] {
  return events.filter((event): event is EventOf<Kind> => event.kind === kind);
}

test("a checkpoint with a changelog writes a small part of what it refers to", () => {
  const config = { ...CHANGELOG, "state.changelog.periodic-materialize.interval": "10 s" };
  const scenario = { name: "state-growth", params: { keys: 2000, updates: 20 } };
  const { events, ...checked } = runChecked({ scenario, seed: 1, config });
  expect(complaintsOf({ events, ...checked })).toEqual([]);
  expect(ofKind(events, "materialization-completed").length).toBeGreaterThan(5);
  const settled = ofKind(events, "checkpoint-completed").slice(4);
  for (const { bytes, fullBytes } of settled) expect(bytes * 20).toBeLessThan(fullBytes);
  expect(settled.length).toBeGreaterThan(5);
});

test("a materialization that fails is forgotten, and the next one is made", () => {
  const faults: readonly Fault[] = [
    {
      what: "storage-fails",
      where: "count-1",
      when: { after: { event: "materialization-started", place: "count-1", nth: 1 } },
    },
  ];
  const checked = runChecked({ scenario: "word-count", seed: 1, config: CHANGELOG, faults });
  expect(complaintsOf(checked)).toEqual([]);
  const failed = ofKind(checked.events, "materialization-failed");
  expect(failed).toMatchObject([{ place: "count-1", materialization: 1 }]);
  const next = ofKind(checked.events, "materialization-completed").filter(
    ({ place }) => place === "count-1",
  );
  expect(next[0]).toMatchObject({ materialization: 2 });
});

describe("nothing is wrong over seeds, without faults and with a loss of power", () => {
  test.each<readonly [string, ConfigValues]>([
    ["over the heap", CHANGELOG],
    ["over RocksDB, incremental", { ...INCREMENTAL_CHECKPOINTS, ...CHANGELOG }],
    ["with checkpoints that overlap", { ...OVERLAPPING_CHECKPOINTS, ...CHANGELOG }],
    ["with checkpoints that expire", { ...EXPIRING_CHECKPOINTS, ...CHANGELOG }],
  ])("%s", (_, config) => {
    for (let seed = 1; seed <= 8; seed++) {
      const at = 110_000 + seed * 23_000;
      const faults: readonly Fault[] = [{ what: "power-loss", where: "cluster", when: { at } }];
      for (const plan of [[], faults]) {
        const checked = runChecked({ scenario: "word-count", seed, faults: plan, config });
        expect(complaintsOf(checked), `seed ${seed}`).toEqual([]);
        const refused = ofKind(checked.events, "acknowledgement-received").filter(
          ({ outcome }) => outcome === "refused",
        );
        expect(refused, `seed ${seed}`).toEqual([]);
      }
    }
  });
});
