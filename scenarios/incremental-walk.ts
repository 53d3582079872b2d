// The published walk-through of incremental checkpoints (Richter and Ward, flink.apache.org, 2018-01-30), file by file:
// four checkpoints, two of them retained, while RocksDB merges its files behind them.
//
// Orders come one by one, and each is a key of its own; two fill the memtable. Keys rise and there is one key group, so
// that no two files meet, and a merge of three takes nothing else in. After the last order the shop is open for a while,
// so that the last merge is over when CP4 comes.

import {
  EmbeddedRocksDBStateBackend,
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

const ORDER_COUNT = 11;
/** What the second partition says until the shop closes. */
const NO_ORDER = 0;
const OPEN_COUNT = 15;

/** Notes each order, at such length that two of them fill the memtable. */
class NoteOrder extends RichMapFunction<number, number> {
  #note: ValueState<string> | undefined = undefined;

  override open(): void {
    const descriptor = new ValueStateDescriptor<string>("note", Types.STRING);
    this.#note = this.getRuntimeContext().getState(descriptor);
  }

  override map(order: number): number {
    this.#note?.update(`order ${order} `.padEnd(100, "."));
    return order;
  }
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.setStateBackend(new EmbeddedRocksDBStateBackend(true));
  env
    .fromSource(new LogSource<number>("orders"), WatermarkStrategy.noWatermarks(), "orders")
    .returns(Types.INT)
    .filter((order) => order !== NO_ORDER)
    .returns(Types.INT)
    .keyBy((order) => order)
    .map(new NoteOrder())
    .name("notes")
    .setMaxParallelism(1)
    .returns(Types.INT)
    .sinkTo(new TransactionalLogSink<number>("noted"))
    .name("to-noted");
  env.execute("incremental walk");
  return env;
}

/** A checkpoint asked for at a time in milliseconds. */
function checkpointAt(time: number): Fault {
  return { what: "checkpoint-requested", where: "job-master", when: { at: time * 1000 } };
}

/** The checkpoints CP1 to CP4 of the walk-through; the one at the end of all orders is a fifth. */
const WALK: readonly Fault[] = [350, 650, 850, 1250].map(checkpointAt);

/** The task dies when CP3 is complete: it goes on with CP3's files, and CP4 uploads only what is new. */
const CRASH: readonly Fault[] = [
  ...WALK,
  {
    what: "task-throws",
    where: "notes-1",
    when: { after: { event: "checkpoint-completed", place: "job-master", checkpoint: 3, nth: 1 } },
  },
];

/** The scenario `incremental-walk`. */
export const incrementalWalk: Scenario = {
  name: "incremental-walk",
  title:
    "incremental checkpoints file by file: which are uploaded, which referred to, which deleted when",
  group: "state",
  description:
    "The walk-through of Flink's article on incremental checkpoints. CP1 uploads files 1 and 2; CP2 refers to them and " +
    "uploads 3 and 4; then 1, 2 and 3 are merged into one, and CP3 uploads that and 5. Files 1, 2 and 3 go when " +
    "CP2 does, for the last to refer to them was CP2: two checkpoints are retained.",
  build,
  config: {
    "world.source.arrival-interval": "100 ms",
    "execution.checkpointing.num-retained": 2,
    "execution.checkpointing.data-inline-threshold": "0 b",
    "state.backend.rocksdb.writebuffer.size": "200 b",
    "world.rocksdb.level0-file-num-compaction-trigger": 3,
    "world.rocksdb.compaction-bandwidth": "4 kb",
  },
  logs: {
    orders: [
      Array.from({ length: ORDER_COUNT }, (_, index) => index + 1),
      Array.from({ length: OPEN_COUNT }, () => NO_ORDER),
    ],
  },
  faults: WALK,
  plans: { crash: CRASH },
  isConfluent: true,
  endsIn: "FINISHED",
  sometimes: [],
};
