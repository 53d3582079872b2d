// What lies outside the job: the logs it reads and writes, with their open transactions and what a read-committed
// reader sees, and the way between a log and a subtask.

import type { OpenTransaction } from "../../../sim/trace/outside-progress.ts";
import type { WorldProgress } from "../../../sim/trace/projection.ts";
import { glyph, lineGlyph } from "../../drawing/glyph.ts";
import type { Mark } from "../../drawing/mark.ts";
import { fittedText, textWidth } from "../../drawing/text-width.ts";
import { entityKey } from "../../page/entity.ts";
import type { TopologyWords } from "../../words/topology-words.ts";
import type { PlacedLink, Rectangle } from "./topology-layout.ts";
import { emphasisOf, emphasized, lightWidth, type TopologyMoment } from "./topology-moment.ts";
import { pointAt } from "./topology-pipe.ts";

/** A log at one end of the job. */
export interface LogDrawing {
  /** Its place, such as `log:counts`. */
  readonly log: string;
  readonly end: "read" | "written";
  readonly box: Rectangle;
}

/** All marks of a log. */
export function logMarks(drawing: LogDrawing, moment: TopologyMoment): readonly Mark[] {
  const { log, end, box } = drawing;
  const entity = entityKey({ kind: "log", name: log });
  const emphasis = emphasisOf(moment, [log], (other) => other.kind === "log" && other.name === log);
  const width = emphasis.light === undefined ? 1 : lightWidth(emphasis);
  const key = `${end} ${log}`;
  const room = box.width - 12;
  const marks: readonly Mark[] = [
    {
      kind: "rect",
      key: `box ${key}`,
      ...box,
      radius: box.height / 2.6,
      fill: "background",
      stroke: emphasis.light === undefined ? "secondary" : "ink",
      strokeWidth: width,
      title: log,
    },
    {
      kind: "text",
      key: `name ${key}`,
      x: box.x + box.width / 2,
      y: box.y + 19,
      text: fittedText(nameOf(log), 11.5, room),
      size: 11.5,
      weight: "bold",
      anchor: "middle",
      title: log,
    },
    ...contentMarks(drawing, moment),
  ];
  return emphasized(
    marks.map((mark) => ({ ...mark, entity })),
    emphasis,
    moment,
  );
}

/** The way between a log and a subtask: an arrow. */
export function logLinkMarks(
  { name, kind, stations, pipe, line }: PlacedLink,
  moment: TopologyMoment,
): readonly Mark[] {
  const subtask = (kind === "read" ? stations.at(-1) : stations[0]) ?? "";
  const emphasis = emphasisOf(moment, [subtask], () => false);
  const head = glyph(HEADS[moment.layout.flow], pointAt(pipe, pipe.length - 1));
  const look = { stroke: "secondary", strokeWidth: 1.25 } as const;
  return emphasized(
    [
      { kind: "path", key: `way ${name}`, d: line, ...look },
      { ...head, key: `tip ${name}`, ...look },
    ],
    emphasis,
    moment,
  );
}

/** The head of an arrow, by where it leads. */
const HEADS = {
  right: lineGlyph([
    [-6, -3.5],
    [0, 0],
    [-6, 3.5],
  ]),
  down: lineGlyph([
    [-3.5, -6],
    [0, 0],
    [3.5, -6],
  ]),
};

function nameOf(log: string): string {
  return log.replace(/^(?:log|collector):/, "");
}

/** How much there is in it, and its open transactions. */
function contentMarks({ log, end, box }: LogDrawing, moment: TopologyMoment): readonly Mark[] {
  const { world, words } = moment;
  const middle = box.x + box.width / 2;
  const texts = end === "read" ? [words.input] : countTexts(log, world, words);
  const open = end === "read" ? [] : (world.logs.find(({ name }) => name === log)?.open ?? []);
  const size = 10;
  const room = box.width - 6;
  return [
    {
      kind: "text",
      key: `count ${end} ${log}`,
      x: middle,
      y: box.y + 33,
      text: texts.find((one) => textWidth(one, size) <= room) ?? "",
      size,
      anchor: "middle",
      fill: end === "read" ? "secondary" : "ink",
      title: texts[0] ?? "",
    },
    ...transactionMarks(open, { x: middle, y: box.y + 39 }, moment),
  ];
}

/** What a reader sees of it: in words, and as a number where there is no room for words. */
function countTexts(log: string, world: WorldProgress, words: TopologyWords): readonly string[] {
  if (log === "stdout") {
    const { length } = world.printed;
    return [words.printed(length), String(length)];
  }
  if (log.startsWith("collector:")) {
    const collector = world.collectors.find(({ name }) => `collector:${name}` === log);
    const length = collector?.records.length ?? 0;
    return [words.collected(length), String(length)];
  }
  const length = world.logs.find(({ name }) => name === log)?.records.length ?? 0;
  return [words.readCommitted(length), String(length)];
}

const TILE = { width: 17, height: 13, gap: 3 };
const TILES_MAX = 3;

/** A dashed tile for each open transaction, with the records it holds so far. */
function transactionMarks(
  open: readonly OpenTransaction[],
  { x, y }: { readonly x: number; readonly y: number },
  { words }: TopologyMoment,
): readonly Mark[] {
  const shown = open.slice(-TILES_MAX);
  const step = TILE.width + TILE.gap;
  const start = x - (shown.length * step - TILE.gap) / 2;
  return shown.flatMap(({ id, flushed }, index): readonly Mark[] => {
    const title = words.transaction(id, flushed);
    const left = start + index * step;
    const { width, height } = TILE;
    return [
      {
        kind: "rect",
        key: `transaction ${id}`,
        x: left,
        y,
        width,
        height,
        radius: 2,
        fill: "background",
        stroke: "secondary",
        dash: [2, 2],
        title,
      },
      {
        kind: "text",
        key: `flushed ${id}`,
        x: left + width / 2,
        y: y + 10.1,
        text: String(flushed),
        size: 10,
        anchor: "middle",
        title,
      },
    ];
  });
}
