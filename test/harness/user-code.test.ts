// What authors may write: names of any kind, and code that throws.
import { expect, test } from "vitest";
import type { Scenario } from "../../sim/api/scenario.ts";
import { Runner } from "../../sim/harness/runner.ts";
import {
  LogSource,
  type Source,
  type SourceReader,
  StreamExecutionEnvironment,
  WatermarkStrategy,
} from "../../sim/index.ts";
import { sha256 } from "../../sim/node/sha256.ts";

function scenarioOf(program: (env: StreamExecutionEnvironment) => void): Scenario {
  return {
    name: "own",
    title: "",
    group: "",
    description: "",
    build: () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment();
      program(env);
      return env.execute("own");
    },
    config: { "restart-strategy.type": "none" },
    logs: { numbers: [[1, 2]] },
    faults: [],
    plans: {},
    isConfluent: true,
    endsIn: "FINISHED",
    sometimes: [],
  };
}

function runOf(program: (env: StreamExecutionEnvironment) => void) {
  const runner = new Runner([scenarioOf(program)], sha256);
  const { run, events } = runner.runChecked(runner.prepare({ scenario: "own" }));
  const failures = events.flatMap((event) => (event.kind === "task-failed" ? [event.reason] : []));
  return { end: run.end, status: run.jobStatus, broken: run.brokenInvariant, failures };
}

test("a name may hold the arrow that channels are written with", () => {
  const ended = runOf((env) => {
    const doubled = env.fromElements(1, 2).rebalance();
    doubled
      .map((value) => value * 2)
      .name("a->b")
      .setParallelism(2)
      .print();
  });
  expect(ended).toEqual({ end: "idle", status: "FINISHED", broken: undefined, failures: [] });
});

const METHODS = ["pollNext", "takeRequests", "onAnswer"] as const;

test.each([...METHODS, "createReader"] as const)(
  "a source that throws in %s fails its task, not the run",
  (method) => {
    const inner = new LogSource<number>("numbers");
    const fail = (): never => {
      throw new Error(`no ${method} today`);
    };
    const source: Source<number> = {
      system: inner.system,
      createReader: (options) => {
        if (method === "createReader") fail();
        const reader = inner.createReader(options);
        const bound: SourceReader = {
          pollNext: () => reader.pollNext(),
          takeRequests: () => reader.takeRequests(),
          onAnswer: (request, answer) => reader.onAnswer(request, answer),
          snapshotState: () => reader.snapshotState(),
          describeState: () => reader.describeState(),
        };
        return { ...bound, [method]: fail };
      },
    };
    const { end, status, broken, failures } = runOf((env) =>
      env.fromSource(source, WatermarkStrategy.noWatermarks(), "numbers").print(),
    );
    expect([end, status, broken]).toEqual(["idle", "FAILED", undefined]);
    expect(failures[0]).toBe(`numbers threw: no ${method} today`);
  },
);
