// The space-time diagram of real runs, as a drawing: what is in it, and what is never left out of it.
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { checkpointInk, type Mark } from "../../../viz/drawing/mark.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import { cutOfCheckpoint } from "../../../viz/model/cut.ts";
import { CONE, HappensBefore } from "../../../viz/model/happens-before.ts";
import { livesOf } from "../../../viz/model/lives.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
import { FIRST_STATE } from "../../../viz/page/page-state.ts";
import { shownCut, verdictText } from "../../../viz/views/space-time-cut.ts";
import { SpaceTimeDrawer, type SpaceTimeWish } from "../../../viz/views/space-time-drawer.ts";
import type { SpaceTimeLayout } from "../../../viz/views/space-time-layout.ts";
import { SPACE_TIME_WORDS } from "../../../viz/words/space-time-words.ts";
import { CRASH_CASES, traceOfCase } from "../model/recorded-model.ts";

const [words, , diamond] = CRASH_CASES.map((request) => {
  return new SpaceTimeDrawer(createRunModel(traceOfCase(request), []));
});
if (words === undefined || diamond === undefined) throw new Error("Cannot test: a run is missing");
const SIZE = { width: 900, height: 400 };
const AXES = ["virtual", "logical"] as const;

/** What is wished for, unless said otherwise: the whole run from its end. */
function wish(
  drawer: SpaceTimeDrawer,
  change: Partial<SpaceTimeWish["state"]> = {},
): SpaceTimeWish {
  return { state: { ...FIRST_STATE, cursor: drawer.model.count - 1, ...change }, size: SIZE };
}

function marksOf(drawer: SpaceTimeDrawer, wished: SpaceTimeWish): readonly Mark[] {
  const { many, few } = drawer.scene(wished);
  return [...many, ...few];
}

describe("lanes", () => {
  test("have a row each, in the order of the run's lanes, the names of all of them readable", () => {
    for (const drawer of [words, diamond]) {
      const { few, height } = drawer.scene(wish(drawer));
      const names = few.filter(({ key }) => /^name \d+$/.test(key));
      expect(names.map(({ title }) => title)).toEqual(drawer.model.lanes.map(({ name }) => name));
      const places = names.map((mark) => (mark.kind === "text" ? mark.y : 0));
      for (const [at, y] of places.entries()) {
        if (at > 0) expect(y - (places[at - 1] ?? 0)).toBeGreaterThanOrEqual(12);
        expect(y).toBeLessThan(height);
      }
    }
  });

  test("break where a subtask is lost or fails, and go on from the restored cut", () => {
    const { model } = words;
    const lives = livesOf(model);
    const broken = lives.filter(({ end }) => end === "lost" || end === "failed");
    expect(broken.length).toBeGreaterThan(0);
    for (const timeAxis of AXES) {
      const marks = marksOf(words, wish(words, { timeAxis }));
      for (const { lane, attempt } of broken) {
        expect(marks.some(({ key }) => key === `end ${lane} ${attempt} zigzag`)).toBe(true);
      }
      const restored = lives.filter(({ restoredFrom }) => restoredFrom !== 0);
      const arcs = marks.filter(({ key }) => /^restore \d/.test(key));
      expect(arcs).toHaveLength(restored.length);
      for (const { dash, stroke } of arcs) {
        expect(dash).toBeDefined();
        expect(stroke).toBe(checkpointInk(must(restored[0], "life").restoredFrom));
      }
    }
  });

  test("show work that a restore undid under a hatch, and its events as ghosts", () => {
    const { model } = words;
    const restored = must(
      livesOf(model).find(({ restoredFrom }) => restoredFrom !== 0),
      "restored life",
    );
    const span = must(
      model.checkpoints.find(({ id }) => id === restored.restoredFrom),
      "restored checkpoint",
    );
    const crash = must(model.landmarks[0], "crash").index;
    const marks = marksOf(words, closeUp(words, [span.triggered, restored.started]));
    const band = marks.find(({ key }) => key.startsWith(`undone ${restored.lane}`));
    expect(band?.hatch).toBeDefined();
    const cut = must(span.cut.get(restored.lane), "end of the cut");
    const drawn = eventsDrawn(marks).filter(([index]) => model.laneOf[index] === restored.lane);
    const ghosts = drawn.filter(([index]) => index > cut && index < crash);
    expect(ghosts.length).toBeGreaterThan(4);
    expect(new Set(ghosts.map(([, { opacity }]) => opacity))).toEqual(new Set([0.35]));
    const kept = drawn.filter(([index]) => index <= cut || index > restored.started);
    expect(kept.length).toBeGreaterThan(2);
    expect(new Set(kept.map(([, { opacity }]) => opacity ?? 1))).toEqual(new Set([1]));
    // Before the restore, nobody knows that it was in vain.
    const then = marksOf(words, {
      ...closeUp(words, [span.triggered, restored.started]),
      state: { ...FIRST_STATE, cursor: crash - 1, mode: "lesson" },
    });
    expect(eventsDrawn(then).every(([, { opacity }]) => (opacity ?? 1) === 1)).toBe(true);
  });
});

