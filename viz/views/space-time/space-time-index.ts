// What the space-time diagram looks up for every picture, made once for a run and an axis: what lies on each lane, what
// crosses from lane to lane, how far each subtask was with each checkpoint, and what was undone.

import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import { type Life, livesOf } from "../../model/lives.ts";
import type { CheckpointSpan, RunModel, Transfer } from "../../model/run-model.ts";
import type { TimeAxis } from "../time-axis.ts";

/** A run along one axis. */
export interface SpaceTimeIndex {
  readonly model: RunModel;
  readonly axis: TimeAxis;
  /** By lane, its events in order. */
  readonly events: readonly Int32Array[];
  /** What is drawn in lines: records; and everything else, which is never left out. */
  readonly records: Crossings;
  readonly controls: Crossings;
  /** By event, what is sent or received with it. */
  readonly transfersOf: ReadonlyMap<number, readonly Transfer[]>;
  readonly phases: readonly PhaseBar[];
  readonly lives: readonly Life[];
  readonly undone: readonly Undone[];
  /** By event, the deployment that undid it; 0 for what was not undone. */
  readonly undoneBy: Int32Array;
}

/** Transfers by where they begin, and how far any up to each of them reaches. */
export interface Crossings {
  readonly transfers: readonly Transfer[];
  readonly begins: Float64Array;
  readonly reach: Float64Array;
}

/** How one subtask took part in one checkpoint, in units of the axis; what did not happen is undefined. */
export interface PhaseBar {
  readonly span: CheckpointSpan;
  readonly lane: number;
  /** The event that began it at the subtask, and the last one of it. */
  readonly first: number;
  readonly last: number;
  readonly triggered: number;
  /** The first barrier, or the trigger. */
  readonly arrived: number;
  readonly aligned: number | undefined;
  readonly synced: number | undefined;
  readonly written: number | undefined;
  /** Where the checkpoint's abortion, or the subtask's own end, cut it short. */
  readonly cutShort: number | undefined;
}

/** Work that a restore undid: on a lane, from the restored checkpoint's cut to the end of the attempt before. */
export interface Undone {
  readonly lane: number;
  /** Of what was undone, the first and the last event; the first may come after the last, then there was nothing. */
  readonly first: number;
  readonly last: number;
  readonly checkpoint: number;
  /** The life that began instead. */
  readonly next: Life;
}

/** Makes the index. */
export function spaceTimeIndex(model: RunModel, axis: TimeAxis): SpaceTimeIndex {
  const lives = livesOf(model);
  const events = eventsOfLanes(model);
  const undone = undoneWork(model, lives, events);
  const undoneBy = new Int32Array(model.count);
  for (const { lane, first, last, next } of undone) {
    for (const index of events[lane] ?? []) {
      if (index >= first && index <= last) undoneBy[index] = next.deployed;
    }
  }
  const isRecord = ({ what }: Transfer): boolean => what === "record";
  return {
    model,
    axis,
    events,
    records: crossings(model.transfers.filter(isRecord), axis),
    controls: crossings(
      model.transfers.filter((transfer) => !isRecord(transfer)),
      axis,
    ),
    transfersOf: transfersOfEvents(model),
    phases: phaseBars(model, axis, lives),
    lives,
    undone,
    undoneBy,
  };
}

