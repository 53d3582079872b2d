// What the model says of a run besides its worlds: each claim is checked against the events themselves, decoded anew.
import { describe, expect, test } from "vitest";
import { decodeEvents } from "../../../sim/trace/trace.ts";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import type { RunModel, StepSize, Transfer } from "../../../viz/model/run-model.ts";
import { CRASH_CASES, traceOfCase } from "./recorded-model.ts";

const runs = CRASH_CASES.map((request) => {
  const trace = traceOfCase(request);
  const events = decodeEvents(trace.blocks, trace.header.kinds);
  return { trace, events, model: createRunModel(trace, []) };
});
const [words, , diamond] = runs;
if (words === undefined || diamond === undefined) throw new Error("Cannot test: a run is missing");

describe("columns", () => {
  test("say what the events say", () => {
    for (const { events, model } of runs) {
      expect(Array.from({ length: model.count }, (_, index) => model.event(index))).toEqual(events);
      expect([...model.times]).toEqual(events.map(({ time }) => time));
      expect([...model.causeOf]).toEqual(events.map(({ cause }) => cause));
      expect([...model.checkpointOf]).toEqual(
        events.map((event) => ("checkpoint" in event ? event.checkpoint : 0)),
      );
    }
  });

  test("an event that is not there is refused", () => {
    expect(() => words.model.event(words.model.count)).toThrow(`event ${words.model.count} of`);
    expect(() => words.model.event(-1)).toThrow("event -1 of");
  });

  test("indexAt gives the last event of a moment, and -1 before the first", () => {
    const { model, events } = words;
    for (const time of [-1, 0, 77_235, 77_236, 150_000, events.at(-1)?.time ?? 0]) {
      expect(model.indexAt(time)).toBe(events.findLastIndex((event) => event.time <= time));
    }
  });
});

describe("lanes", () => {
  test("are the job master, the subtasks from sources to sinks, hosts, and the outside", () => {
    expect(words.model.lanes.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      "job-master job-master",
      "subtask source-1",
      "subtask source-2",
      "subtask count-1",
      "subtask count-2",
      "subtask sink-1",
      expect.stringMatching(/^subtask sink-2|^host /),
      ...words.model.lanes.slice(7).map(() => expect.stringMatching(/^(host|outside) /)),
    ]);
    const kinds = words.model.lanes.map(({ kind }) => kind);
    expect(kinds.lastIndexOf("host")).toBeLessThan(kinds.indexOf("outside"));
  });

  test("hold what happens at their place, and at the channels that end there", () => {
    for (const { events, model } of runs) {
      for (const event of events) {
        const lane = model.lanes[model.laneOf[event.index] ?? -1]?.name;
        if (event.kind === "channel-blocked")
          expect(event.place).toMatch(new RegExp(`->${lane}/\\d+$`));
        else if (event.kind === "buffer-sent")
          expect(event.place.startsWith(`${lane}->`)).toBe(true);
        else if (event.kind === "record-processed") expect(lane).toBe(event.place);
        else if (event.kind === "checkpoint-triggered") expect(lane).toBe("job-master");
      }
    }
  });

  test("a message about a subtask leaves from its lane, not from its host's", () => {
    const { events, model } = words;
    const sent = events.find(
      (event) => event.kind === "message-sent" && event.message === "acknowledge-checkpoint",
    );
    if (sent?.kind !== "message-sent") throw new Error("Cannot test: nothing was acknowledged");
    expect(sent.place).toMatch(/^task-manager-/);
    expect(model.lanes[model.laneOf[sent.index] ?? -1]?.name).toBe(sent.about);
  });
});

