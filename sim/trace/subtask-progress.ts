// What one subtask is doing, event by event. Events of an earlier attempt than the newest known are passed over:
// what such an attempt still does is no longer the subtask's.

import { unreachable } from "../kernel/invariant.ts";
import { type JobDescription, subtaskName } from "../runtime/task/job-graph.ts";
import { KeyedState, type OperatorLists } from "./held-state.ts";
import type { EventOf, TraceEvent } from "./trace-event.ts";

/** A subtask as the trace shows it so far; counts and records are those of its present attempt. */
export interface SubtaskProgress {
  readonly name: string;
  /** Id of its vertex. */
  readonly vertex: number;
  /** Position among the vertex's subtasks, from 0. */
  readonly index: number;
  /** The present attempt, from 0; -1 before the first. */
  readonly attempt: number;
  /** Where the present attempt runs. */
  readonly taskManager: string | undefined;
  /** The checkpoint the present attempt starts from; 0 for none. */
  readonly restoredFrom: number;
  readonly phase: SubtaskPhase;
  /** True while an output has no room. */
  readonly isBackPressured: boolean;
  /** The newest checkpoint it has heard of by trigger or barrier; 0 for none. */
  readonly checkpoint: number;
  /** Checkpoints whose snapshot is taken but not yet acknowledged. */
  readonly unacknowledged: readonly number[];
  /** The newest checkpoint it was told is complete; 0 for none. */
  readonly completed: number;
  readonly lastRecord: LastRecord | undefined;
  readonly counts: SubtaskCounts;
  /** Seen from recording level "state" on; gone once the attempt has died. */
  readonly keyed: KeyedState;
  /** By operator; seen from recording level "state" on. */
  readonly operatorState: ReadonlyMap<string, OperatorLists>;
}

/** What a subtask does at the moment. */
export type SubtaskPhase =
  | SubtaskLife
  | {
      readonly kind: "aligning";
      readonly checkpoint: number;
      /** Input channels whose barrier is there. */
      readonly arrived: readonly string[];
      /** Input channels that are blocked. */
      readonly blocked: readonly string[];
    }
  | { readonly kind: "snapshotting"; readonly checkpoint: number }
  | { readonly kind: "blocked-outside"; readonly hook: string; readonly request: string };

/** Where an attempt stands in its life. */
export type SubtaskLife =
  /** No attempt was deployed yet. */
  | { readonly kind: "created" }
  | { readonly kind: "deploying" }
  | { readonly kind: "restoring" }
  | { readonly kind: "running" }
  | { readonly kind: "finished" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "canceled" }
  /** Its host crashed. */
  | { readonly kind: "lost"; readonly host: string };

/** The record a subtask took last. */
export type LastRecord =
  | {
      readonly kind: "read";
      readonly source: string;
      readonly partition: number;
      readonly offset: number;
      readonly value: string;
    }
  | {
      readonly kind: "processed";
      readonly channel: string;
      readonly sequence: number;
      readonly value: string;
    };

/** How much of what an attempt has done. */
export interface SubtaskCounts {
  readonly read: number;
  readonly processed: number;
  readonly emitted: number;
  readonly written: number;
  readonly snapshots: number;
}

/** A subtask with what its phase is derived from. */
export interface SubtaskState extends SubtaskProgress {
  readonly life: SubtaskLife;
  /** Barriers that are there, of the checkpoint being aligned. */
  readonly alignment:
    | { readonly checkpoint: number; readonly arrived: readonly string[] }
    | undefined;
  readonly blockedInputs: readonly string[];
  /** The checkpoint between its barrier and its snapshot. */
  readonly snapshotting: number | undefined;
  readonly waiting: { readonly hook: string; readonly request: string } | undefined;
  /** The newest checkpoint that is over for this attempt: snapshot taken, declined or aborted. */
  readonly closed: number;
}

/** All subtasks of a job before their first attempts, by vertex. */
export function subtasksOf(topology: JobDescription): SubtaskState[] {
  return topology.vertices.flatMap((vertex) =>
    Array.from({ length: vertex.parallelism }, (_, index) =>
      newSubtask({ name: subtaskName(vertex.name, index), vertex: vertex.id, index }),
    ),
  );
}

