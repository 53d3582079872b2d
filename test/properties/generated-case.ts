// Draws cases of the scenario `generated`: a shape, its data, a configuration, up to three faults, a seed. All of it
// is data: names of tasks are drawn as numbers and looked up afterwards, so that fast-check shrinks each part by itself.
import fc from "fast-check";
import { generated } from "../../scenarios/generated.ts";
import { type GeneratedParameters, SHAPE_NAMES } from "../../scenarios/generated-parameters.ts";
import type { Fault, FaultTime } from "../../sim/api/scenario.ts";
import type { Case } from "../../sim/harness/case.ts";
import { taskManagerNames } from "../../sim/harness/cluster.ts";
import { prepareJob, tasksOf } from "../../sim/harness/prepared-job.ts";

/** A case as it is drawn; {@link caseOf} gives the names. */
export interface DrawnCase {
  readonly params: GeneratedParameters;
  readonly config: { readonly [key: string]: string | number };
  readonly faults: readonly DrawnFault[];
  readonly seed: number;
}

/** A fault whose places are numbers, counted round those there are. */
interface DrawnFault {
  readonly what: string;
  readonly where: number;
  readonly when: { readonly at: number } | DrawnEvent;
  readonly message?: string;
  readonly duration?: number;
}

interface DrawnEvent {
  readonly event: string;
  readonly place: number;
  readonly nth: number;
}

/** The names a job gives a plan. */
interface Names {
  readonly tasks: readonly string[];
  readonly taskManagers: readonly string[];
  readonly sinks: readonly string[];
}

// The events after which faults are most telling, by where they happen.
const TASK_EVENTS = [
  "trigger-received",
  "barrier-received",
  "barrier-emitted",
  "snapshot-taken",
  "checkpoint-acknowledged",
  "completion-received",
  "task-restored",
  "end-of-data",
] as const;
const RECORD_EVENTS = ["record-processed", "record-emitted", "record-written"] as const;
const JOB_MASTER_EVENTS = [
  "checkpoint-triggered",
  "acknowledgement-received",
  "checkpoint-stored",
  "completion-announced",
  "restart-scheduled",
  "restore-started",
  "task-deployed",
] as const;
const SINK_EVENTS = ["transaction-begun", "transaction-flushed", "transaction-committed"] as const;

const CRASHES = [
  "task-throws",
  "task-manager-dies",
  "task-manager-loses-disk",
  "power-loss",
] as const;

// All that carry the checkpoint protocol, recovery and the end.
const MESSAGES = [
  "trigger-checkpoint",
  "acknowledge-checkpoint",
  "notify-checkpoint-complete",
  "deploy-task",
  "cancel-task",
  "finish-task",
  "task-running",
  "task-at-end",
  "task-ready-to-finish",
  "task-ended",
] as const;

const TIMEOUT = "execution.checkpointing.timeout";
const LONG_TIMEOUT = "1 s";
const SHORT_TIMEOUT = "150 ms";

/** A case drawn by fast-check. */
export const drawnCase: fc.Arbitrary<DrawnCase> = fc.record({
  params: parameters(),
  config: configuration(),
  faults: fc.oneof(
    { arbitrary: fc.constant([]), weight: 1 },
    { arbitrary: fc.array(fault(), { minLength: 1, maxLength: 3, size: "max" }), weight: 9 },
  ),
  seed: fc.nat(0xffff_ffff),
});

/** The case that was drawn, every key written, and in it what users do. */
export function caseOf(drawn: DrawnCase, actions: readonly Fault[] = []): Case {
  const { params, seed } = drawn;
  const config = { ...drawn.config };
  // Each element of the broadcast stream is answered for every key: with few buffers a barrier waits behind that for longer
  // than the shorter time-out, at every attempt, and the job rightly starts over for ever.
  if (params.shape === "broadcast-state" && config[TIMEOUT] === SHORT_TIMEOUT) {
    config[TIMEOUT] = LONG_TIMEOUT;
  }
  const scenario = { name: "generated", params };
  const names = namesOf({ scenario, config, faults: actions });
  const faults = [...drawn.faults.map((one) => faultOf(one, names)), ...actions];
  // Full enough for every checker to have its say.
  const recorded = { ...config, "recording.level": "state" };
  return { scenario, config: recorded, seed, faults, overrides: [], data: [], edits: [] };
}

