// Who waits for whom when a job does not go on, as far as the trace tells: a checkpoint for a task's
// acknowledgement, a task for a barrier, a channel for its producer, a hook for the outside, a job for a task
// manager. How much it can say depends on the recording level.

import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { Channel, JobShape, Subtask } from "./job-shape.ts";
import { listed } from "./sentence.ts";
import { Submissions } from "./submissions.ts";

/** Links of a chain, the first the symptom, and the events they rest on. */
export interface WaitForChain {
  readonly links: readonly string[];
  readonly events: readonly number[];
}

/** What is known of a subtask's present attempt. */
interface SubtaskSituation {
  readonly subtask: Subtask;
  attempt: number;
  /** Its last word about its life. */
  life: TraceEvent | undefined;
  /** The hook it is in. */
  hook: EventOf<"hook-started" | "hook-waiting"> | undefined;
  blockedOutput: EventOf<"output-blocked"> | undefined;
  /** The newest checkpoint it has sent barriers for, and taken a snapshot for. */
  emitted: number;
  snapshot: number;
  /** The channels that brought the barrier of the newest checkpoint heard of. */
  aligning: number;
  readonly arrived: Set<string>;
}

interface PendingSituation {
  readonly triggered: EventOf<"checkpoint-triggered">;
  readonly acknowledged: Set<string>;
}

/** Follows who waits. */
export class WaitFor {
  readonly #shape: JobShape;
  readonly #submissions: Submissions;
  readonly #subtasks = new Map<string, SubtaskSituation>();
  readonly #pending = new Map<number, PendingSituation>();
  readonly #down: Map<string, TraceEvent>;
  #status: EventOf<"job-status-changed"> | undefined;

  constructor(original: WaitFor | JobShape) {
    if (original instanceof WaitFor) {
      this.#shape = original.#shape;
      this.#submissions = original.#submissions.clone();
      for (const [name, situation] of original.#subtasks) {
        this.#subtasks.set(name, { ...situation, arrived: new Set(situation.arrived) });
      }
      for (const [checkpoint, { triggered, acknowledged }] of original.#pending) {
        this.#pending.set(checkpoint, { triggered, acknowledged: new Set(acknowledged) });
      }
      this.#down = new Map(original.#down);
      this.#status = original.#status;
      return;
    }
    this.#shape = original;
    this.#submissions = new Submissions(original);
    this.#down = new Map();
    for (const subtask of original.subtasks) {
      this.#subtasks.set(subtask.name, freshSituation(subtask));
    }
  }

  clone(): WaitFor {
    return new WaitFor(this);
  }

  step(event: TraceEvent): void {
    this.#submissions.step(event);
    switch (event.kind) {
      case "job-status-changed":
        this.#status = event;
        return;
      case "checkpoint-triggered":
        this.#pending.set(event.checkpoint, { triggered: event, acknowledged: new Set() });
        return;
      case "acknowledgement-received":
        this.#pending.get(event.checkpoint)?.acknowledged.add(event.task);
        return;
      case "checkpoint-stored":
      case "checkpoint-aborted":
      case "checkpoint-subsumed":
        this.#pending.delete(event.checkpoint);
        return;
      case "restore-started":
      case "leadership-granted":
        this.#pending.clear();
        return;
      case "host-crashed":
        this.#down.set(event.place, event);
        return;
      case "host-booted":
        this.#down.delete(event.place);
        return;
      case "task-manager-lost":
        this.#down.set(event.taskManager, event);
        return;
      case "task-manager-registered":
        this.#down.delete(event.taskManager);
        return;
      case "record-read":
      case "record-processed":
      case "record-emitted":
      case "record-written":
      case "record-committed":
        return;
      default:
        this.#stepSubtask(event);
    }
  }

  /** Why the job stands where it stands. */
  chain(): WaitForChain {
    const links: string[] = [];
    const events: number[] = [];
    const newest = [...this.#pending.values()].at(-1);
    if (newest !== undefined) this.#explainPending(newest, links, events);
    else this.#explainTasks(links, events);
    for (const [place, event] of this.#down) {
      links.push(`${place} is down`);
      events.push(event.index);
    }
    if (links.length === 0) links.push("no task says what it waits for");
    if (this.#status !== undefined) events.push(this.#status.index);
    return { links, events };
  }

  /** The job's last status. */
  get status(): string {
    return this.#status?.status ?? "not started";
  }

  #explainPending(
    { triggered, acknowledged }: PendingSituation,
    links: string[],
    events: number[],
  ): void {
    const { checkpoint } = triggered;
    events.push(triggered.index);
    const missing = this.#present.filter(({ subtask }) => !acknowledged.has(subtask.name));
    if (missing.length === 0) {
      links.push(`checkpoint ${checkpoint} has every acknowledgement, but is not stored`);
      return;
    }
    const names = missing.map(({ subtask }) => subtask.name);
    links.push(`checkpoint ${checkpoint} waits for the acknowledgement of ${listed(names)}`);
    const first = missing[0];
    if (first !== undefined) this.#explainSubtask(first, checkpoint, links, events);
  }

  #explainTasks(links: string[], events: number[]): void {
    for (const situation of this.#present) {
      const before = links.length;
      if (
        situation.hook !== undefined ||
        situation.blockedOutput !== undefined ||
        !isRunning(situation)
      ) {
        this.#explainSubtask(situation, undefined, links, events);
      }
      if (links.length > before) return;
    }
  }

