// What is wrong with a request is found before anything runs, and said in one sentence with what would be right.
import { expect, test } from "vitest";
import type { Fault } from "../../sim/api/scenario.ts";
import { FaultPlanError } from "../../sim/faults/fault-plan.ts";
import type { Case } from "../../sim/harness/case.ts";
import { type PreparedJob, prepareJob } from "../../sim/harness/prepared-job.ts";
import {
  LogSource,
  type Scenario,
  ScenarioError,
  StreamExecutionEnvironment,
  WatermarkStrategy,
} from "../../sim/index.ts";
import { ConfigurationError } from "../../sim/runtime/config-option.ts";
import { OPTIONS } from "../../sim/runtime/configuration.ts";
import { runChecked, runner } from "../support/runner.ts";

function prepare(request: Partial<Case>): PreparedJob {
  return runner.prepare({ scenario: "word-count", ...request });
}

function fault(change: Partial<Fault>): Fault {
  return { what: "task-throws", where: "count-1", when: { at: 1 }, ...change };
}

test.each<readonly [message: RegExp, kind: new (message: string) => Error, request: Partial<Case>]>(
  [
    [
      /^Cannot run "word-cuont": no such scenario, the nearest is "word-count"$/,
      ScenarioError,
      { scenario: "word-cuont" },
    ],
    [
      /^Cannot run "word-count" with parameters: it takes none$/,
      ScenarioError,
      { scenario: { name: "word-count", params: {} } },
    ],
    [
      /^Cannot generate a job: found "square" as "shape", expected one of chain, /,
      ScenarioError,
      { scenario: { name: "generated", params: { shape: "square" } } },
    ],
    [
      /^Cannot generate a job: found 0 as "parallelism", expected a whole number from 1 to 8$/,
      ScenarioError,
      { scenario: { name: "generated", params: { parallelism: 0 } } },
    ],
    [
      /^Cannot generate a job: found \[\["a"\]\] as "left", expected at least one list of keys/,
      ScenarioError,
      { scenario: { name: "generated", params: { left: [["a"]] } } },
    ],
    [
      /^Cannot generate a job: found 1001 records in partition 1 of "right", expected at most 1000$/,
      ScenarioError,
      { scenario: { name: "generated", params: { right: [[0], Array(1001).fill(0)] } } },
    ],
    [
      /^Cannot generate a job: found 501 partitions in "left", expected at most 500$/,
      ScenarioError,
      { scenario: { name: "generated", params: { left: Array(501).fill([0]) } } },
    ],
    [
      /^Cannot generate a job: found the parameter "colour", there are shape, /,
      ScenarioError,
      { scenario: { name: "generated", params: { colour: "red" } } },
    ],
    [
      /^Cannot generate a job: found 7 as its parameters, expected an object$/,
      ScenarioError,
      { scenario: { name: "generated", params: 7 } },
    ],
    [
      /^Cannot set "execution\.checkpointing\.intervall": .* nearest is "execution\.checkpointing\.interval"$/,
      ConfigurationError,
      { config: { "execution.checkpointing.intervall": "1 s" } },
    ],
    [
      /^Cannot set "execution\.checkpointing\.interval": found "soon", expected a duration such as/,
      ConfigurationError,
      { config: { "execution.checkpointing.interval": "soon" } },
    ],
    [
      /^Cannot set "taskmanager\.numberOfTaskSlots": found "0", expected a whole number from 1 up$/,
      ConfigurationError,
      { config: { "taskmanager.numberOfTaskSlots": 0 } },
    ],
    [
      /^Cannot set "recording\.level": found "everything", expected one of off, protocol, /,
      ConfigurationError,
      { config: { "recording.level": "everything" } },
    ],
    [/^Cannot run with seed 1\.5: expected a whole number/, ScenarioError, { seed: 1.5 }],
    [/^Cannot run with seed NaN: expected a whole number/, ScenarioError, { seed: Number.NaN }],
    [/^Cannot run with seed 9007199254740992: expected/, ScenarioError, { seed: 2 ** 53 }],
    [/found the fault "task-trows", /, FaultPlanError, { faults: [fault({ what: "task-trows" })] }],
    [
      /found the place for task-throws "count-3", there are source-1, source-2, count-1, count-2, sink-1$/,
      FaultPlanError,
      { faults: [fault({ where: "count-3" })] },
    ],
    [
      /^Cannot plan message-delayed: found no "duration"/,
      FaultPlanError,
      { faults: [fault({ what: "message-delayed" })] },
    ],
    [
      /found the event "checkpoint-complete", the nearest is "checkpoint-completed"$/,
      FaultPlanError,
      {
        faults: [
          fault({ when: { after: { event: "checkpoint-complete", place: "count-1", nth: 1 } } }),
        ],
      },
    ],
    [
      /^Cannot edit the data of "words": there is no record at partition 0, offset 99$/,
      ScenarioError,
      { data: [{ source: "words", partition: 0, offset: 99, drop: true }] },
    ],
    [
      /^Cannot edit the data of "words": there is no record at partition 2, offset 0$/,
      ScenarioError,
      { data: [{ source: "words", partition: 2, offset: 0, value: "x" }] },
    ],
    [
      /^Cannot edit the data of "wards": there is no record at/,
      ScenarioError,
      { data: [{ source: "wards", partition: 0, offset: 0, value: "x" }] },
    ],
  ],
)("a request is refused: %s", (message, kind, request) => {
  expect(() => prepare(request)).toThrow(kind);
  expect(() => prepare(request)).toThrow(message);
});

