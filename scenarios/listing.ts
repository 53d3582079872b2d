// The program of chapter 5 of the text, statement for statement: the configuration of 5.1, the state of 5.2
// and the update of 5.3, which emits the count before the update. The elements arrive every 30 seconds of
// outside time; a replay after a crash comes at once, since what has arrived once is there.

import {
  CheckpointingMode,
  type Fault,
  RichMapFunction,
  RocksDBStateBackend,
  type Scenario,
  type StateBackend,
  StreamExecutionEnvironment,
  Types,
  type ValueState,
  ValueStateDescriptor,
} from "../sim/index.ts";

function build(backend: StateBackend): StreamExecutionEnvironment {
  // 5.1 Configure checkpoints
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  // A checkpoint every minute
  env.enableCheckpointing(60000);
  // Exactly once
  env.getCheckpointConfig().setCheckpointingMode(CheckpointingMode.EXACTLY_ONCE);
  // The state backend
  env.setStateBackend(backend);

  // 5.3 Update state
  const dataStream = env.fromElements("a", "b", "c", "a");
  dataStream
    .keyBy((str) => str)
    .map(
      new (class extends RichMapFunction<string, string> {
        countState!: ValueState<number>;

        override open(): void {
          // 5.2 Define state
          const stateDescriptor = new ValueStateDescriptor<number>("count", Types.INT);
          this.countState = this.getRuntimeContext().getState(stateDescriptor);
        }

        override map(value: string): string {
          let count = this.countState.value();
          if (count === undefined) {
            count = 0;
          }
          this.countState.update(count + 1);
          return `${value} ${count}`;
        }
      })(),
    )
    .print();
  env.execute("listing");
  return env;
}

/** The map's code throws in the moment it hears that the first checkpoint is complete: nothing is repeated. */
const CRASH_AFTER_CHECKPOINT: readonly Fault[] = [
  {
    what: "task-throws",
    where: "map+print-1",
    when: { after: { event: "completion-received", place: "map+print-1", checkpoint: 1, nth: 1 } },
  },
];

/** The map's code throws after it has printed the last line: the lines since the checkpoint come again. */
const CRASH_LATER: readonly Fault[] = [
  {
    what: "task-throws",
    where: "map+print-1",
    when: { after: { event: "record-written", place: "map+print-1", nth: 4 } },
  },
];

/** The listing on another of the text's backends: `MemoryStateBackend`, `FsStateBackend`, or as it is. */
export function listingOn(createBackend: () => StateBackend): Scenario {
  return { ...listing, build: () => build(createBackend()) };
}

/** The scenario `listing`. */
export const listing: Scenario = {
  name: "listing",
  title: "the text's own program: counts a, b, c, a and prints the count before each update",
  group: "first steps",
  description:
    "Chapter 5 of the text, statement for statement. Printing is at-least-once: after the plan crash-after-checkpoint " +
    "no line is doubled, after crash-later some are, and the state is right in both. The path of the RocksDBStateBackend " +
    "is a place in the simulated storage.",
  build: () => build(new RocksDBStateBackend("file:///path/to/rocksdb")),
  config: { "world.source.arrival-interval": "30 s" },
  logs: {},
  faults: [],
  plans: { "crash-after-checkpoint": CRASH_AFTER_CHECKPOINT, "crash-later": CRASH_LATER },
  isConfluent: true,
  endsIn: "FINISHED",
  sometimes: [],
};
