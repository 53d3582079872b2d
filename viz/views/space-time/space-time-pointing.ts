// What of the space-time diagram a pointer is at: the canvas knows nothing of what is painted on it.

import { checkpointInk } from "../../drawing/mark.ts";
import type { Entity } from "../../page/entity.ts";
import type { CutHandle } from "./space-time-cut-handles.ts";
import { xOfCut } from "./space-time-cut-marks.ts";
import { firstEventFrom, firstFrom } from "./space-time-index.ts";
import { rowOf } from "./space-time-layout.ts";
import type { SpaceTimeMoment } from "./space-time-moment.ts";

/** Something under a pointer: an event to go to, or a thing to select. */
export interface PointedThing {
  readonly event: number | undefined;
  readonly entity: Entity | undefined;
}

/** What is at a place of the drawing; undefined for nothing. */
export function thingAt(x: number, y: number, moment: SpaceTimeMoment): PointedThing | undefined {
  const { index, layout, lastDrawn } = moment;
  const lane = layout.rows.findIndex((row) => Math.abs(y - row.y) <= row.height / 2);
  if (lane === -1 || x < layout.left - 4) return undefined;
  const near = eventNear(lane, x, moment);
  if (near !== undefined && near >= 0) {
    const away = Math.abs(layout.x(index.axis.at[near] ?? 0) - x);
    if (away <= REACH) return { event: near, entity: { kind: "event", index: near } };
  }
  const bar = index.phases.findLast((one) => {
    const end = one.written ?? one.cutShort ?? one.arrived;
    const isAcross = x >= layout.x(one.triggered) && x <= layout.x(end);
    return one.lane === lane && one.first <= lastDrawn && isAcross;
  });
  if (bar === undefined) return undefined;
  return { event: undefined, entity: { kind: "checkpoint", id: bar.span.id } };
}

/** The event of a lane, of those that are drawn, that is nearest to a place across; -1 for well before the first, undefined for a bare lane. */
export function eventNear(
  lane: number,
  x: number,
  { index, layout, lastDrawn }: SpaceTimeMoment,
): number | undefined {
  const events = index.events[lane]?.subarray(0, firstFrom(index.events[lane], lastDrawn + 1));
  if (events === undefined || events.length === 0) return undefined;
  const { axis } = index;
  const xOf = (event: number | undefined): number =>
    event === undefined ? Number.POSITIVE_INFINITY : layout.x(axis.at[event] ?? 0);
  const after = firstEventFrom(events, axis, layout.x.invert(x));
  const [before, next] = [events[after - 1], events[after]];
  if (before === undefined) return xOf(next) - x > REACH ? -1 : next;
  return x - xOf(before) <= xOf(next) - x ? before : next;
}

/** The handles of the cut that is shown, those that are in view. */
export function cutHandles(
  moment: SpaceTimeMoment,
  sentence: (index: number) => string,
): readonly CutHandle[] {
  const { cut, index, layout, lastDrawn, words } = moment;
  if (cut === undefined) return [];
  const ends = [...cut.cut].map(([lane, event]) => ({ lane, event, isMissing: false }));
  const without = cut.missing.map((lane) => {
    const end = Math.min(cut.span.ended ?? index.model.count - 1, lastDrawn);
    const last = index.events[lane]?.findLast((one) => one <= end) ?? -1;
    return { lane, event: last, isMissing: true };
  });
  return [...ends, ...without].flatMap(({ lane, event, isMissing }): readonly CutHandle[] => {
    const x = xOfCut(lane, event, moment);
    if (x < layout.left - REACH || x > layout.width) return [];
    const events = index.events[lane] ?? new Int32Array();
    const where = event < 0 ? words.handleAtStart : sentence(event);
    return [
      {
        lane,
        x,
        row: rowOf(layout, lane),
        position: events.indexOf(event) + 1,
        count: events.length,
        label: words.handle(index.model.lanes[lane]?.name ?? ""),
        valueText: isMissing ? words.handleMissing : where,
        isMissing,
        ink: checkpointInk(cut.span.id),
      },
    ];
  });
}

/** How near a pointer has to be, in pixels. */
const REACH = 9;
