// What is drawn of the axis over the plot: its name, the breaks in it, and the cursor that runs down from it.

import { durationText } from "../../../sim/trace/duration-text.ts";
import type { Mark } from "../../drawing/mark.ts";
import { textWidth } from "../../drawing/text-width.ts";
import { isShown, NAME_PADDING, rowOf, type SpaceTimeLayout } from "./space-time-layout.ts";
import { pathThrough, type SpaceTimeMoment } from "./space-time-moment.ts";
import { lineOf } from "./space-time-transfer-marks.ts";

/** What the axis counts, and the breaks in it. */
export function axisMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const { index, layout, words } = moment;
  const title: Mark = {
    key: "axis",
    kind: "text",
    x: NAME_PADDING,
    y: layout.axisBase,
    text: index.axis.kind === "virtual" ? words.virtualTime : words.logicalTime,
    size: layout.type.small,
    fill: "secondary",
  };
  return [...breakMarks(moment), title];
}

/** The cursor, and what its event is about, over everything else. */
export function cursorMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const { index, layout, cursor } = moment;
  const { model, axis } = index;
  const x = layout.x(axis.at[cursor] ?? 0);
  if (x < layout.left - 1 || x > layout.width) return [];
  const line = { x1: x, x2: x, y1: layout.top - 5, y2: layout.bottom };
  const marks: Mark[] = [{ key: "cursor", kind: "line", ...line, stroke: "ink", opacity: 0.75 }];
  if (cursor < 0) return marks;
  const text =
    axis.kind === "virtual" ? exactTime(model.times[cursor] ?? 0) : String(axis.at[cursor]);
  marks.push(...flag(x, text, layout));
  const lane = model.laneOf[cursor] ?? -1;
  for (const transfer of index.transfersOf.get(cursor) ?? []) {
    const drawn = lineOf(transfer, moment);
    if (drawn === undefined) continue;
    const key = `now ${transfer.sent} ${transfer.to}`;
    marks.push({ key, kind: "line", ...drawn, stroke: "ink", strokeWidth: 1.8 });
  }
  if (!isShown(layout, lane)) return marks;
  const { y } = rowOf(layout, lane);
  marks.push(
    {
      key: "now ring",
      kind: "circle",
      x,
      y,
      radius: 6.5,
      fill: "background",
      stroke: "ink",
      strokeWidth: 2,
    },
    { key: "now", kind: "circle", x, y, radius: 3, fill: "ink" },
  );
  return marks;
}

function breakMarks({ index, layout, words }: SpaceTimeMoment): readonly Mark[] {
  const { top, bottom } = layout;
  return index.axis.breaks.flatMap(({ from, to, start, end }, number): readonly Mark[] => {
    const [left, right] = [layout.x(from), layout.x(to)];
    if (right < layout.left || left > layout.width) return [];
    const middle = (left + right) / 2;
    const width = Math.min(right - left, 7);
    const box = { x: middle - width / 2, y: top - 4, width, height: bottom - top + 4 };
    const title = words.idle(durationText(end - start));
    const edge = (x: number, side: string): Mark => ({
      key: `break ${number} ${side}`,
      kind: "path",
      d: waves(x, top - 4, bottom),
      stroke: "in-progress",
      opacity: 0.7,
    });
    return [
      { key: `break ${number}`, kind: "rect", ...box, fill: "background", title },
      edge(middle - width / 2, "left"),
      edge(middle + width / 2, "right"),
    ];
  });
}

/** A wavy line down. */
function waves(x: number, top: number, bottom: number): string {
  const count = Math.ceil((bottom - top) / WAVE);
  return pathThrough(
    Array.from({ length: count + 1 }, (_, number) => [
      x + (number % 2 === 0 ? -1.5 : 1.5),
      Math.min(bottom, top + number * WAVE),
    ]),
  );
}

const WAVE = 5;

function flag(x: number, text: string, { width, type, axisBase }: SpaceTimeLayout): Mark[] {
  const size = type.small;
  const room = textWidth(text, size) + 8;
  const left = Math.min(Math.max(0, x - room / 2), width - room);
  return [
    {
      key: "flag",
      kind: "rect",
      x: left,
      y: 3,
      width: room,
      height: axisBase + 2,
      radius: 3,
      fill: "ink",
    },
    {
      key: "flag text",
      kind: "text",
      x: left + room / 2,
      y: axisBase + 0.5,
      text,
      size,
      anchor: "middle",
      weight: "bold",
      fill: "background",
    },
  ];
}

function exactTime(micros: number): string {
  return `${(micros / 1_000_000).toFixed(6)} s`;
}
