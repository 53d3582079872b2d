// What a program may be, and how it comes out as a graph: errors at the border, chaining, unions.
import { expect, test } from "vitest";
import {
  type DataStream,
  LogSource,
  ScenarioError,
  StreamExecutionEnvironment,
  Types,
  WatermarkStrategy,
} from "../../sim/index.ts";
import { type JobGraph, jobGraphOf } from "../../sim/runtime/task/job-graph.ts";

type Program = (env: StreamExecutionEnvironment) => void;

function graphOf(program: Program, parallelism = 2): JobGraph {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  program(env);
  env.execute("job");
  return jobGraphOf(env.streamGraph(parallelism));
}

/** Vertices by name, and edges as `from-partitioning->to`. */
function outlineOf(program: Program, parallelism = 2): readonly string[] {
  const { vertices, edges } = graphOf(program, parallelism).description;
  const name = (id: number): string => vertices.find((vertex) => vertex.id === id)?.name ?? "";
  return [
    ...vertices.map((vertex) => vertex.name),
    ...edges.map((edge) => `${name(edge.source)} -${edge.partitioning}-> ${name(edge.target)}`),
  ];
}

function read(env: StreamExecutionEnvironment, log: string): DataStream<number> {
  return env.fromSource(new LogSource<number>(log), WatermarkStrategy.noWatermarks(), log);
}

const same = (value: number): number => value;

test.each<readonly [message: RegExp, program: Program]>([
  [/it has no source, begin with fromElements or fromSource$/, () => {}],
  [
    /it has no sink, end a stream with print, collect or sinkTo$/,
    (env) => env.fromElements(1).map(same),
  ],
  [
    /two operators have the uid "map", give one of them another with \.uid\(\.\.\.\)$/,
    (env) => env.fromElements(1).map(same).map(same).print(),
  ],
  [
    /two operators have the name "twin", give one of them another with \.name\(\.\.\.\)$/,
    (env) => env.fromElements(1).map(same).name("twin").uid("a").map(same).name("twin").print(),
  ],
  [
    /^Cannot add the source "in": there is one of that name/,
    (env) => void [read(env, "in"), read(env, "in")],
  ],
  [
    /^Cannot forward from "in" to "map": their parallelism is 2 and 3, expected equal ones$/,
    (env) => read(env, "in").forward().map(same).setParallelism(3).print(),
  ],
  [
    /^Cannot run "map": its parallelism is 2, at most its max parallelism 1 is possible$/,
    (env) => read(env, "in").map(same).setMaxParallelism(1).print(),
  ],
])("a program is refused: %s", (message, program) => {
  const build = (): JobGraph => graphOf(program);
  expect(build).toThrow(ScenarioError);
  expect(build).toThrow(message);
});

test("a program that does not execute, or does it twice, is refused", () => {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.fromElements(1).print();
  expect(() => env.streamGraph(1)).toThrow(/did not call env\.execute/);
  env.execute("once");
  expect(() => env.execute("twice")).toThrow(
    /^Cannot execute "twice": this environment has executed "once"$/,
  );
});

test("getExecutionEnvironment gives a fresh environment", () => {
  const one = StreamExecutionEnvironment.getExecutionEnvironment();
  one.fromElements(1).print();
  const other = StreamExecutionEnvironment.getExecutionEnvironment();
  expect(() => other.execute("job").streamGraph(1)).toThrow(/it has no source/);
});

// The chaining rule, condition by condition (Flink: StreamingJobGraphGenerator.isChainable).
test.each<readonly [claim: string, program: Program, outline: readonly string[]]>([
  [
    "operators of one parallelism in a row become one vertex",
    (env) =>
      read(env, "in")
        .map(same)
        .filter(() => true)
        .print(),
    ["in+map+filter+print"],
  ],
  [
    "a stream by key begins a new one",
    (env) => read(env, "in").map(same).keyBy(same).reduce(same).print(),
    ["in+map", "reduce+print", "in+map -hash-> reduce+print"],
  ],
  [
    "another parallelism begins a new one, and records go round",
    (env) => read(env, "in").map(same).setParallelism(1).print(),
    ["in", "map", "print", "in -rebalance-> map", "map -rebalance-> print"],
  ],
  [
    "so does another max parallelism, though records stay with their index",
    (env) => read(env, "in").map(same).setMaxParallelism(64).print(),
    ["in", "map", "print", "in -forward-> map", "map -forward-> print"],
  ],
  [
    "so does an operator that does not want to be chained, on both of its sides",
    (env) => read(env, "in").map(same).disableChaining().print(),
    ["in", "map", "print", "in -forward-> map", "map -forward-> print"],
  ],
  [
    "so do rebalance and broadcast, at any parallelism",
    (env) => read(env, "in").rebalance().map(same).broadcast().print(),
    ["in", "map", "print", "in -rebalance-> map", "map -broadcast-> print"],
  ],
  [
    "so does an operator with two inputs",
    (env) => read(env, "left").union(read(env, "right")).map(same).print(),
    ["left", "right", "map+print", "left -forward-> map+print", "right -forward-> map+print"],
  ],
  [
    "an operator may be chained to several",
    (env) => {
      const mapped = read(env, "in").map(same);
      mapped.print();
      mapped.collect("seen");
    },
    ["in+map+print+collect-seen"],
  ],
  [
    "two ways out of one operator meet again in a vertex of their own",
    (env) => {
      const source = read(env, "in");
      const [upper, lower] = ["upper", "lower"].map((name) => source.map(same).name(name));
      if (upper !== undefined && lower !== undefined) upper.union(lower).print();
    },
    [
      "in+upper+lower",
      "print",
      "in+upper+lower -forward-> print",
      "in+upper+lower -forward-> print",
    ],
  ],
  [
    "a stream may be united with itself",
    (env) => {
      const source = read(env, "in");
      source.union(source).print();
    },
    ["in", "print", "in -forward-> print", "in -forward-> print"],
  ],
])("%s", (_claim, program, outline) => {
  expect(outlineOf(program)).toEqual(outline);
});

test("fromElements is read by one subtask, whatever the parallelism", () => {
  const { description } = graphOf((env) => env.fromElements(1, 2).map(same).print(), 3);
  expect(description.vertices.map(({ parallelism }) => parallelism)).toEqual([1, 3]);
});

test("programs may read several lists of elements", () => {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.fromElements("a").union(env.fromData("b")).print();
  expect([...env.elements]).toEqual([
    ["elements", ["a"]],
    ["elements-2", ["b"]],
  ]);
  expect(jobGraphOf(env.execute().streamGraph(1)).description.vertices.length).toBe(3);
});

test("uid is the name unless it is set, and lasts when the name changes", () => {
  const graph = graphOf((env) => {
    const mapped = read(env, "in").map(same).name("renamed").uid("lasting");
    mapped.print();
  });
  expect(graph.graph.nodes.map(({ uid }) => uid)).toEqual(["in", "lasting", "print"]);
});

test("a declared type goes on through what only passes values on", () => {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env
    .fromElements(1, 2)
    .map(same)
    .returns(Types.INT)
    .filter((value) => value > 0)
    .keyBy(same)
    .reduce((left, right) => left + right)
    .print();
  env.execute("job");
  const types = env.streamGraph(1).nodes.map(({ name, outputSerializer }) => {
    return [name, outputSerializer === Types.INT];
  });
  expect(types.slice(1, 4)).toEqual([
    ["map", true],
    ["filter", true],
    ["reduce", true],
  ]);
});
