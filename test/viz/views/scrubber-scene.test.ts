// The scrubber of real runs, as a drawing: what it tells of a run, and that a lesson is not told what comes.
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { checkpointInk, type Mark } from "../../../viz/drawing/mark.ts";
import { LESSONS } from "../../../viz/lessons/all-lessons.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
import { entityKey } from "../../../viz/page/entity.ts";
import {
  densityOf,
  eventAt,
  type ScrubberMoment,
  scrubberEdges,
  scrubberScene,
} from "../../../viz/views/scrubber/scrubber-scene.ts";
import { type TimeKind, timeAxis } from "../../../viz/views/time-axis.ts";
import { SCRUBBER_WORDS } from "../../../viz/words/scrubber-words.ts";
import { CRASH_CASES, modelOfCase, recorded, traceOfCase } from "../model/recorded-model.ts";

const runs = CRASH_CASES.map((request) => createRunModel(traceOfCase(request), []));
const words = must(runs[0], "run");
const WIDTH = 1_000;

function moment(model: RunModel, change: Partial<ScrubberMoment> = {}): ScrubberMoment {
  const axis = change.axis ?? timeAxis(model, "virtual");
  return {
    model,
    axis,
    cursor: model.count - 1,
    lastTold: model.count - 1,
    width: WIDTH,
    density: densityOf(axis, WIDTH),
    notes: new Map(),
    words: SCRUBBER_WORDS.en,
    sentence: (index) => model.sentence(index, "en"),
    ...change,
  };
}

function fewOf(shown: ScrubberMoment): readonly Mark[] {
  return scrubberScene(shown).few;
}

describe("densityOf", () => {
  test("counts every event once", () => {
    for (const model of runs) {
      for (const kind of ["virtual", "order"] as const) {
        const density = densityOf(timeAxis(model, kind), WIDTH);
        expect(density.reduce((sum, count) => sum + count, 0)).toBe(model.count);
      }
    }
  });
});

describe("scrubberScene", () => {
  test("has a pennant at each event with a note, up to what is told", () => {
    const notes = new Map([
      [4, "early"],
      [words.count - 1, "late"],
    ]);
    const pennants = (change: Partial<ScrubberMoment>) =>
      fewOf(moment(words, { notes, ...change })).filter(({ key }) => key.startsWith("note "));
    expect(pennants({})).toMatchObject([
      { entity: "event:4", title: "Note: early" },
      { entity: `event:${words.count - 1}`, title: "Note: late" },
    ]);
    expect(pennants({ lastTold: 10 })).toMatchObject([{ entity: "event:4" }]);
  });

  test("has a bar for each checkpoint, from its trigger to its end, in its hue", () => {
    const { left, right } = scrubberEdges(WIDTH);
    for (const model of runs) {
      const shown = moment(model);
      const xOf = (index: number): number => left + shown.axis.xOf(index) * (right - left);
      for (const { id, triggered, ended, outcome } of model.checkpoints) {
        const bar = fewOf(shown).find(({ key }) => key === `bar ${id}`);
        if (bar?.kind !== "rect") throw new Error(`Cannot find checkpoint ${id}: no bar`);
        expect(bar.x).toBeCloseTo(xOf(triggered), 6);
        if (ended !== undefined && bar.width > 2) {
          expect(bar.x + bar.width).toBeCloseTo(xOf(ended), 6);
        }
        expect(bar.entity).toBe(entityKey({ kind: "checkpoint", id }));
        expect(outcome === "completed" ? bar.fill : bar.hatch).toBe(checkpointInk(id));
      }
    }
  });

  test("marks the crash and the restore, and leads to their events", () => {
    for (const model of runs) {
      const marks = fewOf(moment(model));
      for (const what of ["crash", "restore"] as const) {
        const { index } = must(
          model.landmarks.find((landmark) => landmark.what === what),
          what,
        );
        const mark = marks.find(({ key }) => key === `${what} ${index}`);
        expect(mark?.entity).toBe(entityKey({ kind: "event", index }));
        expect(mark?.title).toBe(model.sentence(index, "en"));
      }
    }
  });

  test("marks where a property was violated, and only there", () => {
    const lesson = must(
      LESSONS.find(({ id }) => id === "L1"),
      "lesson 1",
    );
    const violated = modelOfCase(recorded(lesson.case));
    const verdicts = violated.verdicts.filter(({ kind }) => kind === "violated");
    expect(verdicts.length).toBeGreaterThan(0);
    const marks = fewOf(moment(violated)).filter(({ key }) => key.startsWith("violated "));
    expect(marks.map(({ key }) => key).toSorted()).toEqual(
      verdicts.map(({ checker }) => `violated ${checker}`).toSorted(),
    );
    expect(fewOf(moment(words)).some(({ key }) => key.startsWith("violated "))).toBe(false);
    const before = { lastTold: 100, cursor: 100 };
    expect(fewOf(moment(violated, before)).some(({ key }) => key.startsWith("violated "))).toBe(
      false,
    );
  });

  test("tells a lesson nothing of what comes after the cursor", () => {
    for (const model of runs) {
      const cursor = must(model.checkpoints[1], "checkpoint").triggered - 1;
      const marks = fewOf(moment(model, { cursor, lastTold: cursor }));
      for (const { id } of model.checkpoints.slice(1)) {
        expect(marks.some(({ key }) => key === `bar ${id}` || key === `name ${id}`)).toBe(false);
      }
      for (const { what, index } of model.landmarks) {
        if (index <= cursor) continue;
        expect(marks.some(({ key }) => key === `${what} ${index}`)).toBe(false);
      }
    }
  });
});

describe("eventAt", () => {
  test("gives the event whose knob would stand there", () => {
    const { left, right } = scrubberEdges(WIDTH);
    for (const kind of ["virtual", "order"] satisfies TimeKind[]) {
      const shown = moment(words, { axis: timeAxis(words, kind) });
      expect(eventAt(0, shown)).toBe(-1);
      expect(eventAt(left, shown)).toBe(-1);
      expect(eventAt(WIDTH, shown)).toBe(words.count - 1);
      for (let index = 20; index < words.count; index += 31) {
        const x = left + shown.axis.xOf(index) * (right - left) + 1e-6;
        const found = eventAt(x, shown);
        expect(shown.axis.xOf(found)).toBeCloseTo(shown.axis.xOf(index), 6);
        expect(found).toBeGreaterThanOrEqual(index);
      }
    }
  });
});
