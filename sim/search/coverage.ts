// What a run has been through: the *sometimes* of scenarios, and which phase of a task each fault met. A fold over
// the events of one run; it judges nothing.
//
// A crash is a fault that ended attempts: a thrown task, a dead machine, a power loss, not counting those after the
// job has ended. It is placed at its fault-struck event, which follows what the strike itself caused.

import type { Sometimes } from "../api/scenario.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import { type Counts, countsOf, sumOf } from "./counts.ts";
import { DueCommits } from "./due-commits.ts";
import { type TaskPhase, TaskPhases } from "./task-phases.ts";

/** Everything a scenario may ask to have happened, with what exactly is meant. */
export const SOMETIMES: readonly { readonly name: Sometimes; readonly meaning: string }[] = [
  {
    name: "crash-while-pending",
    meaning: "a crash after a checkpoint was triggered and before it was stored or aborted",
  },
  {
    name: "crash-between-store-and-notify",
    meaning:
      "a crash after a checkpoint was stored and before every task of its attempt had heard of it, one of which never did",
  },
  {
    name: "crash-between-notify-and-commit",
    meaning:
      "a crash after a sink had heard that a checkpoint is complete and before a transaction it covers was committed",
  },
  {
    name: "crash-during-restore",
    meaning:
      "a crash after a restart had begun to deploy tasks and before all of them were running",
  },
  {
    name: "second-crash-before-next-checkpoint",
    meaning: "a crash after a restart with no checkpoint stored since the crash before",
  },
  { name: "lost-notification", meaning: "a message that a checkpoint is complete was lost" },
  {
    name: "late-acknowledgement",
    meaning:
      "an acknowledgement came that its checkpoint no longer waited for (unknown, discarded or a duplicate), not counting what the end of the job cuts off",
  },
];

/** What happened in a run, or in many. */
export interface Coverage {
  /** How often each of {@link SOMETIMES} happened; absent for never. */
  readonly sometimes: Counts;
  /** Faults that struck, by the phase of the task they met and their kind: "aligning x task-throws". */
  readonly phases: Counts;
  /** Faults that struck, by kind. */
  readonly faults: Counts;
}

/** The name under which {@link Coverage.phases} counts. */
export function phaseKey(phase: TaskPhase, kind: string): string {
  return `${phase} x ${kind}`;
}

/** What many runs went through together. */
export function coverageSum(all: readonly Coverage[]): Coverage {
  return {
    sometimes: sumOf(all.map(({ sometimes }) => sometimes)),
    phases: sumOf(all.map(({ phases }) => phases)),
    faults: sumOf(all.map(({ faults }) => faults)),
  };
}

/** What a run went through. */
export function coverageOf(events: Iterable<TraceEvent>): Coverage {
  const fold = new CoverageFold();
  for (const event of events) fold.step(event);
  return fold.finish();
}

const NOTIFY_COMPLETE = "notify-checkpoint-complete";
const JOB_ENDS = "CHECKPOINT_COORDINATOR_SHUTDOWN";

const CRASHES: ReadonlySet<string> = new Set([
  "task-throws",
  "task-manager-dies",
  "task-manager-loses-disk",
  "power-loss",
]);

/** A crash that came between a checkpoint and the word of it, if a task stays missing to the end. */
interface Unheard {
  readonly checkpoint: number;
  readonly attempt: number;
  /** Tasks that have not heard yet. */
  readonly missing: Set<string>;
}

class CoverageFold {
  readonly #sometimes: Sometimes[] = [];
  readonly #met: string[] = [];
  readonly #struck: string[] = [];
  readonly #phases = new TaskPhases();
  readonly #commits = new DueCommits();
  readonly #pending = new Set<number>();
  /** Checkpoints that were open when the job came to its end. */
  readonly #cutOff = new Set<number>();
  readonly #unheard: Unheard[] = [];
  #attempt = -1;
  /** The present attempt's tasks, and the newest completion each has heard of. */
  readonly #heard = new Map<string, number>();
  readonly #running = new Set<string>();
  /** The newest checkpoint stored during the present attempt; 0 for none. */
  #stored = 0;
  #hasStarted = false;
  #isRestoring = false;
  /** What has happened since a checkpoint was last stored. */
  #sinceStored: "nothing" | "crash" | "crash and restart" = "nothing";
  #hasEnded = false;

