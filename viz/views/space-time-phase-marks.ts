// How far each subtask was with each checkpoint, on its lane: start delay an outline, alignment a hatch, the synchronous
// part solid, the asynchronous part a tint; a ✕ where it was cut short.

import { checkpointInk, type Mark } from "../drawing/mark.ts";
import { textWidth } from "../drawing/text-width.ts";
import type { CheckpointSpan } from "../model/run-model.ts";
import { entityKey } from "../page/entity.ts";
import { Batches } from "./space-time-batches.ts";
import type { PhaseBar } from "./space-time-index.ts";
import { rowOf, SMALL_TEXT_SIZE } from "./space-time-layout.ts";
import { type SpaceTimeMoment, STRENGTHS, strengthOf } from "./space-time-moment.ts";

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
    const x = layout.x(axis.at[span.triggered] ?? 0);
    const text = `${span.id} ${outcomeGlyph(span, lastDrawn)}`;
    if (span.triggered > lastDrawn || x < free || x > layout.right) return [];
    free = x + textWidth(text, SMALL_TEXT_SIZE) + 12;
    return [
      {
        key: `checkpoint ${span.id}`,
        kind: "text",
        x: x + 5,
        y: y - height * 0.5 + SMALL_TEXT_SIZE * 0.95,
        text,
        size: SMALL_TEXT_SIZE + (marked.checkpoints.has(span.id) ? 2 : 0.5),
        weight: "bold",
        fill: checkpointInk(span.id),
        stroke: "background",
        strokeWidth: 3,
        entity: entityKey({ kind: "checkpoint", id: span.id }),
      },
    ];
  });
}

/** ✓ completed, ✕ aborted, ◔ neither by event `last`. */
export function outcomeGlyph({ ended, outcome }: CheckpointSpan, last: number): string {
  if (ended === undefined || ended > last) return "◔";
  return outcome === "completed" ? "✓" : "✕";
}

function addBar(batches: Batches, bar: PhaseBar, moment: SpaceTimeMoment): void {
  const { index, layout, lastDrawn, marked } = moment;
  const { y, height } = rowOf(layout, bar.lane);
  const { id } = bar.span;
  const ink = checkpointInk(id);
  const strength = strengthOf(bar.first, moment);
  const opacity = STRENGTHS[strength];
  const now = index.axis.at[lastDrawn] ?? Number.POSITIVE_INFINITY;
  const thickness = Math.min(12, height * 0.42);
  const add = (
    phase: "wait" | "align" | "sync" | "async" | "edge",
    [start, end]: readonly [number, number],
  ): void => {
    if (start > now) return;
    const x = Math.max(layout.left - 4, layout.x(start));
    const width = Math.min(layout.width + 4, layout.x(Math.min(end, now))) - x;
    if (width <= 0) return;
    const thin = phase === "wait" ? thickness / 2 : thickness;
    const box = { x, y: y - thin / 2, width: Math.max(width, 1), height: thin };
    const look = {
      wait: { stroke: ink, strokeWidth: 1, opacity: opacity * 0.8 },
      align: { hatch: ink, stroke: ink, strokeWidth: 0.8, opacity },
      sync: { fill: ink, opacity },
      async: { fill: ink, opacity: opacity * 0.45 },
      edge: { stroke: "ink", strokeWidth: 1.5, opacity },
    } as const;
    const key = `${phase} ${id} ${bar.lane}`;
    batches.add(`${phase} ${ink} ${strength}`, key, look[phase], { kind: "rect", ...box });
  };
  const { triggered, arrived, aligned, synced, written, cutShort } = bar;
  const end = written ?? cutShort ?? synced ?? aligned ?? now;
  if (layout.x(end) - layout.x(arrived) < TINY) {
    add("sync", [arrived, Math.max(end, layout.x.invert(layout.x(arrived) + 1))]);
    return;
  }
  add("wait", [triggered, arrived]);
  const open = cutShort ?? now;
  add("align", [arrived, aligned ?? open]);
  if (aligned !== undefined) add("sync", [aligned, synced ?? open]);
  if (synced !== undefined) add("async", [synced, written ?? open]);
  if (marked.checkpoints.has(id)) add("edge", [arrived, end]);
  if (cutShort !== undefined && cutShort <= now) {
    const x = layout.x(cutShort);
    const size = thickness / 2;
    const d = `M${x - size},${y - size}L${x + size},${y + size}M${x - size},${y + size}L${x + size},${y - size}`;
    const look = { stroke: ink, strokeWidth: 2.2, opacity } as const;
    batches.add(`stop ${ink} ${strength}`, `stop ${id} ${bar.lane}`, look, { kind: "path", d });
  }
}

/** A bar this narrow has no parts that could be told apart, in pixels. */
const TINY = 4;
