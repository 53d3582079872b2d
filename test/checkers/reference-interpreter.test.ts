// The reference interpreter agrees with the engine where both must: on routing and on state; and keeps to itself
// what a function changes.
import fc from "fast-check";
import { expect, test } from "vitest";
import { jobShapeOf } from "../../sim/checkers/job-shape.ts";
import { ReferenceInterpreter } from "../../sim/checkers/reference-interpreter.ts";
import { copyOf } from "../../sim/checkers/reference-interpreter-copy.ts";
import { consumerOfKey } from "../../sim/checkers/reference-interpreter-routing.ts";
import { InterpretedKeyedState } from "../../sim/checkers/reference-interpreter-state.ts";
import { differenceOf, expectedStateOf } from "../../sim/checkers/state-comparison.ts";
import { canonicalText } from "../../sim/kernel/canonical-value.ts";
import { after, type Instant, instant, seconds } from "../../sim/kernel/virtual-time.ts";
import { HeapKeyedStateBackend } from "../../sim/runtime/state/heap-keyed-state-backend.ts";
import { keyGroupOf, operatorIndexOf } from "../../sim/runtime/state/key-groups.ts";
import {
  type AggregateFunction,
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  ValueStateDescriptor,
} from "../../sim/runtime/state/state-descriptor.ts";
import { StateTtlConfig } from "../../sim/runtime/state/ttl/state-ttl-config.ts";
import { RichMapFunction } from "../../sim/runtime/task/functions.ts";
import { jobGraphOf } from "../../sim/runtime/task/job-graph.ts";
import type { EventOf } from "../../sim/trace/trace-event.ts";
import { graphOf, hashBy, type Layer, sinkTo, sourceOf } from "./small-jobs.ts";

const START = { attempt: 0, now: 0 };

const leaf = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.bigInt(),
  fc.constantFrom(undefined, null, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, -(2 ** 31)),
);
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value")),
    fc.dictionary(fc.string(), tie("value")),
    fc.array(tie("value")).map((items) => new Set(items)),
    fc.array(fc.tuple(leaf, tie("value"))).map((entries) => new Map(entries)),
    fc.uint8Array(),
  ),
})).value;