function parameters(): fc.Arbitrary<GeneratedParameters> {
  const partitions = (minLength: number, maxLength: number): fc.Arbitrary<number[][]> => {
    const long = fc.array(fc.nat(4), { minLength, maxLength, size: "max" });
    const short = fc.array(fc.nat(4), { maxLength: minLength });
    const partition = fc.oneof({ arbitrary: long, weight: 4 }, { arbitrary: short, weight: 1 });
    return fc.array(partition, { minLength: 1, maxLength: 3 });
  };
  return fc.record({
    shape: fc.constantFrom(...SHAPE_NAMES),
    parallelism: fc.integer({ min: 1, max: 4 }),
    sources: fc.integer({ min: 1, max: 3 }),
    sinks: fc.integer({ min: 1, max: 3 }),
    left: partitions(12, 24),
    right: partitions(3, 8),
  });
}

function configuration(): fc.Arbitrary<DrawnCase["config"]> {
  return fc.tuple(timing(), stateBackend()).map(([one, other]) => ({ ...one, ...other }));
}

// The last of them is so small that it flushes and merges all the time.
function stateBackend(): fc.Arbitrary<DrawnCase["config"]> {
  const rocksdb = { "state.backend.type": "rocksdb" };
  const incremental = { ...rocksdb, "execution.checkpointing.incremental": "true" };
  const small = {
    "state.backend.rocksdb.writebuffer.size": "300 b",
    "state.backend.rocksdb.compaction.level.max-size-level-base": "400 b",
    "state.backend.rocksdb.compaction.level.target-file-size-base": "200 b",
    "world.rocksdb.level0-file-num-compaction-trigger": 2,
  };
  const forst = { "state.backend.type": "forst" };
  return fc.constantFrom(
    {},
    rocksdb,
    incremental,
    { ...incremental, ...small },
    { ...forst, ...small },
  );
}

function timing(): fc.Arbitrary<DrawnCase["config"]> {
  return fc.record({
    "execution.checkpointing.interval": fc.constantFrom("20 ms", "10 ms", "50 ms"),
    // A lost trigger is waited for this long; by default ten minutes, in which thousands of others queue up.
    [TIMEOUT]: fc.constantFrom(LONG_TIMEOUT, SHORT_TIMEOUT),
    "execution.checkpointing.min-pause": fc.constantFrom("0 ms", "15 ms"),
    "world.source.arrival-interval": fc.constantFrom("10 ms", "5 ms", "20 ms", "0 ms"),
    "execution.checkpointing.max-concurrent-checkpoints": fc.constantFrom(1, 2),
    "execution.checkpointing.num-retained": fc.constantFrom(1, 2),
    "execution.checkpointing.data-inline-threshold": fc.constantFrom("20 kb", "0 b"),
    "taskmanager.numberOfTaskSlots": fc.constantFrom(1, 2),
    "taskmanager.network.memory.buffers-per-channel": fc.constantFrom(2, 1),
    "taskmanager.network.memory.floating-buffers-per-gate": fc.constantFrom(8, 0),
  });
}

function fault(): fc.Arbitrary<DrawnFault> {
  return fc.oneof(
    {
      arbitrary: fc.record({ what: fc.constantFrom(...CRASHES), where: fc.nat(31), when: time() }),
      weight: 5,
    },
    { arbitrary: uncommittedCrash(), weight: 5 },
    { arbitrary: messageFault(), weight: 2 },
    { arbitrary: storageFault(), weight: 1 },
    { arbitrary: checkpointRequest(), weight: 1 },
  );
}