describe("transfers", () => {
  const taken = (transfer: Transfer): transfer is Transfer & { readonly received: number } =>
    transfer.received !== undefined;

  test("each record that is processed is taken once, from the channel and sequence it was sent with", () => {
    for (const { events, model } of runs) {
      const records = model.transfers.filter(({ what }) => what === "record").filter(taken);
      const processed = events.filter(({ kind }) => kind === "record-processed");
      expect(records.map(({ received }) => received).toSorted(ascending)).toEqual(
        processed.map(({ index }) => index),
      );
      for (const { sent, received, label, channel, from, to } of records) {
        const sending = model.event(sent);
        const taking = model.event(received);
        if (sending.kind !== "record-emitted" || taking.kind !== "record-processed")
          throw new Error(`Cannot be: record taken in ${taking.kind}, sent in ${sending.kind}`);
        expect([taking.channel, taking.sequence, taking.value, taking.incarnation]).toEqual([
          channel,
          sending.sequence,
          label,
          sending.incarnation,
        ]);
        expect([model.lanes[from]?.name, model.lanes[to]?.name]).toEqual([
          sending.place,
          taking.place,
        ]);
      }
    }
  });

  test("a barrier goes through every output, and is taken where it is received", () => {
    for (const { events, model } of runs) {
      const barriers = model.transfers.filter(({ what }) => what === "barrier");
      const received = events.filter(({ kind }) => kind === "barrier-received");
      expect(
        barriers
          .filter(taken)
          .map((one) => one.received)
          .toSorted(ascending),
      ).toEqual(received.map(({ index }) => index));
      for (const { sent, checkpoint, from } of barriers) {
        const sending = model.event(sent);
        expect(sending).toMatchObject({ kind: "barrier-emitted", checkpoint });
        expect(model.lanes[from]?.name).toBe(sending.place);
      }
    }
  });

  test("a record belongs to the checkpoint whose barrier comes next on its channel", () => {
    const { model } = diamond;
    const inChannels = model.transfers.filter(({ channel }) => channel !== undefined);
    for (const record of inChannels.filter(({ what }) => what === "record")) {
      const next = inChannels.find(
        ({ what, channel, sent, attempt }) =>
          what === "barrier" &&
          channel === record.channel &&
          attempt === record.attempt &&
          sent > record.sent,
      );
      expect(record.interval).toBe(next?.checkpoint ?? 0);
    }
  });

  test("a message arrives later than it was sent, on the lane it was sent to, because of it", () => {
    for (const { model } of runs) {
      const messages = model.transfers.filter(({ what }) => what === "message");
      for (const { sent, received, to } of messages.filter(taken)) {
        expect(model.times[received]).toBeGreaterThan(model.times[sent] ?? 0);
        expect(model.laneOf[received]).toBe(to);
        expect([sent, sent + 1]).toContain(model.causeOf[received]);
      }
      const acknowledged = messages.filter(({ label }) => label === "acknowledge-checkpoint");
      expect(acknowledged.length).toBeGreaterThan(5);
      for (const { received, checkpoint } of acknowledged) {
        expect(checkpoint).toBeGreaterThan(0);
        if (received !== undefined)
          expect(model.event(received)).toMatchObject({
            kind: "acknowledgement-received",
            checkpoint,
          });
      }
    }
  });
});

describe("checkpoints and landmarks", () => {
  test("agree with the projection of the whole run", () => {
    for (const { model } of runs) {
      const { checkpoints } = model.world(model.count - 1);
      expect(model.checkpoints.map(({ id }) => id)).toEqual(checkpoints.map(({ id }) => id));
      for (const [position, span] of model.checkpoints.entries()) {
        const { snapshots, phase } = checkpoints[position] ?? {};
        const lanes = [...span.cut.keys()].map((lane) => model.lanes[lane]?.name);
        expect(lanes).toEqual([...(snapshots?.keys() ?? [])]);
        for (const [lane, index] of span.cut) {
          expect(model.event(index)).toMatchObject({ kind: "snapshot-taken", checkpoint: span.id });
          expect(model.laneOf[index]).toBe(lane);
        }
        expect(span.outcome === "aborted").toBe(phase?.kind === "aborted");
      }
      expect(model.checkpoints.map(({ outcome }) => outcome)).toContain("completed");
    }
  });

  test("mark the crash, what it made fail, and the restore, but not the first start", () => {
    const { model } = words;
    const marks = model.landmarks.map(
      ({ what, where, checkpoint }) => `${what} ${where} ${checkpoint}`,
    );
    expect(marks).toContain("crash task-manager-2 0");
    expect(marks.filter((mark) => mark.startsWith("restore"))).toEqual(["restore job-master 1"]);
    expect(marks.at(-1)).toBe("end job-master 0");
  });

  test("a violation is marked where its proof is complete, or at the end", () => {
    const model = createRunModel(words.trace, [
      { kind: "violated", checker: "provenance", sentence: "It is not so.", events: [40, 70] },
      { kind: "violated", checker: "liveness", sentence: "It never came.", events: [] },
      { kind: "holds", checker: "single-writer", sentence: "It is so." },
    ]);
    expect(model.landmarks.filter(({ what }) => what === "violation")).toEqual([
      { index: 70, what: "violation", checkpoint: 0, where: "provenance" },
      { index: model.count - 1, what: "violation", checkpoint: 0, where: "liveness" },
    ]);
  });
});

