// Events as dots on their lanes; where a lane has more than fit, as their density.

import { checkpointInk, type Ink, type Mark } from "../drawing/mark.ts";
import { Batches } from "./space-time-batches.ts";
import { firstEventFrom } from "./space-time-index.ts";
import { rowOf } from "./space-time-layout.ts";
import { type SpaceTimeMoment, STRENGTHS, type Strength, strengthOf } from "./space-time-moment.ts";

/** The events that are in view. */
export function eventMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const dots = new Batches();
  const bins = new Batches();
  for (const lane of moment.index.model.lanes.keys()) {
    const seen = eventsInView(lane, moment);
    if (isDense(seen.length, moment)) addBins(bins, lane, seen, moment);
    else addDots(dots, lane, seen, moment);
  }
  return [...bins.marks, ...dots.marks];
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
  const radius = seen.length > (layout.right - layout.left) / 8 ? 1.6 : 2.3;
  let lastX = Number.NEGATIVE_INFINITY;
  let lastLook = "";
  for (const event of seen) {
    const x = layout.x(index.axis.at[event] ?? 0);
    const checkpoint = index.model.checkpointOf[event] ?? 0;
    const fill: Ink = checkpoint === 0 ? "secondary" : checkpointInk(checkpoint);
    const strength = strengthOf(event, moment);
    const look = `${fill} ${strength}`;
    // What lies where another of its look lies already is not seen.
    if (x - lastX < 0.5 && look === lastLook) continue;
    [lastX, lastLook] = [x, look];
    const opacity = STRENGTHS[strength];
    dots.add(look, `event ${event}`, { fill, opacity }, { kind: "circle", x, y, radius });
  }
}

function addBins(bins: Batches, lane: number, seen: Int32Array, moment: SpaceTimeMoment): void {
  const { index, layout } = moment;
  const { left } = layout;
  const width = Math.ceil((layout.width - left) / BIN_WIDTH);
  const counts = STRENGTHS.map(() => new Uint32Array(width));
  const { at } = index.axis;
  const [unitsFrom, unitsTo] = layout.x.domain();
  const scale = (layout.right - left) / ((unitsTo ?? 1) - (unitsFrom ?? 0)) / BIN_WIDTH;
  let most = 1;
  for (const event of seen) {
    const bin = (((at[event] ?? 0) - (unitsFrom ?? 0)) * scale) | 0;
    const ofStrength = counts[strengthOf(event, moment)];
    if (ofStrength === undefined || bin < 0 || bin >= width) continue;
    const count = (ofStrength[bin] ?? 0) + 1;
    ofStrength[bin] = count;
    if (count > most) most = count;
  }
  for (const strength of [2, 1, 0] as const) {
    const ofStrength = counts[strength];
    if (ofStrength !== undefined)
      addBars(bins, { lane, strength, counts: ofStrength, most }, moment);
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
  const look = { fill: "secondary", opacity: 0.75 * STRENGTHS[strength] } as const;
  const levelOf = (count: number): number =>
    count === 0 ? 0 : Math.max(1, Math.round(LEVELS * Math.sqrt(count / most)));
  for (let first = 0; first < counts.length; ) {
    const level = levelOf(counts[first] ?? 0);
    let end = first + 1;
    while (end < counts.length && levelOf(counts[end] ?? 0) === level) end++;
    if (level > 0) {
      const size = (height * 0.7 * level) / LEVELS;
      bins.add(`bins ${strength}`, `bin ${lane} ${strength} ${first}`, look, {
        kind: "rect",
        x: layout.left + first * BIN_WIDTH,
        y: y - size / 2,
        width: (end - first) * BIN_WIDTH,
        height: size,
      });
    }
    first = end;
  }
}

/** Heights that bars have; more would not be told apart. */
const LEVELS = 8;
