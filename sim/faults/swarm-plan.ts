// Plans of a swarm (Groce et al., Swarm Testing, ISSTA 2012): each seed switches a random half of the kinds of fault
// off altogether, so that what the kinds left do together is not drowned by the others.
//
// Plans beyond the promise also damage what was stored and then crash what has to read it.

import type { Fault, FaultTime } from "../api/scenario.ts";
import { type RandomStream, randomStream } from "../kernel/random.ts";
import {
  drawFault,
  drawFocus,
  drawTime,
  type FaultSpace,
  type PlanDrawing,
  pick,
} from "./fault-generator.ts";
import { DAMAGE_KINDS, FAULT_KINDS, type FaultName, HA_ENTRIES } from "./fault-kinds.ts";

/** What a swarm's plans may do: what the engine promises to survive, or more than that. */
export const SWARM_PROFILES = ["inside", "beyond"] as const;

/** The name of a profile. */
export type SwarmProfile = (typeof SWARM_PROFILES)[number];

/** A plan has at most so many faults of the kinds left. */
const FAULTS_MAX = 6;

/** Beside damage, fewer: it has to be read before everything is over. */
const FAULTS_BESIDE_DAMAGE_MAX = 2;

/** The plan of `seed`. Equal seeds draw equal plans. */
export function drawSwarmPlan(
  space: FaultSpace,
  options: { readonly seed: number; readonly profile: SwarmProfile },
): readonly Fault[] {
  const random = randomStream(`swarm/${options.seed}`);
  const kinds = halfOf(random, FAULT_KINDS).map(({ what }) => what);
  const plan: PlanDrawing = { space, random, kinds, focus: drawFocus(random) };
  if (options.profile === "inside") return drawSome(plan, FAULTS_MAX);
  return [...drawDamageAndCrash(plan), ...drawSome(plan, FAULTS_BESIDE_DAMAGE_MAX)];
}

function drawSome(plan: PlanDrawing, most: number): readonly Fault[] {
  const count = plan.random.below(most + 1);
  return Array.from({ length: count }, (_, index) => drawFault(plan, index));
}

/** A random half of `items`, in their order; of an odd number sometimes the greater half. */
function halfOf<T>(random: RandomStream, items: readonly T[]): readonly T[] {
  let left = items.length;
  let wanted = Math.floor((items.length + random.below(2)) / 2);
  return items.filter(() => {
    const isTaken = random.below(left--) < wanted;
    if (isTaken) wanted--;
    return isTaken;
  });
}

/** Damage, and a crash that often comes right upon it. */
function drawDamageAndCrash(plan: PlanDrawing): readonly Fault[] {
  const { space, random } = plan;
  const { what, scope } = pick(random, DAMAGE_KINDS);
  const where = scope === "ha-entry" ? pick(random, HA_ENTRIES) : drawOwner(plan);
  const when = drawDamageTime(plan);
  const isReadByTasks = space.tasks.includes(where);
  const crash = drawCrash(plan, isReadByTasks);
  const isAtOnce = random.below(3) > 0;
  const struck: FaultTime = { after: { event: "fault-struck", place: where, nth: 1 } };
  const crashed = isAtOnce ? struck : drawTime(plan, { index: 0, where: crash.where });
  return [
    { what, where, when },
    { ...crash, when: crashed },
  ];
}

/** Whose file is damaged: a task's, or `_metadata`. */
function drawOwner({ space, random }: PlanDrawing): string {
  return random.below(3) === 0 ? "job-master" : pick(random, space.tasks);
}

/** Mostly when a checkpoint has just become the one to go back to. */
function drawDamageTime(plan: PlanDrawing): FaultTime {
  const { random, space, focus } = plan;
  if (random.below(4) === 0) return drawTime(plan, { index: 0, where: pick(random, space.tasks) });
  const event = pick(random, ["checkpoint-stored", "completion-announced"]);
  return { after: { event, place: "job-master", checkpoint: focus, nth: 1 } };
}

/** Only a new job master reads what a job master wrote. */
function drawCrash(
  { random, space }: PlanDrawing,
  isReadByTasks: boolean,
): { readonly what: FaultName; readonly where: string } {
  if (!isReadByTasks || random.below(3) === 0) return { what: "power-loss", where: "cluster" };
  if (random.below(2) === 0) {
    return { what: "task-manager-dies", where: pick(random, space.taskManagers) };
  }
  return { what: "task-throws", where: pick(random, space.tasks) };
}
