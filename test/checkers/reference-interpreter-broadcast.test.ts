// The reference interpreter visits the keys that the engine visits, in the same order, whatever has expired and been
// cleaned up; and keeps its own rules of who may do what.
import fc from "fast-check";
import { expect, test } from "vitest";
import { jobShapeOf } from "../../sim/checkers/job-shape.ts";
import { ReferenceInterpreter } from "../../sim/checkers/reference-interpreter.ts";
import { keyGroupOfKey } from "../../sim/checkers/reference-interpreter-routing.ts";
import { InterpretedKeyedState } from "../../sim/checkers/reference-interpreter-state.ts";
import {
  type BroadcastProcessContext,
  BroadcastProcessFunction,
  type Collector,
  type KeyedBroadcastProcessContext,
  KeyedBroadcastProcessFunction,
  ListStateDescriptor,
  LogSource,
  MapStateDescriptor,
  type ReadOnlyBroadcastProcessContext,
  StateTtlConfig,
  StreamExecutionEnvironment,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../../sim/index.ts";
import { canonicalText } from "../../sim/kernel/canonical-value.ts";
import { must } from "../../sim/kernel/invariant.ts";
import { type Instant, instant, millis } from "../../sim/kernel/virtual-time.ts";
import { HeapKeyedStateBackend } from "../../sim/runtime/state/heap-keyed-state-backend.ts";
import { keysWithState } from "../../sim/runtime/state/keys-with-state.ts";
import { jobGraphOf } from "../../sim/runtime/task/job-graph.ts";

const anyKey = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.tuple(fc.nat(3), fc.string()));
const anyStep = fc.record({
  key: anyKey,
  what: fc.constantFrom("value", "list", "map", "clear", "wait"),
  entry: fc.nat(3),
});

test("keysOf() and keysWithState() give the same keys in the same order, with a time to live or without", () => {
  const timesToLive = fc.constantFrom(undefined, 5, 40);
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), timesToLive, (steps, timeToLive) => {
      let now: Instant = instant(0);
      const value = new ValueStateDescriptor("value", Types.INT);
      const list = new ListStateDescriptor("list", Types.INT);
      const map = new MapStateDescriptor("map", Types.INT, Types.INT);
      const descriptors = [value, list, map] as const;
      if (timeToLive !== undefined) {
        const config = StateTtlConfig.newBuilder(timeToLive).build();
        for (const descriptor of descriptors) descriptor.enableTimeToLive(config);
      }
      const clock = { now: () => now, doubt: () => {} };
      const mine = new InterpretedKeyedState(canonicalText, clock);
      const keyGroupRange = { start: 0, end: 127 };
      const theirs = new HeapKeyedStateBackend({
        maxParallelism: 128,
        keyGroupRange,
        now: () => now,
      });
      for (const { key, what, entry } of steps) {
        if (what === "wait") now = instant(now + millis(entry * 5));
        mine.setKey(key);
        theirs.setCurrentKey(key);
        for (const holder of [
          { value: mine.value(value), list: mine.list(list), map: mine.map(map) },
          {
            value: theirs.getState(value),
            list: theirs.getState(list),
            map: theirs.getState(map),
          },
        ]) {
          if (what === "value") holder.value.update(entry);
          else if (what === "list") holder.list.add(entry);
          else if (what === "map") holder.map.put(entry, entry);
          else if (what === "clear") for (const state of Object.values(holder)) state.clear();
        }
      }
      for (const descriptor of descriptors) {
        const byGroup = mine
          .keysOf(descriptor)
          .map((key) => ({ key, group: keyGroupOfKey(key, 128) }))
          .sort((left, right) => left.group - right.group);
        expect(byGroup.map(({ key }) => key)).toEqual(keysWithState(theirs, descriptor, () => now));
      }
    }),
    { numRuns: 300 },
  );
});

const RULES = new MapStateDescriptor("rules", Types.STRING, Types.GENERIC);
const COUNT = new ValueStateDescriptor("count", Types.INT);

