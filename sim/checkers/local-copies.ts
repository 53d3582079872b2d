// The second copies of keyed state on the task managers' disks, as events tell of them. A copy stays until its
// checkpoint cannot be the one to restore any more: a later one is complete, or it was aborted itself, or the job is over.
// A restore takes the copy that lies where the task is, and takes nothing else for one. A task whose machine is still
// there goes back to it and its copy. When the job has ended, all copies go.

import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { Refutation } from "./refutation.ts";

type Stored = EventOf<"local-state-stored">;
type Chosen = EventOf<"restore-alternative-chosen">;
type Deployed = EventOf<"task-deployed">;

/** Follows the copies of one run. */
export class LocalCopies {
  /** What is on the disks, by task manager, subtask and checkpoint. */
  readonly #copies: Map<string, Stored>;
  readonly #aborted: Set<number>;
  #completed = 0;
  #isJobOver = false;
  #leadership = 0;
  /** The machines the job master knows of, and those it knew of when it deployed last. */
  readonly #registered: Set<string>;
  #deployable: ReadonlySet<string> = new Set();
  /** Where each subtask was deployed, and where it was before, as far as its job master knows. */
  readonly #deployed: Map<string, Deployed>;
  readonly #deployedBefore: Map<string, Deployed>;

  constructor(original?: LocalCopies) {
    this.#copies = new Map(original === undefined ? [] : original.#copies);
    this.#aborted = new Set(original === undefined ? [] : original.#aborted);
    this.#registered = new Set(original === undefined ? [] : original.#registered);
    this.#deployed = new Map(original === undefined ? [] : original.#deployed);
    this.#deployedBefore = new Map(original === undefined ? [] : original.#deployedBefore);
    if (original === undefined) return;
    this.#completed = original.#completed;
    this.#isJobOver = original.#isJobOver;
    this.#leadership = original.#leadership;
    this.#deployable = original.#deployable;
  }

  /** Takes an event; returns what is wrong with it. */
  step(event: TraceEvent): Refutation | undefined {
    switch (event.kind) {
      case "local-state-stored":
        this.#copies.set(keyOf(event.place, event), event);
        return undefined;
      case "local-state-discarded":
        return this.#discard(event);
      case "restore-alternative-chosen":
        return event.alternative === "local" ? this.#refuteLocal(event) : this.#refuteRemote(event);
      case "checkpoint-stored":
        this.#completed = Math.max(this.#completed, event.checkpoint);
        return undefined;
      case "checkpoint-aborted":
        this.#aborted.add(event.checkpoint);
        return undefined;
      case "host-crashed":
        if (event.disk === "lost") this.#lose(event.place);
        return undefined;
      case "job-ended":
        this.#isJobOver = true;
        return undefined;
      default:
        this.#place(event);
        return undefined;
    }
  }

  /** What is left on the disks though the job has ended. */
  refuteLeft(ended: EventOf<"job-ended">): Refutation | undefined {
    for (const stored of this.#copies.values()) {
      const sentence = `Left behind: ${nameOf(stored)} on the disk of ${stored.place}, though the job ended ${ended.status}`;
      return { sentence, events: [stored.index, ended.index] };
    }
    return undefined;
  }

  clone(): LocalCopies {
    return new LocalCopies(this);
  }

  /** Plain data that tells what is there; nothing if there never was a copy. */
  describeState(): unknown {
    if (this.#copies.size === 0) return undefined;
    return [
      [...this.#copies].map(([key, copy]) => `${key} ${this.#isUseless(copy)}`).sort(byText),
      [...this.#registered],
      [...this.#deployable],
      locationsOf(this.#deployed),
      locationsOf(this.#deployedBefore),
    ];
  }

  /** Follows where tasks are and could be. */
  #place(event: TraceEvent): void {
    switch (event.kind) {
      case "task-manager-registered":
        this.#follow(event);
        this.#registered.add(event.taskManager);
        return;
      case "task-manager-lost":
        this.#registered.delete(event.taskManager);
        return;
      case "restore-started":
        this.#follow(event);
        this.#deployable = new Set(this.#registered);
        this.#deployedBefore.clear();
        for (const [task, deployed] of this.#deployed) this.#deployedBefore.set(task, deployed);
        return;
      case "task-deployed":
        this.#deployed.set(event.task, event);
        return;
      default:
        return;
    }
  }

  /** A new job master knows no machine and no task yet; its leadership is the incarnation of its events. */
  #follow({ incarnation }: TraceEvent): void {
    if (incarnation === this.#leadership) return;
    this.#leadership = incarnation;
    this.#registered.clear();
    this.#deployed.clear();
  }

  #discard(event: EventOf<"local-state-discarded">): Refutation | undefined {
    const { place } = event;
    const key = keyOf(place, event);
    const stored = this.#copies.get(key);
    this.#copies.delete(key);
    if (stored === undefined || this.#isUseless(event)) return undefined;
    const sentence = `${place} deletes ${nameOf(event)}, which may still be the one to restore`;
    return { sentence, events: [stored.index, event.index] };
  }

  #refuteLocal(event: Chosen): Refutation | undefined {
    if (this.#copies.has(keyOf(event.place, event))) return undefined;
    const sentence = `${event.task} is restored from ${nameOf(event)}, but there is none on the disk of ${event.place}`;
    return { sentence, events: [event.index] };
  }

  #refuteRemote(event: Chosen): Refutation | undefined {
    const here = this.#copies.get(keyOf(event.place, event));
    if (here !== undefined) {
      const sentence = `${event.task} is restored without ${nameOf(event)}, which is on the disk of ${event.place}: ${event.reason}`;
      return { sentence, events: [here.index, event.index] };
    }
    const before = this.#deployedBefore.get(event.task);
    if (before === undefined || !this.#deployable.has(before.taskManager)) return undefined;
    const there = this.#copies.get(keyOf(before.taskManager, event));
    if (there === undefined) return undefined;
    const sentence = `${event.task} is restored on ${event.place}, but it ran on ${before.taskManager}, which is there and has ${nameOf(event)}`;
    return { sentence, events: [there.index, before.index, event.index] };
  }

  /** Whether nothing will ever be restored from a copy. */
  #isUseless({ checkpoint }: Copy): boolean {
    return this.#isJobOver || checkpoint < this.#completed || this.#aborted.has(checkpoint);
  }

  #lose(taskManager: string): void {
    for (const [key, { place }] of [...this.#copies]) {
      if (place === taskManager) this.#copies.delete(key);
    }
  }
}

interface Copy {
  readonly task: string;
  readonly checkpoint: number;
}

function keyOf(taskManager: string, { task, checkpoint }: Copy): string {
  return `${taskManager} ${task} ${checkpoint}`;
}

function nameOf({ task, checkpoint }: Copy): string {
  return `the copy of the keyed state of ${task} for checkpoint ${checkpoint}`;
}

function locationsOf(deployed: ReadonlyMap<string, Deployed>): readonly unknown[] {
  return [...deployed].map(([task, { taskManager }]) => [task, taskManager]);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
