// What goes from lane to lane: records as thin lines, barriers as thick ones in their checkpoint's hue, control messages
// dashed. Barriers, and messages about a checkpoint, are drawn however many there are.

import { type CheckpointInk, checkpointInk, type Mark } from "../drawing/mark.ts";
import { fittedText } from "../drawing/text-width.ts";
import type { Transfer } from "../model/run-model.ts";
import { Batches, type BatchLook, inkLooks, type Stretch } from "./space-time-batches.ts";
import { type Crossings, firstFrom } from "./space-time-index.ts";
import { rowOf, SMALL_TEXT_SIZE } from "./space-time-layout.ts";
import {
  type SpaceTimeMoment,
  STRENGTHS,
  transferStrength,
} from "./space-time-moment.ts";

/** The transfers in view, lowest first. */
export function transferMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const batches = new Batches();
  const records = inView(moment.index.records, moment);
  if (records.length <= RECORDS_MAX) {
    for (const transfer of records) addTransfer(batches, transfer, moment);
  }
  const controls = inView(moment.index.controls, moment);
  const areAll = controls.length <= MESSAGES_MAX;
  for (const transfer of controls) {
    if (areAll || transfer.checkpoint !== 0) addTransfer(batches, transfer, moment);
  }
  return batches.marks;
}

/** Values of records, where there is room for them. */
export function transferLabels(moment: SpaceTimeMoment): readonly Mark[] {
  const records = inView(moment.index.records, moment);
  if (records.length > LABELS_MAX) return [];
  return records.flatMap((transfer): readonly Mark[] => {
    const line = lineOf(transfer, moment);
    if (line === undefined || transfer.received === undefined) return [];
    const isDown = line.y2 > line.y1;
    return [
      {
        key: `value ${transfer.sent} ${transfer.to}`,
        kind: "text",
        x: line.x1 + (line.x2 - line.x1) * 0.3 + 3,
        y: line.y1 + (line.y2 - line.y1) * 0.3 + (isDown ? -1 : SMALL_TEXT_SIZE - 2),
        text: fittedText(plainValue(transfer.label), SMALL_TEXT_SIZE, 84),
        size: SMALL_TEXT_SIZE,
        fill: "secondary",
        stroke: "background",
        strokeWidth: 3,
        opacity: STRENGTHS[transferStrength(transfer, moment)],
      },
    ];
  });
}

/** The transfers of some that are drawn in view. */
export function inView(
  { transfers, begins, reach }: Crossings,
  { index, layout, lastDrawn }: SpaceTimeMoment,
): readonly Transfer[] {
  const first = firstFrom(reach, layout.unit(layout.left));
  const end = firstFrom(begins, layout.unit(layout.width));
  const seen = transfers.slice(first, end);
  return lastDrawn >= index.model.count - 1 ? seen : seen.filter(({ sent }) => sent <= lastDrawn);
}

/** A transfer's line: as far as it has come, or a stub for what never arrives. Undefined beside the plot. */
export function lineOf(
  { from, to, sent, received }: Transfer,
  { index, layout, lastDrawn }: SpaceTimeMoment,
):
  | { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }
  | undefined {
  if (from === to) return undefined;
  const { at } = index.axis;
  const x1 = layout.x(at[sent] ?? 0);
  const y1 = rowOf(layout, from).y;
  const y2 = rowOf(layout, to).y;
  if (received === undefined) {
    if (x1 < layout.left) return undefined;
    const stub = Math.sign(y2 - y1) * Math.min(STUB, Math.abs(y2 - y1));
    return { x1, y1, x2: x1 + STUB / 2, y2: y1 + stub };
  }
  const x2 = layout.x(at[received] ?? 0);
  if (x2 < layout.left || x1 > layout.width) return undefined;
  if (received <= lastDrawn) return { x1, y1, x2, y2 };
  const now = layout.x(at[lastDrawn] ?? 0);
  const share = Math.min(0.9, Math.max(0.15, (now - x1) / Math.max(1, x2 - x1)));
  return { x1, y1, x2: x1 + (x2 - x1) * share, y2: y1 + (y2 - y1) * share };
}

/** A text value without its quotation marks. */
function plainValue(value: string): string {
  return value.replace(/^"(.*)"$/, "$1");
}

/** More lines than this are one grey surface; the density on the lanes says as much. */
const RECORDS_MAX = 2500;
const MESSAGES_MAX = 1200;
const LABELS_MAX = 40;
/** How far a transfer goes that nobody takes, in pixels. */
const STUB = 12;

function addTransfer(batches: Batches, transfer: Transfer, moment: SpaceTimeMoment): void {
  const line = lineOf(transfer, moment);
  if (line === undefined) return;
  const { what, checkpoint } = transfer;
  const looks = LOOKS[what];
  const look = checkpoint === 0 ? looks.none : looks[checkpointInk(checkpoint)];
  batches.line(look, transferStrength(transfer, moment), line);
}

type Looks = { readonly [ink in CheckpointInk | "none"]: BatchLook };

function looksOf(name: string, look: Omit<BatchLook, "name" | "stroke">): Looks {
  const none: BatchLook = { ...look, name: `${name} `, stroke: "secondary" };
  return { none, ...inkLooks((ink) => ({ ...look, name: `${name} ${ink}`, stroke: ink })) };
}

const LOOKS: { readonly [what in Transfer["what"]]: Looks } = {
  record: looksOf("record", { strokeWidth: 0.9, opacity: 0.75 }),
  barrier: looksOf("barrier", { strokeWidth: 2.6, opacity: 1 }),
  "cancel-marker": looksOf("cancel-marker", { strokeWidth: 2, dash: [1, 3], opacity: 1 }),
  message: looksOf("message", { strokeWidth: 1, dash: [4, 3], opacity: 0.8 }),
};
