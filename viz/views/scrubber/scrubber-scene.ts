// The whole run on one line, as a drawing: how much happens when, checkpoints, what broke and what was restored, and
// where a property was violated.

import type { Verdict } from "../../../sim/harness/bundle.ts";
import { checkpointInk, type Ink, type Mark, type Scene } from "../../drawing/mark.ts";
import { textWidth } from "../../drawing/text-width.ts";
import type { Landmark, RunModel } from "../../model/run-model.ts";
import { entityKey } from "../../page/entity.ts";
import type { ScrubberWords } from "../../words/scrubber-words.ts";
import { outcomeAt, signMark } from "../space-time/space-time-signs.ts";
import type { TimeAxis } from "../time-axis.ts";

/** What a picture of the scrubber is made of. */
export interface ScrubberMoment {
  readonly model: RunModel;
  readonly axis: TimeAxis;
  /** The event shown; -1 before the first. */
  readonly cursor: number;
  /** The last event that anything is told of: a class that is to predict must not see what comes. */
  readonly lastTold: number;
  readonly width: number;
  /** How many events there are in each of some stretches of the same width: see {@link densityOf}. */
  readonly density: Uint32Array;
  readonly words: ScrubberWords;
  readonly sentence: (index: number) => string;
}

/** How high the scrubber is, in pixels. */
export const SCRUBBER_HEIGHT = 62;

/** Where the run begins and ends in a scrubber of some width. */
export function scrubberEdges(width: number): { readonly left: number; readonly right: number } {
  return { left: EDGE, right: Math.max(EDGE + 1, width - EDGE) };
}

/** The number of events in each stretch of the axis, from its beginning. */
export function densityOf({ at, length }: TimeAxis, width: number): Uint32Array {
  const { left, right } = scrubberEdges(width);
  const density = new Uint32Array(Math.max(1, Math.floor((right - left) / BIN_WIDTH)));
  for (const unit of at) {
    const bin = Math.min(density.length - 1, Math.floor((unit / length) * density.length));
    density[bin] = (density[bin] ?? 0) + 1;
  }
  return density;
}

/** The event at a place across; -1 at the very beginning. */
export function eventAt(x: number, { axis, width }: ScrubberMoment): number {
  const { left, right } = scrubberEdges(width);
  return x <= left ? -1 : axis.indexAt(Math.min(1, (x - left) / (right - left)));
}

/** The drawing. */
export function scrubberScene(moment: ScrubberMoment): Scene {
  const few = [
    ...checkpointMarks(moment),
    ...invariantMarks(moment),
    ...landmarkMarks(moment),
    ...cursorMarks(moment),
  ];
  const { width } = moment;
  const many = [...breakMarks(moment), ...densityMarks(moment)];
  // Thousands of checkpoints would be too many nodes of a page; what is not labelled need not be one.
  const isMuch = few.length > FEW_MAX;
  const painted = isMuch ? few.filter(({ kind }) => kind === "rect") : [];
  return {
    width,
    height: SCRUBBER_HEIGHT,
    many: [...many, ...painted],
    few: isMuch ? few.filter(({ kind }) => kind !== "rect") : few,
  };
}

const EDGE = 10;
const BIN_WIDTH = 3;
const FEW_MAX = 1000;
const TEXT_SIZE = 11;

/** Heights of the rows, from the top: signs, density, checkpoints, properties. */
const SIGN_MIDDLE = 8;
const DENSITY = { top: 15, base: 35 };
const STRIP = { top: 39, height: 6, base: 57 };
const INVARIANTS = { top: 58, height: 3 };

function xOf(event: number, { axis, width }: ScrubberMoment): number {
  const { left, right } = scrubberEdges(width);
  return event < 0 ? left : left + axis.xOf(event) * (right - left);
}

function densityMarks(moment: ScrubberMoment): readonly Mark[] {
  const { density, cursor } = moment;
  const { left } = scrubberEdges(moment.width);
  const most = Math.max(1, ...density);
  const now = xOf(cursor, moment);
  const line = { x1: left, x2: scrubberEdges(moment.width).right };
  const { base, top } = DENSITY;
  const bars = [...density].flatMap((count, bin): readonly Mark[] => {
    if (count === 0) return [];
    const height = Math.max(1, Math.sqrt(count / most) * (base - top));
    const x = left + bin * BIN_WIDTH;
    const opacity = x < now ? 0.9 : 0.38;
    const box = { x, y: base - height, width: BIN_WIDTH - 0.6, height };
    return [{ key: `density ${bin}`, kind: "rect", ...box, fill: "secondary", opacity }];
  });
  return [{ key: "base", kind: "line", ...line, y1: base, y2: base, stroke: "grid" }, ...bars];
}

function breakMarks(moment: ScrubberMoment): readonly Mark[] {
  const { axis, width } = moment;
  const { left, right } = scrubberEdges(width);
  return axis.breaks.map(({ from, to }, number): Mark => {
    const x = left + ((from + to) / 2 / axis.length) * (right - left);
    const y = DENSITY.base;
    const d = `M${x - 4},${y + 3}L${x},${y - 3}M${x},${y + 3}L${x + 4},${y - 3}`;
    return { key: `break ${number}`, kind: "path", d, stroke: "secondary" };
  });
}

