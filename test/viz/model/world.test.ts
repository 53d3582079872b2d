// The world at event i: equal to a fresh projection whatever was asked before, and made of the same objects
// wherever nothing changed.
import { describe, expect, test } from "vitest";
import { ProjectionState, project, type WorldProgress } from "../../../sim/trace/projection.ts";
import { decodeEvents } from "../../../sim/trace/trace.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import {
  CRASH_CASES,
  diamond,
  dies,
  modelOfCase,
  numbersBelow,
  spelt,
  traceOfCase,
} from "./recorded-model.ts";

describe("RunModel.world", () => {
  test.each(CRASH_CASES)(
    "is that of a fresh projection, 200 times in any order: $scenario",
    (request) => {
      const trace = traceOfCase(request);
      const events = decodeEvents(trace.blocks, trace.header.kinds);
      const model = createRunModel(trace, []);
      expect(model.count).toBe(events.length);
      for (const index of [-1, model.count - 1, ...numbersBelow(model.count, 198)]) {
        const fresh = project(trace.header.topology, events, index);
        expect(spelt(model.world(index))).toEqual(spelt(fresh));
      }
    },
  );

  test("a crash is among what is projected", () => {
    for (const request of CRASH_CASES) {
      const model = modelOfCase(request);
      expect(model.landmarks.map(({ what }) => what)).toEqual(
        expect.arrayContaining(["crash", "restore", "end"]),
      );
      expect(model.count).toBeGreaterThan(1_024);
    }
  });

  test("neighbours share exactly the parts that did not change, wherever one comes from", () => {
    const trace = traceOfCase(diamond(60, [dies("task-manager-2", 120_000)]));
    const worlds = straightWorlds(trace);
    const model = createRunModel(trace, []);
    for (const index of numbersBelow(model.count - 1, 400)) {
      const [before, after] = index % 2 === 0 ? pair(index) : pair(index).reverse();
      const sharing = sharedParts(model.world(before ?? 0), model.world(after ?? 0));
      expect(sharing).toEqual(sharedParts(worlds[before ?? 0], worlds[after ?? 0]));
    }
  });
});

function pair(index: number): number[] {
  return [index, index + 1];
}

/** The worlds of one fold from the first event to the last. */
function straightWorlds(trace: ReturnType<typeof traceOfCase>): readonly WorldProgress[] {
  const state = ProjectionState.start(trace.header.topology);
  return decodeEvents(trace.blocks, trace.header.kinds).map((event) => {
    state.apply(event);
    return state.world();
  });
}

/** Which parts of two worlds are the same objects. */
function sharedParts(one?: WorldProgress, other?: WorldProgress): unknown {
  if (one === undefined || other === undefined)
    throw new Error("Cannot compare: a world is missing");
  const same = (list: readonly unknown[], others: readonly unknown[]): readonly boolean[] =>
    list.map((part, position) => part === others[position]);
  return {
    job: one.job === other.job,
    subtasks: same(one.subtasks, other.subtasks),
    channels: same(one.channels, other.channels),
    checkpoints: same(one.checkpoints, other.checkpoints),
    hosts: same(one.hosts, other.hosts),
    logs: same(one.logs, other.logs),
    lists: [one.subtasks === other.subtasks, one.channels === other.channels],
  };
}
