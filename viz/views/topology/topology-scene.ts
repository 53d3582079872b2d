// The job at one moment as a drawing: pipes below, boxes over their ends, the job master on top.

import { must } from "../../../sim/kernel/invariant.ts";
import type { Mark, Scene } from "../../drawing/mark.ts";
import { blockedLabels } from "./topology-blocked-marks.ts";
import { isHollow } from "./topology-box-lines.ts";
import { isAttemptNameable, subtaskMarks } from "./topology-box-marks.ts";
import { logKey } from "./topology-columns.ts";
import { masterMarks } from "./topology-master-marks.ts";
import type { ChannelDrawing, TopologyMoment } from "./topology-moment.ts";
import { logLinkMarks, logMarks } from "./topology-outside-marks.ts";
import { channelMarks, channelTarget } from "./topology-pipe-marks.ts";

/** The drawing, of the layout's size. */
export function topologyScene(moment: TopologyMoment): Scene {
  const { layout } = moment;
  const channels = channelDrawings(moment);
  const boxes = [...boxMarks(moment), ...masterMarks(moment)];
  const ways = layout.pipes
    .filter(({ kind }) => kind !== "channel")
    .flatMap((link) => logLinkMarks(link, moment));
  const pipes = [
    ...channels.flatMap((drawing) => channelMarks(drawing, moment)),
    ...channels.flatMap((drawing) => blockedLabels(drawing, moment)),
  ];
  const targets = channels.map(channelTarget);
  const few = [...ways, ...targets, ...boxes];
  const { width, height } = layout.size;
  // Too much for nodes of a page: the pipes are painted, and pointed at as a whole.
  return few.length + pipes.length > FEW_MAX
    ? { width, height, many: pipes, few }
    : { width, height, many: [], few: [...ways, ...targets, ...pipes, ...boxes] };
}

const FEW_MAX = 1500;

function channelDrawings({ layout, world, absent }: TopologyMoment): readonly ChannelDrawing[] {
  const subtasks = new Map(world.subtasks.map((subtask) => [subtask.name, subtask]));
  const links = new Map(layout.pipes.map((link) => [link.name, link]));
  return world.channels.map((channel) => {
    const producer = must(subtasks.get(channel.producer), channel.producer);
    const consumer = must(subtasks.get(channel.consumer), channel.consumer);
    return {
      channel,
      link: must(links.get(channel.name), channel.name),
      attempt: producer.attempt,
      isOpen:
        [producer, consumer].every((end) => !isHollow(end) && !absent.has(end.name)) &&
        channel.brokenBecause === undefined,
      isBackPressured: producer.isBackPressured,
    };
  });
}

function boxMarks(moment: TopologyMoment): readonly Mark[] {
  const { layout, world } = moment;
  const box = (key: string) => must(layout.boxes.get(key), key);
  const narrowest = Math.min(...world.subtasks.map(({ name }) => box(name).width));
  const isAttemptNamed = isAttemptNameable(world.subtasks, narrowest, moment);
  const subtasks = world.subtasks.flatMap((subtask) => {
    const inputs = world.channels.filter(({ consumer }) => consumer === subtask.name).length;
    return subtaskMarks({ subtask, box: box(subtask.name), inputs, isAttemptNamed }, moment);
  });
  const { reads, writes } = moment.journeys;
  const logs = [
    ...[...new Set(reads.map(({ log }) => log))].map((log) => ({ log, end: "read" as const })),
    ...[...new Set(writes.map(({ log }) => log))].map((log) => ({ log, end: "written" as const })),
  ];
  const drawn = logs.map(({ log, end }) => ({ log, end, box: box(logKey(log, end)) }));
  return [...subtasks, ...drawn.flatMap((drawing) => logMarks(drawing, moment))];
}
