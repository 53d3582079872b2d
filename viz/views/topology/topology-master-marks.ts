// The job master on top of the job: its status, and each of the last checkpoints as a ring with a part for every
// subtask that has to acknowledge.

import { pathRound } from "d3";
import { unreachable } from "../../../sim/kernel/invariant.ts";
import type { CheckpointProgress } from "../../../sim/trace/checkpoint-progress.ts";
import { CROSS, glyph, TICK } from "../../drawing/glyph.ts";
import { checkpointInk, type Ink, type Mark } from "../../drawing/mark.ts";
import { fittedText, textWidth } from "../../drawing/text-width.ts";
import { entityKey } from "../../page/entity.ts";
import type { TopologyLayout } from "./topology-layout.ts";
import {
  briefSpan,
  emphasisOf,
  emphasized,
  JOB_MASTER,
  JOB_MASTER_HOST,
  lightWidth,
  type TopologyMoment,
} from "./topology-moment.ts";
import type { Point } from "./topology-pipe.ts";

/** All marks of the job master. */
export function masterMarks(moment: TopologyMoment): readonly Mark[] {
  const { layout, world, words } = moment;
  const box = layout.jobMaster;
  const entity = entityKey({ kind: "host", name: JOB_MASTER_HOST });
  const emphasis = emphasisOf(
    moment,
    [JOB_MASTER],
    (other) => other.kind === "host" && other.name === JOB_MASTER_HOST,
  );
  const { status, leadership } = world.job;
  const state = leadership === 0 ? status : `${status} · ${words.leadership(leadership)}`;
  const isLow = box.height < HEIGHT_OF_LINES;
  const beside = isLow ? textWidth(words.jobMaster, 11) + 10 : 0;
  const text = (key: string, x: number, y: number, said: string): Mark => {
    const shown = fittedText(said, 11, NAME_WIDTH - x);
    const place = { x: box.x + 12 + x, y: box.y + y };
    return { kind: "text", key, ...place, text: shown, size: 11, title: said };
  };
  const own: readonly Mark[] = [
    {
      kind: "rect",
      key: "box job-master",
      ...box,
      radius: 6,
      fill: "background",
      stroke: emphasis.light === undefined ? "secondary" : "ink",
      strokeWidth: emphasis.light === undefined ? 1 : lightWidth(emphasis),
    },
    { ...text("name job-master", 0, 19, words.jobMaster), weight: "bold" } as Mark,
    { ...text("status job-master", beside, isLow ? 19 : 35, state), fill: "secondary" },
  ];
  return emphasized(
    [...own.map((mark) => ({ ...mark, entity })), ...ringsMarks(moment)],
    emphasis,
    moment,
  );
}

const NAME_WIDTH = 148;
/** Lower, the status stands beside the name. */
const HEIGHT_OF_LINES = 40;
const RING = 14;
const LOW_RING = 10;

function ringRadius({ jobMaster }: TopologyLayout): number {
  return jobMaster.height < HEIGHT_OF_LINES ? LOW_RING : RING;
}

/** The newest checkpoints that there is room for, oldest first. */
function ringsMarks(moment: TopologyMoment): readonly Mark[] {
  const { layout, world, words } = moment;
  const { x, y, width, height } = layout.jobMaster;
  const middle = y + height / 2;
  const start = x + NAME_WIDTH + 22;
  if (world.checkpoints.length === 0) {
    const text = fittedText(words.noCheckpoint, 11, width - NAME_WIDTH - 30);
    const look = { size: 11, fill: "secondary" } as const;
    return [{ kind: "text", key: "no checkpoint", x: start, y: middle + 4, text, ...look }];
  }
  const marks: Mark[] = [];
  let left = start;
  const radius = ringRadius(layout);
  const room = x + width - 8;
  const shown = fitting(world.checkpoints, room - start, moment);
  for (const checkpoint of shown) {
    marks.push(...ringMarks(checkpoint, { x: left + radius, y: middle }, moment));
    left += widthOf(checkpoint, moment);
  }
  return marks;
}

function fitting(
  checkpoints: readonly CheckpointProgress[],
  room: number,
  moment: TopologyMoment,
): readonly CheckpointProgress[] {
  const shown: CheckpointProgress[] = [];
  let left = room;
  for (const checkpoint of checkpoints.toReversed().slice(0, SHOWN_MAX)) {
    left -= widthOf(checkpoint, moment);
    if (left < 0) break;
    shown.unshift(checkpoint);
  }
  return shown;
}

const SHOWN_MAX = 6;
const LABEL_SIZE = 11;

function widthOf(checkpoint: CheckpointProgress, moment: TopologyMoment): number {
  const { text, sign } = labelOf(checkpoint, moment);
  const indent = sign === undefined ? 0 : SIGN + 6;
  return 2 * ringRadius(moment.layout) + 8 + indent + textWidth(text, LABEL_SIZE) + 20;
}

