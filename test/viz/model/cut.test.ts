// Cuts of real runs: those of checkpoints are consistent, those of moments are, and any cut is judged as vector clocks
// judge it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SCENARIOS } from "../../../scenarios/index.ts";
import { must } from "../../../sim/kernel/invariant.ts";
import { LESSONS } from "../../../viz/lessons/all-lessons.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import {
  type Cut,
  channelContents,
  cutOfCheckpoint,
  lanesMissingIn,
  verdictOfCut,
} from "../../../viz/model/cut.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
import { isConsistentByClocks, stepsOf } from "./lane-clocks.ts";
import { CRASH_CASES, diamond, recorded, traceOfCase } from "./recorded-model.ts";

/** Every plan of two scenarios, with several seeds. */
const PLANNED = ["word-count", "listing"].flatMap((scenario) => {
  const found = must(
    SCENARIOS.find(({ name }) => name === scenario),
    scenario,
  );
  return [[], ...Object.values(found.plans)].flatMap((faults) =>
    [1, 7, 23].map((seed) => recorded({ scenario, seed, faults })),
  );
});
/** Each subtask takes its snapshot when its own trigger reaches it, whatever is in its channels: lesson 1. */
const UNCOORDINATED = recorded(
  must(
    LESSONS.find(({ id }) => id === "L1"),
    "lesson 1",
  ).case,
);

const modelOf = (request: (typeof PLANNED)[number]): RunModel =>
  createRunModel(traceOfCase(request), []);
const runs = [...CRASH_CASES, diamond(25, [])].map(modelOf);