function interpreterOf(
  subject:
    | BroadcastProcessFunction<number, string, unknown>
    | KeyedBroadcastProcessFunction<number, number, string, unknown>,
): {
  readonly send: (input: 1 | 2, value: unknown) => readonly unknown[];
  readonly interpreter: ReferenceInterpreter;
} {
  const build = () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    const read = <T>(log: string) =>
      env.fromSource(new LogSource<T>(log), WatermarkStrategy.noWatermarks(), log);
    const numbers = read<number>("numbers");
    const rules = read<string>("rules").broadcast(RULES);
    const processed =
      subject.kind === "broadcast-process"
        ? numbers.connect(rules).process(subject)
        : numbers
            .keyBy((value) => value)
            .connect(rules)
            .process(subject);
    processed.name("subject").disableChaining().print();
    return env.execute("job").streamGraph(1);
  };
  const job = jobGraphOf(build());
  const shape = jobShapeOf(job.description);
  const interpreter = new ReferenceInterpreter({ shape, buildGraph: build, textOf: canonicalText });
  const send = (input: 1 | 2, value: unknown): readonly unknown[] => {
    const channel = must(
      shape.channels.find(({ edge }) => job.exchanges[edge.id]?.input === input),
      "channel of an input",
    );
    interpreter.send(channel.number, value);
    interpreter.process(channel.number, { attempt: 0, now: 0 });
    const edge = job.description.edges.findIndex(({ sourceNode }) => {
      return job.nodes.get(sourceNode)?.name === "subject";
    });
    return [...(interpreter.emitted[edge] ?? [])];
  };
  return { send, interpreter };
}

test("elements of either input come to their own method, and what is read is a copy", () => {
  class Spoil extends BroadcastProcessFunction<number, string, unknown> {
    override processElement(
      _value: number,
      context: ReadOnlyBroadcastProcessContext,
      out: Collector<unknown>,
    ): void {
      const rules = context.getBroadcastState(RULES);
      const list = rules.get("a") as unknown[] | undefined;
      out.collect(list?.length);
      list?.push("spoilt");
      for (const [, held] of rules.entries()) (held as unknown[]).push("spoilt");
    }
    override processBroadcastElement(rule: string, context: BroadcastProcessContext): void {
      context.getBroadcastState(RULES).put(rule, []);
    }
  }
  const { send } = interpreterOf(new Spoil());
  expect(send(1, 1)).toEqual([undefined]);
  expect(send(2, "a")).toEqual([]);
  expect(send(1, 1)).toEqual([0]);
  expect(send(1, 1)).toEqual([0]);
});

test("a write from the first input, an undeclared state and a state without a key are failures", () => {
  class Wrong extends KeyedBroadcastProcessFunction<number, number, string, unknown> {
    override processElement(value: number, context: ReadOnlyBroadcastProcessContext): void {
      this.getRuntimeContext().getState(COUNT).update(value);
      const rules = context.getBroadcastState(RULES) as unknown as { clear(): void };
      if (value === 1) rules.clear();
      if (value === 2) context.getBroadcastState(new MapStateDescriptor("other"));
    }
    override processBroadcastElement(
      rule: string,
      context: KeyedBroadcastProcessContext<number>,
      out: Collector<unknown>,
    ): void {
      if (rule === "no key") this.getRuntimeContext().getState(COUNT).value();
      else context.applyToKeyedState(COUNT, (key, count) => out.collect([key, count.value()]));
    }
  }
  const { send, interpreter } = interpreterOf(new Wrong());
  const failureAfter = (input: 1 | 2, value: unknown): string => {
    send(input, value);
    return String(interpreter.failure ?? "none");
  };
  expect(failureAfter(1, 0)).toBe("none");
  expect(failureAfter(1, 1)).toBe('Error: Cannot write broadcast state "rules" on this side');
  expect(failureAfter(1, 2)).toBe('Error: Cannot get broadcast state "other": it was not declared');
  expect(failureAfter(2, "no key")).toBe('Error: Cannot use state "count": no key is current');
  expect(send(2, "all").toSorted()).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
});
