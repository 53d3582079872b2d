// Timers where the author uses them: set without an onTimer, and set anew at each one.
import { expect, test } from "vitest";
import { Runner } from "../../../../sim/harness/runner.ts";
import {
  type Collector,
  type KeyedProcessContext,
  KeyedProcessFunction,
  LogSource,
  type Scenario,
  StreamExecutionEnvironment,
  WatermarkStrategy,
} from "../../../../sim/index.ts";
import { sha256 } from "../../../../sim/node/sha256.ts";
import { complaintsOf } from "../../../support/runner.ts";

/** Sets a timer for each value, and has nothing to do at one. */
class Setter extends KeyedProcessFunction<number, number, number> {
  override processElement(value: number, context: KeyedProcessContext<number>): void {
    context.timerService().registerProcessingTimeTimer(value);
  }
}

/** From its first value on emits, every ten milliseconds, how often it has done so. */
class Metronome extends KeyedProcessFunction<number, number, readonly [number, number]> {
  #beats = 0;

  override processElement(value: number, context: KeyedProcessContext<number>): void {
    const timers = context.timerService();
    if (value === 1) timers.registerProcessingTimeTimer(timers.currentProcessingTime() + 10);
  }

  override onTimer(
    timestamp: number,
    context: KeyedProcessContext<number>,
    out: Collector<readonly [number, number]>,
  ): void {
    out.collect([timestamp, ++this.#beats]);
    context.timerService().registerProcessingTimeTimer(timestamp + 10);
  }
}

function runOf<Out>(create: () => KeyedProcessFunction<number, number, Out>) {
  const scenario: Scenario = {
    name: "own",
    title: "",
    group: "",
    description: "",
    build: () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment();
      env
        .fromSource(new LogSource<number>("numbers"), WatermarkStrategy.noWatermarks(), "numbers")
        .keyBy(() => 1)
        .process(create())
        .name("timed")
        .collect("beats");
      return env.execute("own");
    },
    config: { "restart-strategy.type": "none", "world.source.arrival-interval": "50 ms" },
    logs: { numbers: [[1, 2, 3, 4]] },
    faults: [],
    plans: {},
    isConfluent: false,
    endsIn: "FINISHED",
    sometimes: [],
  };
  const runner = new Runner([scenario], sha256);
  return runner.runChecked(runner.prepare({ scenario: "own" }));
}

test("a function that sets timers without an onTimer fails its task", () => {
  const { events } = runOf(() => new Setter());
  const reasons = events.flatMap((event) => (event.kind === "task-failed" ? [event.reason] : []));
  expect(reasons).toEqual([
    'timed threw: Cannot set timers in "timed": its function has no onTimer, expected one',
  ]);
});

test("a timer that sets the next one beats in time, and ends with the data", () => {
  const checked = runOf(() => new Metronome());
  expect(complaintsOf(checked)).toEqual([]);
  const fired = checked.events.flatMap((event) => {
    return event.kind === "timer-fired" ? [{ at: event.time, timestamp: event.timestamp }] : [];
  });
  expect(fired.length).toBeGreaterThan(5);
  const [first] = fired;
  for (const [beat, { at, timestamp }] of fired.entries()) {
    expect(timestamp).toBe((first?.timestamp ?? 0) + 10 * beat);
    expect(at).toBeGreaterThanOrEqual((timestamp + 1) * 1000);
    expect(at).toBeLessThan((timestamp + 3) * 1000);
  }
  const isRegistered = (timestamp: number): boolean =>
    checked.events.some((event) => {
      return event.kind === "timer-registered" && event.timestamp === timestamp;
    });
  for (const { timestamp } of fired) expect(isRegistered(timestamp)).toBe(true);
});
