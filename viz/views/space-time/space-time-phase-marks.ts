// How far each subtask was with each checkpoint, on its lane: start delay an outline, alignment a hatch, the synchronous
// part solid, the asynchronous part a tint; a ✕ where it was cut short.

import { checkpointInk, type Mark } from "../../drawing/mark.ts";
import { textWidth } from "../../drawing/text-width.ts";
import { entityKey } from "../../page/entity.ts";
import { Batches, inkLooks } from "./space-time-batches.ts";
import type { PhaseBar } from "./space-time-index.ts";
import { rowOf } from "./space-time-layout.ts";
import { type SpaceTimeMoment, strengthOf } from "./space-time-moment.ts";
import { outcomeAt, signMark } from "./space-time-signs.ts";

/** The bars in view. */
export function phaseMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const { index, layout, lastDrawn } = moment;
  const batches = new Batches();
  const from = layout.x.invert(layout.left);
  const to = layout.x.invert(layout.width);
  for (const bar of index.phases) {
    const end = Math.max(bar.written ?? bar.arrived, bar.cutShort ?? bar.arrived);
    if (bar.first > lastDrawn || bar.triggered > to || end < from) continue;
    addBar(batches, bar, moment);
  }
  return batches.marks;
}

/** A checkpoint's id and outcome where the job master triggers it, as far as there is room. */
export function checkpointLabels(moment: SpaceTimeMoment): readonly Mark[] {
  const { index, layout, lastDrawn, marked } = moment;
  const { model, axis } = index;
  const { y, height } = rowOf(layout, 0);
  let free = layout.left + 2;
  return model.checkpoints.flatMap((span): readonly Mark[] => {
    const { id } = span;
    const x = layout.x(axis.at[span.triggered] ?? 0) + 5;
    const size = layout.type.small + (marked.checkpoints.has(id) ? 3 : 1);
    const width = textWidth(String(id), size);
    if (span.triggered > lastDrawn || x < free || x > layout.right) return [];
    free = x + width + size + 14;
    const ink = checkpointInk(id);
    const entity = entityKey({ kind: "checkpoint", id });
    const base = y + Math.min(0.5, size * 0.95 - height * 0.5);
    const sign = { x: x + width + size * 0.7, y: base - size * 0.36, size: size * 0.75 };
    return [
      {
        key: `checkpoint ${id}`,
        kind: "text",
        x,
        y: base,
        text: String(id),
        size,
        weight: "bold",
        fill: ink,
        stroke: "background",
        strokeWidth: 3,
        entity,
      },
      signMark(outcomeAt(span, lastDrawn), sign, { key: `outcome ${id}`, ink, entity }),
    ];
  });
}

function addBar(batches: Batches, bar: PhaseBar, moment: SpaceTimeMoment): void {
  const { index, layout, lastDrawn, marked } = moment;
  const { y, height } = rowOf(layout, bar.lane);
  const { id } = bar.span;
  const ink = checkpointInk(id);
  const strength = strengthOf(bar.first, moment);
  const isAll = lastDrawn >= index.model.count - 1;
  const now = isAll ? Number.POSITIVE_INFINITY : (index.axis.at[lastDrawn] ?? 0);
  const thickness = Math.min(12, height * 0.42);
  const add = (phase: keyof typeof LOOKS, start: number, end: number): void => {
    if (start > now) return;
    const x = Math.max(layout.left - 4, layout.x(start));
    const width = Math.min(layout.width + 4, layout.x(Math.min(end, now))) - x;
    if (width <= 0) return;
    const thin = phase === "wait" ? thickness / 2 : thickness;
    const box = { x, y: y - thin / 2, width: Math.max(width, 1), height: thin };
    batches.rect(LOOKS[phase][ink], strength, box);
  };
  const { triggered, arrived, aligned, synced, written, cutShort } = bar;
  const end = written ?? cutShort ?? synced ?? aligned ?? index.axis.length;
  if (layout.x(end) - layout.x(arrived) < TINY) {
    add("sync", arrived, Math.max(end, layout.x.invert(layout.x(arrived) + 1)));
    return;
  }
  add("wait", triggered, arrived);
  const open = cutShort ?? index.axis.length;
  add("align", arrived, aligned ?? open);
  if (aligned !== undefined) add("sync", aligned, synced ?? open);
  if (synced !== undefined) add("async", synced, written ?? open);
  if (marked.checkpoints.has(id)) add("edge", arrived, end);
  if (cutShort !== undefined && cutShort <= now) {
    const x = layout.x(cutShort);
    const half = thickness / 2;
    for (const slope of [half, -half]) {
      const stroke = { x1: x - half, y1: y - slope, x2: x + half, y2: y + slope };
      batches.line(LOOKS.stop[ink], strength, stroke);
    }
  }
}

/** A bar this narrow has no parts that could be told apart, in pixels. */
const TINY = 4;

const LOOKS = {
  wait: inkLooks((ink) => ({ name: `wait ${ink}`, stroke: ink, strokeWidth: 1, opacity: 0.8 })),
  align: inkLooks((ink) => ({
    name: `align ${ink}`,
    hatch: ink,
    stroke: ink,
    strokeWidth: 0.8,
    opacity: 1,
  })),
  sync: inkLooks((ink) => ({ name: `sync ${ink}`, fill: ink, opacity: 1 })),
  async: inkLooks((ink) => ({ name: `async ${ink}`, fill: ink, opacity: 0.45 })),
  edge: inkLooks((ink) => ({ name: `edge ${ink}`, stroke: "ink", strokeWidth: 1.5, opacity: 1 })),
  stop: inkLooks((ink) => ({ name: `stop ${ink}`, stroke: ink, strokeWidth: 2.2, opacity: 1 })),
};
