// What tells of a channel that an alignment has blocked: a gate at its end, for which checkpoint and since when.

import { durationText } from "../../../sim/trace/duration-text.ts";
import { checkpointInk, type Mark } from "../../drawing/mark.ts";
import { textWidth } from "../../drawing/text-width.ts";
import { entityKey } from "../../page/entity.ts";
import {
  briefSpan,
  type ChannelDrawing,
  emphasisOf,
  emphasized,
  type TopologyMoment,
} from "./topology-moment.ts";
import { type Point, pointAt } from "./topology-pipe.ts";

/** The gate that a blocked channel waits behind. */
export function gateMarks(
  { channel, link }: ChannelDrawing,
  { layout }: TopologyMoment,
): readonly Mark[] {
  const { name, blockedFor } = channel;
  if (blockedFor === undefined) return [];
  const end = pointAt(link.pipe, link.pipe.length - 2);
  const isRight = layout.flow === "right";
  const [width, height] = isRight ? [5, 20] : [20, 5];
  return [
    {
      kind: "rect",
      key: `gate ${name}`,
      x: end.x - (isRight ? width : width / 2),
      y: end.y - (isRight ? height / 2 : height),
      width,
      height,
      fill: checkpointInk(blockedFor),
      stroke: "background",
      strokeWidth: 1,
    },
  ];
}

/** The words beside the gate; they lie over all pipes. */
export function blockedLabels(drawing: ChannelDrawing, moment: TopologyMoment): readonly Mark[] {
  const { channel, attempt } = drawing;
  const { name, blockedFor } = channel;
  if (blockedFor === undefined) return [];
  const { journeys, words, world, times } = moment;
  const blocked = journeys.of(name, attempt)?.blocked ?? [];
  const since = blocked.findLast((event) => event <= world.index);
  const span = since === undefined ? 0 : world.time - (times[since] ?? world.time);
  const texts = [words.blocked, words.blockedShort].map((say) => say(blockedFor, briefSpan(span)));
  const place = labelPlace(texts, drawing, moment);
  if (place === undefined) return [];
  const emphasis = emphasisOf(moment, [name], () => false);
  const label: Mark = {
    kind: "text",
    key: `blocked ${name}`,
    ...place,
    fill: "ink",
    stroke: "background",
    strokeWidth: 3,
    title: words.blocked(blockedFor, durationText(span)),
    entity: entityKey({ kind: "channel", name }),
  };
  return emphasized([label], emphasis, moment);
}

type Place = Pick<Mark & { readonly kind: "text" }, "x" | "y" | "anchor" | "size" | "text">;

/** The longest of the texts that does not reach the box before, and where it goes; undefined if none fits. */
function labelPlace(
  texts: readonly string[],
  { link }: ChannelDrawing,
  { layout }: TopologyMoment,
): Place | undefined {
  const { flow, lanePitch, size: page, pipes } = layout;
  const end = pointAt(link.pipe, link.pipe.length - 2);
  if (flow === "right") {
    // Above its lane.
    const size = 10;
    const room = end.x - 9 - startOf(link.pipe).x - 4;
    const text = texts.find((one) => textWidth(one, size) <= room);
    if (text === undefined) return undefined;
    return { x: end.x - 9, y: end.y - (lanePitch >= 24 ? 9 : 7.6), anchor: "end", size, text };
  }
  // The labels of one consumer stand one above the other: its lanes are close together.
  const siblings = pipes.filter(({ stations }) => stations.at(-1) === link.stations.at(-1));
  const row = siblings.findIndex(({ name }) => name === link.name);
  const y = end.y - 12 - row * 13;
  const size = 10;
  const text = texts.find((one) => textWidth(one, size) <= page.width - 8);
  if (text === undefined || y - size < startOf(link.pipe).y) return undefined;
  const half = textWidth(text, size) / 2 + 4;
  return { x: Math.min(Math.max(end.x, half), page.width - half), y, anchor: "middle", size, text };
}

function startOf(pipe: ChannelDrawing["link"]["pipe"]): Point {
  return pointAt(pipe, 0);
}
