// The space-time diagram of real runs, as a drawing: what is in it, and what is never left out of it.
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { checkpointInk, type Mark } from "../../../viz/drawing/mark.ts";
import { textWidth } from "../../../viz/drawing/text-width.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import { cutOfCheckpoint } from "../../../viz/model/cut.ts";
import { CONE, HappensBefore } from "../../../viz/model/happens-before.ts";
import { livesOf } from "../../../viz/model/lives.ts";
import type { Transfer } from "../../../viz/model/run-model.ts";
import { FIRST_STATE } from "../../../viz/page/page-state.ts";
import { shownCut, verdictText } from "../../../viz/views/space-time/space-time-cut.ts";
import {
  SpaceTimeDrawer,
  type SpaceTimeWish,
} from "../../../viz/views/space-time/space-time-drawer.ts";
import { lineOf } from "../../../viz/views/space-time/space-time-transfer-marks.ts";
import { SPACE_TIME_WORDS } from "../../../viz/words/space-time-words.ts";
import { CRASH_CASES, traceOfCase } from "../model/recorded-model.ts";
import { unfolded } from "./unfolded-marks.ts";

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
  return [...unfolded(many), ...few];
}

describe("lanes", () => {
  test("have a row each, in the order of the run's lanes, the names of all of them readable", () => {
    for (const drawer of [words, diamond]) {
      const { few, height } = drawer.scene({ ...wish(drawer), size: { width: 900, height: 640 } });
      const names = few.filter(({ key }) => /^name \d+$/.test(key));
      expect(names.map(({ title }) => title)).toEqual(drawer.model.lanes.map(({ name }) => name));
      const places = names.map((mark) => (mark.kind === "text" ? mark.y : 0));
      for (const [at, y] of places.entries()) {
        if (at > 0) expect(y - (places[at - 1] ?? 0)).toBeGreaterThanOrEqual(12);
        expect(y).toBeLessThan(height);
      }
    }
  });

  test("of hosts, then of the outside, give way where not all have room; those of the job stay", () => {
    const { lanes } = words.model;
    const shownAt = (height: number): ReadonlySet<string> => {
      const { few } = words.scene({ ...wish(words), size: { width: 900, height } });
      const shown = few.flatMap(({ key }) => /^name (\d+)$/.exec(key)?.[1] ?? []);
      return new Set(shown.map((lane) => must(lanes[Number(lane)], "lane").kind));
    };
    expect([...shownAt(500)]).toEqual(["job-master", "subtask", "host", "outside"]);
    expect([...shownAt(250)]).toEqual(["job-master", "subtask", "outside"]);
    expect([...shownAt(120)]).toEqual(["job-master", "subtask"]);
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
    const wished = closeUp(words, [span.triggered, restored.started]);
    const band = marksOf(words, wished).find(({ key }) =>
      key.startsWith(`undone ${restored.lane}`),
    );
    expect(band?.hatch).toBeDefined();
    const cut = must(span.cut.get(restored.lane), "end of the cut");
    const dots = dotsOf(words, wished, restored.lane);
    const ghosts = dots.filter(([near]) => near.every((index) => index > cut && index < crash));
    expect(ghosts.length).toBeGreaterThan(4);
    expect(new Set(ghosts.map(([, opacity]) => opacity))).toEqual(new Set([0.35]));
    const kept = dots.filter(([near]) =>
      near.every((index) => index <= cut || index > restored.started),
    );
    expect(kept.length).toBeGreaterThan(2);
    expect(new Set(kept.map(([, opacity]) => opacity))).toEqual(new Set([1]));
    // Before the restore, nobody knows that it was in vain.
    const state = { ...FIRST_STATE, cursor: crash - 1, mode: "lesson" } as const;
    const then = dotsOf(words, { ...wished, state }, restored.lane);
    expect(then.every(([, opacity]) => opacity === 1)).toBe(true);
  });
});

describe("values of records", () => {
  test("are written between two lanes as long as none would lie over the one before", () => {
    const { model } = words;
    const wished = closeUp(words, [0, Math.floor(model.count / 8)]);
    const { few } = words.scene(wished);
    const written = few.flatMap((mark) =>
      mark.kind === "text" && mark.key.startsWith("value ") ? [mark] : [],
    );
    expect(written.length).toBeGreaterThan(3);
    for (const [index, mark] of written.entries()) {
      const over = written.slice(0, index).filter(({ x, y, text }) => {
        return Math.abs(y - mark.y) < 1 && x + textWidth(text, mark.size) > mark.x;
      });
      expect(over.map(({ text }) => `${text} under ${mark.text}`)).toEqual([]);
    }
  });
});

