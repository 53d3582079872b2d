// The cut over the lanes: its line, what is in the channels at it, and what makes it inconsistent.

import { glyph, polygonGlyph } from "../../drawing/glyph.ts";
import { checkpointInk, type Mark } from "../../drawing/mark.ts";
import { transferText } from "./space-time-cut.ts";
import { rowOf } from "./space-time-layout.ts";
import { pathThrough, type SpaceTimeMoment } from "./space-time-moment.ts";
import { lineOf } from "./space-time-transfer-marks.ts";

/** The cut, if one is shown. */
export function cutMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const { cut, index, layout, words } = moment;
  if (cut === undefined) return [];
  const ink = checkpointInk(cut.span.id);
  const { orphans, inTransit } = cut.verdict;
  const crossing = inTransit.slice(0, CROSSING_MAX).flatMap((transfer): readonly Mark[] => {
    const line = lineOf(transfer, moment);
    if (line === undefined) return [];
    const key = `in-transit ${transfer.sent} ${transfer.to}`;
    const title = transferText(transfer, index.model, words);
    const [x, y] = [(line.x1 + line.x2) / 2, (line.y1 + line.y2) / 2];
    return [
      { key, kind: "line", ...line, stroke: ink, strokeWidth: 1.6, title },
      {
        key: `${key} ring`,
        kind: "circle",
        x,
        y,
        radius: 4,
        fill: "background",
        stroke: ink,
        strokeWidth: 2,
        title,
      },
    ];
  });
  const backwards = orphans.slice(0, CROSSING_MAX).flatMap((transfer): readonly Mark[] => {
    const line = lineOf(transfer, moment);
    if (line === undefined) return [];
    const key = `orphan ${transfer.sent} ${transfer.to}`;
    const title = transferText(transfer, index.model, words);
    const [x, y] = [(line.x1 + line.x2) / 2, (line.y1 + line.y2) / 2];
    return [
      { key, kind: "line", ...line, stroke: "ink", strokeWidth: 3.6, title },
      warning(`${key} sign`, x, y, title),
      {
        key: `${key} mark`,
        kind: "text",
        x,
        y: y + 5.4,
        text: "!",
        size: Math.max(11, layout.type.small),
        anchor: "middle",
        weight: "bold",
        fill: "ink",
        title,
      },
    ];
  });
  const points = [...cut.cut].map(([lane, event]): readonly [number, number] => [
    xOfCut(lane, event, moment),
    rowOf(layout, lane).y,
  ]);
  const d = throughLanes(points, moment, [...cut.cut.keys()]);
  return [
    ...crossing,
    // Barriers have the same hue: what tells the cut from them is its band.
    { key: "cut ground", kind: "path", d, stroke: "background", strokeWidth: 5, opacity: 0.8 },
    { key: "cut band", kind: "path", d, stroke: ink, strokeWidth: 13, opacity: 0.22 },
    { key: "cut", kind: "path", d, stroke: ink, strokeWidth: 2.4 },
    ...backwards,
  ];
}

/** Where a cut crosses a lane: after its last event, before the next one. */
export function xOfCut(
  lane: number,
  event: number,
  { index, layout }: Pick<SpaceTimeMoment, "index" | "layout">,
): number {
  const { axis, events } = index;
  const ofLane = events[lane] ?? new Int32Array();
  const after = ofLane[ofLane.indexOf(event) + 1];
  const x = event === -1 ? layout.left : layout.x(axis.at[event] ?? 0);
  if (event === -1) return after === undefined ? x : Math.min(x, layout.x(axis.at[after] ?? 0)) - 4;
  const next = after === undefined ? Number.POSITIVE_INFINITY : layout.x(axis.at[after] ?? 0);
  return x + Math.min(GAP, (next - x) / 2);
}

/** How many transfers are marked in each direction. */
const CROSSING_MAX = 150;
/** How far after an event a cut crosses at most, in pixels. */
const GAP = 4;

/** Upright where it crosses a lane, and past the lanes it says nothing of. */
function throughLanes(
  points: readonly (readonly [number, number])[],
  { layout }: SpaceTimeMoment,
  lanes: readonly number[],
): string {
  return pathThrough(
    points.flatMap(([x, y], at) => {
      const half = rowOf(layout, lanes[at] ?? 0).height * 0.28;
      return [
        [x, y - half],
        [x, y + half],
      ] as const;
    }),
  );
}

function warning(key: string, x: number, y: number, title: string): Mark {
  const form = glyph(WARNING, { x, y });
  return { ...form, key, fill: "background", stroke: "ink", strokeWidth: 2, title };
}

const WARNING = polygonGlyph([0, -9], [9, 7], [-9, 7]);
