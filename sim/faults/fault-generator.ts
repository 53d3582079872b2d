// Draws fault plans by chance: for each seed one explicit plan of at most three faults, such as a reader could
// have written. All that it draws the engine promises to survive: writes may fail but nothing stored is lost.
//
// Instants hit a protocol's narrow moments rarely, so most faults wait for an event. A fault after the first
// often waits for the attempt that the one before it brought about, which is how a crash meets a recovery.

import type { Fault, FaultTime } from "../api/scenario.ts";
import { must, unreachable } from "../kernel/invariant.ts";
import { type RandomStream, randomStream } from "../kernel/random.ts";
import { millis, seconds } from "../kernel/virtual-time.ts";
import {
  FAULT_KINDS,
  type FAULTY_MESSAGES,
  type FaultName,
  type FaultScope,
} from "./fault-kinds.ts";

/** What can be struck, and how long a run may be expected to last. */
export interface FaultSpace {
  readonly tasks: readonly string[];
  /** Those of `tasks` that begin with a source. */
  readonly sourceTasks: readonly string[];
  /** Those of `tasks` that hold an exactly-once sink. */
  readonly sinkTasks: readonly string[];
  readonly taskManagers: readonly string[];
  /** Places of the outside logs that sinks write in transactions. */
  readonly outsideLogs: readonly string[];
  /** Virtual time of a run without faults, in microseconds, roughly. */
  readonly runLength: number;
  /** Age at which a checkpoint is given up, in microseconds. */
  readonly checkpointTimeout: number;
}

type FaultyMessage = (typeof FAULTY_MESSAGES)[number];

/** An event worth waiting for, and where. */
export interface Moment {
  readonly event: string;
  readonly at: "task" | "sink-task" | "job-master" | "outside-log";
  /** Whether the event names a checkpoint. */
  readonly hasCheckpoint: boolean;
  /** Whether it belongs to an attempt of a task. */
  readonly hasAttempt: boolean;
  /** How many of them one place may be expected to see, per checkpoint where it names one. */
  readonly count: number;
}

/** The moments of the protocol: between each and the next, something is half done. */
const MOMENTS: readonly Moment[] = [
  ofTask("record-processed", 30),
  ofTask("end-of-data", 1),
  ofTask("task-deployed", 1),
  ofTask("task-restored", 1),
  ofTask("task-running", 1),
  ofCheckpoint("barrier-received", "task", 2),
  ofCheckpoint("barrier-emitted", "task", 1),
  ofCheckpoint("snapshot-taken", "task", 1),
  ofCheckpoint("checkpoint-acknowledged", "task", 1),
  ofCheckpoint("completion-received", "task", 1),
  ofCheckpoint("completion-received", "sink-task", 1),
  ofCheckpoint("checkpoint-triggered", "job-master", 1),
  ofCheckpoint("acknowledgement-received", "job-master", 5),
  ofCheckpoint("checkpoint-stored", "job-master", 1),
  ofCheckpoint("completion-announced", "job-master", 5),
  elsewhere("restore-started", "job-master", 3),
  elsewhere("restart-scheduled", "job-master", 2),
  elsewhere("transaction-begun", "outside-log", 4),
  elsewhere("transaction-flushed", "outside-log", 3),
  elsewhere("transaction-committed", "outside-log", 3),
];

/** Moments of a task that is being started, for faults that are to meet a recovery. */
const RECOVERY: readonly Moment[] = MOMENTS.filter(({ event }) => {
  return event === "task-deployed" || event === "task-restored" || event === "task-running";
});

function ofTask(event: string, count: number): Moment {
  return { event, at: "task", hasCheckpoint: false, hasAttempt: true, count };
}

function ofCheckpoint(event: string, at: Moment["at"], count: number): Moment {
  return { event, at, hasCheckpoint: true, hasAttempt: at !== "job-master", count };
}

function elsewhere(event: string, at: Moment["at"], count: number): Moment {
  return { event, at, hasCheckpoint: false, hasAttempt: false, count };
}

/** A control message, how often it is drawn, and the moment right before it is sent, if that has a name. */
export interface DrawnMessage {
  readonly message: FaultyMessage;
  readonly weight: number;
  readonly before?: Moment;
}

