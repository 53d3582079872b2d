// How the inspector shows each kind of state, on real runs: timers, maps, lists, values with a time to live, and lists
// of operator state that are split, in a union or broadcast.
import { describe, expect, test } from "vitest";
import { Runner } from "../../../sim/harness/runner.ts";
import {
  type CheckpointedFunction,
  type FunctionInitializationContext,
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
import { must } from "../../../sim/kernel/invariant.ts";
import { sha256 } from "../../../sim/node/sha256.ts";
import { traceOf } from "../../../sim/node/trace-recording.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
import { stateText } from "../../../viz/model/state-text.ts";
import { inspectionOf } from "../../../viz/views/inspector/inspection.ts";
import type { Block, StateBar } from "../../../viz/views/inspector/inspector-blocks.ts";
import { INSPECTOR_WORDS } from "../../../viz/words/inspector-words.ts";
import { modelOfCase, recorded } from "../model/recorded-model.ts";
import { frameAt } from "./inspector-frames.ts";

const KINDS = [
  ["inactivity-timer", "timers", "sessions-1", /^timers\[visitor-\d\] = [\d.]+ s(?:, [\d.]+ s)*$/],
  [
    "game-state",
    "a map",
    "players+scored-1",
    /^inventory\[player-\d\] = \{(?:\w+: \d+(?:, )?)+\}$/,
  ],
  [
    "risk-control",
    "a list",
    "rules-1",
    /^recent\[customer-\d\] = \[\[\d+, customer-\d, \d+, [A-Z]+\]/,
  ],
  ["session-ttl", "a value that expires", "sessions-1", /^visits\[visitor-\d\] = \d+ @ [\d.]+ s$/],
  [
    "session-ttl",
    "a map that expires",
    "sessions-1",
    /^pages\[visitor-\d\] = \{\w+: true @ [\d.]+ s/,
  ],
] as const;

test.each(KINDS)("of %s, %s in %s", (scenario, _kind, subtask, look) => {
  const model = modelOfCase(recorded({ scenario, seed: 1 }));
  const at = Math.floor(model.count * 0.7);
  const bars = barsOf(model, subtask, at);
  expect(bars.map(({ label, value }) => `${label} = ${value}`)).toContainEqual(
    expect.stringMatching(look),
  );
  for (const { value } of bars) expect(value).not.toMatch(/Map\{|lastAccess|_timer_state/);
});

test("of a value that expires the bar is as long as what it holds", () => {
  const model = modelOfCase(recorded({ scenario: "session-ttl", seed: 1 }));
  const visits = barsOf(model, "sessions-1", Math.floor(model.count * 0.7)).filter(({ label }) =>
    label.startsWith("visits["),
  );
  expect(visits.length).toBeGreaterThan(0);
  for (const { share } of visits) expect(share).toBeGreaterThan(0);
});

test("a value with a user's own fields of other names stays what it is", () => {
  expect(stateText("session", '{"clicks":5,"lastAt":393}')).toBe("{clicks: 5, lastAt: 393}");
  expect(stateText("session", '"a, b"')).toBe("a, b");
  expect(stateText("session", "Map{}")).toBe("{}");
  expect(stateText("session", "Set{1,2}")).toBe("{1, 2}");
  expect(stateText("session", "bytes(0aff)")).toBe("2 B");
});

/** Has state of its operator in all three modes. */
class Keeper extends RichMapFunction<number, number> implements CheckpointedFunction {
  initializeState(context: FunctionInitializationContext): void {
    const store = context.getOperatorStateStore();
    const type = Types.INT;
    store.getListState(new ListStateDescriptor<number>("shares", type)).update([1, 2]);
    store.getUnionListState(new ListStateDescriptor<number>("counts", type)).update([3]);
    const rules = new MapStateDescriptor("rules", Types.STRING, type);
    store.getBroadcastState(rules).put("limit", 7);
  }

  snapshotState(): void {}

  override map(value: number): number {
    return value;
  }
}

const SCENARIO: Scenario = {
  name: "keeper",
  title: "",
  group: "",
  description: "",
  build: () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(100);
    env
      .fromSource(new LogSource<number>("numbers"), WatermarkStrategy.noWatermarks(), "numbers")
      .rebalance()
      .map(new Keeper())
      .name("keeper")
      .sinkTo(new TransactionalLogSink<number>("kept"))
      .name("sink");
    return env.execute("keeper");
  },
  config: { "world.source.arrival-interval": "10 ms" },
  logs: { numbers: [Array.from({ length: 20 }, (_, at) => at)] },
  faults: [],
  plans: {},
  isConfluent: true,
  endsIn: "FINISHED",
  sometimes: [],
};

describe("state of an operator", () => {
  test.each([
    [
      "en",
      /^shares of keeper, split evenly, /,
      /^counts of keeper, union, /,
      /^rules of keeper, broadcast, /,
    ],
    ["zh", /^keeper 的 shares（均分）/, /^keeper 的 counts（合并）/, /^keeper 的 rules（广播）/],
  ] as const)("stands list by list, in %s", (language, split, union, broadcast) => {
    const runner = new Runner([SCENARIO], sha256);
    const config = { "recording.level": "network" };
    const run = runner.run(runner.prepare({ scenario: "keeper", seed: 1, config }));
    const model = createRunModel(must(traceOf(run), "trace"), []);
    const lines = blocksOf(model, "keeper", model.count - 1, language).flatMap((block) =>
      block.kind === "lines" && block.title === INSPECTOR_WORDS[language].operatorState
        ? block.lines.map(({ text }) => text)
        : [],
    );
    for (const [head, first] of [
      [split, "1"],
      [union, "3"],
    ] as const) {
      const at = lines.findIndex((text) => head.test(text));
      expect(at, lines.join("\n")).toBeGreaterThanOrEqual(0);
      expect(lines[at + 1]).toBe(first);
    }
    const rules = lines.findIndex((text) => broadcast.test(text));
    expect(lines[rules + 1]).toMatch(/limit.*7/);
  });
});

function barsOf(model: RunModel, subtask: string, at: number): readonly StateBar[] {
  return blocksOf(model, subtask, at, "en").flatMap((block) =>
    block.kind === "bars" ? block.bars : [],
  );
}

/** What is said of a subtask; of a vertex's first if only that is named. */
function blocksOf(
  model: RunModel,
  subtask: string,
  at: number,
  language: "en" | "zh",
): readonly Block[] {
  const name = model.world(at).subtasks.find((one) => one.name.includes(subtask))?.name ?? "";
  const frame = frameAt(model, at, { selection: { kind: "subtask", name }, language });
  return inspectionOf(frame, INSPECTOR_WORDS[language]).blocks;
}
