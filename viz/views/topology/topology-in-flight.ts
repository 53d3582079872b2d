// What is in a channel at one moment, and how far it has come: at its sender, on the wire, in the receiver's queue. In
// the order of the channel and without overlaps, whatever their true distances.

import { unreachable } from "../../../sim/kernel/invariant.ts";
import type { ChannelProgress, InFlightElement } from "../../../sim/trace/channel-progress.ts";
import { textWidth } from "../../drawing/text-width.ts";
import type { ChannelJourneys, Journey } from "./topology-journeys.ts";
import type { ChannelDrawing, TopologyMoment } from "./topology-moment.ts";
import type { Pipe } from "./topology-pipe.ts";

/** Something in a pipe, at a distance from its beginning. */
export interface PlacedItem {
  readonly item: PipeItem;
  readonly at: number;
}

/** What can be seen in a pipe. */
export type PipeItem =
  | InFlightElement
  | { readonly kind: "more"; readonly count: number }
  | { readonly kind: "end" };

/** The radius of a record's disc. */
export const DISC = 5.75;
const SHOWN_MAX = 8;

/** What is in the pipe, from the receiver's end on. */
export function placedItems(
  { channel, link, isOpen }: ChannelDrawing,
  journeys: ChannelJourneys | undefined,
  moment: TopologyMoment,
): readonly PlacedItem[] {
  if (!isOpen) return [];
  const { index } = moment.world;
  const items: PipeItem[] = folded(channel.inFlight, link.pipe);
  const end = journeys?.end;
  if (end !== undefined && end.emitted <= index) items.push({ kind: "end" });
  const length = link.pipe.length - (channel.blockedFor === undefined ? 2 : 8);
  const wished = items.map((item) => length * progressOf(item, journeys, moment));
  return spread(items, wished, length);
}

/** At most eight records one by one, from the front; of the others, how many there are. Barriers stay. */
function folded(elements: readonly InFlightElement[], pipe: Pipe): PipeItem[] {
  const barriers = elements.filter(({ kind }) => kind !== "record").length;
  const room = Math.floor((pipe.length - 34 - barriers * 12) / (2 * DISC + 3));
  const most = Math.max(1, Math.min(SHOWN_MAX, room));
  const items: PipeItem[] = [];
  let records = 0;
  for (const element of elements) {
    const last = items.at(-1);
    if (element.kind !== "record") items.push(element);
    else if (records++ < most) items.push(element);
    else if (last?.kind === "more")
      items[items.length - 1] = { kind: "more", count: last.count + 1 };
    else items.push({ kind: "more", count: 1 });
  }
  return items;
}

/** How far along its way an item is, from 0 to 1: at its sender, between, or in the receiver's queue. */
function progressOf(
  item: PipeItem,
  journeys: ChannelJourneys | undefined,
  { world, times }: TopologyMoment,
): number {
  if (item.kind === "more") return 0;
  const journey = item.kind === "end" ? journeys?.end : journeyOf(item, journeys);
  if (journey === undefined) return HALF_WAY;
  const { sent, received, taken } = journey;
  if (received !== undefined && received <= world.index) return 1;
  const isWireKnown = sent !== undefined || received !== undefined;
  const from = sent === undefined ? undefined : times[sent];
  if (isWireKnown) {
    if (sent === undefined || from === undefined || sent > world.index) return 0;
    const to = received === undefined ? undefined : times[received];
    return to === undefined ? HALF_WAY : share(world.time, from, to);
  }
  // Without the wire's own events: from the moment it was put in to the moment it is taken.
  const until = taken === undefined ? undefined : times[taken];
  if (item.kind === "end" || until === undefined) return HALF_WAY;
  return share(world.time, item.emittedAt, until);
}

const HALF_WAY = 0.5;

function share(now: number, from: number, to: number): number {
  return to <= from ? 1 : Math.min(1, Math.max(0, (now - from) / (to - from)));
}

function journeyOf(
  element: InFlightElement,
  journeys: ChannelJourneys | undefined,
): Journey | undefined {
  switch (element.kind) {
    case "record":
      return journeys?.records[element.sequence];
    case "barrier":
      return journeys?.barriers.get(element.checkpoint);
    case "cancel-marker":
      return journeys?.cancelMarkers.get(element.checkpoint);
    default:
      return unreachable(element);
  }
}

/** Keeps items in order and apart, as near to where they wish to be as that allows. */
function spread(
  items: readonly PipeItem[],
  wished: readonly number[],
  length: number,
): readonly PlacedItem[] {
  const halves = items.map(halfWidth);
  const half = (index: number): number => halves[index] ?? 0;
  const places: number[] = [];
  for (let index = 0; index < items.length; index++) {
    const before = index === 0 ? length : (places[index - 1] ?? 0) - half(index - 1);
    places.push(Math.min(wished[index] ?? 0, before - half(index)));
  }
  let behind = 0;
  for (let index = items.length - 1; index >= 0; index--) {
    places[index] = Math.max(places[index] ?? 0, behind + half(index));
    behind = (places[index] ?? 0) + half(index);
  }
  return items.map((item, index) => ({ item, at: Math.min(places[index] ?? 0, length) }));
}

function halfWidth(item: PipeItem): number {
  switch (item.kind) {
    case "record":
      return DISC + 2;
    case "more":
      return textWidth(`+${item.count}`, 10) / 2 + 3;
    case "barrier":
    case "cancel-marker":
    case "end":
      return 6;
    default:
      return unreachable(item);
  }
}

/** True while something put into the channel has not left its producer; unknown counts as true. */
export function hasUnsent(
  { inFlight }: ChannelProgress,
  journeys: ChannelJourneys | undefined,
  index: number,
): boolean {
  return inFlight.some((element) => {
    const journey = journeyOf(element, journeys);
    return journey === undefined || journey.sent === undefined || journey.sent > index;
  });
}
