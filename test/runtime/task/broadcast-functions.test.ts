// Functions of a stream and a broadcast one at work: who may write, which keys are visited and in what order, timers;
// through crashes and on either backend, with every checker watching.
import { expect, test } from "vitest";
import { type CheckedRun, Runner } from "../../../sim/harness/runner.ts";
import {
  AggregatingStateDescriptor,
  type BroadcastProcessContext,
  BroadcastProcessFunction,
  type BroadcastState,
  type Collector,
  type Fault,
  type KeyedBroadcastProcessContext,
  KeyedBroadcastProcessFunction,
  ListStateDescriptor,
  LogSource,
  MapStateDescriptor,
  type ReadOnlyBroadcastProcessContext,
  type ReadOnlyKeyedBroadcastProcessContext,
  ReducingStateDescriptor,
  type Scenario,
  StateTtlConfig,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../../../sim/index.ts";
import { parseCanonicalText } from "../../../sim/kernel/canonical-value.ts";
import { sha256 } from "../../../sim/node/sha256.ts";
import { keyGroupOf } from "../../../sim/runtime/state/key-groups.ts";
import { complaintsOf } from "../../support/runner.ts";

type Functions =
  | BroadcastProcessFunction<number, string, unknown>
  | KeyedBroadcastProcessFunction<number, number, string, unknown>;

const RULES = new MapStateDescriptor<string, { readonly seen: number[] }>("rules");

const POWER_LOSS: Fault = {
  what: "power-loss",
  where: "cluster",
  when: { after: { event: "checkpoint-completed", place: "job-master", checkpoint: 2, nth: 1 } },
};

interface Settings {
  readonly config?: Scenario["config"];
  readonly faults?: readonly Fault[];
  readonly numbers?: readonly number[];
  readonly rules?: readonly string[];
}

function runOf(create: () => Functions, settings: Settings = {}): CheckedRun {
  const scenario: Scenario = {
    name: "own",
    title: "",
    group: "",
    description: "",
    build: () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment();
      env.enableCheckpointing(40);
      env.setParallelism(2);
      const read = <T>(log: string) =>
        env
          .fromSource(new LogSource<T>(log), WatermarkStrategy.noWatermarks(), log)
          .setParallelism(1);
      const numbers = read<number>("numbers");
      const rules = read<string>("rules").broadcast(RULES);
      const subject = create();
      const processed =
        subject.kind === "broadcast-process"
          ? numbers.connect(rules).process(subject)
          : numbers
              .keyBy((value) => value % 7)
              .connect(rules)
              .process(subject);
      processed.name("subject").sinkTo(new TransactionalLogSink<unknown>("out")).name("out");
      return env.execute("own");
    },
    config: { "world.source.arrival-interval": "10 ms", ...settings.config },
    logs: {
      numbers: [settings.numbers ?? Array.from({ length: 30 }, (_, index) => index)],
      rules: [settings.rules ?? Array.from({ length: 12 }, (_, index) => `rule-${index}`)],
    },
    faults: [],
    plans: {},
    isConfluent: false,
    endsIn: "FINISHED",
    sometimes: [],
  };
  const runner = new Runner([scenario], sha256);
  const config = { "recording.level": "state" };
  const faults = settings.faults ?? [];
  return runner.runChecked(runner.prepare({ scenario: "own", config, faults }));
}

/** Why the tasks of a job failed whose first failure ends it. */
function failureOf(create: () => Functions): string | undefined {
  const { events } = runOf(create, { config: { "restart-strategy.type": "none" } });
  const failed = events.find((event) => event.kind === "task-failed");
  return failed?.kind === "task-failed" ? failed.reason : undefined;
}

function committedIn<T>({ events }: CheckedRun): readonly T[] {
  return events.flatMap((event) =>
    event.kind === "record-committed" ? [parseCanonicalText(event.value) as T] : [],
  );
}

/** Reads and writes as its two halves say. */
class Plain extends BroadcastProcessFunction<number, string, unknown> {
  readonly #read: (context: ReadOnlyBroadcastProcessContext) => unknown;
  readonly #write: (context: BroadcastProcessContext) => void;

  constructor(halves: {
    readonly read?: (context: ReadOnlyBroadcastProcessContext) => unknown;
    readonly write?: (context: BroadcastProcessContext) => void;
  }) {
    super();
    this.#read = halves.read ?? (() => "");
    this.#write = halves.write ?? (() => {});
  }

