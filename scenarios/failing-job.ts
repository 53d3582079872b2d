// A job whose checkpoints fail one after the other (9.1 of the text): each is given up, tried again at the
// next trigger, and past the tolerable number the job is restarted; past the restarts it ends FAILED.

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

/** Adds up the numbers of each key. */
class Sum extends RichMapFunction<number, number> {
  #sum: ValueState<number> | undefined = undefined;

  override open(): void {
    this.#sum = this.getRuntimeContext().getState(new ValueStateDescriptor("sum", Types.LONG));
  }

  override map(value: number): number {
    const sum = (this.#sum?.value() ?? 0) + value;
    this.#sum?.update(sum);
    return sum;
  }
}

function build(): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(200);
  env.getCheckpointConfig().setTolerableCheckpointFailureNumber(1);
  env
    .fromSource(new LogSource<number>("numbers"), WatermarkStrategy.noWatermarks(), "source")
    .returns(Types.INT)
    .keyBy((value) => value % 3)
    .map(new Sum())
    .name("sum")
    .returns(Types.LONG)
    .sinkTo(new TransactionalLogSink<number>("sums"))
    .name("sink");
  env.execute("failing-job");
  return env;
}

/** Every write of the sum's state fails, for as long as the job can last, so no checkpoint ever completes. */
const STORAGE_FAILS: readonly Fault[] = Array.from({ length: 32 }, () => ({
  what: "storage-fails",
  where: "sum+sink-1",
  when: { at: 0 },
}));

/** The scenario `failing-job`. */
export const failingJob: Scenario = {
  name: "failing-job",
  title: "checkpoints fail, are tried again, restart the job, and end it FAILED",
  group: "first steps",
  description:
    "The checkpoint storage refuses every write of one task. One failed checkpoint is tolerated; the second in a row " +
    "restarts the job; after two restarts it ends FAILED, and nothing was ever committed.",
  build,
  config: {
    "restart-strategy.fixed-delay.attempts": 2,
    "execution.checkpointing.data-inline-threshold": "0 b",
    "world.source.arrival-interval": "50 ms",
  },
  logs: { numbers: [Array.from({ length: 60 }, (_, index) => index)] },
  faults: STORAGE_FAILS,
  plans: { "storage-fails": STORAGE_FAILS },
  isConfluent: true,
  endsIn: "FAILED",
  sometimes: [],
};