function checkpointMarks(moment: ScrubberMoment): readonly Mark[] {
  const { model, lastTold } = moment;
  let free = 0;
  return model.checkpoints
    .filter(({ triggered }) => triggered <= lastTold)
    .flatMap((span): readonly Mark[] => {
      const { id, triggered } = span;
      const outcome = outcomeAt(span, lastTold);
      const end = outcome === "unfinished" ? lastTold : (span.ended ?? lastTold);
      const x = xOf(triggered, moment);
      const width = Math.max(2, xOf(end, moment) - x);
      const ink = checkpointInk(id);
      const common = {
        entity: entityKey({ kind: "checkpoint", id }),
        title: moment.words[outcome](id),
      };
      const box = { x, y: STRIP.top, width, height: STRIP.height };
      const look = outcome === "completed" ? { fill: ink } : { stroke: ink, hatch: ink };
      const bar: Mark = { key: `bar ${id}`, kind: "rect", ...box, ...look, ...common };
      const size = TEXT_SIZE * 0.7;
      const room = textWidth(String(id), TEXT_SIZE);
      if (x < free) return [bar];
      free = x + room + size + 9;
      const sign = { x: x + room + size * 0.9, y: STRIP.base - TEXT_SIZE * 0.36, size };
      return [
        bar,
        {
          key: `name ${id}`,
          kind: "text",
          x,
          y: STRIP.base,
          text: String(id),
          size: TEXT_SIZE,
          weight: "bold",
          fill: ink,
          ...common,
        },
        signMark(outcome, sign, { key: `outcome ${id}`, ink, ...common }),
      ];
    });
}

function landmarkMarks(moment: ScrubberMoment): readonly Mark[] {
  const taken: number[] = [];
  const told = moment.model.landmarks.filter(({ index }) => index <= moment.lastTold);
  return told
    .toSorted((one, other) => SIGNS[one.what].rank - SIGNS[other.what].rank)
    .flatMap((landmark): readonly Mark[] => {
      const x = xOf(landmark.index, moment);
      if (taken.some((other) => Math.abs(other - x) < SIGN_ROOM)) return [];
      taken.push(x);
      const { index, what, checkpoint } = landmark;
      const { ink } = SIGNS[what];
      const look = {
        key: `${what} ${index}`,
        ink: what === "restore" && checkpoint !== 0 ? checkpointInk(checkpoint) : ink,
        title: moment.sentence(index),
        entity: entityKey({ kind: "event", index }),
      };
      return [signMark(what, { x, y: SIGN_MIDDLE, size: SIGN_SIZE }, look)];
    });
}

/** The ink of landmarks, and which of two that lie too close is shown. */
const SIGNS: {
  readonly [what in Landmark["what"]]: { readonly ink: Ink; readonly rank: number };
} = {
  violation: { ink: "failed", rank: 0 },
  crash: { ink: "failed", rank: 1 },
  restore: { ink: "ink", rank: 2 },
  fault: { ink: "failed", rank: 3 },
  "task-failed": { ink: "failed", rank: 4 },
  end: { ink: "secondary", rank: 5 },
};

const SIGN_SIZE = 10;
const SIGN_ROOM = 13;

/** One line for all properties: broken where one was violated. */
function invariantMarks(moment: ScrubberMoment): readonly Mark[] {
  const { model, lastTold, words } = moment;
  const checked = model.verdicts.filter(({ kind }) => kind === "holds" || kind === "violated");
  if (checked.length === 0) return [];
  const { left } = scrubberEdges(moment.width);
  const violations = model.verdicts.flatMap((verdict) =>
    verdict.kind === "violated" ? [{ verdict, index: violatedAt(verdict, model) }] : [],
  );
  const told = violations.filter(({ index }) => index <= lastTold);
  const now = xOf(Math.min(lastTold, model.count - 1), moment);
  const { top, height } = INVARIANTS;
  const box = { x: left, y: top, width: Math.max(0, now - left), height };
  const line: Mark = {
    key: "properties",
    kind: "rect",
    ...box,
    fill: "completed",
    opacity: told.length === 0 ? 0.8 : 0.35,
    ...(violations.length === 0 ? { title: words.allHold(checked.length) } : {}),
  };
  return [
    line,
    ...told.map(({ verdict, index }): Mark => {
      const x = xOf(index, moment);
      const title = words.violated(verdict.checker, verdict.sentence);
      const mark = { x: x - 3, y: top - 2, width: 6, height: height + 4 };
      const key = `violated ${verdict.checker}`;
      const entity = entityKey({ kind: "event", index });
      return { key, kind: "rect", ...mark, fill: "failed", title, entity };
    }),
  ];
}

/** Proven with its last event; what proves that something never came is the end. */
function violatedAt(verdict: Verdict & { readonly kind: "violated" }, model: RunModel): number {
  return verdict.events.at(-1) ?? model.count - 1;
}

function cursorMarks(moment: ScrubberMoment): readonly Mark[] {
  const x = xOf(moment.cursor, moment);
  const [top, bottom] = [DENSITY.top - 2, SCRUBBER_HEIGHT];
  const knob = `M${x - 6},${top - 7}L${x + 6},${top - 7}L${x + 6},${top - 2}L${x},${top + 5}L${x - 6},${top - 2}Z`;
  return [
    {
      key: "cursor ground",
      kind: "line",
      x1: x,
      x2: x,
      y1: top,
      y2: bottom,
      stroke: "background",
      strokeWidth: 4,
    },
    {
      key: "cursor",
      kind: "line",
      x1: x,
      x2: x,
      y1: top,
      y2: bottom,
      stroke: "ink",
      strokeWidth: 1.6,
    },
    { key: "knob", kind: "path", d: knob, fill: "ink", stroke: "background", strokeWidth: 1.5 },
  ];
}
