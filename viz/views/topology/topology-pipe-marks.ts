// A channel as a pipe: what is on its way in it, where it is on its way, and what holds it up.

import { unreachable } from "../../../sim/kernel/invariant.ts";
import type { InFlightElement } from "../../../sim/trace/channel-progress.ts";
import { CROSS, glyph } from "../../drawing/glyph.ts";
import { checkpointInk, type Mark } from "../../drawing/mark.ts";
import { textWidth } from "../../drawing/text-width.ts";
import { entityKey } from "../../page/entity.ts";
import { gateMarks } from "./topology-blocked-marks.ts";
import { DISC, hasUnsent, type PlacedItem, placedItems } from "./topology-in-flight.ts";
import type { ChannelJourneys } from "./topology-journeys.ts";
import { keyLetter } from "./topology-key-letter.ts";
import {
  type ChannelDrawing,
  emphasisOf,
  emphasized,
  lightWidth,
  type TopologyMoment,
} from "./topology-moment.ts";
import { PIPE_RADIUS, type Point, partOf, pointAt, ribbonPath } from "./topology-pipe.ts";

/** All marks of a channel, lowest first. */
export function channelMarks(drawing: ChannelDrawing, moment: TopologyMoment): readonly Mark[] {
  const { channel, attempt } = drawing;
  const journeys = moment.journeys.of(channel.name, attempt);
  const items = placedItems(drawing, journeys, moment);
  const emphasis = emphasisOf(moment, [channel.name], (entity) => {
    if (entity.kind === "channel") return entity.name === channel.name;
    return entity.kind === "checkpoint" && entity.id === channel.blockedFor;
  });
  const marks = [
    ...tubeMarks(drawing, journeys, moment),
    ...items.flatMap((item) => wakeMarks(item, drawing)),
    ...items.flatMap((item) => itemMarks(item, drawing, moment)),
    ...gateMarks(drawing, moment),
  ];
  const entity = entityKey({ kind: "channel", name: channel.name });
  const own = marks.map((mark) => (mark.entity === undefined ? { ...mark, entity } : mark));
  const light = emphasis.light === undefined ? [] : [lightMark(drawing, lightWidth(emphasis))];
  return [...light, ...emphasized(own, emphasis, moment)];
}

/** What makes a pipe easy to point at: nothing to be seen. */
export function channelTarget({ channel, link }: ChannelDrawing): Mark {
  return {
    kind: "path",
    key: `target ${channel.name}`,
    d: link.line,
    stroke: "background",
    strokeWidth: 24,
    opacity: 0,
    entity: entityKey({ kind: "channel", name: channel.name }),
    title: channel.name,
  };
}

const WAKE = 60;

function tubeMarks(
  { channel, link, isOpen, isBackPressured }: ChannelDrawing,
  journeys: ChannelJourneys | undefined,
  { words, world }: TopologyMoment,
): readonly Mark[] {
  const { name, blockedFor } = channel;
  const d = link.outline;
  if (!isOpen) {
    const [stroke, dash] = ["secondary", [3, 4]] as const;
    return [
      { kind: "path", key: `tube ${name}`, d, fill: "background", stroke, strokeWidth: 0.75, dash },
    ];
  }
  const isFull = isBackPressured && hasUnsent(channel, journeys, world.index);
  const pressure: Mark = {
    kind: "path",
    key: `pressure ${name}`,
    d: ribbonPath(link.pipe, PIPE_RADIUS + 0.5, PIPE_RADIUS + 4),
    fill: "ink",
    title: words.backPressured,
  };
  const tube: Mark = {
    kind: "path",
    key: `tube ${name}`,
    d,
    fill: "background",
    stroke: "secondary",
    strokeWidth: 0.75,
    title: name,
    ...(blockedFor === undefined ? {} : { hatch: checkpointInk(blockedFor) }),
  };
  return isFull ? [pressure, tube] : [tube];
}

/** A barrier colours what it has passed, fading. */
function wakeMarks({ item, at }: PlacedItem, { channel, link }: ChannelDrawing): readonly Mark[] {
  if (item.kind !== "barrier") return [];
  const parts = [0.12, 0.24, 0.38, 0.55];
  const step = Math.min(WAKE, at) / parts.length;
  return parts.map((opacity, part) => ({
    kind: "path",
    key: `wake ${channel.name} ${item.checkpoint} ${part}`,
    d: ribbonPath(
      partOf(link.pipe, at - (parts.length - part) * step, at - (parts.length - part - 1) * step),
      PIPE_RADIUS - 0.5,
    ),
    fill: checkpointInk(item.checkpoint),
    opacity,
  }));
}

function lightMark({ channel, link }: ChannelDrawing, width: number): Mark {
  const d = ribbonPath(link.pipe, PIPE_RADIUS + width);
  return { kind: "path", key: `light ${channel.name}`, d, fill: "ink" };
}

function itemMarks(
  { item, at }: PlacedItem,
  drawing: ChannelDrawing,
  moment: TopologyMoment,
): readonly Mark[] {
  const place = pointAt(drawing.link.pipe, at);
  switch (item.kind) {
    case "record":
      return recordMarks(item, place, drawing, moment);
    case "more":
      return moreMarks(item.count, place, drawing, moment);
    case "barrier":
    case "cancel-marker":
      return barrierMarks(item, place, drawing, moment);
    case "end":
      return endMarks(place, drawing, moment);
    default:
      return unreachable(item);
  }
}

