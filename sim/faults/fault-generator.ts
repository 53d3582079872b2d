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
  type FaultKind,
  type FaultScope,
} from "./fault-kinds.ts";

/** What can be struck, and how long a run may be expected to last. */
export interface FaultSpace {
  readonly tasks: readonly string[];
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
interface Moment {
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

/** Messages about a task; those of the checkpoint protocol may be lost for good, the others are sent again. */
const TASK_MESSAGES: readonly FaultyMessage[] = [
  "trigger-checkpoint",
  "acknowledge-checkpoint",
  "acknowledge-checkpoint",
  "notify-checkpoint-complete",
  "notify-checkpoint-complete",
  "notify-checkpoint-aborted",
  "decline-checkpoint",
  "deploy-task",
  "cancel-task",
  "finish-task",
  "task-running",
  "task-at-end",
  "task-ready-to-finish",
  "task-ended",
];

/** Messages about a task manager itself. */
const HOST_MESSAGES: readonly FaultyMessage[] = [
  "heartbeat",
  "heartbeat-response",
  "register-task-manager",
  "registration-accepted",
];

const FAULTS_MAX = 3;

/** Plans name checkpoints up to this one. */
const CHECKPOINTS = 4;

/** The plan of `seed`: none in one of five seeds, else one to three faults. Equal seeds draw equal plans. */
export function drawFaults(space: FaultSpace, seed: number): readonly Fault[] {
  const random = randomStream(`faults/${seed}`);
  if (random.below(5) === 0) return [];
  const count = 1 + random.below(FAULTS_MAX);
  return Array.from({ length: count }, (_, index) => drawFault(space, random, index));
}

function drawFault(space: FaultSpace, random: RandomStream, index: number): Fault {
  const { what, scope, needsDuration } = pick<FaultKind>(random, FAULT_KINDS);
  const where = drawPlace(space, random, scope);
  const message = scope === "message" ? drawMessage(space, random, where) : undefined;
  const lasts = needsDuration || (what === "message-doubled" && random.below(2) === 0);
  return {
    what,
    where,
    when: drawTime(space, random, { index, where }),
    ...(message === undefined ? {} : { message }),
    ...(lasts ? { duration: drawDuration(space, random) } : {}),
  };
}

function drawPlace(space: FaultSpace, random: RandomStream, scope: FaultScope): string {
  switch (scope) {
    case "task":
      return pick(random, space.tasks);
    case "task-manager":
      return pick(random, space.taskManagers);
    case "cluster":
      return "cluster";
    case "message":
      return random.below(6) === 0 ? pick(random, space.taskManagers) : pick(random, space.tasks);
    case "storage":
      return pick(random, ["storage", "job-master", pick(random, space.tasks)]);
    default:
      return unreachable(scope);
  }
}

function drawMessage(
  space: FaultSpace,
  random: RandomStream,
  where: string,
): FaultyMessage | undefined {
  if (random.below(8) === 0) return undefined;
  return pick(random, space.tasks.includes(where) ? TASK_MESSAGES : HOST_MESSAGES);
}

/** An instant in one of four cases, else a moment. */
function drawTime(
  space: FaultSpace,
  random: RandomStream,
  fault: { readonly index: number; readonly where: string },
): FaultTime {
  if (random.below(4) === 0) return { at: drawInstant(space, random) };
  const meetsRecovery = fault.index > 0 && random.below(3) === 0;
  const moment = pick(random, meetsRecovery ? RECOVERY : momentsOf(space));
  const place = drawPlaceOf(moment, space, random, fault.where);
  const checkpoint =
    moment.hasCheckpoint && random.below(3) > 0 ? 1 + random.below(CHECKPOINTS) : undefined;
  const attempt = moment.hasAttempt ? drawAttempt(random, fault.index, meetsRecovery) : undefined;
  const isOneCheckpoint = checkpoint !== undefined || !moment.hasCheckpoint;
  const count = moment.count * (isOneCheckpoint ? 1 : CHECKPOINTS);
  return {
    after: {
      event: moment.event,
      place,
      ...(attempt === undefined ? {} : { attempt }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      nth: 1 + random.below(count),
    },
  };
}

/** The moments that a job can have. */
function momentsOf({ sinkTasks, outsideLogs }: FaultSpace): readonly Moment[] {
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

function drawPlaceOf(
  moment: Moment,
  space: FaultSpace,
  random: RandomStream,
  where: string,
): string {
  const isTask = space.tasks.includes(where);
  switch (moment.at) {
    case "job-master":
      return "job-master";
    case "task":
      return isTask && random.below(2) === 0 ? where : pick(random, space.tasks);
    case "sink-task":
      return pick(random, space.sinkTasks);
    case "outside-log":
      return pick(random, space.outsideLogs);
    default:
      return unreachable(moment.at);
  }
}

function drawAttempt(
  random: RandomStream,
  index: number,
  meetsRecovery: boolean,
): number | undefined {
  if (meetsRecovery) return 1 + random.below(index);
  return random.below(2) === 0 ? undefined : random.below(index + 1);
}

/** From a millisecond to a few seconds; past the time-out of checkpoints where that is short enough. */
function drawDuration(space: FaultSpace, random: RandomStream): number {
  const isShort = space.checkpointTimeout <= seconds(60);
  if (isShort && random.below(4) === 0) return space.checkpointTimeout + random.below(seconds(1));
  const most = pick(random, [millis(20), millis(500), seconds(5)]);
  return millis(1) + random.below(most);
}

function pick<T>(random: RandomStream, items: readonly T[]): T {
  return must(items[random.below(items.length)], "something to draw from");
}