describe("steps", () => {
  test("go from before the first event to the last and back over the same stops", () => {
    for (const { model } of runs) {
      const counts = (["event", "beat", "phase"] as const).map((size) => {
        const forward = walk(model, size, 1);
        const backward = walk(model, size, -1);
        expect(forward.at(-1)).toBe(model.count - 1);
        expect(backward.at(-1)).toBe(-1);
        expect(model.step(model.count - 1, size, 1)).toBe(model.count - 1);
        expect(model.step(-1, size, -1)).toBe(-1);
        const stops = [-1, ...forward].toReversed().slice(1);
        expect(backward).toEqual(stops);
        return forward.length;
      });
      expect(counts).toEqual(counts.toSorted(ascending).toReversed());
      expect(new Set(counts).size).toBe(3);
    }
  });

  test("a beat is what one lane does at one moment", () => {
    for (const { model } of runs) {
      let begin = 0;
      for (const end of walk(model, "beat", 1)) {
        for (let index = begin; index <= end; index++) {
          expect(model.times[index]).toBe(model.times[begin]);
          expect(model.laneOf[index]).toBe(model.laneOf[begin]);
        }
        begin = end + 1;
      }
    }
  });

  test("a barrier that arrives and the channel it blocks are one beat", () => {
    const { events, model } = words;
    const blocked = events.find(({ kind }) => kind === "channel-blocked")?.index ?? 0;
    const end = model.step(blocked - 1, "beat", 1);
    const begin = model.step(end, "beat", -1) + 1;
    const beat = events.slice(begin, end + 1).map(({ kind }) => kind);
    expect(beat).toEqual(expect.arrayContaining(["barrier-received", "channel-blocked"]));
  });
});

describe("eventsOf", () => {
  test("finds a subtask's events: on its lane, or naming it", () => {
    const { events, model } = words;
    const found = new Set(model.eventsOf({ kind: "subtask", name: "count-1" }));
    for (const event of events) {
      const isNamed = Object.entries(event).some(
        ([field, value]) => value === "count-1" && field !== "value" && field !== "key",
      );
      const isAtInput = /->count-1\//.test(event.place) && event.kind === "channel-blocked";
      if (isNamed || isAtInput) expect(found.has(event.index)).toBe(true);
      if (event.place === "count-2") expect(found.has(event.index)).toBe(false);
    }
  });

  test("finds a channel's and a checkpoint's events", () => {
    const { events, model } = words;
    const name = "source-1->count-1/0";
    expect([...model.eventsOf({ kind: "channel", name })]).toEqual(
      events
        .filter(
          (event) =>
            event.place === name ||
            ("channel" in event && event.channel === name) ||
            (event.place === "source-1" && event.kind === "barrier-emitted"),
        )
        .map(({ index }) => index),
    );
    expect([...model.eventsOf({ kind: "checkpoint", id: 2 })]).toEqual(
      events
        .filter((event) => "checkpoint" in event && event.checkpoint === 2)
        .map(({ index }) => index),
    );
    expect([...model.eventsOf({ kind: "channel", name: "nowhere" })]).toEqual([]);
  });

  test("follows a record from every reading to what readers see", () => {
    for (const { events, model } of runs) {
      const replayed = replayedRead(events);
      const record = model.recordOf(replayed.index);
      expect(record).toMatchObject({ kind: "record", offset: replayed.offset });
      if (record === undefined) continue;
      const lineage = [...model.eventsOf(record)].map((index) => model.event(index));
      const reads = lineage.filter(({ kind }) => kind === "record-read");
      expect(reads.length).toBeGreaterThan(1);
      expect(lineage.some(({ kind }) => kind === "record-processed")).toBe(true);
      expect(lineage.map(({ index }) => index)).toEqual(
        lineage.map(({ index }) => index).toSorted(ascending),
      );
      for (const { index } of lineage) expect(model.recordOf(index)).toEqual(record);
    }
  });

  test("a step that is of no record has none behind it", () => {
    expect(words.model.recordOf(0)).toBeUndefined();
  });
});

test("prepare comes to an end and changes no answer", () => {
  const model = createRunModel(words.trace, []);
  let steps = 0;
  while (model.prepare()) steps++;
  expect(steps).toBe(Math.floor(model.count / 256));
  expect(model.world(model.count - 1).job).toEqual(words.model.world(model.count - 1).job);
});

function walk(model: RunModel, size: StepSize, direction: 1 | -1): readonly number[] {
  const stops: number[] = [];
  let at = direction === 1 ? -1 : model.count - 1;
  for (let next = model.step(at, size, direction); next !== at; ) {
    at = next;
    stops.push(at);
    next = model.step(at, size, direction);
  }
  return stops;
}

/** The second reading of a record that was read twice. */
function replayedRead(
  events: readonly TraceEvent[],
): TraceEvent & { readonly kind: "record-read" } {
  const seen = new Set<string>();
  for (const event of events) {
    if (event.kind !== "record-read") continue;
    const address = `${event.source} ${event.partition} ${event.offset}`;
    if (seen.has(address)) return event;
    seen.add(address);
  }
  throw new Error("Cannot test: no record was read twice");
}

function ascending(one: number, other: number): number {
  return one - other;
}