function recordMarks(
  record: InFlightElement & { readonly kind: "record" },
  { x, y }: Point,
  { channel, attempt }: ChannelDrawing,
  { journeys, recordOf, words, selected, hovered }: TopologyMoment,
): readonly Mark[] {
  const journey = journeys.of(channel.name, attempt)?.records[record.sequence];
  const key = `${channel.name} ${attempt} ${record.sequence}`;
  const origin = journey === undefined ? undefined : recordOf(journey.emitted);
  const isReplayed = origin !== undefined && journeys.isReplayed(origin, attempt);
  const entity = origin === undefined ? {} : { entity: entityKey(origin) };
  const lit = [selected, hovered].some(
    (one) => one?.kind === "record" && origin !== undefined && entityKey(one) === entityKey(origin),
  );
  const title = isReplayed
    ? `${words.record(record.value)}: ${words.replayed(attempt)}`
    : words.record(record.value);
  const interval = journey?.interval ?? 0;
  const ring = interval === 0 ? "secondary" : checkpointInk(interval);
  const marks: Mark[] = [];
  const outer = { kind: "circle", x, y } as const;
  if (lit) marks.push({ ...outer, key: `lit ${key}`, radius: DISC + 4.5, fill: "ink", ...entity });
  if (isReplayed) {
    const look = { fill: "background", stroke: "secondary", strokeWidth: 1 } as const;
    marks.push({ ...outer, key: `again ${key}`, radius: DISC + 2.25, ...look, ...entity });
  }
  marks.push(
    {
      ...outer,
      key: `disc ${key}`,
      radius: DISC,
      fill: "secondary",
      stroke: ring,
      strokeWidth: 1.75,
      title,
      ...entity,
    },
    {
      kind: "text",
      key: `letter ${key}`,
      x,
      y: y + 3.5,
      text: keyLetter(record.value),
      size: 10,
      weight: "bold",
      anchor: "middle",
      fill: "background",
      title,
      ...entity,
    },
  );
  if (isReplayed) {
    const text = String(attempt);
    const look = {
      size: 10,
      weight: "bold",
      fill: "ink",
      stroke: "background",
      strokeWidth: 2,
    } as const;
    marks.push({
      kind: "text",
      key: `life ${key}`,
      x: x + 5.5,
      y: y - 6.5,
      text,
      ...look,
      ...entity,
    });
  }
  return marks;
}

function moreMarks(
  count: number,
  { x, y }: Point,
  { channel }: ChannelDrawing,
  { words }: TopologyMoment,
): readonly Mark[] {
  const text = `+${count}`;
  return [
    {
      kind: "text",
      key: `more ${channel.name} ${count}`,
      x,
      y: y + 3.5,
      text,
      size: 10,
      weight: "bold",
      anchor: "middle",
      fill: "secondary",
      title: words.more(count),
    },
  ];
}

const BAR = 11;

/** A bar across the pipe with the checkpoint's number on a flag; a cancel marker's is crossed. */
function barrierMarks(
  { kind, checkpoint }: InFlightElement & { readonly kind: "barrier" | "cancel-marker" },
  place: Point,
  { channel }: ChannelDrawing,
  { words, layout }: TopologyMoment,
): readonly Mark[] {
  const key = `${kind} ${channel.name} ${checkpoint}`;
  const ink = checkpointInk(checkpoint);
  const entity = entityKey({ kind: "checkpoint", id: checkpoint });
  const title = kind === "barrier" ? words.barrier(checkpoint) : words.cancelMarker(checkpoint);
  const isRight = layout.flow === "right";
  const id = String(checkpoint);
  const width = textWidth(id, 10) + 5;
  const flag = isRight
    ? { x: place.x - 1.75, y: place.y - BAR - 2 }
    : { x: place.x + BAR - 2, y: place.y - 11.25 };
  const look = { stroke: ink, entity, title } as const;
  const crossing: Mark = {
    ...glyph(CROSS, place, 10),
    key: `cross ${key}`,
    ...look,
    stroke: "failed",
    strokeWidth: 2.25,
  };
  return [
    { ...bar(place, 0, isRight), key: `bar ${key}`, ...look, strokeWidth: 3.5 },
    { kind: "rect", key: `flag ${key}`, ...flag, width, height: 13, fill: ink, entity, title },
    {
      kind: "text",
      key: `id ${key}`,
      x: flag.x + width / 2,
      y: flag.y + 10.1,
      text: id,
      size: 10,
      weight: "bold",
      anchor: "middle",
      fill: "background",
      entity,
      title,
    },
    ...(kind === "cancel-marker" ? [crossing] : []),
  ];
}

/** A double bar, as at the end of a piece of music. */
function endMarks(
  place: Point,
  { channel }: ChannelDrawing,
  { words, layout }: TopologyMoment,
): readonly Mark[] {
  const isRight = layout.flow === "right";
  const title = words.endOfInput;
  return [
    { ...bar(place, 2, isRight), key: `end ${channel.name}`, stroke: "ink", strokeWidth: 3, title },
    { ...bar(place, -2.5, isRight), key: `end thin ${channel.name}`, stroke: "ink", title },
  ];
}

/** A line across the flow, `shift` along it. */
function bar(
  { x, y }: Point,
  shift: number,
  isRight: boolean,
): Pick<Mark & { readonly kind: "line" }, "kind" | "x1" | "y1" | "x2" | "y2"> {
  return isRight
    ? { kind: "line", x1: x + shift, y1: y - BAR, x2: x + shift, y2: y + BAR }
    : { kind: "line", x1: x - BAR, y1: y + shift, x2: x + BAR, y2: y + shift };
}
