// The jobs that are measured: word counts as large as one likes, with everything that costs in them: two exchanges,
// keyed state, barriers to align, transactions.

import {
  LogSource,
  RichMapFunction,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  type ValueState,
  ValueStateDescriptor,
  WatermarkStrategy,
} from "../index.ts";

/** A word count of `records` words in four partitions, by four counters. */
export function largeWordCount(records: number): Scenario {
  return {
    name: `word-count-${records}`,
    title: `counts ${records} words`,
    group: "bench",
    description: "A word count without faults, made to be measured.",
    build,
    config: { "world.source.arrival-interval": "0 ms" },
    logs: { words: partitionsOf(records) },
    faults: [],
    plans: {},
    isConfluent: true,
    endsIn: "FINISHED",
    sometimes: [],
  };
}

const PARALLELISM = 4;
const WORDS = 1000;

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(1000);
  env.setParallelism(PARALLELISM);
  env
    .fromSource(new LogSource<string>("words"), WatermarkStrategy.noWatermarks(), "source")
    .returns(Types.STRING)
    .keyBy((word) => word)
    .map(new CountWords())
    .name("count")
    .rebalance()
    .sinkTo(new TransactionalLogSink<readonly [string, number]>("counts"))
    .name("sink");
  env.execute("large-word-count");
  return env;
}

class CountWords extends RichMapFunction<string, readonly [string, number]> {
  #count: ValueState<number> | undefined = undefined;

  override open(): void {
    this.#count = this.getRuntimeContext().getState(new ValueStateDescriptor("count", Types.INT));
  }

  override map(word: string): readonly [string, number] {
    const count = (this.#count?.value() ?? 0) + 1;
    this.#count?.update(count);
    return [word, count];
  }
}

function partitionsOf(records: number): readonly (readonly string[])[] {
  return Array.from({ length: PARALLELISM }, (_, partition) =>
    Array.from(
      { length: Math.ceil((records - partition) / PARALLELISM) },
      (_, offset) => `word-${(offset * 7919 + partition * 104_729) % WORDS}`,
    ),
  );
}