function newSubtask(identity: {
  readonly name: string;
  readonly vertex: number;
  readonly index: number;
}): SubtaskState {
  const life = { kind: "created" } as const;
  return {
    ...identity,
    ...FRESH,
    attempt: -1,
    taskManager: undefined,
    restoredFrom: 0,
    life,
    phase: life,
  };
}

/** The subtask once the job master has deployed an attempt of it. */
export function deployed(
  subtask: SubtaskState,
  deployment: {
    readonly attempt: number;
    readonly taskManager: string | undefined;
    readonly checkpoint: number;
  },
): SubtaskState {
  const { attempt, taskManager, checkpoint } = deployment;
  const life = { kind: "deploying" } as const;
  return {
    ...subtask,
    ...FRESH,
    attempt,
    taskManager,
    restoredFrom: checkpoint,
    life,
    phase: life,
  };
}

/** The subtask once its host has crashed; one that had ended already stays as it was. */
export function lostWithHost(subtask: SubtaskState, host: string): SubtaskState {
  return isOver(subtask.life) ? subtask : died(subtask, { kind: "lost", host });
}

/** The subtask with its input `channel` blocked or no longer blocked. */
export function withInputBlocked(
  subtask: SubtaskState,
  channel: string,
  isBlocked: boolean,
): SubtaskState {
  const others = subtask.blockedInputs.filter((blocked) => blocked !== channel);
  return changed(subtask, { blockedInputs: isBlocked ? [...others, channel] : others });
}

/** The subtask after an event at it, by its present attempt. */
export function subtaskAfter(subtask: SubtaskState, event: TraceEvent): SubtaskState {
  switch (event.kind) {
    case "task-restored":
      return changed(subtask, { life: { kind: "restoring" }, restoredFrom: event.checkpoint });
    case "task-running":
      return changed(subtask, { life: { kind: "running" } });
    case "task-finished":
      return changed(subtask, { life: { kind: "finished" } });
    case "task-canceled":
      return died(subtask, { kind: "canceled" });
    case "task-failed":
      return died(subtask, { kind: "failed", reason: event.reason });
    case "record-read": {
      const { source, partition, offset, value } = event;
      const lastRecord = { kind: "read", source, partition, offset, value } as const;
      return { ...subtask, lastRecord, counts: counted(subtask, "read") };
    }
    case "record-processed": {
      const { channel, sequence, value } = event;
      const lastRecord = { kind: "processed", channel, sequence, value } as const;
      return { ...subtask, lastRecord, counts: counted(subtask, "processed") };
    }
    case "record-emitted":
      return { ...subtask, counts: counted(subtask, "emitted") };
    case "record-written":
      return { ...subtask, counts: counted(subtask, "written") };
    case "state-updated":
      return { ...subtask, keyed: subtask.keyed.updated(event) };
    case "operator-restored": {
      const keyed = subtask.keyed.restored(event.keyed);
      return { ...subtask, keyed, operatorState: withLists(subtask, event) };
    }
    case "operator-snapshot-written":
      return { ...subtask, operatorState: withLists(subtask, event) };
    case "output-blocked":
      return { ...subtask, isBackPressured: true };
    case "output-available":
      return { ...subtask, isBackPressured: false };
    case "hook-started":
      return subtask.life.kind === "deploying"
        ? changed(subtask, { life: { kind: "restoring" } })
        : subtask;
    case "hook-waiting":
      return changed(subtask, { waiting: { hook: event.hook, request: event.request } });
    case "hook-finished":
      return changed(subtask, { waiting: undefined });
    case "trigger-received":
      return { ...subtask, checkpoint: Math.max(subtask.checkpoint, event.checkpoint) };
    case "barrier-received":
      return barrierReceived(subtask, event.checkpoint, event.channel);
    case "alignment-completed":
      return changed(subtask, { alignment: undefined });
    case "barrier-emitted":
      return changed(subtask, { alignment: undefined, snapshotting: event.checkpoint });
    case "snapshot-taken": {
      const unacknowledged = [...subtask.unacknowledged, event.checkpoint];
      const counts = counted(subtask, "snapshots");
      return { ...closed(subtask, event.checkpoint), unacknowledged, counts };
    }
    case "checkpoint-acknowledged":
      return { ...subtask, unacknowledged: without(subtask.unacknowledged, event.checkpoint) };
    case "checkpoint-declined":
    case "cancel-marker-received":
    case "cancel-marker-emitted":
    case "abort-received": {
      const unacknowledged = without(subtask.unacknowledged, event.checkpoint);
      return { ...closed(subtask, event.checkpoint), unacknowledged };
    }
    case "completion-received":
      return { ...subtask, completed: Math.max(subtask.completed, event.checkpoint) };
    default:
      return subtask;
  }
}

