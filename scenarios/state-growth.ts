// State that grows to a size and then changes at a rate, for comparing what holds it: one run shows what checkpoints and
// a recovery cost there. A few large records fill it, so that a million keys take no million events.
//
// A key is an entry of the MapState of its bucket: RocksDB keeps each by itself, the heap a map for each bucket.

import {
  type Collector,
  type Fault,
  type KeyedProcessContext,
  KeyedProcessFunction,
  LogSource,
  type MapState,
  MapStateDescriptor,
  type Scenario,
  StreamExecutionEnvironment,
  TransactionalLogSink,
  Types,
  WatermarkStrategy,
} from "../sim/index.ts";
import { parseStateGrowth, type StateGrowthParameters } from "./state-growth-parameters.ts";

/** A record of the log: a range of keys to fill, or keys to write anew. */
type Step =
  | { readonly kind: "fill"; readonly from: number; readonly to: number }
  | { readonly kind: "update"; readonly keys: readonly number[]; readonly round: number };

/** Keys of one bucket, in a row, that get the value of a round. Round 0 fills. */
type Write = readonly [bucket: number, first: number, count: number, round: number];

/** A key that was written anew: the round of its value before, and now. */
type Change = readonly [key: number, before: number, now: number];

const WRITE = Types.TUPLE(Types.INT, Types.INT, Types.INT, Types.INT);

const KEYS_PER_BUCKET = 100;
const PARTITIONS = 2;
/** Merges of files come with every fourth: the later half sees two. */
const CHECKPOINTS = 16;
const STEPS_PER_CHECKPOINT = 20;
/** The state is full by the first checkpoint; a million keys by the second, where each write takes its time. */
const FILL_STEPS = 5;

/** The scenario `state-growth` with the parameters of a case. Throws `ScenarioError` for parameters that cannot be. */
export function stateGrowth(params: unknown): Scenario {
  const parameters = parseStateGrowth(params);
  return {
    name: "state-growth",
    title: "state grows to a number of keys and changes at a rate; a machine dies",
    group: "state",
    description:
      "Within the first interval the state grows to its size, and then as many of its keys are written anew from one " +
      "checkpoint to the next as the parameters say, scattered over all of it. Its machine dies after the eighth of " +
      "sixteen checkpoints, so that a recovery can be measured too. RocksDB's tree is built to a sixty-fourth of its " +
      "usual sizes: a million keys are to it what some gigabytes are to one on a real machine.",
    build: () => buildOf(parameters),
    config: {
      "world.source.arrival-interval": "500 ms",
      "world.host.boot-delay": "1 s",
      "state.backend.rocksdb.writebuffer.size": "1 mb",
      "state.backend.rocksdb.compaction.level.target-file-size-base": "1 mb",
      "state.backend.rocksdb.compaction.level.max-size-level-base": "4 mb",
    },
    logs: {
      steps: Array.from({ length: PARTITIONS }, (_, part) => stepsOf(parameters, part)),
    },
    faults: CRASH,
    plans: { crash: CRASH },
    shownPlan: "crash",
    isConfluent: true,
    endsIn: "FINISHED",
    always: ["The value that a change replaces is the one of the key's last change before it."],
    eventually: ["Every update was counted once."],
    sometimes: [],
  };
}

/** The machine with the state dies once half of the checkpoints are complete. */
const CRASH: readonly Fault[] = [
  {
    what: "task-manager-dies",
    where: "task-manager-1",
    when: {
      after: {
        event: "checkpoint-completed",
        place: "job-master",
        checkpoint: CHECKPOINTS / 2,
        nth: 1,
      },
    },
  },
];

function buildOf({ valueBytes }: StateGrowthParameters): StreamExecutionEnvironment {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env.enableCheckpointing(10_000);
  env.setParallelism(1);
  env
    .fromSource(new LogSource<Step>("steps"), WatermarkStrategy.noWatermarks(), "steps")
    .setParallelism(PARTITIONS)
    .flatMap(split)
    .name("split")
    .setParallelism(PARTITIONS)
    .returns(WRITE)
    .keyBy(([bucket]) => bucket)
    .process(new Keep(valueBytes))
    .name("keep")
    // A sink in the same task would have its own share in the pauses.
    .disableChaining()
    .sinkTo(new TransactionalLogSink<Change>("changes"))
    .name("to-changes");
  env.execute("state-growth");
  return env;
}

/** Splits a step by the buckets of its keys. */
function split(step: Step, out: Collector<Write>): void {
  if (step.kind === "update") {
    for (const key of step.keys) {
      out.collect([Math.floor(key / KEYS_PER_BUCKET), key, 1, step.round]);
    }
    return;
  }
  let first = step.from;
  while (first < step.to) {
    const bucket = Math.floor(first / KEYS_PER_BUCKET);
    const next = Math.min(step.to, (bucket + 1) * KEYS_PER_BUCKET);
    out.collect([bucket, first, next - first, 0]);
    first = next;
  }
}

/** Keeps a value for each key: the round in which it was written, padded to a length. */
class Keep extends KeyedProcessFunction<number, Write, Change> {
  readonly #valueBytes: number;
  #values: MapState<number, string> | undefined = undefined;

  constructor(valueBytes: number) {
    super();
    this.#valueBytes = valueBytes;
  }

  override open(): void {
    this.#values = this.getRuntimeContext().getMapState(
      new MapStateDescriptor("values", Types.INT, Types.STRING),
    );
  }

  override processElement(
    [, first, count, round]: Write,
    _context: KeyedProcessContext<number>,
    out: Collector<Change>,
  ): void {
    const value = String(round).padEnd(this.#valueBytes, ".");
    for (let key = first; key < first + count; key++) {
      if (round > 0) {
        const before = Number.parseInt(this.#values?.get(key) ?? "", 10);
        out.collect([key, before, round]);
      }
      this.#values?.put(key, value);
    }
  }
}

/**
 * The steps of one partition, which has a range of keys to itself: first all of them, then its part of the updates. Keys
 * that are updated one after the other lie far apart, and none comes twice before all have come once.
 */
function stepsOf({ keys, updates }: StateGrowthParameters, partition: number): readonly Step[] {
  const from = shareUpTo(partition, PARTITIONS, keys);
  const size = shareUpTo(partition + 1, PARTITIONS, keys) - from;
  const rate =
    shareUpTo(partition + 1, PARTITIONS, updates) - shareUpTo(partition, PARTITIONS, updates);
  const stride = strideOver(size);
  return Array.from({ length: CHECKPOINTS * STEPS_PER_CHECKPOINT }, (_, step): Step => {
    if (step < FILL_STEPS) {
      const filledTo = (steps: number): number => from + shareUpTo(steps, FILL_STEPS, size);
      return { kind: "fill", from: filledTo(step), to: filledTo(step + 1) };
    }
    const first = shareUpTo(step, STEPS_PER_CHECKPOINT, rate);
    const count = shareUpTo(step + 1, STEPS_PER_CHECKPOINT, rate) - first;
    const updated = Array.from(
      { length: count },
      (__, nth) => from + (((first + nth) * stride) % size),
    );
    return { kind: "update", keys: updated, round: step };
  });
}

/** How much of `total` the first `parts` of as many equal parts as `of` come to, in whole numbers. */
function shareUpTo(parts: number, of: number, total: number): number {
  return Math.floor((total * parts) / of);
}

/** A step that visits all of `size` places before it comes to one again, and leaps far: near the golden section. */
function strideOver(size: number): number {
  let stride = Math.max(1, Math.round(size * 0.618));
  while (greatestCommonDivisor(stride, size) > 1) stride++;
  return stride;
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