/** Messages about a task; those of the checkpoint protocol may be lost for good, the others are sent again. */
export const TASK_MESSAGES: readonly DrawnMessage[] = [
  {
    message: "trigger-checkpoint",
    weight: 5,
    before: ofCheckpoint("checkpoint-triggered", "job-master", 1),
  },
  {
    message: "acknowledge-checkpoint",
    weight: 4,
    before: ofCheckpoint("snapshot-taken", "task", 1),
  },
  {
    message: "notify-checkpoint-complete",
    weight: 4,
    before: ofCheckpoint("checkpoint-stored", "job-master", 1),
  },
  { message: "notify-checkpoint-aborted", weight: 1 },
  { message: "decline-checkpoint", weight: 1 },
  { message: "deploy-task", weight: 1, before: elsewhere("restore-started", "job-master", 3) },
  { message: "task-running", weight: 1, before: ofTask("task-deployed", 1) },
  { message: "cancel-task", weight: 1 },
  { message: "task-at-end", weight: 1 },
  { message: "task-ready-to-finish", weight: 1, before: ofTask("end-of-data", 1) },
  { message: "finish-task", weight: 1, before: ofTask("end-of-data", 1) },
  { message: "task-ended", weight: 1 },
];

/** Messages about a task manager, or to it. */
const HOST_MESSAGES: readonly DrawnMessage[] = [
  { message: "register-task-manager", weight: 1 },
  { message: "registration-accepted", weight: 1 },
  { message: "request-partition", weight: 2, before: ofTask("task-deployed", 1) },
  { message: "heartbeat", weight: 1 },
  { message: "heartbeat-response", weight: 1 },
];

/** How often each kind is drawn. */
const WEIGHTS: { readonly [Name in FaultName]: number } = {
  "task-throws": 5,
  "task-manager-dies": 3,
  "task-manager-loses-disk": 2,
  "power-loss": 4,
  "message-lost": 3,
  "message-delayed": 5,
  "message-doubled": 2,
  "storage-slow": 2,
  "storage-fails": 2,
  "checkpoint-requested": 2,
};

interface DrawnKind {
  readonly what: FaultName;
  readonly scope: FaultScope;
  readonly weight: number;
}

const KINDS: readonly DrawnKind[] = FAULT_KINDS.map(({ what, scope }) => {
  return { what, scope, weight: WEIGHTS[what] };
});

const FAULTS_MAX = 3;

/** Plans name checkpoints up to this one. */
const CHECKPOINTS = 4;

/** What one plan is drawn with. */
export interface PlanDrawing {
  readonly space: FaultSpace;
  readonly random: RandomStream;
  /** The kinds to draw from; all if not given. */
  readonly kinds?: readonly FaultName[];
  /** The checkpoint in which its faults tend to meet, so that one can build on another. */
  readonly focus: number;
}

/** The plan of `seed`: none in one of five seeds, else one to three faults. Equal seeds draw equal plans. */
export function drawFaults(space: FaultSpace, seed: number): readonly Fault[] {
  const random = randomStream(`faults/${seed}`);
  if (random.below(5) === 0) return [];
  const count = 1 + random.below(FAULTS_MAX);
  const plan = { space, random, focus: drawFocus(random) };
  return Array.from({ length: count }, (_, index) => drawFault(plan, index));
}

/** The checkpoint in which the faults of a plan are to meet. */
export function drawFocus(random: RandomStream): number {
  return 1 + random.below(CHECKPOINTS - 1);
}

/** Draws the fault at `index` of a plan. */
export function drawFault(plan: PlanDrawing, index: number): Fault {
  const { random, space, kinds } = plan;
  const enabled = kinds === undefined ? KINDS : KINDS.filter(({ what }) => kinds.includes(what));
  const { what, scope } = pickWeighted(random, enabled);
  switch (scope) {
    case "message":
      return drawMessageFault(plan, what, index);
    case "task":
    case "task-manager":
    case "cluster":
    case "job":
    case "storage": {
      const where = drawPlace(space, random, scope);
      const when = drawTime(plan, { index, where });
      const duration = what === "storage-slow" ? { duration: drawDuration(space, random) } : {};
      return { what, where, when, ...duration };
    }
    default:
      return unreachable(scope);
  }
}

function drawPlace(
  space: FaultSpace,
  random: RandomStream,
  scope: Exclude<FaultScope, "message">,
): string {
  switch (scope) {
    case "task":
      return pick(random, space.tasks);
    case "task-manager":
      return pick(random, space.taskManagers);
    case "cluster":
      return "cluster";
    case "job":
      return "job-master";
    case "storage":
      return pick(random, ["storage", "job-master", pick(random, space.tasks)]);
    default:
      return unreachable(scope);
  }
}

