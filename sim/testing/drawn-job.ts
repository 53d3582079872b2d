// Jobs made from drawn parameters: a log of keyed numbers is read, goes through some operators one after the other,
// and is written to another log. Small, so that a failing one can be read.

import type { DataStream } from "../api/data-stream.ts";
import type { Scenario } from "../api/scenario.ts";
import { StreamExecutionEnvironment } from "../api/stream-execution-environment.ts";
import { WatermarkStrategy } from "../api/watermark-strategy.ts";
import { LogSource } from "../connectors/log-source.ts";
import { Types } from "../runtime/state/type-information.ts";
import type { SinkFunction } from "../runtime/task/functions.ts";

/** What flows through drawn jobs. */
export type Item = readonly [key: string, value: number];

/** Where an operator stands in a job. */
export interface JobStep {
  /** A name that no other step has, such as `count-2`; for the operator, or for those it consists of to begin with. */
  readonly name: string;
  readonly parallelism: number;
}

/** A part of drawn jobs. */
export interface JobOperator {
  /** Kebab-case. */
  readonly name: string;
  /** Whether what it emits is the same multiset in whatever order items come to it. */
  readonly isConfluent: boolean;
  /** Adds it to a stream, under the step's name and with its parallelism. */
  readonly apply: (items: DataStream<Item>, step: JobStep) => DataStream<Item>;
}

/** A job as it is drawn. */
export interface DrawnJob {
  /** Of each partition of the input, the keys of its items, in order; their values are numbered. */
  readonly input: readonly (readonly number[])[];
  readonly steps: readonly { readonly operator: JobOperator; readonly parallelism: number }[];
  readonly sources: number;
  readonly sinks: number;
}

const INPUT = "input";

/** The log that drawn jobs write. */
export const OUTPUT = "output";

/** How items are serialized. */
export const ITEM = Types.TUPLE(Types.STRING, Types.INT);

/** The scenario that a drawn job stands for, written by `sink`. */
export function scenarioOfJob(drawn: DrawnJob, sink: () => SinkFunction<Item>): Scenario {
  return {
    name: "drawn-job",
    title: "a job drawn by chance",
    group: "drawn",
    description: describe(drawn),
    build: () => build(drawn, sink),
    // Short waits, so that a run under faults is over soon.
    config: {
      "world.source.arrival-interval": "5 ms",
      "world.host.boot-delay": "300 ms",
      "restart-strategy.fixed-delay.delay": "100 ms",
      "execution.checkpointing.timeout": "1 s",
    },
    logs: { [INPUT]: itemsOf(drawn) },
    faults: [],
    plans: {},
    isConfluent: drawn.steps.every(({ operator }) => operator.isConfluent),
    endsIn: "FINISHED",
    sometimes: [],
  };
}

/** A drawn job in one line: `input (2 partitions, 5 records) x1 -> count x2 -> output x1`. */
function describe({ input, steps, sources, sinks }: DrawnJob): string {
  const records = input.reduce((sum, { length }) => sum + length, 0);
  return [
    `${INPUT} (${input.length} partitions, ${records} records) x${sources}`,
    ...steps.map(({ operator, parallelism }) => `${operator.name} x${parallelism}`),
    `${OUTPUT} x${sinks}`,
  ].join(" -> ");
}

function itemsOf({ input }: DrawnJob): readonly (readonly Item[])[] {
  let value = 0;
  return input.map((keys) => keys.map((key): Item => [`key-${key}`, value++]));
}

function build(drawn: DrawnJob, sink: () => SinkFunction<Item>): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(40);
  const source = env
    .fromSource(new LogSource<Item>(INPUT), WatermarkStrategy.noWatermarks(), INPUT)
    .setParallelism(drawn.sources)
    .returns(ITEM);
  let items: DataStream<Item> = source;
  for (const [index, { operator, parallelism }] of drawn.steps.entries()) {
    items = operator.apply(items, { name: `${operator.name}-${index + 1}`, parallelism });
  }
  items.sinkTo(sink()).name(OUTPUT).setParallelism(drawn.sinks);
  return env.execute("drawn-job");
}