  override processElement(
    _value: number,
    context: ReadOnlyBroadcastProcessContext,
    out: Collector<unknown>,
  ): void {
    out.collect(this.#read(context));
  }

  override processBroadcastElement(_rule: string, context: BroadcastProcessContext): void {
    this.#write(context);
  }
}

type State = BroadcastState<string, { readonly seen: number[] }>;

test.each<readonly [what: string, write: (state: State) => void]>([
  ["put", (state) => state.put("a", { seen: [] })],
  ["putAll", (state) => state.putAll([])],
  ["remove", (state) => state.remove("a")],
  ["clear", (state) => state.clear()],
])(
  "%s from the side that is not broadcast fails the task, with what would be right",
  (_, write) => {
    // An author without types would get as far as this.
    const create = () =>
      new Plain({ read: (context) => write(context.getBroadcastState(RULES) as State) });
    expect(failureOf(create)).toBe(
      'subject threw: Cannot change broadcast state "rules" from the side that is not broadcast: its elements come to one subtask only, expected the change in processBroadcastElement',
    );
  },
);

test.each([
  [
    "read",
    {
      read: (context: ReadOnlyBroadcastProcessContext) =>
        context.getBroadcastState(new MapStateDescriptor("rulez")),
    },
  ],
  [
    "write",
    {
      write: (context: BroadcastProcessContext) =>
        void context.getBroadcastState(new MapStateDescriptor("rulez")),
    },
  ],
])("state that was not declared cannot be had, to %s", (_, halves) => {
  expect(failureOf(() => new Plain(halves))).toBe(
    'subject threw: Cannot get the broadcast state "rulez" of "subject": expected one of those that broadcast(...) was given, which are rules',
  );
});

test("what is read is a copy: to change it changes no state", () => {
  class Careless extends BroadcastProcessFunction<number, string, unknown> {
    override processElement(
      value: number,
      context: ReadOnlyBroadcastProcessContext,
      out: Collector<unknown>,
    ): void {
      const rules = context.getBroadcastState(RULES);
      rules.get("all")?.seen.push(value);
      for (const [, { seen }] of rules.entries()) seen.push(value);
      out.collect(rules.entries().map(([, { seen }]) => seen.length));
    }
    override processBroadcastElement(_rule: string, context: BroadcastProcessContext): void {
      const rules = context.getBroadcastState(RULES);
      rules.put("all", { seen: [...(rules.get("all")?.seen ?? []), 1] });
    }
  }
  const checked = runOf(() => new Careless(), { faults: [POWER_LOSS] });
  expect(complaintsOf(checked)).toEqual([]);
  const lengths = committedIn<readonly number[]>(checked).flat();
  expect(Math.max(...lengths)).toBeGreaterThan(3);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(12);
});

const COUNT = new ValueStateDescriptor("count", Types.INT);
const IDS = new ListStateDescriptor("ids", Types.INT);
const BY_ID = new MapStateDescriptor("by-id", Types.INT, Types.INT);
const SUM = new ReducingStateDescriptor<number>("sum", (a, b) => a + b, Types.INT);
const AVERAGE = new AggregatingStateDescriptor(
  "average",
  {
    createAccumulator: (): readonly number[] => [],
    add: (value: number, all) => [...all, value],
    getResult: (all) => all.reduce((sum, value) => sum + value, 0) / all.length,
    merge: (one, other) => [...one, ...other],
  },
  Types.LIST(Types.INT),
);

const withTtl = (): MapStateDescriptor<number, number> => {
  const descriptor = new MapStateDescriptor("fresh", Types.INT, Types.INT);
  descriptor.enableTimeToLive(StateTtlConfig.newBuilder(45).build());
  return descriptor;
};

/** Keeps everything by key, and shows for each rule what all keys hold; every third rule changes it. */
class ShowAll extends KeyedBroadcastProcessFunction<number, number, string, unknown> {
  override processElement(value: number): void {
    const context = this.getRuntimeContext();
    const count = context.getState(COUNT);
    count.update((count.value() ?? 0) + 1);
    context.getListState(IDS).add(value);
    context.getMapState(BY_ID).put(value, value * 2);
    context.getReducingState(SUM).add(value);
    context.getAggregatingState(AVERAGE).add(value);
    context.getMapState(withTtl()).put(value, value);
  }

