// The log that sources read: arrival by the clock, parking, ends; and its reader.

import fc from "fast-check";
import { expect, test } from "vitest";
import { ElementsSource } from "../../sim/connectors/elements-source.ts";
import { LogSource } from "../../sim/connectors/log-source.ts";
import { ReplayableLog } from "../../sim/connectors/replayable-log.ts";
import { SeededChooser } from "../../sim/kernel/chooser.ts";
import { type Duration, micros, millis, seconds } from "../../sim/kernel/virtual-time.ts";
import type { OutsideRequest } from "../../sim/runtime/task/outside-request.ts";
import type { SourceReader, SourceRecord, SourceSplit } from "../../sim/runtime/task/source.ts";
import { RecordedOutside, Requester } from "./recorded-outside.ts";

function worldWithLog(
  partitions: readonly (readonly unknown[])[],
  options: { readonly arrivalInterval?: Duration; readonly isBounded?: boolean } = {},
) {
  const outside = new RecordedOutside({ chooser: new SeededChooser(3) });
  const { simulation, recorder } = outside;
  const { arrivalInterval = micros(0), isBounded = true } = options;
  const log = new ReplayableLog({
    simulation,
    recorder,
    name: "words",
    partitions,
    arrivalInterval,
    isBounded,
  });
  outside.world.add(log);
  return { outside, log, requester: new Requester(outside, "source-1") };
}

const fetch = (partition: number, offset: number, max: number): OutsideRequest => {
  return { system: "log:words", kind: "fetch", partition, offset, max };
};

test("ReplayableLog answers a fetch with records from the offset on, and says where it ends", () => {
  const { requester } = worldWithLog([["a", "b", "c"]]);
  expect(requester.ask(fetch(0, 0, 2))).toEqual({
    kind: "ok",
    value: {
      records: [
        { offset: 0, value: "a" },
        { offset: 1, value: "b" },
      ],
      endReached: false,
    },
  });
  expect(requester.ask(fetch(0, 2, 2))).toMatchObject({ value: { endReached: true } });
  expect(requester.ask(fetch(0, 3, 2))).toEqual({
    kind: "ok",
    value: { records: [], endReached: true },
  });
  expect(requester.ask(fetch(0, 4, 2))).toMatchObject({ kind: "error" });
  expect(requester.ask(fetch(1, 0, 2))).toMatchObject({ kind: "error" });
  expect(requester.ask({ system: "log:words", kind: "describe" })).toMatchObject({
    value: { partitions: 1 },
  });
});

test("ReplayableLog parks a fetch until its record arrives, and replays at once", () => {
  const { outside, requester } = worldWithLog([["a", "b", "c"]], { arrivalInterval: seconds(1) });
  requester.send(fetch(0, 2, 5));
  outside.settle();
  expect(requester.answers[0]?.at).toBeGreaterThanOrEqual(seconds(2));
  expect(requester.answers[0]?.at).toBeLessThanOrEqual(seconds(2) + millis(4));
  expect(outside.eventsOf("log-grew").map((event) => event["offset"])).toEqual([0, 2]);
  expect(requester.ask(fetch(0, 0, 5))).toMatchObject({ value: { records: { length: 3 } } });
  expect(outside.simulation.handled).toBeLessThan(10);
});

test("ReplayableLog answers a fetch sent twice once, and parks at an open end for ever", () => {
  const { outside, requester, log } = worldWithLog([["a"]], { isBounded: false });
  requester.send(fetch(0, 1, 5));
  requester.send(fetch(0, 1, 5), 0);
  outside.settle();
  expect(requester.answers).toEqual([]);
  expect(log.describeState()).toMatchObject({ parked: { length: 1 } });
});

test("ReplayableLog.stateHash forgets what only displays are told", () => {
  const { log, requester } = worldWithLog([["a", "b"]]);
  const before = log.stateHash();
  requester.ask(fetch(0, 1, 1));
  expect(log.stateHash()).toBe(before);
});

interface ReadRun {
  readonly records: readonly SourceRecord[];
  readonly splits: readonly SourceSplit[];
}

/** Reads until the end of input, or until `limit` records have been polled. */
function read(
  reader: SourceReader,
  outside: RecordedOutside,
  limit = Number.POSITIVE_INFINITY,
): ReadRun {
  const requester = new Requester(outside, "source-1");
  const underWay = new Map<number, OutsideRequest>();
  const records: SourceRecord[] = [];
  while (records.length < limit) {
    for (const request of reader.takeRequests()) underWay.set(requester.send(request), request);
    const polled = reader.pollNext();
    if (polled.kind === "end-of-input") break;
    if (polled.kind === "record") {
      records.push(polled.record);
      continue;
    }
    const answered = requester.answers.length;
    outside.step();
    for (const { requestId, answer } of requester.answers.slice(answered)) {
      const request = underWay.get(requestId);
      if (request !== undefined) reader.onAnswer(request, answer);
    }
  }
  return { records, splits: reader.snapshotState() };
}

test("LogSource reads every record of its partitions once, in order, wherever it is interrupted", () => {
  const shape = fc.record({
    lengths: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }),
    parallelism: fc.integer({ min: 1, max: 3 }),
    fetchSize: fc.integer({ min: 1, max: 4 }),
    arrivalMs: fc.integer({ min: 0, max: 20 }),
    interruptAt: fc.nat({ max: 12 }),
  });
  fc.assert(
    fc.property(shape, ({ lengths, parallelism, fetchSize, arrivalMs, interruptAt }) => {
      const partitions = lengths.map((length) => Array.from({ length }, (_, offset) => offset));
      const { outside } = worldWithLog(partitions, { arrivalInterval: millis(arrivalMs) });
      const source = new LogSource("words");
      for (let subtaskIndex = 0; subtaskIndex < parallelism; subtaskIndex++) {
        const options = { subtaskIndex, parallelism, partitions: partitions.length, fetchSize };
        const first = read(
          source.createReader({ ...options, restored: undefined }),
          outside,
          interruptAt,
        );
        const rest = read(source.createReader({ ...options, restored: first.splits }), outside);
        const records = [...first.records, ...rest.records];
        for (const [partition, values] of partitions.entries()) {
          const offsets = records.filter((record) => record.partition === partition);
          const expected = partition % parallelism === subtaskIndex ? values : [];
          expect(offsets.map((record) => record.offset)).toEqual(expected);
          expect(offsets.map((record) => record.value)).toEqual(expected);
        }
      }
    }),
  );
});

test("LogReader keeps one fetch under way for each partition, and passes over an answer it had before", () => {
  const reader = new ElementsSource("elements-1", ["a", "b", "c"]).createReader({
    restored: undefined,
    subtaskIndex: 0,
    parallelism: 1,
    partitions: 1,
    fetchSize: 2,
  });
  const [request, ...others] = reader.takeRequests();
  expect(request).toEqual({ ...fetch(0, 0, 2), system: "log:elements-1" });
  expect(others).toEqual([]);
  expect(reader.takeRequests()).toEqual([]);
  const answer = {
    kind: "ok",
    value: { records: [{ offset: 0, value: "a" }], endReached: false },
  } as const;
  reader.onAnswer(request as OutsideRequest, answer);
  reader.onAnswer(request as OutsideRequest, answer);
  expect(reader.pollNext()).toMatchObject({ kind: "record", record: { value: "a" } });
  expect(reader.pollNext()).toEqual({ kind: "nothing-available" });
  expect(reader.snapshotState()).toEqual([{ partition: 0, nextOffset: 1 }]);
});