  /** The subtasks that the job has now. */
  get #present(): readonly SubtaskSituation[] {
    return [...this.#subtasks.values()].filter(({ subtask }) => {
      return this.#submissions.has(this.#submissions.current, subtask);
    });
  }

  /** Goes from a subtask to what it waits for, and on, until the trace says no more. */
  #explainSubtask(
    start: SubtaskSituation,
    checkpoint: number | undefined,
    links: string[],
    events: number[],
  ): void {
    const visited = new Set<SubtaskSituation>();
    let situation: SubtaskSituation | undefined = start;
    while (situation !== undefined && !visited.has(situation)) {
      visited.add(situation);
      const { name } = situation.subtask;
      const { life, hook, blockedOutput } = situation;
      if (life !== undefined) events.push(life.index);
      if (!isRunning(situation)) {
        const state = life === undefined ? "has not started" : `is not running (${life.kind})`;
        links.push(`${name} ${state}`);
        return;
      }
      if (hook !== undefined) {
        const outside = hook.kind === "hook-waiting" ? ` for ${hook.request}` : "";
        links.push(`${name} waits in ${hook.hook}${outside}`);
        events.push(hook.index);
        return;
      }
      if (checkpoint !== undefined && situation.snapshot >= checkpoint) {
        links.push(`${name} took its snapshot, but its acknowledgement did not arrive`);
        return;
      }
      if (blockedOutput !== undefined) {
        links.push(`${name} has no room in its output`);
        events.push(blockedOutput.index);
        situation = this.#slowConsumerOf(situation, visited);
        continue;
      }
      if (checkpoint === undefined) return;
      const channel = this.#lateChannelOf(situation, checkpoint);
      if (channel === undefined) {
        const isSource = this.#inputsOf(situation.subtask).length === 0;
        links.push(
          isSource
            ? `${name} was not reached by the trigger`
            : `${name} does not take its snapshot`,
        );
        return;
      }
      links.push(`${name} waits for the barrier of channel ${channel.name}`);
      situation = this.#subtasks.get(channel.producer.name);
    }
  }

  /** An input channel that has not brought the barrier; of several, one whose producer has not sent it. */
  #lateChannelOf(
    { subtask, arrived, aligning }: SubtaskSituation,
    checkpoint: number,
  ): Channel | undefined {
    const late = this.#inputsOf(subtask).filter(
      ({ name }) => aligning < checkpoint || !arrived.has(name),
    );
    const unsent = late.find(
      ({ producer }) => (this.#subtasks.get(producer.name)?.emitted ?? 0) < checkpoint,
    );
    return unsent ?? late[0];
  }

  #slowConsumerOf(
    { subtask }: SubtaskSituation,
    visited: ReadonlySet<SubtaskSituation>,
  ): SubtaskSituation | undefined {
    const consumers = this.#shape.channels
      .filter(({ producer }) => producer === subtask)
      .map(({ consumer }) => this.#subtasks.get(consumer.name));
    return consumers.find(
      (consumer) =>
        consumer !== undefined &&
        !visited.has(consumer) &&
        (consumer.hook !== undefined ||
          consumer.blockedOutput !== undefined ||
          !isRunning(consumer)),
    );
  }

  #inputsOf(subtask: Subtask): readonly Channel[] {
    return this.#shape.channels.filter(({ producer, consumer }) => {
      return consumer === subtask && this.#submissions.has(this.#submissions.current, producer);
    });
  }

  #stepSubtask(event: TraceEvent): void {
    const situation = this.#subtasks.get(event.place);
    if (situation === undefined || event.incarnation < situation.attempt) return;
    if (event.incarnation > situation.attempt) {
      Object.assign(situation, freshSituation(situation.subtask), { attempt: event.incarnation });
    }
    switch (event.kind) {
      case "task-restored":
      case "task-running":
      case "task-finished":
      case "task-failed":
      case "task-canceled":
        situation.life = event;
        return;
      case "hook-started":
      case "hook-waiting":
        situation.hook = event;
        return;
      case "hook-finished":
        situation.hook = undefined;
        return;
      case "output-blocked":
        situation.blockedOutput = event;
        return;
      case "output-available":
        situation.blockedOutput = undefined;
        return;
      case "barrier-received":
        if (event.checkpoint > situation.aligning) {
          situation.aligning = event.checkpoint;
          situation.arrived.clear();
        }
        situation.arrived.add(event.channel);
        return;
      case "barrier-emitted":
        situation.emitted = event.checkpoint;
        return;
      case "snapshot-taken":
        situation.snapshot = event.checkpoint;
        return;
      default:
        return;
    }
  }
}

function freshSituation(subtask: Subtask): SubtaskSituation {
  return {
    subtask,
    attempt: -1,
    life: undefined,
    hook: undefined,
    blockedOutput: undefined,
    emitted: 0,
    snapshot: 0,
    aligning: 0,
    arrived: new Set(),
  };
}

function isRunning({ life }: SubtaskSituation): boolean {
  return life?.kind === "task-running";
}