describe("the cut of a checkpoint", () => {
  test("is consistent and whole if the checkpoint completed, whatever struck", () => {
    let checked = 0;
    for (const request of [...PLANNED, ...CRASH_CASES]) {
      const model = modelOf(request);
      for (const span of model.checkpoints) {
        if (span.outcome !== "completed") continue;
        const { kind, orphans } = verdictOfCut(model, cutOfCheckpoint(span));
        expect({ request, id: span.id, kind, orphans }).toEqual({
          request,
          id: span.id,
          kind: "consistent",
          orphans: [],
        });
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(40);
  });

  test("has nothing in its channels, as barriers were aligned", () => {
    for (const model of runs) {
      for (const span of model.checkpoints) {
        if (span.outcome !== "completed") continue;
        expect(verdictOfCut(model, cutOfCheckpoint(span)).inTransit).toEqual([]);
      }
    }
  });

  test("has orphans where no barrier told when to take a snapshot", () => {
    const model = modelOf(UNCOORDINATED);
    const verdicts = model.checkpoints.map((span) => verdictOfCut(model, cutOfCheckpoint(span)));
    expect(verdicts.some(({ kind }) => kind === "inconsistent")).toBe(true);
  });

  test("lies on lanes of subtasks only, and names those that took no snapshot", () => {
    for (const model of runs) {
      for (const span of model.checkpoints) {
        const cut = cutOfCheckpoint(span);
        const lanes = [...cut.keys(), ...lanesMissingIn(model, cut)].toSorted((a, b) => a - b);
        const subtasks = [...model.lanes.keys()].filter(
          (lane) => model.lanes[lane]?.kind === "subtask",
        );
        expect(lanes).toEqual(subtasks);
      }
    }
  });
});

describe("the cut of a moment", () => {
  test("is consistent, and its channels hold what the world has in flight", () => {
    let inFlight = 0;
    for (const model of runs) {
      const [struck = model.count, healed = model.count] = downtimeOf(model);
      for (let index = 0; index < model.count; index += 7) {
        const { kind, inTransit } = verdictOfCut(model, momentCut(model, index));
        expect(kind).toBe("consistent");
        // The world keeps what is in a dead task's channels until it is known to be dead; a cut does not.
        if (index >= struck && index <= healed) continue;
        const held = [...channelContents(inTransit)].map(([name, transfers]) => [
          name,
          transfers.map(({ what, sent }) => `${what} ${model.times[sent]}`).toSorted(),
        ]);
        const seen = model
          .world(index)
          .channels.filter((channel) => channel.inFlight.length > 0)
          .map(({ name, inFlight: elements }) => [
            name,
            elements.map((one) => `${one.kind} ${one.emittedAt}`).toSorted(),
          ]);
        expect(Object.fromEntries(held), `at event ${index}`).toEqual(Object.fromEntries(seen));
        inFlight += inTransit.length;
      }
    }
    expect(inFlight).toBeGreaterThan(1_000);
  });
});

describe("any cut", () => {
  test("is judged as vector clocks judge it", () => {
    const found = { consistent: 0, inconsistent: 0 };
    for (const model of runs) {
      const steps = stepsOf(model);
      fc.assert(
        fc.property(arbitraryCut(model), (cut) => {
          const { kind, orphans } = verdictOfCut(model, cut);
          expect(kind === "consistent").toBe(isConsistentByClocks(steps, cut));
          expect(kind === "consistent").toBe(orphans.length === 0);
          found[kind]++;
        }),
        { numRuns: 150 },
      );
    }
    expect(Math.min(found.consistent, found.inconsistent)).toBeGreaterThan(20);
  });

  test("that has a record received but not sent names it, and only what crosses that way", () => {
    const model = must(runs[0], "run");
    const [span] = model.checkpoints;
    const cut = new Map(cutOfCheckpoint(must(span, "checkpoint")));
    // The first record after the cut, taken in by a consumer whose end is moved just past it.
    const orphan = must(
      model.transfers.find(
        ({ what, from, sent, received }) =>
          what === "record" && received !== undefined && sent > (cut.get(from) ?? 0),
      ),
      "record after the cut",
    );
    cut.set(orphan.to, must(orphan.received, "taking"));
    const { kind, orphans } = verdictOfCut(model, cut);
    expect(kind).toBe("inconsistent");
    expect(orphans).toContain(orphan);
    for (const { from, to, sent, received } of orphans) {
      expect(sent).toBeGreaterThan(cut.get(from) ?? 0);
      expect(received).toBeLessThanOrEqual(cut.get(to) ?? 0);
    }
    cut.set(orphan.to, must(orphan.received, "taking") - 1);
    expect(verdictOfCut(model, cut).orphans).not.toContain(orphan);
  });

  test("leaves lanes out that it has no place on", () => {
    const model = must(runs[0], "run");
    const whole = momentCut(model, model.count >> 1);
    const [lane] = whole.keys();
    const { orphans, inTransit } = verdictOfCut(model, new Map([[must(lane, "lane"), 0]]));
    expect([...orphans, ...inTransit]).toEqual([]);
  });
});

/** From the first that strikes to where all subtasks have their state again. */
function downtimeOf(model: RunModel): readonly [number?, number?] {
  const [struck] = model.landmarks.filter(({ what }) => what !== "end");
  if (struck === undefined) return [];
  let healed = struck.index;
  for (let index = healed; index < model.count; index++) {
    if (model.event(index).kind === "task-running") healed = index;
  }
  return [struck.index, healed];
}

/** Where each subtask is at an event. */
function momentCut({ lanes }: RunModel, index: number): Cut {
  return new Map(
    [...lanes.keys()]
      .filter((lane) => lanes[lane]?.kind === "subtask")
      .map((lane) => [lane, index]),
  );
}

/** Ends near to one another, so that some cuts are consistent. */
function arbitraryCut(model: RunModel): fc.Arbitrary<Cut> {
  const lanes = [...momentCut(model, 0).keys()];
  return fc
    .record({
      middle: fc.nat(model.count - 1),
      spread: fc.constantFrom(4, 20, 80, 300),
      offsets: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
        minLength: lanes.length,
        maxLength: lanes.length,
      }),
    })
    .map(
      ({ middle, spread, offsets }) =>
        new Map(
          lanes.map((lane, at) => {
            const index = middle + Math.round(spread * (offsets[at] ?? 0));
            return [lane, Math.min(model.count - 1, Math.max(-1, index))];
          }),
        ),
    );
}