/** A crash right after a checkpoint is complete: what it covers is not committed yet. */
function uncommittedCrash(): fc.Arbitrary<DrawnFault> {
  return fc.record({
    what: fc.constantFrom("power-loss", "task-manager-dies", "task-throws"),
    where: fc.nat(31),
    when: fc.record({
      event: fc.constant("checkpoint-completed"),
      place: fc.constant(0),
      nth: fc.integer({ min: 1, max: 2 }),
    }),
  });
}

function messageFault(): fc.Arbitrary<DrawnFault> {
  return fc.record({
    what: fc.constantFrom("message-lost", "message-delayed", "message-doubled"),
    where: fc.nat(31),
    when: time(),
    message: fc.constantFrom(...MESSAGES),
    duration: fc.integer({ min: 1, max: 200_000 }),
  });
}

function storageFault(): fc.Arbitrary<DrawnFault> {
  return fc.record({
    what: fc.constantFrom("storage-slow", "storage-fails"),
    where: fc.nat(31),
    when: time(),
    duration: fc.integer({ min: 1, max: 200_000 }),
  });
}

/** No failure: someone asks for a checkpoint, at a moment of their own. */
function checkpointRequest(): fc.Arbitrary<DrawnFault> {
  return fc.record({
    what: fc.constant("checkpoint-requested"),
    where: fc.constant(0),
    when: time(),
  });
}

function time(): fc.Arbitrary<DrawnFault["when"]> {
  const place = fc.nat(31);
  const nth = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
  return fc.oneof(
    fc.record({ at: fc.integer({ min: 0, max: 500_000 }) }),
    fc.record({ event: fc.constantFrom(...RECORD_EVENTS), place, nth: nth(12) }),
    fc.record({ event: fc.constantFrom(...TASK_EVENTS), place, nth: nth(3) }),
    fc.record({ event: fc.constantFrom(...JOB_MASTER_EVENTS), place, nth: nth(4) }),
    fc.record({ event: fc.constantFrom(...SINK_EVENTS), place, nth: nth(4) }),
  );
}

function namesOf(
  request: Pick<Case, "scenario" | "config" | "faults"> & { scenario: { params: unknown } },
): Names {
  const {
    job,
    description,
    configuration: settings,
  } = prepareJob(generated(request.scenario.params), request as Case);
  const sinks = job.graph.nodes.flatMap(({ operator }) =>
    operator.kind === "sink" ? [operator.sink.target] : [],
  );
  return {
    tasks: tasksOf(description),
    taskManagers: taskManagerNames(description, settings),
    sinks,
  };
}

function faultOf(drawn: DrawnFault, names: Names): Fault {
  const { what, message } = drawn;
  const needsDuration = what.endsWith("-delayed") || what.endsWith("-slow");
  return {
    what,
    where: placeOf(what, drawn.where, names),
    when: timeOf(drawn.when, names),
    ...(message === undefined ? {} : { message }),
    ...(needsDuration ? { duration: drawn.duration } : {}),
  };
}

function placeOf(what: string, number: number, { tasks, taskManagers }: Names): string {
  if (what === "power-loss") return "cluster";
  if (what === "checkpoint-requested") return "job-master";
  if (what.startsWith("task-manager-")) return pick(taskManagers, number);
  if (what.startsWith("storage-")) return pick(["job-master", "storage", ...tasks], number);
  return pick(tasks, number);
}

function timeOf(when: DrawnFault["when"], { tasks, sinks }: Names): FaultTime {
  if ("at" in when) return when;
  const { event, nth } = when;
  const isOf = (...events: readonly string[]): boolean => events.includes(event);
  const places = isOf(...TASK_EVENTS, ...RECORD_EVENTS)
    ? tasks
    : isOf(...SINK_EVENTS)
      ? sinks
      : ["job-master"];
  return { after: { event, place: pick(places, when.place), nth } };
}

function pick(names: readonly string[], number: number): string {
  const name = names[number % names.length];
  if (name === undefined) throw new Error("Cannot pick a name: there is none");
  return name;
}