  override processBroadcastElement(
    rule: string,
    context: KeyedBroadcastProcessContext<number>,
    out: Collector<unknown>,
  ): void {
    context.getBroadcastState(RULES).put(rule, { seen: [] });
    const subtask = this.getRuntimeContext().getIndexOfThisSubtask();
    const show = (state: string, key: number, value: unknown): void => {
      out.collect({ subtask, rule, state, key, value });
    };
    context.applyToKeyedState(COUNT, (key, count) => {
      show("count", key, count.value());
      // The key's other state is there as well, and calls may be nested.
      show("other", key, [...this.getRuntimeContext().getListState(IDS).get()]);
      let keys = 0;
      context.applyToKeyedState(IDS, () => void keys++);
      show("nested", key, keys);
      if (rule.endsWith("3")) count.clear();
      else count.update((count.value() ?? 0) + 100);
    });
    context.applyToKeyedState(IDS, (key, ids) => {
      show("ids", key, [...ids.get()]);
      if (rule.endsWith("5")) ids.clear();
    });
    context.applyToKeyedState(BY_ID, (key, map) => show("by-id", key, map.keys()));
    context.applyToKeyedState(SUM, (key, sum) => show("sum", key, sum.get()));
    context.applyToKeyedState(AVERAGE, (key, average) => show("average", key, average.get()));
    context.applyToKeyedState(withTtl(), (key, map) => show("fresh", key, map.keys()));
  }
}

interface Shown {
  readonly subtask: number;
  readonly rule: string;
  readonly state: string;
  readonly key: number;
  readonly value: unknown;
}

const SHOW_ALL: Settings = {
  faults: [POWER_LOSS],
  // The word of the loss comes late, and what has a time to live expires meanwhile.
  config: { "world.host.boot-delay": "100 ms" },
};

test("applyToKeyedState visits each key with something in the state, by key group, on either backend alike", () => {
  const backends = ["hashmap", "rocksdb"].map((type) => {
    const config = { ...SHOW_ALL.config, "state.backend.type": type };
    const checked = runOf(() => new ShowAll(), { ...SHOW_ALL, config });
    expect(complaintsOf(checked)).toEqual([]);
    expect(checked.events.some(({ kind }) => kind === "operator-restored")).toBe(true);
    return committedIn<Shown>(checked);
  });
  for (const shown of backends) {
    for (const state of ["count", "ids", "by-id", "sum", "average", "fresh"]) {
      const visits = shown.filter((one) => one.state === state);
      expect(visits.length, state).toBeGreaterThan(20);
      for (const [index, { subtask, rule, key }] of visits.entries()) {
        const next = visits[index + 1];
        if (next?.subtask !== subtask || next.rule !== rule) continue;
        const [group, nextGroup] = [keyGroupOf(key, 128), keyGroupOf(next.key, 128)];
        expect(group < nextGroup || (group === nextGroup && key < next.key)).toBe(true);
      }
    }
    // What no rule clears is there for every key.
    const last = shown.filter(({ rule, state }) => rule === "rule-11" && state === "by-id");
    const keys = last.map(({ key }) => key).sort();
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const { subtask, rule, value } of shown.filter(({ state }) => state === "nested")) {
      const ids = shown.filter((one) => {
        return one.state === "ids" && one.subtask === subtask && one.rule === rule;
      });
      expect(value).toBe(ids.length);
    }
  }
});

test("keyed state cannot be used while a broadcast element is worked on, but through applyToKeyedState", () => {
  class Lost extends KeyedBroadcastProcessFunction<number, number, string, unknown> {
    override processElement(): void {
      this.getRuntimeContext().getState(COUNT).update(1);
    }
    override processBroadcastElement(): void {
      this.getRuntimeContext().getState(COUNT).update(2);
    }
  }
  expect(failureOf(() => new Lost())).toMatch(
    /^subject threw: Cannot use keyed state "count": no key is current, expected one/,
  );
});

/** Sets a timer for each value; at each says how many rules there are, and what was current. */
class Later extends KeyedBroadcastProcessFunction<number, number, string, unknown> {
  override processElement(
    value: number,
    context: ReadOnlyKeyedBroadcastProcessContext<number>,
  ): void {
    const timers = context.timerService();
    timers.registerProcessingTimeTimer(timers.currentProcessingTime() + 5 + (value % 3) * 10);
  }

  override processBroadcastElement(
    rule: string,
    context: KeyedBroadcastProcessContext<number>,
  ): void {
    context.getBroadcastState(RULES).put(rule, { seen: [] });
  }

  override onTimer(
    timestamp: number,
    context: ReadOnlyKeyedBroadcastProcessContext<number>,
    out: Collector<unknown>,
  ): void {
    const rules = context.getBroadcastState(RULES).entries().length;
    out.collect([context.getCurrentKey(), timestamp, rules]);
  }
}

test("timers set for elements of the keyed side fire with the broadcast state there is then", () => {
  for (const faults of [[], [POWER_LOSS]]) {
    const checked = runOf(() => new Later(), { faults });
    expect(complaintsOf(checked)).toEqual([]);
    const fired = committedIn<readonly [key: number, timestamp: number, rules: number]>(checked);
    expect(fired.length).toBeGreaterThan(15);
    expect(new Set(fired.map(([, , rules]) => rules)).size).toBeGreaterThan(3);
  }
});
