// Two small jobs for a class: one stream of numbered records that is counted, and two that are counted together. They are
// so few that every one can be followed by eye, and the counts at the end say whether one was lost or doubled.

import {
  type DataStream,
  type Fault,
  LogSource,
  RichMapFunction,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  type ValueState,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../sim/index.ts";

/** How many records of a stream have been counted so far. */
type StreamCount = readonly [stream: string, count: number];

/** Counts the records of each stream: `a7` belongs to stream `a`. */
class CountRecords extends RichMapFunction<string, StreamCount> {
  #count: ValueState<number> | undefined = undefined;

  override open(): void {
    this.#count = this.getRuntimeContext().getState(new ValueStateDescriptor("count", Types.INT));
  }

  override map(record: string): StreamCount {
    const count = (this.#count?.value() ?? 0) + 1;
    this.#count?.update(count);
    return [streamOf(record), count];
  }
}

function streamOf(record: string): string {
  return record.charAt(0);
}

function buildOne(): StreamExecutionEnvironment {
  const env = checkpointedEnvironment();
  countedInto(streamFrom(env, "a"));
  env.execute("one-stream");
  return env;
}

function buildTwo(): StreamExecutionEnvironment {
  const env = checkpointedEnvironment();
  countedInto(streamFrom(env, "a").union(streamFrom(env, "b")));
  env.execute("two-streams");
  return env;
}

function checkpointedEnvironment(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  return env;
}

function streamFrom(env: StreamExecutionEnvironment, name: string): DataStream<string> {
  return env
    .fromSource(new LogSource<string>(name), WatermarkStrategy.noWatermarks(), name)
    .returns(Types.STRING);
}

/** Not chained, so that the counter and the sink are two tasks with a channel between them. */
function countedInto(records: DataStream<string>): void {
  records
    .keyBy(streamOf)
    .map(new CountRecords())
    .name("count")
    .disableChaining()
    .sinkTo(new TransactionalLogSink<StreamCount>("counts"))
    .name("sink");
}

/** The records of a stream: `a1`, `a2`, ... */
function recordsOf(stream: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${stream}${index + 1}`);
}

/** The counter throws when it hears that the first checkpoint is complete. */
const CRASH: readonly Fault[] = [
  {
    what: "task-throws",
    where: "count-1",
    when: { after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 } },
  },
];

/** What both jobs have in common. */
const COMMON = {
  group: "first steps",
  config: { "world.source.arrival-interval": "20 ms" },
  faults: [],
  isForTeaching: true,
  isConfluent: true,
  endsIn: "FINISHED",
  eventually: [
    "Every record is counted once: the counts of each stream go from 1 up without a gap.",
  ],
  sometimes: [],
} as const;

/** The scenario `one-stream`. */
export const oneStream: Scenario = {
  ...COMMON,
  name: "one-stream",
  title: "counts twenty numbered records; a barrier divides them into before and after",
  description:
    "Source, counter and sink, one subtask each, and five records from checkpoint to checkpoint. What the source sent " +
    "before the barrier is in the checkpoint, and nothing else is.",
  build: buildOne,
  logs: { a: [recordsOf("a", 20)] },
  plans: { crash: CRASH },
  always: [
    "A checkpoint holds the effects of the records before the source's saved offset, and of no others.",
  ],
};

/** The scenario `two-streams`. */
export const twoStreams: Scenario = {
  ...COMMON,
  name: "two-streams",
  title: "counts two streams of ten records in one counter, which aligns their barriers",
  description:
    "Two sources, one counter that reads both, one sink: the smallest job in which barriers have to be aligned.",
  build: buildTwo,
  logs: { a: [recordsOf("a", 10)], b: [recordsOf("b", 10)] },
  plans: { crash: CRASH },
  always: [
    "A checkpoint holds the effects of the records before both saved offsets, and of no others.",
  ],
};