function ringMarks(
  checkpoint: CheckpointProgress,
  center: Point,
  moment: TopologyMoment,
): readonly Mark[] {
  const { id } = checkpoint;
  const { layout, words, selected, hovered } = moment;
  const radius = ringRadius(layout);
  const entity = entityKey({ kind: "checkpoint", id });
  const label = labelOf(checkpoint, moment);
  const title = `${words.checkpoint(id)}: ${label.meaning}`;
  const isLit = [selected, hovered].some((one) => one?.kind === "checkpoint" && one.id === id);
  const marks: Mark[] = [
    {
      kind: "circle",
      key: `ring ${id}`,
      ...center,
      radius: radius + 2,
      fill: "background",
      ...(isLit ? { stroke: "ink", strokeWidth: 2 } : {}),
      title,
    },
    ...partMarks(checkpoint, center, moment),
    {
      kind: "text",
      key: `ring id ${id}`,
      x: center.x,
      y: center.y + (radius < RING ? 4 : 4.5),
      text: String(id),
      size: radius < RING ? 11 : 12.5,
      weight: "bold",
      anchor: "middle",
      title,
    },
    ...labelMarks(label, { x: center.x + radius + 8, y: center.y }, `ring label ${id}`),
  ];
  return marks.map((mark) => ({ ...mark, entity }));
}

/** One part of the ring for each subtask, in the order of the job. */
function partMarks(
  { id, acknowledgements, phase }: CheckpointProgress,
  center: Point,
  { layout, partakersOf, words }: TopologyMoment,
): readonly Mark[] {
  const radius = ringRadius(layout);
  const there = new Set(acknowledgements.map(({ task }) => task));
  const isOver = phase.kind === "aborted" || phase.kind === "subsumed";
  const tasks = partakersOf(id);
  const count = tasks.length;
  const gap = count === 1 ? 0 : Math.min(0.16, 1.2 / count);
  return tasks.map(({ name }, index) => {
    const from = (index / count) * 2 * Math.PI + gap / 2;
    const to = ((index + 1) / count) * 2 * Math.PI - gap / 2;
    const isThere = there.has(name);
    return {
      kind: "path",
      key: `ring part ${id} ${name}`,
      d: arcPath(center, radius, from, to),
      stroke: isThere ? checkpointInk(id) : "secondary",
      strokeWidth: isThere ? (radius < RING ? 4 : 5) : 1,
      ...(isOver ? { opacity: 0.45 } : {}),
      title: isThere ? words.acknowledgedBy(name) : words.notAcknowledgedBy(name),
    };
  });
}

/** An arc clockwise from the top. */
function arcPath({ x, y }: Point, radius: number, from: number, to: number): string {
  const path = pathRound(2);
  path.arc(x, y, radius, from - Math.PI / 2, to - Math.PI / 2);
  return path.toString();
}

/** What stands beside a ring. */
interface RingLabel {
  readonly text: string;
  readonly meaning: string;
  readonly ink: Ink;
  readonly sign?: "cross" | "tick";
}

const SIGN = 10;

function labelMarks(
  { text, meaning, ink, sign }: RingLabel,
  { x, y }: Point,
  key: string,
): readonly Mark[] {
  const indent = sign === undefined ? 0 : SIGN + 6;
  const place = { x: x + SIGN / 2, y };
  const words: Mark = {
    kind: "text",
    key,
    x: x + indent,
    y: y + 4,
    text,
    size: LABEL_SIZE,
    fill: ink === "failed" ? "ink" : "secondary",
    title: meaning,
  };
  if (sign === undefined) return [{ ...words, fill: ink }];
  const form = sign === "cross" ? glyph(CROSS, place, SIGN) : glyph(TICK, place, SIGN + 2);
  return [{ ...form, key: `sign ${key}`, stroke: ink, strokeWidth: 2.5, title: meaning }, words];
}

function labelOf(
  checkpoint: CheckpointProgress,
  { partakersOf, words }: TopologyMoment,
): RingLabel {
  const { phase, acknowledgements, triggeredAt } = checkpoint;
  switch (phase.kind) {
    case "triggered":
    case "stored": {
      const count = partakersOf(checkpoint.id).length;
      const text = `${acknowledgements.length}/${count}`;
      const meaning = words.acknowledged(acknowledgements.length, count);
      return { text, meaning, ink: "ink" };
    }
    case "completed": {
      const text = briefSpan(phase.duration);
      return { text, meaning: words.completed, ink: "completed", sign: "tick" };
    }
    case "aborted": {
      const text = briefSpan(phase.at - triggeredAt);
      const meaning = `${words.aborted}: ${phase.reason}`;
      return { text, meaning, ink: "failed", sign: "cross" };
    }
    case "subsumed": {
      const done = phase.completed;
      const text = done === undefined ? "" : briefSpan(done.duration);
      return { text, meaning: words.subsumed, ink: "secondary", sign: "tick" };
    }
    default:
      return unreachable(phase);
  }
}
