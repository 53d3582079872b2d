// Lanes: names, the lives on them, crashes that break them, the work that a restore undid, and the way back.

import { pathRound } from "d3";
import { CROSS, glyph } from "../../drawing/glyph.ts";
import { checkpointInk, type Mark } from "../../drawing/mark.ts";
import { fittedText, textWidth } from "../../drawing/text-width.ts";
import type { Life } from "../../model/lives.ts";
import type { Lane } from "../../model/run-model.ts";
import { entityKey } from "../../page/entity.ts";
import type { Undone } from "./space-time-index.ts";
import { isShown, NAME_PADDING, rowOf } from "./space-time-layout.ts";
import { pathThrough, type SpaceTimeMoment } from "./space-time-moment.ts";

/** What lies under everything else: guides, bands of undone work, lives. */
export function laneMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const { index, layout, marked } = moment;
  const { lanes } = index.model;
  return [
    ...[...marked.lanes].map((lane) => markedRow(lane, moment, layout.width)),
    ...index.undone.flatMap((undone) => undoneBand(undone, moment)),
    ...lanes.flatMap((lane, number) => guide(lane, number, moment)),
    ...index.lives.flatMap((life) => lifeLine(life, moment)),
    ...index.undone.flatMap((undone) => restoreArc(undone, moment)),
  ];
}

/** What lies over it: names, and where lives break off. */
export function laneLabels(moment: SpaceTimeMoment): readonly Mark[] {
  const { index, layout } = moment;
  const margin = {
    x: 0,
    y: layout.top,
    width: layout.left - 2,
    height: layout.bottom - layout.top,
  };
  return [
    ...index.lives.flatMap((life) => lifeEnd(life, moment)),
    ...index.lives.flatMap((life) => attemptLabel(life, moment)),
    // What slides under the names is not to be read there.
    { key: "names", kind: "rect", ...margin, fill: "background" },
    ...[...moment.marked.lanes].map((lane) => markedRow(lane, moment, layout.left - 2)),
    ...index.model.lanes.flatMap((lane, number) => laneName(lane, number, moment)),
  ];
}

/** The thing a lane stands for, as entities are named; undefined for the job master, which is none. */
function laneEntity({ name, kind }: Lane): string | undefined {
  if (kind === "job-master") return undefined;
  return entityKey({ kind: kind === "outside" ? "log" : kind, name });
}

/** The ground of a lane that stands out, up to a place across. */
function markedRow(lane: number, { layout }: SpaceTimeMoment, width: number): Mark {
  const { y, height } = rowOf(layout, lane);
  const box = { x: 0, y: y - height / 2, width, height };
  return { key: `marked lane ${lane}`, kind: "rect", ...box, fill: "grid", opacity: 0.6 };
}

function laneName(lane: Lane, number: number, { layout, marked }: SpaceTimeMoment): Mark[] {
  if (!isShown(layout, number)) return [];
  const { y, height } = rowOf(layout, number);
  const entity = laneEntity(lane);
  const isMain = lane.kind === "job-master" || lane.kind === "subtask";
  const size = layout.type.name;
  const text = fittedText(lane.name, size, layout.left - NAME_PADDING - 4);
  const box = { x: 0, y: y - height / 2, width: layout.left - 2, height };
  const target = entity === undefined ? {} : { entity };
  return [
    { key: `target ${number}`, kind: "rect", ...box, fill: "background", opacity: 0, ...target },
    {
      key: `name ${number}`,
      kind: "text",
      x: NAME_PADDING,
      y: y + size * 0.36,
      text,
      size,
      fill: isMain ? "ink" : "secondary",
      weight: marked.lanes.has(number) ? "bold" : "normal",
      title: lane.name,
      ...target,
    },
  ];
}

function guide({ kind }: Lane, number: number, { layout }: SpaceTimeMoment): Mark[] {
  if (!isShown(layout, number)) return [];
  const { y } = rowOf(layout, number);
  const line = { x1: layout.left, x2: layout.width, y1: y, y2: y };
  const isGuide = kind === "subtask";
  return [
    {
      key: `guide ${number}`,
      kind: "line",
      ...line,
      stroke: isGuide ? "grid" : "secondary",
      opacity: isGuide ? 1 : 0.45,
    },
  ];
}

function lifeLine(life: Life, moment: SpaceTimeMoment): Mark[] {
  const { layout, lastDrawn } = moment;
  if (life.deployed > lastDrawn) return [];
  const { y } = rowOf(layout, life.lane);
  const name = `life ${life.lane} ${life.attempt}`;
  const begin = xOf(Math.min(life.started, lastDrawn), moment);
  const end = xOf(Math.min(life.ended ?? lastDrawn, lastDrawn), moment);
  const deployed = xOf(life.deployed, moment);
  const line = { y1: y, y2: y, stroke: "secondary", kind: "line" } as const;
  return [
    ...clippedLine({ ...line, key: `${name} wait`, x1: deployed, x2: begin, dash: [1, 3] }, moment),
    ...clippedLine({ ...line, key: name, x1: begin, x2: end, strokeWidth: 1.6 }, moment),
  ];
}

