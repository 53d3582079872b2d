// Everything that can go wrong, or that someone may do meanwhile, by name, and what kind of place each strikes.
// Conditions (of messages and of storage) hold for the next thing that meets them; the others happen at once.
//
// What the engine promises to survive and what is beyond that are two lists: after damage to what was stored it
// promises only to refuse clearly and to commit nothing wrong.

/** What a fault's `where` names. */
export type FaultScope = "task" | "task-manager" | "cluster" | "message" | "storage" | "job";

/** What the `where` of damage names: whose file of a checkpoint, or which entry of the high-availability services. */
export type DamageScope = "checkpoint-file" | "ha-entry";

/** One kind of fault. */
export interface FaultKind<Scope = FaultScope> {
  readonly what: string;
  readonly scope: Scope;
  /** Whether a plan must say how long: a delay, in microseconds. */
  readonly needsDuration: boolean;
  /** One line for help and errors. */
  readonly title: string;
}

/** All kinds that the engine promises to survive, in the order in which help lists them. */
export const FAULT_KINDS = [
  {
    what: "task-throws",
    scope: "task",
    needsDuration: false,
    title: "the task's code throws",
  },
  {
    what: "task-manager-dies",
    scope: "task-manager",
    needsDuration: false,
    title: "the machine dies and comes back with its disk as it was last synced",
  },
  {
    what: "task-manager-loses-disk",
    scope: "task-manager",
    needsDuration: false,
    title: "the machine dies and comes back with an empty disk",
  },
  {
    what: "power-loss",
    scope: "cluster",
    needsDuration: false,
    title: "every machine dies at one instant, the job master's included",
  },
  {
    what: "message-lost",
    scope: "message",
    needsDuration: false,
    title: "the next control message about the place is lost",
  },
  {
    what: "message-delayed",
    scope: "message",
    needsDuration: true,
    title: "the next control message about the place comes later",
  },
  {
    what: "message-doubled",
    scope: "message",
    needsDuration: false,
    title: "the next control message about the place comes twice",
  },
  {
    what: "storage-slow",
    scope: "storage",
    needsDuration: true,
    title: "the next write by the place takes longer",
  },
  {
    what: "storage-fails",
    scope: "storage",
    needsDuration: false,
    title: "the next write by the place fails",
  },
  {
    what: "checkpoint-requested",
    scope: "job",
    needsDuration: false,
    title: "someone asks for a checkpoint from outside, besides the periodic ones",
  },
] as const satisfies readonly FaultKind[];

/** What users do to a job, by name: entries of a plan as faults are, but nothing goes wrong. */
export const ACTION_KINDS = [
  {
    what: "savepoint-requested",
    scope: "job",
    needsDuration: false,
    title: "someone asks for a savepoint; the job goes on",
  },
  {
    what: "job-stopped",
    scope: "job",
    needsDuration: false,
    title: "someone ends the job with a savepoint",
  },
  {
    what: "job-canceled",
    scope: "job",
    needsDuration: false,
    title: "someone ends the job as it is",
  },
  {
    what: "job-resumed",
    scope: "job",
    needsDuration: false,
    title: "someone starts the job again from what it left, as soon as it has ended",
  },
] as const satisfies readonly FaultKind[];

/** The name of something that a user does. */
export type ActionName = (typeof ACTION_KINDS)[number]["what"];

/** Whether `what` is the name of something that a user does. */
export function isAction(what: string): what is ActionName {
  return ACTION_KINDS.some((kind) => kind.what === what);
}

/** All kinds that are beyond the promise: what was published and relied on is lost or changed. */
export const DAMAGE_KINDS = [
  {
    what: "storage-loses-file",
    scope: "checkpoint-file",
    needsDuration: false,
    title: "a file of the newest completed checkpoint is gone",
  },
  {
    what: "storage-corrupts-file",
    scope: "checkpoint-file",
    needsDuration: false,
    title: "one bit of a file of the newest completed checkpoint flips",
  },
  {
    what: "storage-corrupts-entry",
    scope: "ha-entry",
    needsDuration: false,
    title: "one bit of an entry of the high-availability services flips",
  },
] as const satisfies readonly FaultKind<DamageScope>[];

/** The name of a kind of damage. */
export type DamageName = (typeof DAMAGE_KINDS)[number]["what"];

/** The entries of the high-availability services that can be damaged, by path; the last is the newest pointer. */
export const HA_ENTRIES = [
  "ha/checkpoint-id-counter",
  "ha/attempt",
  "ha/failures",
  "ha/checkpoints",
] as const;

/** The name of a kind of fault. */
export type FaultName = (typeof FAULT_KINDS)[number]["what"];

const SCOPES: ReadonlyMap<string, FaultScope | DamageScope> = new Map(
  [...FAULT_KINDS, ...ACTION_KINDS, ...DAMAGE_KINDS].map(({ what, scope }) => [what, scope]),
);

/** What the `where` of a fault or of damage called `what` names; undefined if there is no such kind. */
export function scopeOf(what: string): FaultScope | DamageScope | undefined {
  return SCOPES.get(what);
}

/** The control messages a plan may name. */
export const FAULTY_MESSAGES = [
  "trigger-checkpoint",
  "acknowledge-checkpoint",
  "decline-checkpoint",
  "notify-checkpoint-complete",
  "notify-checkpoint-aborted",
  "heartbeat",
  "heartbeat-response",
  "deploy-task",
  "cancel-task",
  "finish-task",
  "task-running",
  "task-at-end",
  "task-ready-to-finish",
  "task-ended",
  "register-task-manager",
  "registration-accepted",
  "request-partition",
] as const;
