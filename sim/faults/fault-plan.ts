// Fault plans: read from JSON, and checked against the job they are meant for. A name that does not exist is
// refused with the names that do.

import * as z from "zod";
import type { Fault } from "../api/scenario.ts";
import { unreachable } from "../kernel/invariant.ts";
import { nearest } from "../runtime/configuration.ts";
import { SAVEPOINT_FORMATS } from "../runtime/savepoint-options.ts";
import { RECOVERY_CLAIM_MODES } from "../runtime/state/shared-state-registry.ts";
import {
  ACTION_KINDS,
  DAMAGE_KINDS,
  type DamageScope,
  FAULT_KINDS,
  FAULTY_MESSAGES,
  type FaultKind,
  type FaultScope,
  HA_ENTRIES,
} from "./fault-kinds.ts";

/** A plan that cannot be. */
export class FaultPlanError extends Error {
  override readonly name = "FaultPlanError";
}

const microseconds = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

const faultTimeSchema = z.union([
  z.strictObject({ at: microseconds.describe("an instant, in microseconds of virtual time") }),
  z.strictObject({
    after: z.strictObject({
      event: z.string().describe("a kind of event, see trace-format.md"),
      place: z.string().describe("the place it happens at, or the task it speaks of"),
      attempt: z.number().int().nonnegative().optional(),
      checkpoint: z.number().int().positive().optional(),
      nth: z.number().int().positive().describe("which of those events, from 1"),
    }),
  }),
]);

const ALL_KINDS: readonly FaultKind<FaultScope | DamageScope>[] = [
  ...FAULT_KINDS,
  ...ACTION_KINDS,
  ...DAMAGE_KINDS,
];

/** The kinds that ask for a savepoint. */
const SAVEPOINT_ACTIONS: readonly string[] = ["savepoint-requested", "job-stopped"];

const resumeSchema = z.strictObject({
  from: z
    .enum(["savepoint", "newest"])
    .optional()
    .describe("from the newest savepoint, or from the newest snapshot that was left"),
  claimMode: z.enum(RECOVERY_CLAIM_MODES).optional().describe("whose the snapshot then is"),
  config: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe("options that beat the case's, such as parallelism.default"),
});

/** One fault, as JSON. */
export const faultSchema = z.strictObject({
  what: z.enum([...FAULT_KINDS, ...ACTION_KINDS, ...DAMAGE_KINDS].map((kind) => kind.what)),
  where: z.string().describe('a task, a task manager, "cluster", "storage", or an entry "ha/..."'),
  when: faultTimeSchema,
  message: z
    .enum(FAULTY_MESSAGES)
    .optional()
    .describe("which control message, for the message faults"),
  duration: microseconds.optional().describe("a delay, in microseconds"),
  format: z.enum(SAVEPOINT_FORMATS).optional().describe("what a savepoint is written in"),
  resume: resumeSchema.optional().describe("how the job is started again, for job-resumed"),
});

/** A plan, as JSON. */
export const faultPlanSchema = z.strictObject({ faults: z.array(faultSchema) });

/** The names a plan may use. */
export interface PlanNames {
  readonly tasks: readonly string[];
  readonly taskManagers: readonly string[];
  readonly events: readonly string[];
  /** Every other place that events happen at. */
  readonly otherPlaces: readonly string[];
}

/** The kind of fault called `what`. */
export function faultKindOf(what: string): FaultKind<FaultScope | DamageScope> {
  const found = ALL_KINDS.find((kind) => kind.what === what);
  if (found === undefined) {
    throw unknownName({ what: "fault", name: what, names: ALL_KINDS.map((kind) => kind.what) });
  }
  return found;
}

/** Refuses a plan that names what does not exist. Throws {@link FaultPlanError}. */
export function checkFaults(faults: readonly Fault[], names: PlanNames): void {
  for (const fault of faults) {
    const kind = faultKindOf(fault.what);
    const places = placesOf(kind, names);
    if (!places.includes(fault.where)) {
      throw unknownName({ what: `place for ${fault.what}`, name: fault.where, names: places });
    }
    if (kind.needsDuration && fault.duration === undefined) {
      throw new FaultPlanError(
        `Cannot plan ${fault.what}: found no "duration", expected a delay in microseconds`,
      );
    }
    if (fault.message !== undefined && kind.scope !== "message") {
      throw new FaultPlanError(
        `Cannot plan ${fault.what}: found a "message", which only the message faults take`,
      );
    }
    checkAction(fault);
    if ("at" in fault.when) continue;
    const { event, place } = fault.when.after;
    if (!names.events.includes(event)) {
      throw unknownName({ what: "event", name: event, names: names.events });
    }
    const all = [...names.tasks, ...names.taskManagers, ...names.otherPlaces, ...HA_ENTRIES];
    if (!all.includes(place)) throw unknownName({ what: "place", name: place, names: all });
  }
}

function checkAction({ what, format, resume }: Fault): void {
  if (format !== undefined && !SAVEPOINT_ACTIONS.includes(what)) {
    throw new FaultPlanError(
      `Cannot plan ${what}: found a "format", which only ${SAVEPOINT_ACTIONS.join(" and ")} take`,
    );
  }
  if (resume !== undefined && what !== "job-resumed") {
    throw new FaultPlanError(`Cannot plan ${what}: found "resume", which only job-resumed takes`);
  }
}

function placesOf(
  { scope }: { readonly scope: FaultScope | DamageScope },
  names: PlanNames,
): readonly string[] {
  switch (scope) {
    case "task":
      return names.tasks;
    case "task-manager":
      return names.taskManagers;
    case "cluster":
      return ["cluster"];
    case "job":
      return ["job-master"];
    case "message":
      return [...names.tasks, ...names.taskManagers];
    case "storage":
      return [...names.tasks, "job-master", "storage"];
    case "checkpoint-file":
      return [...names.tasks, "job-master"];
    case "ha-entry":
      return HA_ENTRIES;
    default:
      return unreachable(scope);
  }
}

function unknownName(options: {
  readonly what: string;
  readonly name: string;
  readonly names: readonly string[];
}): FaultPlanError {
  const { what, name, names } = options;
  const some =
    names.length <= 12
      ? `there are ${names.join(", ")}`
      : `the nearest is "${nearest(name, names)}"`;
  return new FaultPlanError(`Cannot plan a fault: found the ${what} "${name}", ${some}`);
}
