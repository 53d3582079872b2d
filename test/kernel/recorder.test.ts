// The recorder: levels, causes, and a chain that any change breaks.
import fc from "fast-check";
import { expect, test } from "vitest";
import { InvariantViolation } from "../../sim/kernel/invariant.ts";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import {
  EVENTS_PER_BLOCK,
  type EventSchemas,
  numberKinds,
  RECORDING_LEVELS,
  type RecordingLevel,
  type TraceBlock,
  TraceRecorder,
} from "../../sim/kernel/recorder.ts";
import { instant } from "../../sim/kernel/virtual-time.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { hexOf } from "../../sim/trace/text-digest.ts";
import { decodeEvents, tracedKinds } from "../../sim/trace/trace.ts";

const SCHEMAS = {
  "bell-rang": { level: "protocol", fields: { times: "number", by: "text" } },
  "letter-came": { level: "records", fields: { letter: "value" } },
  "door-opened": { level: "state", fields: {} },
  "step-heard": { level: "network", fields: {} },
} as const satisfies EventSchemas;

type HouseRecorder = TraceRecorder<typeof SCHEMAS>;

const KINDS = numberKinds(SCHEMAS);
const house = new Incarnation(new Place("house"), 2);

function recorderAt(level: RecordingLevel, onBlock?: (block: TraceBlock) => void): HouseRecorder {
  const streaming = onBlock === undefined ? {} : { onBlock };
  return new TraceRecorder({ kinds: KINDS, level, sha256, ...streaming });
}

function eventsOf(recorder: HouseRecorder): readonly { readonly [field: string]: unknown }[] {
  recorder.finish();
  return decodeEvents(recorder.blocks, tracedKinds(KINDS)) as never;
}

function digestAfter(record: (recorder: HouseRecorder) => void): string {
  const recorder = recorderAt("network");
  record(recorder);
  recorder.finish();
  return hexOf(recorder.digest);
}

function recordOneOfEach(recorder: HouseRecorder): void {
  recorder.record("bell-rang", house, { times: 2, by: "postman" });
  recorder.record("letter-came", house, { letter: "hello" });
  recorder.record("door-opened", house, {});
  recorder.record("step-heard", house, {});
}

test("TraceRecorder writes what its level includes, and each level includes those before it", () => {
  const counts = RECORDING_LEVELS.map((level) => {
    const recorder = recorderAt(level);
    recordOneOfEach(recorder);
    return recorder.eventCount;
  });
  expect(counts).toEqual([0, 1, 2, 3, 4]);
});

test("TraceRecorder writes the instant, the place with its life, and the fields", () => {
  const recorder = recorderAt("network");
  recorder.now = instant(17);
  recordOneOfEach(recorder);
  const head = { time: 17, place: "house", incarnation: 2 };
  expect(eventsOf(recorder)).toEqual([
    { kind: "bell-rang", index: 0, cause: -1, ...head, times: 2, by: "postman" },
    { kind: "letter-came", index: 1, cause: 0, ...head, letter: '"hello"' },
    { kind: "door-opened", index: 2, cause: 1, ...head },
    { kind: "step-heard", index: 3, cause: 2, ...head },
  ]);
});

test("TraceRecorder takes causes from the loop, and hands them on past what is not recorded", () => {
  const recorder = recorderAt("protocol");
  const bell = { times: 1, by: "postman" };
  expect(recorder.record("bell-rang", house, bell)).toBe(0);
  expect(recorder.record("letter-came", house, { letter: "unrecorded" })).toBe(0);
  expect(recorder.record("bell-rang", house, bell)).toBe(1);
  recorder.cause = -1;
  expect(recorder.record("bell-rang", house, bell)).toBe(2);
  recorder.cause = 0;
  recorder.record("bell-rang", house, bell);
  expect(eventsOf(recorder).map(({ cause }) => cause)).toEqual([-1, 0, -1, 0]);
});

test("TraceRecorder lets observers see each event of their kind, recorded or not", () => {
  const recorder = recorderAt("off");
  const seen: unknown[] = [];
  recorder.observe("letter-came", (kind, at, fields) => seen.push([kind, at, fields]));
  recordOneOfEach(recorder);
  expect(seen).toEqual([["letter-came", house, { letter: "hello" }]]);
});

test("TraceRecorder refuses events and observers of no kind it knows", () => {
  const recorder = recorderAt("network");
  const record = (): number => recorder.record("window-broke" as never, house, {} as never);
  expect(record).toThrow(InvariantViolation);
  expect(() => recorder.observe("window-broke", () => {})).toThrow(/"window-broke"/);
});

