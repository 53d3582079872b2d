// The inspector on a source record: its lineage, one part for each time it was read, from the reading to what readers
// see. What lies after the cursor is listed too, as not yet happened.

import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import type { Entity } from "../../page/entity.ts";
import type { InspectorWords } from "../../words/inspector-words.ts";
import type { Frame } from "../view.ts";
import type { Block, Inspection, Line } from "./inspector-blocks.ts";

type RecordEntity = Entity & { readonly kind: "record" };

/** What is said of a record. */
export function recordInspection(
  record: RecordEntity,
  frame: Frame,
  words: InspectorWords,
): Inspection {
  const { model, world, state } = frame;
  const events = [...model.eventsOf(record)].map((index) => model.event(index));
  const seen = events.filter(({ index }) => index <= world.index);
  const readings = readingsOf(events);
  const lineOf = (event: TraceEvent): Line => ({
    text: model.sentence(event.index, state.language),
    sign: SIGNS.get(event.kind),
    target: { kind: "event", index: event.index },
    isAhead: event.index > world.index,
  });
  const blocks = readings.map(
    (reading): Block => ({
      kind: "lines",
      title: words.lineage(reading[0]?.incarnation ?? 0),
      lines: reading.map(lineOf),
      empty: words.neverRead,
    }),
  );
  const reads = seen.filter(({ kind }) => kind === "record-read").length;
  const visible = seen.filter(({ kind }) => VISIBLE.has(kind)).length;
  return {
    title: words.recordTitle(record.source, record.partition, record.offset),
    subtitle: readings.length === 0 ? words.neverRead : words.recordReads(readings.length),
    blocks: [
      {
        kind: "facts",
        title: words.about,
        facts: [
          { name: words.readsSoFar, value: words.times(reads) },
          { name: words.visibleSoFar, value: words.times(visible) },
        ],
      },
      ...blocks,
    ],
    crashable: [],
  };
}

/** What cannot be taken back: somebody outside has seen it. */
const VISIBLE = new Set<TraceEvent["kind"]>([
  "record-committed",
  "line-printed",
  "record-collected",
]);

const SIGNS: ReadonlyMap<string, string> = new Map([
  ["record-read", "▸"],
  ["state-updated", "Δ"],
  ["record-committed", "✓"],
  ["line-printed", "✓"],
  ["record-collected", "✓"],
]);

/** The events of each reading; what carries one on belongs to the newest before it. */
function readingsOf(events: readonly TraceEvent[]): readonly (readonly TraceEvent[])[] {
  const readings: TraceEvent[][] = [];
  for (const event of events) {
    if (event.kind === "record-read" || readings.length === 0) readings.push([event]);
    else readings.at(-1)?.push(event);
  }
  return readings;
}
