// The whole run on one line, as a drawing: how much happens when, checkpoints, what broke and what was restored, and
// where a property was violated.

import { area, max, type ScaleLinear, scaleLinear, scaleSqrt } from "d3";
import type { Verdict } from "../../../sim/harness/bundle.ts";
import { glyph, lineGlyph, polygonGlyph } from "../../drawing/glyph.ts";
import { checkpointInk, type Ink, type Mark, type Scene } from "../../drawing/mark.ts";
import { textWidth } from "../../drawing/text-width.ts";
import type { Landmark, RunModel } from "../../model/run-model.ts";
import { entityKey } from "../../page/entity.ts";
import type { EventNotes } from "../../page/run-notes.ts";
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
  /** What the reader has written at events. */
  readonly notes: EventNotes;
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
  const across = acrossOf(width).clamp(true);
  return x <= across(0) ? -1 : axis.indexAt(across.invert(x));
}

/** The drawing. */
export function scrubberScene(shown: ScrubberMoment): Scene {
  const moment = { ...shown, across: acrossOf(shown.width) };
  const few = [
    ...checkpointMarks(moment),
    ...invariantMarks(moment),
    ...landmarkMarks(moment),
    ...noteMarks(moment),
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
/** The size of text. */
export const TEXT_SIZE = 11;

/** Heights of the rows, from the top: signs, density, checkpoints, properties. */
const SIGN_MIDDLE = 8;
const DENSITY = { top: 15, base: 35 };
const STRIP = { top: 39, height: 6, base: 57 };
const INVARIANTS = { top: 58, height: 3 };

/** A moment with its scale: from parts of the axis to places across, in pixels. */
interface DrawnMoment extends ScrubberMoment {
  readonly across: ScaleLinear<number, number>;
}

function acrossOf(width: number): ScaleLinear<number, number> {
  const { left, right } = scrubberEdges(width);
  return scaleLinear([0, 1], [left, right]);
}

function xOf(event: number, { axis, across }: DrawnMoment): number {
  return across(event < 0 ? 0 : axis.xOf(event));
}

function densityMarks(moment: DrawnMoment): readonly Mark[] {
  const { density, cursor, width } = moment;
  const { left, right } = scrubberEdges(width);
  const { base } = DENSITY;
  const bars = barsOf(density);
  const passed = Math.max(0, Math.ceil((xOf(cursor, moment) - left) / BIN_WIDTH));
  const look = { kind: "path", fill: "secondary" } as const;
  const ground = { x1: left, x2: right, y1: base, y2: base };
  return [
    { key: "base", kind: "line", ...ground, stroke: "grid" },
    { ...look, key: "density before", d: bars.slice(0, passed).join(""), opacity: 0.9 },
    { ...look, key: "density after", d: bars.slice(passed).join(""), opacity: 0.38 },
  ];
}

/** The pieces of the density's area, a path for each stretch: made once, as the cursor only parts them. */
function barsOf(density: Uint32Array): readonly string[] {
  const known = BARS.get(density);
  if (known !== undefined) return known;
  const { base, top } = DENSITY;
  const up = scaleSqrt([0, max(density) ?? 1], [base, top]);
  const bars = Array.from(density, (count, bin) => {
    const x = EDGE + bin * BIN_WIDTH;
    const bar = area<number>((across) => across, base, Math.min(base - 1, up(count))).digits(2);
    return count === 0 ? "" : (bar([x, x + BIN_WIDTH - 0.6]) ?? "");
  });
  BARS.set(density, bars);
  return bars;
}

const BARS = new WeakMap<Uint32Array, readonly string[]>();

function breakMarks({ axis, across }: DrawnMoment): readonly Mark[] {
  return axis.breaks.map(({ from, to }, number): Mark => {
    const middle = { x: across((from + to) / 2 / axis.length), y: DENSITY.base };
    return { ...glyph(BREAK, middle), key: `break ${number}`, stroke: "secondary" };
  });
}

const BREAK = lineGlyph(
  [
    [-4, 3],
    [0, -3],
  ],
  [
    [0, 3],
    [4, -3],
  ],
);

function checkpointMarks(moment: DrawnMoment): readonly Mark[] {
  const { model, lastTold } = moment;
  let free = 0;
  return model.checkpoints
    .filter(({ triggered }) => triggered <= lastTold)
    .flatMap((span): readonly Mark[] => {
      const { id, triggered, isSavepoint } = span;
      const name = isSavepoint ? `S${id}` : String(id);
      const outcome = outcomeAt(span, lastTold);
      const end = outcome === "unfinished" ? lastTold : (span.ended ?? lastTold);
      const x = xOf(triggered, moment);
      const width = Math.max(2, xOf(end, moment) - x);
      const ink = checkpointInk(id);
      const said = moment.words[outcome](id);
      const common = {
        entity: entityKey({ kind: "checkpoint", id }),
        title: isSavepoint ? moment.words.savepoint(said) : said,
      };
      const box = { x, y: STRIP.top, width, height: STRIP.height };
      const look = outcome === "completed" ? { fill: ink } : { stroke: ink, hatch: ink };
      const bar: Mark = { key: `bar ${id}`, kind: "rect", ...box, ...look, ...common };
      const size = TEXT_SIZE * 0.7;
      const room = textWidth(name, TEXT_SIZE);
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
          text: name,
          size: TEXT_SIZE,
          weight: "bold",
          fill: ink,
          ...common,
        },
        signMark(outcome, sign, { key: `outcome ${id}`, ink, ...common }),
      ];
    });
}

function landmarkMarks(moment: DrawnMoment): readonly Mark[] {
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
  submission: { ink: "ink", rank: 2 },
  request: { ink: "ink", rank: 3 },
  end: { ink: "secondary", rank: 5 },
};

const SIGN_SIZE = 10;
const SIGN_ROOM = 13;

/** A pennant at each event that has a note, over how much happens there. */
function noteMarks(moment: DrawnMoment): readonly Mark[] {
  const told = [...moment.notes].filter(([index]) => index <= moment.lastTold);
  return told.map(([index, text]): Mark => {
    const middle = { x: xOf(index, moment), y: DENSITY.base };
    return {
      ...glyph(PENNANT, middle),
      key: `note ${index}`,
      fill: "ink",
      stroke: "background",
      strokeWidth: 1,
      title: moment.words.noted(text),
      entity: entityKey({ kind: "event", index }),
    };
  });
}

const PENNANT = polygonGlyph([-1, 0], [-1, -20], [10, -15.5], [1, -11], [1, 0]);

/** One line for all properties: broken where one was violated. */
function invariantMarks(moment: DrawnMoment): readonly Mark[] {
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

function cursorMarks(moment: DrawnMoment): readonly Mark[] {
  const x = xOf(moment.cursor, moment);
  const [top, bottom] = [DENSITY.top - 2, SCRUBBER_HEIGHT];
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
    {
      ...glyph(KNOB, { x, y: top }),
      key: "knob",
      fill: "ink",
      stroke: "background",
      strokeWidth: 1.5,
    },
  ];
}

const KNOB = polygonGlyph([-6, -7], [6, -7], [6, -2], [0, 5], [-6, -2]);
