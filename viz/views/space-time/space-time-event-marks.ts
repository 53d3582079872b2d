// Events as dots on their lanes; where a lane has more than fit, as their density.

import { scaleSqrt } from "d3";
import { checkpointInk, type Mark } from "../../drawing/mark.ts";
import { Batches, type BatchLook, inkLooks } from "./space-time-batches.ts";
import { firstEventFrom } from "./space-time-index.ts";
import { isShown, rowOf } from "./space-time-layout.ts";
import { type SpaceTimeMoment, STRENGTHS, type Strength, strengthOf } from "./space-time-moment.ts";

/** The events that are in view. */
export function eventMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const dots = new Batches();
  const bins = new Batches();
  for (const lane of moment.index.model.lanes.keys()) {
    if (!isShown(moment.layout, lane)) continue;
    const seen = eventsInView(lane, moment);
    if (isDense(seen.length, moment)) addBins(bins, lane, seen, moment);
    else addDots(dots, lane, seen, moment);
  }
  return bins.marks.concat(dots.marks);
}

/** Whether so many events of a lane are too many for dots. */
function isDense(count: number, { layout }: SpaceTimeMoment): boolean {
  return count > (layout.right - layout.left) / PIXELS_PER_EVENT;
}

/** A lane's events that are in view and may be drawn. */
function eventsInView(lane: number, { index, layout, lastDrawn }: SpaceTimeMoment): Int32Array {
  const events = index.events[lane] ?? new Int32Array();
  const from = layout.x.invert(layout.left);
  const to = layout.x.invert(layout.width);
  let end = firstEventFrom(events, index.axis, to);
  while (end > 0 && (events[end - 1] ?? 0) > lastDrawn) end--;
  return events.subarray(firstEventFrom(events, index.axis, from), end);
}

/** Below this many pixels for each event of a lane, they are counted. */
const PIXELS_PER_EVENT = 2;
const BIN_WIDTH = 2;

function addDots(dots: Batches, lane: number, seen: Int32Array, moment: SpaceTimeMoment): void {
  const { index, layout } = moment;
  const { y } = rowOf(layout, lane);
  const { at } = index.axis;
  const radius = seen.length > (layout.right - layout.left) / 8 ? 1.6 : 2.3;
  let lastX = Number.NEGATIVE_INFINITY;
  let lastLook: BatchLook | undefined;
  let lastStrength: Strength | undefined;
  for (const event of seen) {
    const x = layout.x(at[event] ?? 0);
    const checkpoint = index.model.checkpointOf[event] ?? 0;
    const look = checkpoint === 0 ? DOT : HUED_DOTS[checkpointInk(checkpoint)];
    const strength = strengthOf(event, moment);
    // What lies where another of its look lies already is not seen.
    if (x - lastX < 0.5 && look === lastLook && strength === lastStrength) continue;
    lastX = x;
    lastLook = look;
    lastStrength = strength;
    dots.circle(look, strength, x, y, radius);
  }
}

const DOT: BatchLook = { name: "event", fill: "secondary", opacity: 1 };

const HUED_DOTS = inkLooks((ink) => ({ name: `event ${ink}`, fill: ink, opacity: 1 }));

function addBins(bins: Batches, lane: number, seen: Int32Array, moment: SpaceTimeMoment): void {
  const { index, layout } = moment;
  const { left, view } = layout;
  const width = Math.ceil((layout.width - left) / BIN_WIDTH);
  const counts = STRENGTHS.map(() => new Uint32Array(width));
  const { at } = index.axis;
  // Asked of all events of a run: what the scale is between the edges, without its questions.
  const scale = (layout.right - left) / (view.to - view.from) / BIN_WIDTH;
  let most = 1;
  for (const event of seen) {
    const bin = (((at[event] ?? 0) - view.from) * scale) | 0;
    const ofStrength = counts[strengthOf(event, moment)];
    if (ofStrength === undefined || bin < 0 || bin >= width) continue;
    const count = (ofStrength[bin] ?? 0) + 1;
    ofStrength[bin] = count;
    if (count > most) most = count;
  }
  for (const strength of [2, 1, 0] as const) {
    const ofStrength = counts[strength];
    if (ofStrength !== undefined) {
      addBars(bins, { lane, strength, counts: ofStrength, most }, moment);
    }
  }
}

/** One bar for each run of bins that are as full. */
function addBars(
  bins: Batches,
  {
    lane,
    strength,
    counts,
    most,
  }: {
    readonly lane: number;
    readonly strength: Strength;
    readonly counts: Uint32Array;
    readonly most: number;
  },
  { layout }: SpaceTimeMoment,
): void {
  const { y, height } = rowOf(layout, lane);
  const unit = (height * 0.7) / LEVELS;
  const levelOf = scaleSqrt().domain([0, most]).rangeRound([0, LEVELS]);
  const levels = counts.map((count) => (count === 0 ? 0 : Math.max(1, levelOf(count))));
  for (let first = 0; first < levels.length; ) {
    const level = levels[first] ?? 0;
    let end = first + 1;
    while (end < levels.length && levels[end] === level) end++;
    if (level > 0) {
      const size = unit * level;
      bins.rect(BIN, strength, {
        x: layout.left + first * BIN_WIDTH,
        y: y - size / 2,
        width: (end - first) * BIN_WIDTH,
        height: size,
      });
    }
    first = end;
  }
}

const BIN: BatchLook = { name: "bin", fill: "secondary", opacity: 0.75 };

/** Heights that bars have; more would not be told apart. */
const LEVELS = 6;
