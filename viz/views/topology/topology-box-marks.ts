// A subtask as a box: its name and attempt, what it does, what it holds.

import type { SubtaskProgress } from "../../../sim/trace/subtask-progress.ts";
import { CROSS, glyph, TICK } from "../../drawing/glyph.ts";
import { checkpointInk, type Mark } from "../../drawing/mark.ts";
import { fittedText, textWidth } from "../../drawing/text-width.ts";
import { entityKey } from "../../page/entity.ts";
import { absentLine, type BoxLine, boxLines, isHollow } from "./topology-box-lines.ts";
import { BOLD, EDGE, INSET, NAME_SIZE, nameWidth, SMALL_NAME_SIZE } from "./topology-box-title.ts";
import type { Rectangle } from "./topology-layout.ts";
import { emphasisOf, emphasized, lightWidth, type TopologyMoment } from "./topology-moment.ts";
import { stateMarks } from "./topology-state-marks.ts";

/** A subtask to be drawn. */
export interface SubtaskDrawing {
  readonly subtask: SubtaskProgress;
  readonly box: Rectangle;
  /** How many channels it reads; 0 for a source. */
  readonly inputs: number;
  /** Whether attempts stand beside names, in full: in all boxes or in none. */
  readonly isAttemptNamed: boolean;
}

/** All marks of a subtask, lowest first. */
export function subtaskMarks(drawing: SubtaskDrawing, moment: TopologyMoment): readonly Mark[] {
  const { subtask, box } = drawing;
  const isAbsent = moment.absent.has(subtask.name);
  const found = emphasisOf(moment, [subtask.name], (entity) => {
    if (entity.kind === "host") return entity.name === subtask.taskManager;
    return entity.kind === "subtask" && entity.name === subtask.name;
  });
  const emphasis = {
    ...found,
    isDimmed: found.isDimmed || (isAbsent && found.light === undefined),
  };
  const entity = entityKey({ kind: "subtask", name: subtask.name });
  const lines = isAbsent
    ? [absentLine(moment.words)]
    : boxLines(subtask, drawing.inputs, moment.words);
  const room = Math.floor((box.height - LINES_TOP) / LINE);
  const shown = lines.slice(0, room);
  const top = LINES_TOP + shown.length * LINE + 2;
  const rest = { ...inside(box), y: box.y + top, height: box.height - top - 7 };
  const marks = [
    frameMark(drawing, isAbsent),
    ...(isAbsent ? [] : stripMarks(drawing)),
    ...titleMarks(drawing, moment),
    ...shown.flatMap((line, index) => lineMarks(line, index, drawing)),
    ...(isAbsent ? [] : stateMarks(subtask, rest, moment)),
  ];
  const own = marks.map((mark) => (mark.entity === undefined ? { ...mark, entity } : mark));
  if (emphasis.light === undefined) return emphasized(own, emphasis, moment);
  const width = lightWidth(emphasis);
  const light: Mark = {
    kind: "rect",
    key: `light ${subtask.name}`,
    x: box.x - width,
    y: box.y - width,
    width: box.width + 2 * width,
    height: box.height + 2 * width,
    radius: RADIUS + width,
    fill: "ink",
    entity,
  };
  return [light, ...own];
}

/** True if attempts can stand beside the names of all boxes. */
export function isAttemptNameable(
  subtasks: readonly SubtaskProgress[],
  width: number,
  { words }: TopologyMoment,
): boolean {
  return subtasks.every(({ name, attempt }) => {
    const taken = nameWidth(name) + textWidth(words.attempt(attempt), 10) + 6;
    return taken <= width - INSET - EDGE;
  });
}

const RADIUS = 6;
const LINES_TOP = 22;
const LINE = 15;

function inside({ x, width }: Rectangle): Pick<Rectangle, "x" | "width"> {
  return { x: x + INSET, width: width - INSET - EDGE };
}

