// The phase of every task at each moment of a run, as the trace tells it.

import type { TraceEvent } from "../trace/trace-event.ts";

/** Where a task may stand, seen from its checkpoints, in the order in which it gets there. */
export const TASK_PHASES = [
  /** From nothing: there is no checkpoint to go back to. */
  "deploying",
  /** From a completed checkpoint, until it runs. */
  "restoring",
  "running",
  /** A first barrier has come, its snapshot has not been taken. */
  "aligning",
  /** The snapshot is taken and not acknowledged. */
  "snapshotting",
  /** Acknowledged; the checkpoint's fate is not known here. */
  "awaiting-completion",
  "at-end",
  "ended",
] as const;

/** Where a task stands. */
export type TaskPhase = (typeof TASK_PHASES)[number];

interface TaskPosition {
  readonly attempt: number;
  readonly taskManager: string;
  phase: TaskPhase;
  /** The phase before the last event; a strike is recorded after it has ended its task. */
  before: TaskPhase;
  isAtEnd: boolean;
}

/** Follows the tasks of one run. */
export class TaskPhases {
  readonly #tasks = new Map<string, TaskPosition>();

  step(event: TraceEvent): void {
    if (event.kind === "task-deployed") {
      const { task, attempt, taskManager, checkpoint } = event;
      const phase = checkpoint === 0 ? "deploying" : "restoring";
      this.#tasks.set(task, { attempt, taskManager, phase, before: phase, isAtEnd: false });
      return;
    }
    const position = this.#tasks.get(event.place);
    if (position === undefined || position.attempt !== event.incarnation) return;
    const next = phaseAfter(event, position);
    if (next === undefined) return;
    position.before = position.phase;
    position.phase = next;
  }

  /** The phases of the tasks that a fault at `where` has just met: one task, those of a machine, or all. */
  metAt(where: string): readonly TaskPhase[] {
    return this.#at(where).map(({ phase, before }) => (phase === "ended" ? before : phase));
  }

  /** The tasks at `where` have come to their end, whether or not they could still say so. */
  end(where: string): void {
    for (const position of this.#at(where)) {
      position.phase = "ended";
      position.before = "ended";
    }
  }

  #at(where: string): readonly TaskPosition[] {
    const task = this.#tasks.get(where);
    if (task !== undefined) return [task];
    const all = [...this.#tasks.values()];
    return where === "cluster" ? all : all.filter(({ taskManager }) => taskManager === where);
  }
}

function phaseAfter(event: TraceEvent, position: TaskPosition): TaskPhase | undefined {
  const atRest: TaskPhase = position.isAtEnd ? "at-end" : "running";
  switch (event.kind) {
    case "task-running":
      return "running";
    case "barrier-received":
      return "aligning";
    case "snapshot-taken":
      return "snapshotting";
    case "checkpoint-acknowledged":
      return "awaiting-completion";
    case "completion-received":
    case "checkpoint-declined":
    case "abort-received":
      return atRest;
    case "end-of-data":
      position.isAtEnd = true;
      return "at-end";
    case "task-failed":
    case "task-canceled":
    case "task-finished":
      return "ended";
    default:
      return undefined;
  }
}