/** The position of the first of rising `places` that is at or above `bound`. */
export function firstFrom(places: ArrayLike<number>, bound: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The position in `events`, those of a lane, of the first one at or beyond `unit`. */
export function firstEventFrom(events: Int32Array, { at }: TimeAxis, unit: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[events[middle] ?? 0] ?? 0) < unit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function eventsOfLanes({ lanes, laneOf, count }: RunModel): readonly Int32Array[] {
  const events = lanes.map((): number[] => []);
  for (let index = 0; index < count; index++) events[laneOf[index] ?? -1]?.push(index);
  return events.map((indices) => Int32Array.from(indices));
}

function transfersOfEvents({ transfers }: RunModel): ReadonlyMap<number, readonly Transfer[]> {
  const ofEvents = new Map<number, Transfer[]>();
  for (const transfer of transfers) {
    for (const event of new Set([transfer.sent, transfer.received ?? transfer.sent])) {
      const known = ofEvents.get(event);
      if (known === undefined) ofEvents.set(event, [transfer]);
      else known.push(transfer);
    }
  }
  return ofEvents;
}

function crossings(unsorted: readonly Transfer[], { at }: TimeAxis): Crossings {
  const begin = ({ sent }: Transfer): number => at[sent] ?? 0;
  const transfers = unsorted
    .filter(({ from, to }) => from !== -1 && to !== -1)
    .toSorted((one, other) => begin(one) - begin(other));
  const begins = Float64Array.from(transfers, begin);
  const reach = Float64Array.from(transfers, ({ sent, received }) => at[received ?? sent] ?? 0);
  for (let position = 1; position < reach.length; position++) {
    reach[position] = Math.max(reach[position] ?? 0, reach[position - 1] ?? 0);
  }
  return { transfers, begins, reach };
}

function undoneWork(
  model: RunModel,
  lives: readonly Life[],
  events: readonly Int32Array[],
): readonly Undone[] {
  const spans = new Map(model.checkpoints.map((span) => [span.id, span]));
  return lives.flatMap((next): readonly Undone[] => {
    const { lane, restoredFrom } = next;
    const own = lives.filter((life) => life.lane === lane && life.deployed < next.deployed);
    const [birth] = own;
    const before = own.at(-1);
    if (birth === undefined || before === undefined) return [];
    const cut = spans.get(restoredFrom)?.cut.get(lane);
    // Restored from nothing, or from a checkpoint that another run took: all of this run's work is undone.
    const first = cut === undefined ? birth.deployed : cut + 1;
    const end = before.ended ?? next.deployed;
    const last = events[lane]?.findLast((index) => index <= end) ?? end;
    return [{ lane, first, last, checkpoint: restoredFrom, next }];
  });
}

type PhaseEvents = {
  -readonly [Kind in "arrived" | "aligned" | "emitted" | "taken" | "written" | "last"]?: TraceEvent;
};

function phaseBars(model: RunModel, axis: TimeAxis, lives: readonly Life[]): readonly PhaseBar[] {
  const spans = new Map(model.checkpoints.map((span) => [span.id, span]));
  const found = new Map<string, { lane: number; span: CheckpointSpan; events: PhaseEvents }>();
  for (let index = 0; index < model.count; index++) {
    const lane = model.laneOf[index] ?? -1;
    const span = spans.get(model.checkpointOf[index] ?? 0);
    if (span === undefined || model.lanes[lane]?.kind !== "subtask") continue;
    const key = `${span.id} ${lane}`;
    const events = found.get(key)?.events ?? {};
    if (!addPhase(events, model.event(index))) continue;
    if (!found.has(key)) found.set(key, { lane, span, events });
  }
  return [...found.values()].flatMap(({ lane, span, events }) => {
    const { arrived, last } = events;
    if (arrived === undefined || last === undefined) return [];
    const life = lives.findLast((one) => one.lane === lane && one.deployed < arrived.index);
    return [phaseBar({ axis, span, lane, events: { ...events, arrived, last }, life })];
  });
}

/** Whether the event is one of the phases'. */
function addPhase(events: PhaseEvents, event: TraceEvent): boolean {
  switch (event.kind) {
    case "trigger-received":
    case "barrier-received":
      events.arrived ??= event;
      break;
    case "alignment-completed":
      events.aligned = event;
      break;
    case "barrier-emitted":
      events.emitted = event;
      break;
    case "snapshot-taken":
      events.taken = event;
      break;
    case "snapshot-written":
      events.written = event;
      break;
    default:
      return false;
  }
  events.last = event;
  return true;
}

function phaseBar({
  axis,
  span,
  lane,
  events,
  life,
}: {
  readonly axis: TimeAxis;
  readonly span: CheckpointSpan;
  readonly lane: number;
  readonly events: PhaseEvents & { readonly arrived: TraceEvent; readonly last: TraceEvent };
  readonly life: Life | undefined;
}): PhaseBar {
  const { arrived, aligned, emitted, taken, written, last } = events;
  const unit = (event: { readonly index: number }): number => axis.at[event.index] ?? 0;
  const optional = (event: TraceEvent | undefined): number | undefined =>
    event === undefined ? undefined : unit(event);
  const abortedAt = span.outcome === "aborted" ? span.ended : undefined;
  const ends = [abortedAt, life?.end === "finished" ? undefined : life?.ended];
  const end = Math.min(...ends.map((index) => index ?? Number.POSITIVE_INFINITY));
  // A snapshot that no barrier asked for begins with its trigger.
  const synchronous = emitted ?? (taken === undefined ? undefined : arrived);
  const isCut = written === undefined && end < Number.POSITIVE_INFINITY;
  return {
    span,
    lane,
    first: arrived.index,
    last: last.index,
    triggered: unit({ index: span.triggered }),
    arrived: unit(arrived),
    aligned: optional(aligned ?? synchronous),
    synced: syncEnd(axis, synchronous, taken),
    written: optional(written),
    cutShort: isCut ? Math.max(unit({ index: end }), unit(last)) : undefined,
  };
}

/** The synchronous part goes on after the event that records the snapshot. */
function syncEnd(
  axis: TimeAxis,
  begin: TraceEvent | undefined,
  taken: TraceEvent | undefined,
): number | undefined {
  if (taken?.kind !== "snapshot-taken") return undefined;
  if (axis.kind === "logical") return (axis.at[taken.index] ?? 0) + LOGICAL_SYNC;
  return axis.scale(Math.max(taken.time, (begin ?? taken).time + taken.sync));
}

/** How much of its column the synchronous part takes in logical time, where it is a single step. */
const LOGICAL_SYNC = 0.4;