  step(event: TraceEvent): void {
    this.#phases.step(event);
    this.#commits.step(event);
    switch (event.kind) {
      case "checkpoint-triggered":
        this.#pending.add(event.checkpoint);
        return;
      case "checkpoint-aborted":
        this.#pending.delete(event.checkpoint);
        if (event.reason === JOB_ENDS) this.#cutOff.add(event.checkpoint);
        return;
      case "checkpoint-stored":
        this.#pending.delete(event.checkpoint);
        this.#stored = event.checkpoint;
        this.#sinceStored = "nothing";
        return;
      case "leadership-granted":
        this.#pending.clear();
        this.#isRestoring = false;
        return;
      case "restore-started":
        this.#start();
        return;
      case "task-deployed":
        this.#attempt = event.attempt;
        this.#heard.set(event.task, 0);
        return;
      case "task-running":
        if (event.incarnation !== this.#attempt) return;
        this.#running.add(event.place);
        if (this.#running.size === this.#heard.size) this.#isRestoring = false;
        return;
      case "job-status-changed":
        if (event.status === "RESTARTING" || event.status === "FAILING") this.#isRestoring = false;
        return;
      case "completion-received":
        this.#hear(event.place, event.incarnation, event.checkpoint);
        return;
      case "acknowledgement-received":
        if (event.outcome === "success" || this.#cutOff.has(event.checkpoint)) return;
        this.#sometimes.push("late-acknowledgement");
        return;
      case "message-lost":
        if (event.message === NOTIFY_COMPLETE) this.#sometimes.push("lost-notification");
        return;
      case "fault-struck":
        this.#strike(event.place, event.what);
        return;
      case "job-ended":
        this.#hasEnded = true;
        return;
      default:
        return;
    }
  }

  finish(): Coverage {
    const neverHeard = this.#unheard.filter(({ missing }) => missing.size > 0);
    const unheard = neverHeard.map((): Sometimes => "crash-between-store-and-notify");
    return {
      sometimes: countsOf([...this.#sometimes, ...unheard]),
      phases: countsOf(this.#met),
      faults: countsOf(this.#struck),
    };
  }

  #start(): void {
    this.#isRestoring = this.#hasStarted;
    this.#hasStarted = true;
    this.#stored = 0;
    this.#heard.clear();
    this.#running.clear();
    if (this.#sinceStored === "crash") this.#sinceStored = "crash and restart";
  }

  #hear(task: string, attempt: number, completed: number): void {
    if (attempt === this.#attempt) this.#heard.set(task, completed);
    for (const { checkpoint, attempt: of, missing } of this.#unheard) {
      if (attempt === of && completed >= checkpoint) missing.delete(task);
    }
  }

  #strike(where: string, what: string): void {
    this.#struck.push(what);
    for (const phase of this.#phases.metAt(where)) this.#met.push(phaseKey(phase, what));
    if (!CRASHES.has(what)) return;
    if (!this.#hasEnded) this.#crash();
    this.#phases.end(where);
  }

  #crash(): void {
    if (this.#pending.size > 0) this.#sometimes.push("crash-while-pending");
    if (this.#commits.isAnyDue) this.#sometimes.push("crash-between-notify-and-commit");
    if (this.#isRestoring) this.#sometimes.push("crash-during-restore");
    if (this.#sinceStored === "crash and restart") {
      this.#sometimes.push("second-crash-before-next-checkpoint");
    }
    this.#sinceStored = "crash";
    const missing = [...this.#heard].filter(([, heard]) => heard < this.#stored);
    if (missing.length === 0) return;
    this.#unheard.push({
      checkpoint: this.#stored,
      attempt: this.#attempt,
      missing: new Set(missing.map(([task]) => task)),
    });
  }
}