/** Everything that may differ between two traces of one event. */
interface Change {
  readonly times: number;
  readonly by: string;
  readonly letter: unknown;
  readonly now: number;
  readonly place: string;
  readonly life: number;
  readonly cause: number;
  readonly choice: { readonly key: string; readonly value: number };
}

const UNCHANGED: Change = {
  times: 3,
  by: "postman",
  letter: { from: "ann", pages: [1, 2] },
  now: 9,
  place: "house",
  life: 1,
  cause: -1,
  choice: { key: "tie@house#1:0", value: 4 },
};

function recordChanged(change: Change): (recorder: HouseRecorder) => void {
  return (recorder) => {
    const at = new Incarnation(new Place(change.place), change.life);
    recorder.record("door-opened", at, {});
    recorder.now = instant(change.now);
    recorder.cause = change.cause;
    recorder.noteChoice(change.choice);
    recorder.record("bell-rang", at, { times: change.times, by: change.by });
    recorder.record("letter-came", at, { letter: change.letter });
  };
}

test.each<Partial<Change>>([
  { times: 4 },
  { times: 3.000_000_000_000_000_4 },
  { times: -3 },
  { by: "postmam" },
  { by: "" },
  { letter: { from: "ann", pages: [1, 3] } },
  { letter: { from: "ann", pages: [1, -0] } },
  { letter: { from: "ann", pages: [1, "2"] } },
  { letter: undefined },
  { now: 10 },
  { place: "house " },
  { life: 0 },
  { cause: 0 },
  { choice: { key: "tie@house#1:0", value: 5 } },
  { choice: { key: "tie@house#1:1", value: 4 } },
])("TraceRecorder's digest changes with %j", (change) => {
  const unchanged = digestAfter(recordChanged(UNCHANGED));
  expect(digestAfter(recordChanged(UNCHANGED))).toBe(unchanged);
  expect(digestAfter(recordChanged({ ...UNCHANGED, ...change }))).not.toBe(unchanged);
});

test("TraceRecorder tells numbers apart that JSON does not", () => {
  const letters = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, null, undefined, 1n, 1, "1"];
  const digests = letters.map((letter) =>
    digestAfter((recorder) => void recorder.record("letter-came", house, { letter })),
  );
  expect(new Set(digests).size).toBe(letters.length);
  const times = [0, -0, 1, Number.MIN_VALUE, Number.MAX_SAFE_INTEGER];
  const numberDigests = times.map((count) =>
    digestAfter((recorder) => void recorder.record("bell-rang", house, { times: count, by: "" })),
  );
  expect(new Set(numberDigests).size).toBe(times.length);
});

test("TraceRecorder's digest does not depend on the order of a value's keys", () => {
  const digest = (letter: unknown): string =>
    digestAfter((recorder) => void recorder.record("letter-came", house, { letter }));
  expect(digest({ a: 1, b: { c: 2, d: 3 } })).toBe(digest({ b: { d: 3, c: 2 }, a: 1 }));
});

test("TraceRecorder seals a block for each 1,024 events, each link over the one before", () => {
  const recorder = recorderAt("network");
  for (let index = 0; index < 2 * EVENTS_PER_BLOCK + 1; index++) {
    recorder.record("door-opened", house, {});
  }
  recorder.finish();
  expect(recorder.blocks.map(({ first, count }) => [first, count])).toEqual([
    [0, 1024],
    [1024, 1024],
    [2048, 1],
  ]);
  expect(hexOf(recorder.digest)).toBe(hexOf(recorder.blocks[2]?.link ?? new Uint8Array()));
  expect(new Set(recorder.blocks.map(({ link }) => hexOf(link))).size).toBe(3);
});

test("TraceRecorder gives the same blocks whether it keeps them or streams them out", () => {
  const letters = fc.array(fc.tuple(fc.jsonValue(), fc.string()), { maxLength: 2500, size: "max" });
  const property = fc.property(letters, (drawn) => {
    const streamed: TraceBlock[] = [];
    const keeping = recorderAt("network");
    const streaming = recorderAt("network", (block) => streamed.push(block));
    for (const recorder of [keeping, streaming]) {
      for (const [letter, by] of drawn) {
        recorder.record("letter-came", house, { letter });
        recorder.record("bell-rang", house, { times: by.length, by });
      }
      recorder.finish();
    }
    expect(streaming.blocks).toEqual([]);
    expect(streamed).toEqual(keeping.blocks);
    expect(streaming.digest).toEqual(keeping.digest);
    expect(streaming.eventCount).toBe(keeping.eventCount);
  });
  fc.assert(property, { numRuns: 10 });
});
