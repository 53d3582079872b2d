// A run as a space-time diagram (Lamport), as a drawing in two layers: time runs to the right, each place has its lane.

import type { Mark } from "../../drawing/mark.ts";
import { axisMarks, cursorMarks } from "./space-time-axis-marks.ts";
import { cutMarks } from "./space-time-cut-marks.ts";
import { eventMarks } from "./space-time-event-marks.ts";
import { laneLabels, laneMarks } from "./space-time-lane-marks.ts";
import { isShown, rowOf } from "./space-time-layout.ts";
import type { SpaceTimeMoment } from "./space-time-moment.ts";
import { checkpointLabels, phaseMarks } from "./space-time-phase-marks.ts";
import { inView, lineOf, transferLabels, transferMarks } from "./space-time-transfer-marks.ts";

/** What is painted, of what is in view; it does not depend on the cursor, unless by its cone or by what may be drawn. */
export function groundMarks(moment: SpaceTimeMoment): readonly Mark[] {
  return [
    ...laneMarks(moment),
    ...transferMarks(moment),
    ...phaseMarks(moment),
    ...eventMarks(moment),
  ];
}

/** What lies over it. */
export function topMarks(moment: SpaceTimeMoment): readonly Mark[] {
  return [
    ...markedMarks(moment),
    ...transferLabels(moment),
    ...cutMarks(moment),
    ...axisMarks(moment),
    ...cursorMarks(moment),
    ...checkpointLabels(moment),
    ...laneLabels(moment),
  ];
}

/** Rings around the events that a reader asks after, and what goes through a channel asked after. */
function markedMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const { index, layout, marked, lastDrawn } = moment;
  const { model, axis } = index;
  const events = new Set(Array.from(marked.events));
  const lines = inView(index.records, moment)
    .filter(({ channel, sent, received }) => {
      const isOfChannel = channel !== undefined && marked.channels.has(channel);
      return isOfChannel || (events.has(sent) && received !== undefined && events.has(received));
    })
    .slice(0, MARKED_MAX)
    .flatMap((transfer): readonly Mark[] => {
      const line = lineOf(transfer, moment);
      const key = `marked ${transfer.sent} ${transfer.to}`;
      return line === undefined
        ? []
        : [{ key, kind: "line", ...line, stroke: "ink", strokeWidth: 1.6 }];
    });
  const rings = [...events]
    .filter((event) => event <= lastDrawn && isShown(layout, model.laneOf[event] ?? -1))
    .map((event) => ({ event, x: layout.x(axis.at[event] ?? 0) }))
    .filter(({ x }) => x >= layout.left && x <= layout.width)
    .slice(0, MARKED_MAX)
    .map(({ event, x }): Mark => {
      const { y } = rowOf(layout, model.laneOf[event] ?? 0);
      const ring = { x, y, radius: 4.5 };
      return { key: `ring ${event}`, kind: "circle", ...ring, stroke: "ink", strokeWidth: 1.6 };
    });
  return [...lines, ...rings];
}

const MARKED_MAX = 200;