describe("what is too much to draw", () => {
  test("is drawn as density, but barriers, their hues and what breaks are all there", () => {
    const { model } = diamond;
    for (const timeAxis of AXES) {
      const marks = marksOf(diamond, wish(diamond, { timeAxis }));
      const dots = eventsDrawn(marks);
      expect(marks.some(({ key }) => key.startsWith("bin "))).toBe(true);
      expect(dots.length).toBeLessThan(model.count / 2);
      const barriers = model.transfers.filter(({ what, from, to }) => {
        return what === "barrier" && from !== to;
      });
      const drawn = marks.filter(({ key }) => key.startsWith("barrier "));
      expect(new Set(drawn.map(({ key }) => key))).toEqual(
        new Set(barriers.map(({ sent, to }) => `barrier ${sent} ${to}`)),
      );
      for (const mark of drawn) {
        const sent = Number(mark.key.split(" ")[1]);
        expect(mark.stroke).toBe(checkpointInk(model.checkpointOf[sent] ?? 0));
      }
      const ends = livesOf(model).filter(({ end }) => end === "lost" || end === "failed");
      expect(marks.filter(({ key }) => /^end \d+ \d+ zigzag$/.test(key))).toHaveLength(ends.length);
      const acknowledged = model.transfers.filter(({ what, from, to, checkpoint }) => {
        return what === "message" && from !== to && from >= 0 && to >= 0 && checkpoint !== 0;
      });
      const messages = new Set(marks.map(({ key }) => key));
      for (const { sent, to } of acknowledged) expect(messages).toContain(`message ${sent} ${to}`);
    }
  });

  test("never makes more nodes than a page can hold, and no two of a name", () => {
    for (const drawer of [words, diamond]) {
      const { count } = drawer.model;
      for (const timeAxis of AXES) {
        for (const cursor of [-1, 0, count >> 2, count >> 1, count - 1]) {
          for (const cut of [undefined, 1, 2]) {
            const wished = wish(drawer, { timeAxis, cursor, cut, isConeShown: cut === 2 });
            const middle = Math.max(0, Math.min(cursor, count - 200));
            for (const one of [wished, { ...closeUp(drawer, [middle, middle + 150]), ...wished }]) {
              const { few } = drawer.scene(one);
              expect(few.length).toBeLessThan(1_500);
              expect(new Set(few.map(({ kind, key }) => `${kind} ${key}`)).size).toBe(few.length);
            }
          }
        }
      }
    }
  });

  test("is left out where it is not in view", () => {
    const { count } = diamond.model;
    const wished = closeUp(diamond, [count >> 1, (count >> 1) + 150]);
    const { layout } = diamond.moment(wished);
    const marks = marksOf(diamond, wished);
    expect(marks.length).toBeLessThan(1_500);
    for (const [, mark] of eventsDrawn(marks)) {
      expect(xOf(mark)).toBeGreaterThanOrEqual(layout.left - 1);
      expect(xOf(mark)).toBeLessThanOrEqual(layout.width + 1);
    }
  });
});

describe("a lesson", () => {
  test("shows nothing of what comes after the cursor", () => {
    for (const drawer of [words, diamond]) {
      const { count } = drawer.model;
      for (const cursor of [count >> 3, count >> 1]) {
        const wished = wish(drawer, { cursor, mode: "lesson" });
        const now = nowOf(drawer, wished);
        const told = marksOf(drawer, wished).filter(({ key }) => TELLING.test(key));
        expect(told.length).toBeGreaterThan(10);
        for (const mark of told) {
          const [sent = 0] = numbersIn(mark.key);
          if (/^(event|record|barrier|message) /.test(mark.key)) {
            expect(sent).toBeLessThanOrEqual(cursor);
          }
          if (mark.kind === "line" || mark.kind === "rect" || mark.kind === "circle") {
            expect(farEnd(mark), mark.key).toBeLessThanOrEqual(now + 12);
          }
        }
      }
    }
  });
});

describe("the cone", () => {
  test("leaves at full strength what is before and after the cursor's event, and nothing else", () => {
    const { model } = words;
    const cursor = must([...must(model.checkpoints[0], "checkpoint").cut.values()][1], "snapshot");
    const wished = { ...closeUp(words, [cursor - 60, cursor + 60]) };
    const state = { ...wished.state, cursor, isConeShown: true };
    const drawn = eventsDrawn(marksOf(words, { ...wished, state }));
    const cone = new HappensBefore(model).cone(cursor);
    const far = drawn.filter(([index]) => cone[index] === CONE.neither);
    const near = drawn.filter(([index]) => cone[index] !== CONE.neither);
    expect(Math.min(far.length, near.length)).toBeGreaterThan(10);
    const strongest = Math.max(...far.map(([, { opacity }]) => opacity ?? 1));
    expect(strongest).toBeLessThanOrEqual(0.35);
    expect(near.some(([, { opacity }]) => (opacity ?? 1) === 1)).toBe(true);
  });
});