/** True once an attempt does nothing any more. */
export function isOver(life: SubtaskLife): boolean {
  switch (life.kind) {
    case "created":
    case "deploying":
    case "restoring":
    case "running":
      return false;
    case "finished":
    case "failed":
    case "canceled":
    case "lost":
      return true;
    default:
      return unreachable(life);
  }
}

const NO_STATE = {
  keyed: KeyedState.empty(),
  operatorState: new Map<string, OperatorLists>(),
} as const;

/** What every attempt starts with. */
const FRESH = {
  ...NO_STATE,
  isBackPressured: false,
  checkpoint: 0,
  unacknowledged: [],
  completed: 0,
  lastRecord: undefined,
  counts: { read: 0, processed: 0, emitted: 0, written: 0, snapshots: 0 },
  alignment: undefined,
  blockedInputs: [],
  snapshotting: undefined,
  waiting: undefined,
  closed: 0,
} as const;

function barrierReceived(subtask: SubtaskState, checkpoint: number, channel: string): SubtaskState {
  if (checkpoint <= subtask.closed) return subtask;
  const { alignment } = subtask;
  if (alignment !== undefined && checkpoint < alignment.checkpoint) return subtask;
  const arrived = alignment?.checkpoint === checkpoint ? alignment.arrived : [];
  return changed(subtask, {
    checkpoint: Math.max(subtask.checkpoint, checkpoint),
    alignment: { checkpoint, arrived: [...arrived, channel] },
  });
}

/** The subtask once its attempt has died, and its state with it. */
function died(subtask: SubtaskState, life: SubtaskLife): SubtaskState {
  return changed(subtask, { ...NO_STATE, life });
}

function withLists(
  subtask: SubtaskState,
  event: EventOf<"operator-restored" | "operator-snapshot-written">,
): ReadonlyMap<string, OperatorLists> {
  const { operator, checkpoint, operatorState } = event;
  return new Map(subtask.operatorState).set(operator, { checkpoint, lists: operatorState });
}

/** The subtask with `checkpoint` no longer under way in it. */
function closed(subtask: SubtaskState, checkpoint: number): SubtaskState {
  const { alignment, snapshotting } = subtask;
  return changed(subtask, {
    alignment: alignment?.checkpoint === checkpoint ? undefined : alignment,
    snapshotting: snapshotting === checkpoint ? undefined : snapshotting,
    closed: Math.max(subtask.closed, checkpoint),
  });
}

function counted(subtask: SubtaskState, what: keyof SubtaskCounts): SubtaskCounts {
  return { ...subtask.counts, [what]: subtask.counts[what] + 1 };
}

function without(checkpoints: readonly number[], checkpoint: number): readonly number[] {
  return checkpoints.filter((other) => other !== checkpoint);
}

function changed(subtask: SubtaskState, change: Partial<SubtaskState>): SubtaskState {
  const next: { -readonly [Field in keyof SubtaskState]: SubtaskState[Field] } = {
    ...subtask,
    ...change,
  };
  next.phase = phaseOf(next);
  return next;
}

function phaseOf(subtask: SubtaskState): SubtaskPhase {
  const { life, waiting, snapshotting, alignment, blockedInputs } = subtask;
  if (isOver(life)) return life;
  if (waiting !== undefined) return { kind: "blocked-outside", ...waiting };
  if (life.kind !== "running") return life;
  if (snapshotting !== undefined) return { kind: "snapshotting", checkpoint: snapshotting };
  if (alignment === undefined) return life;
  return { kind: "aligning", ...alignment, blocked: blockedInputs };
}