test("consumerOfKey() sends every key where the engine sends it", () => {
  const parallelism = fc.integer({ min: 1, max: 128 });
  fc.assert(
    fc.property(plain, parallelism, (key, consumers) => {
      const expected = operatorIndexOf(keyGroupOf(key, 128), 128, consumers);
      expect(consumerOfKey(key, 128, consumers)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
  expect(consumerOfKey("flink", 128, 128)).toBe(98);
});

test("copyOf() gives an equal value that shares nothing", () => {
  fc.assert(
    fc.property(plain, (value) => {
      const copy = copyOf(value);
      expect(canonicalText(copy)).toBe(canonicalText(value));
      if (typeof value === "object" && value !== null) expect(copy).not.toBe(value);
    }),
  );
});

const SECOND = 1_000;
const timesToLive: readonly (StateTtlConfig | undefined)[] = [
  undefined,
  StateTtlConfig.newBuilder(3 * SECOND).build(),
  StateTtlConfig.newBuilder(3 * SECOND)
    .updateTtlOnReadAndWrite()
    .build(),
  StateTtlConfig.newBuilder(3 * SECOND)
    .cleanupIncrementally(1, true)
    .build(),
  // What is shown depends on clean-ups unless reads alone clean up.
  StateTtlConfig.newBuilder(3 * SECOND)
    .returnExpiredIfNotCleanedUp()
    .disableCleanupInBackground()
    .build(),
  StateTtlConfig.newBuilder(3 * SECOND)
    .updateTtlOnReadAndWrite()
    .returnExpiredIfNotCleanedUp()
    .disableCleanupInBackground()
    .build(),
];

/** How what the engine holds differs, in the words of the checkers that compare snapshots. */
function differenceBetween(
  ours: InterpretedKeyedState,
  theirs: HeapKeyedStateBackend,
  now: Instant,
): string | undefined {
  const { contents: keyed, timesToLive: times } = ours;
  const contents = {
    operator: "op",
    kind: "map",
    keyed,
    timesToLive: times,
    lists: new Map(),
  } as const;
  const shown = theirs.entries().map(({ state, key, value }) => [state, key, value]);
  const event: EventOf<"operator-snapshot-written"> = {
    kind: "operator-snapshot-written",
    index: 0,
    time: now,
    place: "op-1",
    incarnation: 0,
    cause: 0,
    checkpoint: 1,
    operator: "op",
    keyed: canonicalText(shown),
    operatorState: "[]",
  };
  return differenceOf(event, expectedStateOf(contents, undefined));
}

const tally: AggregateFunction<number, number[], string> = {
  createAccumulator: () => [],
  add(value, accumulator) {
    accumulator.push(value);
    return accumulator;
  },
  getResult: (accumulator) => accumulator.join(" "),
  merge: (left, right) => [...left, ...right],
};

test.each(timesToLive)(
  "InterpretedKeyedState does what the engine's heap state does, with %o",
  (config) => {
    const key = fc.oneof(
      fc.integer({ min: -2, max: 2 }),
      fc.constantFrom("a", "b"),
      fc.constant([1]),
    );
    const act = fc.record({
      key,
      verb: fc.nat({ max: 21 }),
      value: fc.integer({ min: 0, max: 5 }),
      wait: fc.constantFrom(0, 0, 0, 1, 2, 3),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        let now = instant(0);
        const ours = new InterpretedKeyedState(canonicalText, { now: () => now, doubt: () => {} });
        const theirs = new HeapKeyedStateBackend({
          maxParallelism: 128,
          keyGroupRange: { start: 0, end: 127 },
          now: () => now,
        });
        const value = new ValueStateDescriptor<unknown>("value", undefined, 7);
        const list = new ListStateDescriptor<unknown>("list");
        const map = new MapStateDescriptor<unknown, unknown>("map");
        const sum = new ReducingStateDescriptor<number>("sum", (left, right) => left + right);
        const tallied = new AggregatingStateDescriptor("tally", tally);
        if (config !== undefined) {
          for (const descriptor of [value, list, map, sum, tallied]) {
            descriptor.enableTimeToLive(config);
          }
        }
        const sides = [
          {
            setKey: (k: unknown) => ours.setKey(k),
            value: ours.value(value),
            list: ours.list(list),
            map: ours.map(map),
            sum: ours.reducing(sum),
            tally: ours.aggregating(tallied),
          },
          {
            setKey: (k: unknown) => theirs.setCurrentKey(k),
            value: theirs.getState(value),
            list: theirs.getState(list),
            map: theirs.getState(map),
            sum: theirs.getState(sum),
            tally: theirs.getState(tallied),
          },
        ];
        for (const { key: current, verb, value: given, wait } of acts) {
          now = after(now, seconds(wait));
          const seen = sides.map((side) => {
            side.setKey(current);
            const verbs: readonly (() => unknown)[] = [
              () => side.value.update(given),
              () => side.value.clear(),
              () => side.list.add(given),
              () => side.list.addAll([given, given + 1]),
              () => side.list.update(given === 0 ? [] : [given]),
              () => side.list.clear(),
              () => side.map.put({ at: given }, current),
              () => side.map.remove({ at: given }),
              () => side.map.putAll([[given, given]]),
              () => side.map.clear(),
              () => side.map.contains({ at: given }),
              () => side.map.get({ at: given }),
              () => side.sum.add(given),
              () => side.sum.clear(),
              () => side.tally.add(given),
              () => side.tally.clear(),
              () => side.tally.get(),
              () => side.value.value(),
              () => side.list.get(),
              () => side.map.entries(),
              () => [side.map.keys(), side.map.values()],
              () => [side.sum.get(), config === undefined && side.map.isEmpty()],
            ];
            return canonicalText(verbs[verb]?.());
          });
          expect(seen[0]).toBe(seen[1]);
        }
        expect(differenceBetween(ours, theirs, now)).toBeUndefined();
      }),
    );
  },
);

test("ReferenceInterpreter runs a record through a chain and over an exchange", () => {
  const interpreter = interpreterOf(() => [
    { uid: "in", operator: sourceOf("log:in") },
    { uid: "double", operator: { kind: "map", function: (value) => Number(value) * 2 } },
    {
      uid: "sum",
      operator: {
        kind: "reduce",
        function: (held, value) => Number(held) + Number(value),
        serializer: undefined as never,
      },
      ...hashBy(() => "all"),
    },
    { uid: "sink", operator: sinkTo("log:out") },
  ]);
  const { runner, shape } = interpreter;
  const [source] = shape.subtasks;
  if (source === undefined) throw new Error("Cannot find the source");
  for (const value of [1, 2]) {
    runner.read(source, START, value);
    expect(runner.emitted).toEqual([[value * 2]]);
    runner.send(0, value * 2);
  }
  runner.process(0, START);
  expect(runner.written.get("sink")).toEqual([2]);
  runner.process(0, START);
  expect(runner.written.get("sink")).toEqual([6]);
  expect(runner.emitted).toEqual([[]]);
});

test("ReferenceInterpreter keeps a function's changes from what others hold", () => {
  const given = { n: 1 };
  const { runner, shape } = interpreterOf(() => [
    { uid: "in", operator: sourceOf("log:in") },
    {
      uid: "vandal",
      operator: {
        kind: "flat-map",
        function: (value, out) => {
          const held = value as { n: number };
          out.collect(held);
          held.n++;
          out.collect(held);
        },
      },
    },
    { uid: "sink", operator: sinkTo("log:out") },
  ]);
  const [source] = shape.subtasks;
  if (source === undefined) throw new Error("Cannot find the source");
  runner.read(source, START, given);
  expect(runner.written.get("sink")).toEqual([{ n: 1 }, { n: 2 }]);
  expect(given).toEqual({ n: 1 });
});

test("ReferenceInterpreter gives each subtask functions of its own, opened with its context", () => {
  class Tagger extends RichMapFunction<unknown, unknown> {
    #seen = 0;
    #where = "";
    override open(): void {
      const context = this.getRuntimeContext();
      this.#where = `${context.getTaskName()} ${context.getIndexOfThisSubtask()}`;
    }
    map(): string {
      const attempt = this.getRuntimeContext().getAttemptNumber();
      return `${this.#where} ${++this.#seen} ${attempt}`;
    }
  }
  const { runner, shape } = interpreterOf(() => [
    { uid: "in", operator: sourceOf("log:in"), parallelism: 2 },
    { uid: "tag", operator: { kind: "map", function: new Tagger() }, parallelism: 2 },
    { uid: "sink", operator: sinkTo("log:out"), parallelism: 2 },
  ]);
  const written = shape.subtasks.map((subtask) => {
    runner.read(subtask, { attempt: 3, now: 0 }, 0);
    return runner.written.get("sink")?.[0];
  });
  expect(written).toEqual(["tag 0 1 3", "tag 1 1 3"]);
});

test("ReferenceInterpreter reports what a function throws, with what it put out before", () => {
  const { runner, shape } = interpreterOf(() => [
    { uid: "in", operator: sourceOf("log:in") },
    {
      uid: "fail",
      operator: {
        kind: "flat-map",
        function: (value, out) => {
          out.collect(value);
          if (value === 13) throw new Error("unlucky");
        },
      },
    },
    { uid: "sink", operator: sinkTo("log:out") },
  ]);
  const [source] = shape.subtasks;
  if (source === undefined) throw new Error("Cannot find the source");
  runner.read(source, START, 13);
  expect(runner.failure).toEqual(new Error("unlucky"));
  expect(runner.written.get("sink")).toEqual([13]);
  runner.read(source, START, 1);
  expect(runner.failure).toBeUndefined();
});

function interpreterOf(build: () => readonly Layer[]) {
  const shape = jobShapeOf(jobGraphOf(graphOf(build())).description);
  const runner = new ReferenceInterpreter({
    shape,
    buildGraph: () => graphOf(build()),
    textOf: canonicalText,
  });
  return { runner, shape };
}
