// Everything that can go wrong, or that someone may do meanwhile, by name, and what kind of place each strikes.
// Conditions (of messages and of storage) hold for the next thing that meets them; the others happen at once.

/** What a fault's `where` names. */
export type FaultScope = "task" | "task-manager" | "cluster" | "message" | "storage" | "job";

/** One kind of fault. */
export interface FaultKind {
  readonly what: string;
  readonly scope: FaultScope;
  /** Whether a plan must say how long: a delay, in microseconds. */
  readonly needsDuration: boolean;
  /** One line for help and errors. */
  readonly title: string;
}

/** All kinds, in the order in which help lists them. */
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

/** The name of a kind of fault. */
export type FaultName = (typeof FAULT_KINDS)[number]["what"];

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