/** Strikes a message named or not; one that is named is often waited for right before it is sent. */
function drawMessageFault(plan: PlanDrawing, what: FaultName, index: number): Fault {
  const { random, space } = plan;
  const isOfHost = random.below(8) === 0;
  const drawn = pickWeighted(random, isOfHost ? HOST_MESSAGES : TASK_MESSAGES);
  const isTrigger = drawn.message === "trigger-checkpoint";
  const where = pick(
    random,
    isOfHost ? space.taskManagers : isTrigger ? space.sourceTasks : space.tasks,
  );
  const task = isOfHost ? pick(random, space.tasks) : where;
  const isNamed = random.below(8) > 0;
  const isAimed = isNamed && drawn.before !== undefined && random.below(3) > 0;
  const lasts = what === "message-delayed" || (what === "message-doubled" && random.below(2) === 0);
  return {
    what,
    where,
    when: isAimed
      ? drawMoment(plan, { moment: drawn.before, place: task, index })
      : drawTime(plan, { index, where }),
    ...(isNamed ? { message: drawn.message } : {}),
    ...(lasts ? { duration: drawDuration(space, random) } : {}),
  };
}

/** An instant in one of four cases, else a moment. */
export function drawTime(
  plan: PlanDrawing,
  fault: { readonly index: number; readonly where: string },
): FaultTime {
  const { random, space } = plan;
  if (random.below(4) === 0) return { at: drawInstant(space, random) };
  const { index, where } = fault;
  const isTask = space.tasks.includes(where);
  const place = isTask && random.below(2) === 0 ? where : pick(random, space.tasks);
  if (index > 0 && random.below(3) === 0) {
    const moment = pick(random, RECOVERY);
    return drawMoment(plan, { moment, place, index, attempt: 1 + random.below(index) });
  }
  return drawMoment(plan, { moment: pick(random, momentsOf(space)), place, index });
}

/** One of the events of a moment; at `place` if it is a task's. */
function drawMoment(
  plan: PlanDrawing,
  drawn: {
    readonly moment: Moment;
    readonly place: string;
    readonly index: number;
    readonly attempt?: number;
  },
): FaultTime {
  const { random, space } = plan;
  const { event, at, hasCheckpoint, hasAttempt, count } = drawn.moment;
  const checkpoint = hasCheckpoint ? drawCheckpoint(plan) : undefined;
  const attempt = drawn.attempt ?? (hasAttempt ? drawAttempt(random, drawn.index) : undefined);
  const isOfMany = hasCheckpoint && checkpoint === undefined;
  return {
    after: {
      event,
      place: placeOf(at, space, random, drawn.place),
      ...(attempt === undefined ? {} : { attempt }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      nth: 1 + random.below(isOfMany ? count * CHECKPOINTS : count),
    },
  };
}

function placeOf(at: Moment["at"], space: FaultSpace, random: RandomStream, task: string): string {
  switch (at) {
    case "task":
      return task;
    case "job-master":
      return "job-master";
    case "sink-task":
      return pick(random, space.sinkTasks);
    case "outside-log":
      return pick(random, space.outsideLogs);
    default:
      return unreachable(at);
  }
}

/** Mostly the plan's own, sometimes any, sometimes none. */
function drawCheckpoint({ random, focus }: PlanDrawing): number | undefined {
  if (random.below(3) > 0) return focus;
  return random.below(2) === 0 ? 1 + random.below(CHECKPOINTS) : undefined;
}

/** Not later than the faults before it can have brought about. */
function drawAttempt(random: RandomStream, index: number): number | undefined {
  return random.below(2) === 0 ? undefined : random.below(index + 1);
}

/** The moments that a job can have. */
export function momentsOf({ sinkTasks, outsideLogs }: FaultSpace): readonly Moment[] {
  return MOMENTS.filter(({ at }) => {
    if (at === "sink-task") return sinkTasks.length > 0;
    return at !== "outside-log" || outsideLogs.length > 0;
  });
}

/** Within the run, or in the seconds that a recovery adds to it. */
function drawInstant(space: FaultSpace, random: RandomStream): number {
  const isLate = random.below(3) === 0;
  const span = isLate ? space.runLength + seconds(4) : space.runLength;
  return random.below(Math.max(1, span));
}

/** From a millisecond to a few seconds; past the time-out of checkpoints where that is short enough. */
function drawDuration(space: FaultSpace, random: RandomStream): number {
  const isShort = space.checkpointTimeout <= seconds(60);
  if (isShort && random.below(4) === 0) return space.checkpointTimeout + random.below(seconds(1));
  const most = pick(random, [millis(20), millis(500), seconds(5)]);
  return millis(1) + random.below(most);
}

/** One of `items`. */
export function pick<T>(random: RandomStream, items: readonly T[]): T {
  return must(items[random.below(items.length)], "something to draw from");
}

function pickWeighted<T extends { readonly weight: number }>(
  random: RandomStream,
  items: readonly T[],
): T {
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.below(total);
  const drawn = items.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return must(drawn, "something to draw from");
}