describe("the cut", () => {
  const { model } = words;
  const span = must(model.checkpoints[0], "checkpoint");
  const cut = cutOfCheckpoint(span);
  const orphan = must(
    model.transfers.find(({ what, from, sent, received }) => {
      return what === "record" && received !== undefined && sent > (cut.get(from) ?? 0);
    }),
    "record after the cut",
  );
  const moved = new Map([[orphan.to, must(orphan.received, "taking")]]);

  test("is a line in the hue of its checkpoint through all lanes of subtasks", () => {
    const { few } = words.scene(wish(words, { cut: span.id }));
    const line = few.find(({ key }) => key === "cut");
    expect(line?.stroke).toBe(checkpointInk(span.id));
    expect(line?.kind === "path" ? line.d.match(/[ML]/g)?.length : 0).toBe(cut.size * 2);
    expect(few.some(({ key }) => key.startsWith("orphan"))).toBe(false);
  });

  test("that was moved to where a record is an orphan marks it heavily and names it", () => {
    const { few } = words.scene({ ...wish(words, { cut: span.id }), moved });
    const mark = few.find(({ key }) => key === `orphan ${orphan.sent} ${orphan.to}`);
    expect(mark?.stroke).toBe("ink");
    expect(mark?.strokeWidth).toBeGreaterThan(3);
    const shown = must(shownCut(model, span.id, moved), "cut");
    expect(shown.isMoved).toBe(true);
    expect(shown.verdict.kind).toBe("inconsistent");
    const first = must(shown.verdict.orphans[0], "orphan");
    for (const language of ["en", "zh"] as const) {
      const text = verdictText(shown, model, SPACE_TIME_WORDS[language]);
      for (const lane of [first.from, first.to]) expect(text).toContain(model.lanes[lane]?.name);
      expect(text).toContain(first.label);
    }
    expect(verdictText(shown, model, SPACE_TIME_WORDS.en)).toContain("inconsistent");
    expect(verdictText(shown, model, SPACE_TIME_WORDS.zh)).toContain("不一致");
  });

  test("marks what is in the channels and says what it is", () => {
    // The consumer goes back to where it had not taken its last record: that one is still on its way.
    const last = must(
      model.transfers.findLast(({ what, from, to, received }) => {
        const isBefore = received !== undefined && received <= (cut.get(to) ?? 0);
        return what === "record" && isBefore && cut.has(from);
      }),
      "record before the cut",
    );
    const back = new Map([[last.to, must(last.received, "taking") - 1]]);
    const shown = must(shownCut(model, span.id, back), "cut");
    expect(shown.verdict.kind).toBe("consistent");
    expect(shown.verdict.inTransit).toContain(last);
    const { few } = words.scene({ ...wish(words, { cut: span.id }), moved: back });
    expect(few.some(({ key }) => key === `in-transit ${last.sent} ${last.to}`)).toBe(true);
    for (const language of ["en", "zh"] as const) {
      expect(verdictText(shown, model, SPACE_TIME_WORDS[language])).toContain(last.label);
    }
  });

  test("that is back at the checkpoint's is not a moved one", () => {
    expect(shownCut(model, span.id, cut)?.isMoved).toBe(false);
    expect(shownCut(model, 99, new Map())).toBeUndefined();
  });
});

/** Marks that tell of something that has happened. */
const TELLING = /^(event|bin|record|barrier|message|life|wait|align|sync|async|stop|undone) /;

function closeUp(drawer: SpaceTimeDrawer, [first, last]: readonly [number, number]): SpaceTimeWish {
  const { at } = drawer.index("virtual").axis;
  const view = { from: at[first] ?? 0, to: Math.max((at[first] ?? 0) + 1, at[last] ?? 0) };
  return { ...wish(drawer), view };
}

function eventsDrawn(marks: readonly Mark[]): readonly (readonly [number, Mark])[] {
  return marks.flatMap((mark) => {
    const match = /^event (\d+)$/.exec(mark.key);
    return match === null ? [] : [[Number(match[1]), mark] as const];
  });
}

function numbersIn(key: string): readonly number[] {
  return [...key.matchAll(/\d+/g)].map(([number]) => Number(number));
}

function xOf(mark: Mark): number {
  return mark.kind === "circle" ? mark.x : Number.NaN;
}

function nowOf(drawer: SpaceTimeDrawer, wished: SpaceTimeWish): number {
  const { index, layout }: { index: { model: RunModel }; layout: SpaceTimeLayout } =
    drawer.moment(wished);
  const { at } = drawer.index(wished.state.timeAxis).axis;
  expect(index.model).toBe(drawer.model);
  return layout.x(at[wished.state.cursor] ?? 0);
}

function farEnd(mark: Mark): number {
  switch (mark.kind) {
    case "line":
      return Math.max(mark.x1, mark.x2);
    case "rect":
      return mark.x + mark.width;
    default:
      return mark.kind === "circle" ? mark.x : Number.NaN;
  }
}
