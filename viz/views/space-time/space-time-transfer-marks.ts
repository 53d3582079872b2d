// What goes from lane to lane: records as thin lines, barriers as thick ones in their checkpoint's hue, control messages
// dashed. Barriers, and messages about a checkpoint, are drawn however many there are.

import { type CheckpointInk, checkpointInk, type Mark } from "../../drawing/mark.ts";
import { fittedText, textWidth } from "../../drawing/text-width.ts";
import type { Transfer } from "../../model/run-model.ts";
import { Batches, type BatchLook, inkLooks, type Stretch } from "./space-time-batches.ts";
import { type Crossings, firstFrom } from "./space-time-index.ts";
import { isShown, rowOf } from "./space-time-layout.ts";
import { type SpaceTimeMoment, STRENGTHS, transferStrength } from "./space-time-moment.ts";

/** The transfers in view, lowest first. */
export function transferMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const batches = new Batches();
  if (countInView(moment.index.records, moment) <= RECORDS_MAX) {
    for (const transfer of inView(moment.index.records, moment)) {
      addTransfer(batches, transfer, LOOKS, moment);
    }
  }
  const controls = inView(moment.index.controls, moment);
  const areAll = controls.length <= MESSAGES_MAX;
  const looks = controls.length <= WIDE_MAX ? LOOKS : THIN_LOOKS;
  for (const transfer of controls) {
    if (areAll || transfer.checkpoint !== 0) addTransfer(batches, transfer, looks, moment);
  }
  return batches.marks;
}

/** Values of records, where there is room for them: over one before it none is written. */
export function transferLabels(moment: SpaceTimeMoment): readonly Mark[] {
  const { lastDrawn, layout } = moment;
  const size = layout.type.small;
  if (countInView(moment.index.records, moment) > LABELS_MAX) return [];
  const taken: { readonly x: number; readonly end: number; readonly y: number }[] = [];
  return inView(moment.index.records, moment).flatMap((transfer): readonly Mark[] => {
    const line = lineOf(transfer, moment);
    if (line === undefined || (transfer.received ?? Number.POSITIVE_INFINITY) > lastDrawn)
      return [];
    const x = line.x1 + (line.x2 - line.x1) * 0.3 + 3;
    const text = fittedText(plainValue(transfer.label), size, size * 8);
    const isDown = line.y2 > line.y1;
    const y = line.y1 + (line.y2 - line.y1) * 0.3 + (isDown ? -1 : size - 2);
    const end = x + textWidth(text, size) + 2;
    const isOver = taken.some((other) => {
      return x < other.end && end > other.x && Math.abs(y - other.y) < size;
    });
    if (x < layout.left || isOver) return [];
    taken.push({ x, end, y });
    return [
      {
        key: `value ${transfer.sent} ${transfer.to}`,
        kind: "text",
        x,
        y,
        text,
        size,
        fill: "secondary",
        stroke: "background",
        strokeWidth: 3,
        opacity: STRENGTHS[transferStrength(transfer, moment)],
      },
    ];
  });
}

/** The transfers of some that are drawn in view. */
export function inView(crossings: Crossings, moment: SpaceTimeMoment): readonly Transfer[] {
  const { index, lastDrawn } = moment;
  const seen = crossings.transfers.slice(...rangeInView(crossings, moment));
  return lastDrawn >= index.model.count - 1 ? seen : seen.filter(({ sent }) => sent <= lastDrawn);
}

/** How many of some transfers may be in view. */
function countInView(crossings: Crossings, moment: SpaceTimeMoment): number {
  const [first, end] = rangeInView(crossings, moment);
  return Math.max(0, end - first);
}

function rangeInView(
  { begins, reach }: Crossings,
  { layout }: SpaceTimeMoment,
): readonly [number, number] {
  return [
    firstFrom(reach, layout.x.invert(layout.left)),
    firstFrom(begins, layout.x.invert(layout.width)),
  ];
}

/**
 * A transfer's line; a stub for what nobody has taken by the last event drawn, as how far it will have to go is not to
 * be seen. Undefined beside the plot.
 */
export function lineOf(
  { from, to, sent, received }: Transfer,
  { index, layout, lastDrawn }: SpaceTimeMoment,
): Stretch | undefined {
  if (from === to || !isShown(layout, from) || !isShown(layout, to)) return undefined;
  const { at } = index.axis;
  const x1 = layout.x(at[sent] ?? 0);
  const y1 = rowOf(layout, from).y;
  const y2 = rowOf(layout, to).y;
  if (received === undefined || received > lastDrawn) {
    if (x1 < layout.left) return undefined;
    const stub = Math.sign(y2 - y1) * Math.min(STUB, Math.abs(y2 - y1));
    return { x1, y1, x2: x1 + STUB / 2, y2: y1 + stub };
  }
  const x2 = layout.x(at[received] ?? 0);
  return x2 < layout.left || x1 > layout.width ? undefined : { x1, y1, x2, y2 };
}

/** A text value without its quotation marks. */
function plainValue(value: string): string {
  return value.replace(/^"(.*)"$/, "$1");
}

/** More lines than this are one grey surface; the density on the lanes says as much. */
const RECORDS_MAX = 2500;
const MESSAGES_MAX = 1200;
/** More barriers and messages than this would cover what else there is, if they were as wide as usual. */
const WIDE_MAX = 600;
const LABELS_MAX = 40;
/** How far a transfer goes that nobody takes, in pixels. */
const STUB = 12;

function addTransfer(
  batches: Batches,
  transfer: Transfer,
  all: LooksOfTransfers,
  moment: SpaceTimeMoment,
): void {
  const line = lineOf(transfer, moment);
  if (line === undefined) return;
  const { what, checkpoint } = transfer;
  const looks = all[what];
  const look = checkpoint === 0 ? looks.none : looks[checkpointInk(checkpoint)];
  batches.line(look, transferStrength(transfer, moment), line);
}

type Looks = { readonly [ink in CheckpointInk | "none"]: BatchLook };

function looksOf(name: string, look: Omit<BatchLook, "name" | "stroke">): Looks {
  const none: BatchLook = { ...look, name: `${name} `, stroke: "secondary" };
  return { none, ...inkLooks((ink) => ({ ...look, name: `${name} ${ink}`, stroke: ink })) };
}

type LooksOfTransfers = { readonly [what in Transfer["what"]]: Looks };

const LOOKS: LooksOfTransfers = {
  record: looksOf("record", { strokeWidth: 0.9, opacity: 0.75 }),
  barrier: looksOf("barrier", { strokeWidth: 2.6, opacity: 1 }),
  "cancel-marker": looksOf("cancel-marker", { strokeWidth: 2, dash: [1, 3], opacity: 1 }),
  message: looksOf("message", { strokeWidth: 1, dash: [4, 3], opacity: 0.8 }),
};

const THIN_LOOKS: LooksOfTransfers = {
  ...LOOKS,
  barrier: looksOf("thin barrier", { strokeWidth: 1, opacity: 0.6 }),
  message: looksOf("thin message", { strokeWidth: 0.6, dash: [2, 6], opacity: 0.5 }),
};