describe("what is too much to draw", () => {
  test("is drawn as density, but barriers, their hues and what breaks are all there", () => {
    const { model } = diamond;
    for (const timeAxis of AXES) {
      const wished = wish(diamond, { timeAxis });
      const marks = marksOf(diamond, wished);
      expect(marks.some(({ kind, fill }) => kind === "rect" && fill === "secondary")).toBe(true);
      expect(marks.filter(({ kind }) => kind === "circle").length).toBeLessThan(model.count / 2);
      const lines = new Set(marks.map((mark) => lineText(mark)));
      const moment = diamond.moment(wished);
      for (const transfer of model.transfers) {
        const { what, from, to, checkpoint } = transfer;
        if (from === to || from < 0 || to < 0 || what === "record" || checkpoint === 0) continue;
        const line = must(lineOf(transfer, moment), "line in view");
        expect(lines).toContain(
          lineText({ key: "", kind: "line", ...line, stroke: checkpointInk(checkpoint) }),
        );
      }
      const ends = livesOf(model).filter(({ end }) => end === "lost" || end === "failed");
      expect(marks.filter(({ key }) => /^end \d+ \d+ zigzag$/.test(key))).toHaveLength(ends.length);
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
    const { few, ...scene } = diamond.scene(wished);
    const many = unfolded(scene.many);
    expect(many.length + few.length).toBeLessThan(1_500);
    const dots = many.filter(({ kind }) => kind === "circle");
    expect(dots.length).toBeGreaterThan(50);
    for (const dot of dots) {
      expect(farEnd(dot)).toBeGreaterThanOrEqual(layout.left - 1);
      expect(farEnd(dot)).toBeLessThanOrEqual(layout.width + 1);
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
        const told = unfolded(drawer.scene(wished).many)
          .filter(({ key }) => !/^(guide|marked) /.test(key))
          .map((mark) => ({ mark, end: farEnd(mark) }))
          .filter(({ end }) => !Number.isNaN(end));
        expect(told.length).toBeGreaterThan(10);
        for (const { mark, end } of told) expect(end, mark.key).toBeLessThanOrEqual(now + 12);
      }
    }
  });

  test("shows what is on its way alike, whether or when it will arrive", () => {
    const { model } = words;
    const openAt = (cursor: number): readonly Transfer[] =>
      model.transfers.filter(({ from, to, sent, received }) => {
        const isDrawn = from !== to && from >= 0 && to >= 0;
        return isDrawn && sent <= cursor && (received === undefined || received > cursor);
      });
    const isLate = ({ received }: Transfer): boolean => received !== undefined;
    const cursor = [...model.times.keys()].findLast((index) => openAt(index).some(isLate)) ?? 0;
    const open = openAt(cursor);
    expect(open.every(isLate)).toBe(false);
    const moment = words.moment(wish(words, { cursor, mode: "lesson" }));
    const lines = open.map((transfer) => must(lineOf(transfer, moment), "line"));
    expect(new Set(lines.map(({ x1, x2 }) => (x2 - x1).toFixed(6))).size).toBe(1);
  });
});

