// Fault plans for property tests. What is drawn are numbers; the names that they stand for are looked up afterwards,
// so that a plan shrinks part by part, and whatever else is drawn beside it (such as the job) shrinks freely.

import type { Fault, FaultTime } from "../api/scenario.ts";
import {
  type FaultSpace,
  type Moment,
  momentsOf,
  TASK_MESSAGES,
} from "../faults/fault-generator.ts";
import { FAULT_KINDS, type FaultKind } from "../faults/fault-kinds.ts";
import { must, unreachable } from "../kernel/invariant.ts";
import { millis } from "../kernel/virtual-time.ts";
import type { Arbitrary, FastCheck } from "./fast-check.ts";

/** A fault whose names are numbers, counted round those there are. */
interface DrawnFault {
  readonly kind: FaultKind;
  readonly place: number;
  readonly time: DrawnMoment | DrawnInstant;
  /** Of the messages there are; past the last for any message. */
  readonly message: number;
  /** In milliseconds. */
  readonly duration: number;
}

interface DrawnMoment {
  readonly kind: "moment";
  readonly moment: number;
  readonly place: number;
  readonly nth: number;
  readonly checkpoint: number | undefined;
  readonly attempt: number | undefined;
}

interface DrawnInstant {
  readonly kind: "instant";
  /** The share of the run that has passed, in millionths. */
  readonly millionths: number;
}

/** A plan that waits for the names of a job. */
export type DrawnPlan = readonly DrawnFault[];

/** Numbers up to this one tell places apart. */
const PLACE_MAX = 31;
const CHECKPOINT_MAX = 4;
const ATTEMPT_MAX = 2;
const DURATION_MAX = 5000;

/** Plans of up to `faultsMax` faults; smaller ones have fewer, simpler and earlier faults. */
export function drawnPlans(fc: FastCheck, faultsMax: number): Arbitrary<DrawnPlan> {
  const fault = fc.record({
    kind: fc.constantFrom<FaultKind[]>(...FAULT_KINDS),
    place: fc.nat(PLACE_MAX),
    time: fc.oneof({ withCrossShrink: true }, moment(fc), moment(fc), moment(fc), instant(fc)),
    message: fc.nat(TASK_MESSAGES.length),
    duration: fc.integer({ min: 1, max: DURATION_MAX }),
  });
  return fc.array(fault, { maxLength: faultsMax, size: "max" });
}

function moment(fc: FastCheck): Arbitrary<DrawnMoment> {
  const nil = undefined;
  return fc.record({
    kind: fc.constant("moment"),
    moment: fc.nat(PLACE_MAX),
    place: fc.nat(PLACE_MAX),
    nth: fc.nat(PLACE_MAX),
    checkpoint: fc.option(fc.integer({ min: 1, max: CHECKPOINT_MAX }), { nil, freq: 3 }),
    attempt: fc.option(fc.nat(ATTEMPT_MAX), { nil, freq: 1 }),
  });
}

function instant(fc: FastCheck): Arbitrary<DrawnInstant> {
  return fc.record({ kind: fc.constant("instant"), millionths: fc.nat(1_000_000) });
}

/** The plan with a job's names in it. */
export function planOf(drawn: DrawnPlan, space: FaultSpace): readonly Fault[] {
  return drawn.map((fault) => faultOf(fault, space));
}

function faultOf({ kind, place, time, message, duration }: DrawnFault, space: FaultSpace): Fault {
  const named = kind.scope === "message" ? TASK_MESSAGES[message]?.message : undefined;
  const places = named === "trigger-checkpoint" ? space.sourceTasks : placesOf(kind, space);
  return {
    what: kind.what,
    where: pick(places, place),
    when: timeOf(time, space),
    ...(named === undefined ? {} : { message: named }),
    ...(kind.needsDuration ? { duration: millis(duration) } : {}),
  };
}

function placesOf({ scope }: FaultKind, space: FaultSpace): readonly string[] {
  switch (scope) {
    case "task":
    case "message":
      return space.tasks;
    case "task-manager":
      return space.taskManagers;
    case "cluster":
      return ["cluster"];
    case "job":
      return ["job-master"];
    case "storage":
      return ["storage", "job-master", ...space.tasks];
    default:
      return unreachable(scope);
  }
}

function timeOf(drawn: DrawnFault["time"], space: FaultSpace): FaultTime {
  if (drawn.kind === "instant") {
    return { at: Math.floor((space.runLength * drawn.millionths) / 1_000_000) };
  }
  const chosen = pick(momentsOf(space), drawn.moment);
  const { event, at, hasCheckpoint, hasAttempt, count } = chosen;
  const { checkpoint, attempt } = drawn;
  return {
    after: {
      event,
      place: pick(placesAt(at, space), drawn.place),
      ...(hasAttempt && attempt !== undefined ? { attempt } : {}),
      ...(hasCheckpoint && checkpoint !== undefined ? { checkpoint } : {}),
      nth: 1 + (drawn.nth % count),
    },
  };
}

function placesAt(at: Moment["at"], space: FaultSpace): readonly string[] {
  switch (at) {
    case "task":
      return space.tasks;
    case "sink-task":
      return space.sinkTasks;
    case "job-master":
      return ["job-master"];
    case "outside-log":
      return space.outsideLogs;
    default:
      return unreachable(at);
  }
}

function pick<T>(items: readonly T[], number: number): T {
  return must(items[number % items.length], "something to pick from");
}
