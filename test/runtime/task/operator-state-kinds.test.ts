// Union and broadcast state in a job that crashes: what fresh functions are given, and that every checker agrees.
import { expect, test } from "vitest";
import { Runner } from "../../../sim/harness/runner.ts";
import {
  type BroadcastState,
  type CheckpointedFunction,
  type Fault,
  type FunctionInitializationContext,
  type ListState,
  ListStateDescriptor,
  LogSource,
  MapStateDescriptor,
  RichMapFunction,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  WatermarkStrategy,
} from "../../../sim/index.ts";
import { sha256 } from "../../../sim/node/sha256.ts";
import { complaintsOf } from "../../support/runner.ts";

type Own = readonly [subtask: number, count: number];

/** What functions found when they were restored, by subtask. */
const found = new Map<number, { readonly union: readonly Own[]; readonly rules: number }>();

/** Counts its subtask's records: its own count is the element of a union list that bears its number. */
class Counter
  extends RichMapFunction<number, readonly [number, number]>
  implements CheckpointedFunction
{
  #counts: ListState<Own> | undefined = undefined;
  #rules: BroadcastState<string, number> | undefined = undefined;
  #restored: readonly Own[] | undefined = undefined;
  #count = 0;

  initializeState(context: FunctionInitializationContext): void {
    const store = context.getOperatorStateStore();
    const type = Types.TUPLE(Types.INT, Types.INT);
    this.#counts = store.getUnionListState(new ListStateDescriptor<Own>("counts", type));
    this.#rules = store.getBroadcastState(new MapStateDescriptor("rules", Types.STRING, Types.INT));
    if (context.isRestored()) this.#restored = [...this.#counts.get()];
    this.#rules.put("limit", 7);
  }

  override open(): void {
    const index = this.getRuntimeContext().getIndexOfThisSubtask();
    if (this.#restored === undefined) return;
    found.set(index, { union: this.#restored, rules: this.#rules?.get("limit") ?? 0 });
    this.#count = this.#restored.find(([subtask]) => subtask === index)?.[1] ?? 0;
  }

  snapshotState(): void {
    this.#counts?.update([[this.getRuntimeContext().getIndexOfThisSubtask(), this.#count]]);
  }

  override map(value: number): readonly [number, number] {
    return [value, ++this.#count];
  }
}

const CRASH: Fault = {
  what: "power-loss",
  where: "cluster",
  when: { after: { event: "checkpoint-completed", place: "job-master", checkpoint: 2, nth: 1 } },
};

const SCENARIO: Scenario = {
  name: "kinds",
  title: "",
  group: "",
  description: "",
  build: () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(100);
    env.setParallelism(3);
    env
      .fromSource(new LogSource<number>("numbers"), WatermarkStrategy.noWatermarks(), "numbers")
      .rebalance()
      .map(new Counter())
      .name("counter")
      .sinkTo(new TransactionalLogSink<readonly [number, number]>("counts"))
      .name("sink");
    return env.execute("kinds");
  },
  config: { "world.source.arrival-interval": "10 ms" },
  logs: { numbers: [0, 1, 2].map((part) => Array.from({ length: 40 }, (_, at) => at * 3 + part)) },
  faults: [],
  plans: {},
  isConfluent: false,
  endsIn: "FINISHED",
  sometimes: [],
};

test("after a restart each subtask is given the union elements of all, and a copy of what is broadcast", () => {
  const runner = new Runner([SCENARIO], sha256);
  const config = { "recording.level": "state" };
  for (const seed of [1, 2, 3]) {
    found.clear();
    const checked = runner.runChecked(
      runner.prepare({ scenario: "kinds", seed, config, faults: [CRASH] }),
    );
    expect(complaintsOf(checked)).toEqual([]);
    const all = found.get(0)?.union ?? [];
    expect(all.map(([subtask]) => subtask)).toEqual([0, 1, 2]);
    expect(all.some(([, count]) => count > 0)).toBe(true);
    for (const subtask of [0, 1, 2]) {
      expect(found.get(subtask)).toEqual({ union: all, rules: 7 });
    }
  }
});