describe("the cone", () => {
  const { model } = words;
  const { undoneBy } = words.index("virtual");
  const isUndone = (event: number): boolean => (undoneBy[event] ?? 0) > 0;

  /** Of the dots around a cursor that stand for such events only, how strong they are. */
  const opacitiesAt = (
    cursor: number,
    isMeant: (event: number, place: number) => boolean,
  ): ReadonlySet<number> => {
    const cone = new HappensBefore(model).cone(cursor);
    const around = closeUp(words, [cursor - 60, cursor + 60]);
    const wished = { ...around, state: { ...around.state, cursor, isConeShown: true } };
    const dots = [...model.lanes.keys()]
      .flatMap((lane) => dotsOf(words, wished, lane))
      .filter(([near]) => near.every((event) => isMeant(event, cone[event] ?? CONE.neither)));
    expect(dots.length).toBeGreaterThan(10);
    return new Set(dots.map(([, opacity]) => opacity));
  };

  test("leaves at full strength what is before and after the cursor's event, and nothing else", () => {
    const cursor = must([...must(model.checkpoints[0], "checkpoint").cut.values()][1], "snapshot");
    const within = opacitiesAt(
      cursor,
      (event, place) => place !== CONE.neither && !isUndone(event),
    );
    expect(within).toEqual(new Set([1]));
    const outside = opacitiesAt(
      cursor,
      (event, place) => place === CONE.neither && !isUndone(event),
    );
    expect(outside).toEqual(new Set([0.35]));
  });

  test("can be told from the rest where all is undone", () => {
    const undone = [...undoneBy.keys()].filter(isUndone);
    const cursor = must(undone[undone.length >> 1], "undone event");
    const within = opacitiesAt(cursor, (event, place) => place !== CONE.neither && isUndone(event));
    expect(within).toEqual(new Set([0.35]));
    const outside = opacitiesAt(
      cursor,
      (event, place) => place === CONE.neither && isUndone(event),
    );
    expect(outside).toEqual(new Set([0.35 ** 2]));
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

  /** As the page has them. */
  function endsOf(ends: ReadonlyMap<number, number>): ReadonlyMap<string, number> {
    return new Map([...ends].map(([lane, event]) => [must(model.lanes[lane], "lane").name, event]));
  }

  test("is a line in the hue of its checkpoint through all lanes of subtasks", () => {
    const { few } = words.scene(wish(words, { cut: span.id }));
    const line = few.find(({ key }) => key === "cut");
    expect(line?.stroke).toBe(checkpointInk(span.id));
    expect(line?.kind === "path" ? line.d.match(/[ML]/g)?.length : 0).toBe(cut.size * 2);
    expect(few.some(({ key }) => key.startsWith("orphan"))).toBe(false);
  });

  test("that was moved to where a record is an orphan marks it heavily and names it", () => {
    const { few } = words.scene(wish(words, { cut: span.id, movedEnds: endsOf(moved) }));
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
    const taken = must(last.received, "taking");
    const before = model.laneOf.subarray(0, taken).lastIndexOf(last.to);
    const back = new Map([[last.to, before]]);
    const shown = must(shownCut(model, span.id, back), "cut");
    expect(shown.verdict.kind).toBe("consistent");
    expect(shown.verdict.inTransit).toContain(last);
    const { few } = words.scene(wish(words, { cut: span.id, movedEnds: endsOf(back) }));
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

function closeUp(drawer: SpaceTimeDrawer, [first, last]: readonly [number, number]): SpaceTimeWish {
  const { at } = drawer.index("virtual").axis;
  const view = { from: at[first] ?? 0, to: Math.max((at[first] ?? 0) + 1, at[last] ?? 0) };
  return { ...wish(drawer), view };
}

/** Dots on a lane: the events that each may stand for, as they lie at one place, and its opacity. */
function dotsOf(
  drawer: SpaceTimeDrawer,
  wished: SpaceTimeWish,
  lane: number,
): readonly (readonly [readonly number[], number])[] {
  const { layout } = drawer.moment(wished);
  const { at } = drawer.index(wished.state.timeAxis).axis;
  const { y } = must(layout.rows[lane], "row");
  const { laneOf } = drawer.model;
  const events = [...laneOf.keys()]
    .filter((index) => laneOf[index] === lane)
    .map((index) => ({ index, x: layout.x(at[index] ?? 0) }));
  return unfolded(drawer.scene(wished).many).flatMap((mark) => {
    if (mark.kind !== "circle" || mark.y !== y) return [];
    const near = events.filter(({ x }) => Math.abs(x - mark.x) < 1).map(({ index }) => index);
    expect(near.length).toBeGreaterThan(0);
    return [[near, mark.opacity ?? 1] as const];
  });
}

function lineText(mark: Mark): string {
  if (mark.kind !== "line") return "";
  return [mark.stroke, ...[mark.x1, mark.y1, mark.x2, mark.y2].map((x) => x.toFixed(3))].join(" ");
}

function nowOf(drawer: SpaceTimeDrawer, wished: SpaceTimeWish): number {
  const { layout } = drawer.moment(wished);
  const { at } = drawer.index(wished.state.timeAxis).axis;
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
