// Counts words. Two partitions of a log are read by two sources, the words are counted by key by two counters,
// and every new count is written to another log in transactions: the smallest job that has everything in it.

import {
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

/** How often a word has been seen so far. */
type WordCount = readonly [word: string, count: number];

/** Numbers the occurrences of each word. */
class CountWords extends RichMapFunction<string, WordCount> {
  #count: ValueState<number> | undefined = undefined;

  override open(): void {
    this.#count = this.getRuntimeContext().getState(new ValueStateDescriptor("count", Types.INT));
  }

  override map(word: string): WordCount {
    const count = (this.#count?.value() ?? 0) + 1;
    this.#count?.update(count);
    return [word, count];
  }
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(100);
  env.setParallelism(2);
  env
    .fromSource(new LogSource<string>("words"), WatermarkStrategy.noWatermarks(), "source")
    .returns(Types.STRING)
    .keyBy((word) => word)
    .map(new CountWords())
    .name("count")
    .sinkTo(new TransactionalLogSink<WordCount>("counts"))
    .name("sink")
    .setParallelism(1);
  env.execute("word-count");
  return env;
}

/** The words of a text, in order, without what is not a letter. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z]+/g) ?? [];
}

/** From the opening of this project's README. */
const TEXT = `
  Cleancut is a deterministic simulator of a complete checkpointed stream engine. One seed gives one run, to the
  byte, on every machine and in the browser. Engineers run seeded fault scenarios and know that exactly once holds;
  teachers step a class through barriers, snapshots, a crash and the recovery, and see why it holds. Crash the
  counter, lose the notification, cut the power: the counts come out right.
`;

const WORDS = wordsOf(TEXT).slice(0, 60);

/** The counter's machine dies after it has acknowledged the second checkpoint. */
const CRASH: readonly Fault[] = [
  {
    what: "task-manager-dies",
    where: "task-manager-2",
    when: { after: { event: "checkpoint-acknowledged", place: "count-2", checkpoint: 2, nth: 1 } },
  },
];

/** The scenario `word-count`. */
export const wordCount: Scenario = {
  name: "word-count",
  title: "counts words by key into a transactional log; a machine dies, nothing is lost or doubled",
  group: "first steps",
  description:
    "Two log partitions, two counters with keyed state, one transactional sink. A machine dies right after it " +
    "acknowledged a checkpoint; the job restarts from the newest completed one and commits every count once.",
  build,
  config: { "world.source.arrival-interval": "10 ms" },
  logs: {
    words: [
      WORDS.filter((_, index) => index % 2 === 0),
      WORDS.filter((_, index) => index % 2 === 1),
    ],
  },
  faults: [],
  plans: { crash: CRASH },
  shownPlan: "crash",
  isConfluent: true,
  endsIn: "FINISHED",
  sometimes: [
    "crash-while-pending",
    "crash-between-store-and-notify",
    "crash-between-notify-and-commit",
    "crash-during-restore",
    "second-crash-before-next-checkpoint",
    "lost-notification",
    "late-acknowledgement",
  ],
};