function clippedLine(line: Mark & { kind: "line" }, { layout }: SpaceTimeMoment): Mark[] {
  const x1 = Math.max(layout.left, line.x1);
  const x2 = Math.min(layout.width, line.x2);
  return x1 < x2 ? [{ ...line, x1, x2 }] : [];
}

function lifeEnd(life: Life, moment: SpaceTimeMoment): Mark[] {
  const { index, layout, lastDrawn, words } = moment;
  const { ended } = life;
  if (ended === undefined || ended > lastDrawn || life.end === "none") return [];
  const x = xOf(ended, moment);
  if (x < layout.left || x > layout.width) return [];
  const { y, height } = rowOf(layout, life.lane);
  const size = Math.min(6, height * 0.22);
  const key = `end ${life.lane} ${life.attempt}`;
  const lane = index.model.lanes[life.lane]?.name ?? "";
  const title = `${lane} (${words.attempt(life.attempt)})`;
  if (life.end === "finished" || life.end === "canceled") {
    const bar = { x1: x, x2: x, y1: y - size, y2: y + size };
    return [{ key, kind: "line", ...bar, stroke: "secondary", strokeWidth: 2.5, title }];
  }
  const cross = glyph(CROSS, { x, y }, size * 2);
  return [
    { key: `${key} zigzag`, kind: "path", d: zigzag(x + size, y, size * 0.7), stroke: "failed" },
    { ...cross, key: `${key} ground`, stroke: "background", strokeWidth: 6 },
    { ...cross, key, stroke: "failed", strokeWidth: 2.4, title },
  ];
}

/** The torn end of a lane. */
function zigzag(x: number, y: number, size: number): string {
  const teeth = Array.from({ length: 7 }, (_, tooth): readonly [number, number] => {
    const up = tooth === 0 || tooth === 6 ? 0 : tooth % 2 === 0 ? 1 : -1;
    return [x + tooth * size * 0.8, y + up * size];
  });
  return pathThrough(teeth);
}

function attemptLabel(life: Life, moment: SpaceTimeMoment): Mark[] {
  const { layout, lastDrawn, words } = moment;
  if (life.attempt === 0 || life.deployed > lastDrawn) return [];
  const x = xOf(Math.min(life.started, lastDrawn), moment);
  const text = words.attempt(life.attempt);
  const size = layout.type.small;
  if (x < layout.left || x + textWidth(text, size) > layout.width - 4) return [];
  const { y, height } = rowOf(layout, life.lane);
  return [
    {
      key: `attempt ${life.lane} ${life.attempt}`,
      kind: "text",
      x: x + 3,
      y: y + Math.min(-2.5, size * 0.9 - height * 0.5),
      text,
      size,
      fill: "secondary",
      stroke: "background",
      strokeWidth: 3,
    },
  ];
}

function undoneBand({ lane, first, last, next }: Undone, moment: SpaceTimeMoment): Mark[] {
  const { layout, lastDrawn } = moment;
  if (next.deployed > lastDrawn || first > last) return [];
  const { y, height } = rowOf(layout, lane);
  const x = Math.max(layout.left, xOf(first, moment));
  const end = Math.min(layout.width, xOf(last, moment));
  if (x >= end) return [];
  const box = { x, y: y - height * 0.4, width: end - x, height: height * 0.8 };
  return [{ key: `undone ${lane} ${next.attempt}`, kind: "rect", ...box, hatch: "grid" }];
}

/** From the restored cut to where the lane goes on. */
function restoreArc({ lane, first, checkpoint, next }: Undone, moment: SpaceTimeMoment): Mark[] {
  const { layout, lastDrawn } = moment;
  if (checkpoint === 0 || next.started > lastDrawn) return [];
  const { y, height } = rowOf(layout, lane);
  const from = Math.max(layout.left - 20, xOf(first - 1, moment));
  const to = Math.min(layout.width + 20, xOf(next.started, moment));
  if (to < layout.left || from > layout.width) return [];
  const top = y - Math.min(height * 0.62, 22);
  const bend = Math.min(24, (to - from) / 2);
  const path = pathRound(1);
  path.moveTo(from, y);
  path.bezierCurveTo(from, top, from, top, from + bend, top);
  path.lineTo(to - bend, top);
  path.bezierCurveTo(to, top, to, top, to, y - 3);
  return [
    {
      key: `restore ${lane} ${next.attempt}`,
      kind: "path",
      d: path.toString(),
      stroke: checkpointInk(checkpoint),
      strokeWidth: 1.4,
      dash: [5, 4],
    },
  ];
}

function xOf(event: number, { index, layout }: SpaceTimeMoment): number {
  return layout.x(index.axis.at[event] ?? 0);
}