function scenarioOf(
  build: () => StreamExecutionEnvironment,
  change: Partial<Scenario> = {},
): Scenario {
  return {
    name: "own",
    title: "own",
    group: "tests",
    description: "",
    build,
    config: {},
    logs: {},
    faults: [],
    plans: {},
    isConfluent: true,
    endsIn: "FINISHED",
    sometimes: [],
    ...change,
  };
}

test("a build() that gives another graph when it is called again is refused", () => {
  let calls = 0;
  const scenario = scenarioOf(() => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    env
      .fromElements(1)
      .map((value) => value)
      .name(`map-${calls++}`)
      .print();
    return env.execute();
  });
  const job = prepareJob(scenario, { scenario: "own" });
  expect(() => job.createJobGraph()).toThrow(ScenarioError);
  expect(() => job.createJobGraph()).toThrow(/^Cannot run "own": build\(\) gave another graph/);
});

test("each graph has function objects of its own", () => {
  const job = prepare({});
  const [one, other] = [job.createJobGraph(), job.createJobGraph()];
  const functionOf = (graph: typeof one): unknown => {
    const operator = graph.graph.nodes.find(({ name }) => name === "count")?.operator;
    return operator?.kind === "map" ? operator.function : undefined;
  };
  expect(functionOf(one)).toBeTypeOf("object");
  expect(functionOf(one)).not.toBe(functionOf(other));
  expect(one.description).toEqual(other.description);
});

test("a source that reads a log that is not there is refused", () => {
  const scenario = scenarioOf(
    () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment();
      env.fromSource(new LogSource("words"), WatermarkStrategy.noWatermarks(), "source").print();
      return env.execute();
    },
    { logs: { numbers: [[1]] } },
  );
  expect(() => prepareJob(scenario, { scenario: "own" })).toThrow(
    /^Cannot run "own": the source "source" reads the log "words", there are numbers$/,
  );
});

test("a case's configuration beats the scenario's, and that the program's", () => {
  const build = (): StreamExecutionEnvironment => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.configure({
      "parallelism.default": 2,
      "heartbeat.interval": "1 s",
      "execution.checkpointing.interval": "1 s",
    });
    env.fromElements(1).print();
    return env.execute();
  };
  const config = { "heartbeat.interval": "2 s", "execution.checkpointing.interval": "2 s" };
  const { configuration } = prepareJob(scenarioOf(build, { config }), {
    scenario: "own",
    config: { "execution.checkpointing.interval": "3 s" },
  });
  const { parallelism, heartbeatInterval, checkpointInterval } = OPTIONS;
  expect(configuration.get(parallelism)).toBe(2);
  expect(configuration.get(heartbeatInterval)).toBe(2_000_000);
  expect(configuration.get(checkpointInterval)).toBe(3_000_000);
});

test("a prepared case has every key written, and can be prepared again from its JSON", () => {
  const { case: written } = prepare({ seed: 3 });
  expect(Object.keys(written)).toEqual([
    "scenario",
    "config",
    "seed",
    "faults",
    "overrides",
    "data",
    "edits",
  ]);
  const again = runner.prepare(JSON.parse(JSON.stringify(written)) as Case);
  expect(again.case).toEqual(written);
});

test("data edits change and leave out records, by their offsets before any edit", () => {
  const job = runner.prepare({
    scenario: "listing",
    data: [
      { source: "elements", partition: 0, offset: 0, drop: true },
      { source: "elements", partition: 0, offset: 1, value: "z" },
      { source: "elements", partition: 0, offset: 3, drop: true },
    ],
  });
  expect(job.logs.get("elements")).toEqual([["z", "c"]]);
  const lines = runChecked(job.case).events.flatMap((event) => {
    return event.kind === "line-printed" ? [event.line] : [];
  });
  expect(lines).toEqual(['"z 0"', '"c 0"']);
});

test("data edits leave the scenario as it was", () => {
  prepare({ data: [{ source: "words", partition: 0, offset: 0, value: "edited" }] });
  expect(prepare({}).logs.get("words")?.[0]?.[0]).toBe("cleancut");
});
