// Where a step leads that is not just the next: along what one place did, along one thing's way, from hit to hit,
// from mark to mark.

import type { Landmark, RunModel } from "../model/run-model.ts";
import { searchTest } from "../views/event-list/event-filter.ts";
import type { Entity } from "./entity.ts";
import type { PageState } from "./page-state.ts";

/** A direction in time. */
export type Direction = 1 | -1;

/** The next of ascending `indices` beyond `from`; undefined if there is none. */
export function nextOf(
  indices: ArrayLike<number>,
  from: number,
  by: Direction,
): number | undefined {
  const after = countUpTo(indices, by === 1 ? from : from - 1);
  return by === 1 ? indices[after] : indices[after - 1];
}

/** The place to walk along: the selected one, else where the cursor's event happened. */
export function placeAt(
  model: RunModel,
  cursor: number,
  selection: Entity | undefined,
): Entity | undefined {
  if (selection?.kind === "subtask" || selection?.kind === "channel") return selection;
  if (selection?.kind === "host" || selection?.kind === "log") return selection;
  const lane = cursor < 0 ? undefined : model.lanes[model.laneOf[cursor] ?? -1];
  if (lane === undefined) return undefined;
  switch (lane.kind) {
    case "subtask":
    case "host":
      return { kind: lane.kind, name: lane.name };
    case "outside":
      return { kind: "log", name: lane.name };
    case "job-master":
      return undefined;
  }
}

/** The thing to follow: the selected record or checkpoint, else the checkpoint the cursor's event is about. */
export function thingAt(
  model: RunModel,
  cursor: number,
  selection: Entity | undefined,
): Entity | undefined {
  if (selection?.kind === "record" || selection?.kind === "checkpoint") return selection;
  const id = model.checkpointOf[cursor] ?? 0;
  return id === 0 ? undefined : { kind: "checkpoint", id };
}

/** The next event whose sentence or note has the searched text in it, going round at the end; undefined if none has. */
export function nextHit(
  model: RunModel,
  state: Pick<PageState, "search" | "language" | "notes">,
  from: number,
  by: Direction,
): number | undefined {
  if (state.search.trim() === "") return undefined;
  const isHit = searchTest(state.search, model, state);
  for (let steps = 1; steps <= model.count; steps++) {
    const index = wrapped(from + by * steps, model.count);
    if (isHit(index)) return index;
  }
  return undefined;
}

/**
 * The events at which a run without a lesson makes a stop: where checkpoints begin, block their first channel and end,
 * and the landmarks.
 */
export function naturalStops(model: RunModel): readonly number[] {
  const ofCheckpoints = model.checkpoints.flatMap(({ triggered, blocked, ended }) => [
    triggered,
    ...(blocked === undefined ? [] : [blocked]),
    ...(ended === undefined ? [] : [ended]),
  ]);
  const all = new Set([...ofCheckpoints, ...momentsOf(model.landmarks, model.times)]);
  return [...all].sort((one, other) => one - other);
}

/** Landmarks of one instant are one stop, the first of them: a host that crashes, and the fault that made it crash. */
function momentsOf(landmarks: readonly Landmark[], times: Float64Array): readonly number[] {
  const timeOf = (landmark: Landmark | undefined): number | undefined =>
    landmark === undefined ? undefined : times[landmark.index];
  return landmarks
    .filter((landmark, place) => timeOf(landmark) !== timeOf(landmarks[place - 1]))
    .map(({ index }) => index);
}

/** An event, what it followed from, what that followed from, and so on: newest first, at most `max`. */
export function causesOf(model: RunModel, index: number, max: number): readonly number[] {
  const chain: number[] = [];
  for (let at = index; at >= 0 && chain.length < max; at = model.causeOf[at] ?? -1) chain.push(at);
  return chain;
}

/** How many of ascending `indices` are at most `limit`. */
function countUpTo(indices: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = indices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((indices[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wrapped(index: number, count: number): number {
  return ((index % count) + count) % count;
}