function frameMark({ subtask, box }: SubtaskDrawing, isAbsent: boolean): Mark {
  const hollow = isAbsent || isHollow(subtask);
  return {
    kind: "rect",
    key: `box ${subtask.name}`,
    ...box,
    radius: RADIUS,
    fill: "background",
    stroke: hollow ? "secondary" : "ink",
    strokeWidth: hollow ? 1 : 1.5,
    ...(hollow ? { dash: [4, 3] } : {}),
    title: subtask.name,
  };
}

/** At the edge, as phases look everywhere: alignment hatched, the snapshot solid, writing it a tint. */
function stripMarks({ subtask, box }: SubtaskDrawing): readonly Mark[] {
  const { phase, name, unacknowledged } = subtask;
  const strip = {
    kind: "rect",
    key: `strip ${name}`,
    x: box.x + 4,
    y: box.y + 5,
    width: 5,
    height: box.height - 10,
    radius: 2,
  } as const;
  if (phase.kind === "aligning") {
    const ink = checkpointInk(phase.checkpoint);
    return [{ ...strip, hatch: ink, stroke: ink, strokeWidth: 0.75 }];
  }
  if (phase.kind === "snapshotting") return [{ ...strip, fill: checkpointInk(phase.checkpoint) }];
  const written = unacknowledged.at(-1);
  if (written === undefined || isHollow(subtask)) return [];
  return [{ ...strip, fill: checkpointInk(written), opacity: 0.45 }];
}

function titleMarks(
  { subtask, box, isAttemptNamed }: SubtaskDrawing,
  { words }: TopologyMoment,
): readonly Mark[] {
  const { name, attempt } = subtask;
  const { x, width } = inside(box);
  const number = attempt < 0 ? "" : isAttemptNamed ? words.attempt(attempt) : `#${attempt}`;
  const roomBeside = width - (number === "" ? 0 : textWidth(number, 10) + 3);
  // Where there is no room for both, the name is worth more than that this is the first attempt.
  const isLeftOut = attempt === 0 && textWidth(name, SMALL_NAME_SIZE) * BOLD > roomBeside;
  const text = isLeftOut ? "" : number;
  const room = isLeftOut ? width : roomBeside;
  const size = nameWidth(name) <= room ? NAME_SIZE : SMALL_NAME_SIZE;
  const title: Mark = {
    kind: "text",
    key: `name ${name}`,
    x,
    y: box.y + 17,
    text: fittedName(name, size * BOLD, room),
    size,
    weight: "bold",
    fill: isHollow(subtask) ? "secondary" : "ink",
    title: name,
  };
  if (text === "") return [title];
  return [
    title,
    {
      kind: "text",
      key: `attempt ${name}`,
      x: x + width,
      y: box.y + 17,
      text,
      size: 10,
      anchor: "end",
      fill: "secondary",
      title: words.attempt(attempt),
    },
  ];
}

/** A subtask's name with as much of the vertex as fits: its number stays. */
function fittedName(name: string, size: number, room: number): string {
  if (textWidth(name, size) <= room) return name;
  const [, vertex = name, number = ""] = /^(.*)(-\d+)$/s.exec(name) ?? [];
  const fitted = fittedText(`${vertex}…`, size, room - textWidth(number, size));
  return `${fitted}${number}`;
}

function lineMarks(
  line: BoxLine,
  index: number,
  { subtask, box }: SubtaskDrawing,
): readonly Mark[] {
  const { key, texts, title, sign, ...look } = line;
  const { x, width } = inside(box);
  const y = box.y + LINES_TOP + 11 + index * LINE;
  const indent = sign === undefined ? 0 : 14;
  const room = width - indent;
  const text =
    texts.find((one) => textWidth(one, look.size) <= room) ??
    fittedText(texts.at(-1) ?? texts[0], look.size, room);
  const name = `${key} ${subtask.name}`;
  const words: Mark = { kind: "text", key: name, x: x + indent, y, text, title, ...look };
  if (sign === undefined) return [words];
  const place = { x: x + 4, y: y - 4 };
  const form = sign === "cross" ? glyph(CROSS, place, 8) : glyph(TICK, place, 9);
  const stroke = { stroke: line.fill, strokeWidth: 2 } as const;
  return [words, { ...form, key: `sign ${subtask.name}`, ...stroke, title }];
}
