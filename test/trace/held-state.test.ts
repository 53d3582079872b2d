// The state that subtasks hold, against what real runs wrote into their snapshots at the same moment.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SHAPE_NAMES } from "../../scenarios/generated-parameters.ts";
import type { Case } from "../../sim/harness/case.ts";
import { isRetained } from "../../sim/trace/checkpoint-progress.ts";
import { type HeldValue, KeyedState, keyedValues } from "../../sim/trace/held-state.ts";
import { PersistentMap } from "../../sim/trace/persistent-map.ts";
import { ProjectionState, type WorldProgress } from "../../sim/trace/projection.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { runChecked } from "../support/runner.ts";

/** Jobs of all shapes, each with a crash and what comes after it. */
const CASES: readonly Case[] = SHAPE_NAMES.map((shape) => ({
  scenario: { name: "generated", params: { shape } },
  seed: 5,
  config: { "recording.level": "state" },
  faults: [
    {
      what: "task-manager-dies",
      where: "task-manager-1",
      when: { after: { event: "checkpoint-completed", place: "job-master", nth: 1 } },
    },
  ],
}));

describe("SubtaskProgress.keyed", () => {
  test("is at each snapshot what the subtask writes into it", () => {
    const compared = CASES.map(comparedWithWritten);
    expect(Math.max(...compared)).toBeGreaterThan(10);
    expect(compared.filter((values) => values > 0).length).toBeGreaterThan(4);
  });

  test("dies with its attempt, and comes back as the checkpoint holds it", () => {
    const { world: before } = lastMoment("task-deployed", 0);
    for (const { keyed } of before.subtasks) expect(keyed.values()).toEqual([]);
    const restored = lastMoment("operator-restored", 1);
    if (restored.event.kind !== "operator-restored") throw new Error("Cannot be");
    const { place, checkpoint: id, operator } = restored.event;
    const checkpoint = restored.world.checkpoints.find((one) => one.id === id);
    const held = restored.world.subtasks.find(({ name }) => name === place)?.keyed.values();
    const contents = checkpoint?.contents.get(place)?.find((one) => one.operator === operator);
    expect(held?.length).toBeGreaterThan(0);
    expect(held).toEqual(keyedValues(contents?.keyed ?? "[]"));
    expect(checkpoint === undefined ? false : isRetained(checkpoint)).toBe(true);
  });
});

test("KeyedState keeps what was restored, what was updated since, and nothing removed", () => {
  const text = '[["count","a",1],["count","b",2],["sum",7,3]]';
  const state = KeyedState.empty()
    .restored(text)
    .updated({ state: "count", key: '"a"', value: "5" })
    .updated({ state: "count", key: '"b"', value: "undefined" });
  expect(state.values()).toEqual([
    { state: "count", key: '"a"', value: "5" },
    { state: "sum", key: "7", value: "3" },
  ]);
  expect([state.get("count", '"a"'), state.get("count", '"b"'), state.get("sum", "7")]).toEqual([
    "5",
    undefined,
    "3",
  ]);
});

test("PersistentMap is a map in order, and no map changes when another is made of it", () => {
  const arbitraryEntries = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.integer()));
  fc.assert(
    fc.property(arbitraryEntries, arbitraryEntries, (first, then) => {
      const fill = (map: PersistentMap<number>, entries: typeof first): PersistentMap<number> =>
        entries.reduce((filled, [key, value]) => filled.set(key, value), map);
      const one = fill(PersistentMap.empty<number>(), first);
      const before = [...one.entries()];
      const other = fill(one, then);
      expect([...one.entries()]).toEqual(before);
      const expected = new Map([...first, ...then]);
      expect(new Map(other.entries())).toEqual(expected);
      const keys = [...other.entries()].map(([key]) => key);
      expect(keys).toEqual(keys.toSorted(compare));
      for (const [key, value] of expected) expect(other.get(key)).toBe(value);
      expect(other.get("none of these")).toBeUndefined();
    }),
  );
});

/** Compares all snapshots of a run with what was held when they were taken; how many values there were. */
function comparedWithWritten(request: Case): number {
  const held = new Map<string, readonly HeldValue[]>();
  let last: WorldProgress | undefined;
  for (const { world, event } of moments(request)) {
    last = world;
    const subtask = world.subtasks.find(({ name }) => name === event.place);
    if (event.kind === "snapshot-taken" && subtask !== undefined)
      held.set(`${event.checkpoint} ${event.place}`, subtask.keyed.values().filter(isStored));
    if (event.kind === "operator-snapshot-written")
      expect(subtask?.operatorState.get(event.operator)?.lists).toBe(event.operatorState);
  }
  let compared = 0;
  for (const { id, contents } of last?.checkpoints ?? []) {
    for (const [task, operators] of contents) {
      const written = operators.flatMap(({ keyed }) => keyedValues(keyed));
      expect(written.toSorted(byStateAndKey)).toEqual(held.get(`${id} ${task}`));
      compared += written.length;
    }
  }
  return compared;
}

interface Moment {
  readonly world: WorldProgress;
  readonly event: TraceEvent;
}

function* moments(request: Case): Generator<Moment> {
  const { run, events } = runChecked(request);
  const state = ProjectionState.start(run.job.description);
  for (const event of events) {
    state.apply(event);
    yield { world: state.world(), event };
  }
}

/** The last event of a kind in one attempt of a keyed job. */
function lastMoment(kind: TraceEvent["kind"], attempt: number): Moment {
  const [request] = CASES;
  if (request === undefined) throw new Error("Cannot test: there is no case");
  const found = [...moments(request)].findLast(({ event }) => {
    if (event.kind !== kind) return false;
    return event.kind === "task-deployed"
      ? event.attempt === attempt
      : event.incarnation === attempt;
  });
  if (found === undefined) throw new Error(`Cannot test: attempt ${attempt} had no ${kind}`);
  return found;
}

/** An emptied list or map is read as an empty one, and not stored. */
function isStored({ value }: HeldValue): boolean {
  return value !== "[]" && value !== "Map{}";
}

function byStateAndKey(
  one: { readonly state: string; readonly key: string },
  other: { readonly state: string; readonly key: string },
): number {
  return compare(one.state, other.state) || compare(one.key, other.key);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
