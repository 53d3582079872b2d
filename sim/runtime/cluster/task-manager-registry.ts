// The task managers a job master knows (Flink: the registered TaskExecutors with their heartbeat monitors and
// slots). It hears and counts; what a loss means is the scheduler's business.

import type { Actor } from "../../kernel/actor.ts";
import type { EventHandle } from "../../kernel/event-queue.ts";
import { compareText } from "../../kernel/plain-object.ts";
import type { Simulation } from "../../kernel/simulation.ts";
import type { Duration } from "../../kernel/virtual-time.ts";
import type { JobMasterMessage, TaskManagerMessage } from "./cluster-message.ts";
import type { ClusterRecorder } from "./events.ts";

/** A task manager says that it is there. */
export type TaskManagerRegistration = Extract<JobMasterMessage, { kind: "register-task-manager" }>;

/** The registry's timers, as its job master gets them. */
export type HeartbeatTimer =
  | { readonly kind: "heartbeat-due" }
  | { readonly kind: "silent"; readonly taskManager: string };

interface RegisteredTaskManager {
  readonly name: string;
  readonly boot: number;
  readonly slots: number;
  /** Fires if no heartbeat comes; undefined if heartbeats are off. */
  readonly silence: EventHandle | undefined;
}

/** The task managers of one leadership. */
export class TaskManagerRegistry {
  readonly #owner: Actor;
  readonly #simulation: Simulation;
  readonly #recorder: ClusterRecorder;
  readonly #heartbeatInterval: Duration;
  readonly #heartbeatTimeout: Duration;
  readonly #registered = new Map<string, RegisteredTaskManager>();
  #heartbeats = 0;
  #due: EventHandle | undefined = undefined;

  constructor(options: {
    /** The job master: its timers and its place in the trace are used. */
    readonly owner: Actor;
    readonly simulation: Simulation;
    readonly recorder: ClusterRecorder;
    readonly heartbeatInterval: Duration;
    /** 0 switches heartbeats off. */
    readonly heartbeatTimeout: Duration;
  }) {
    this.#owner = options.owner;
    this.#simulation = options.simulation;
    this.#recorder = options.recorder;
    this.#heartbeatInterval = options.heartbeatInterval;
    this.#heartbeatTimeout = options.heartbeatTimeout;
  }

  /** The names of all that are registered, in the order they came. */
  get names(): readonly string[] {
    return [...this.#registered.keys()];
  }

  /** One task manager's name for each slot: all vertices share slots, so subtask i takes slot i. */
  get slots(): readonly string[] {
    const byName = [...this.#registered.values()].sort((a, b) => compareText(a.name, b.name));
    const slots: string[] = [];
    for (const taskManager of byName) {
      for (let slot = 0; slot < taskManager.slots; slot++) slots.push(taskManager.name);
    }
    return slots;
  }

  /** Which boot of a task manager is registered, if one is. */
  bootOf(name: string): number | undefined {
    return this.#registered.get(name)?.boot;
  }

  /** Begins to send heartbeats. */
  start(): void {
    if (this.#heartbeatTimeout === 0) return;
    const timer: HeartbeatTimer = { kind: "heartbeat-due" };
    this.#due = this.#simulation.schedule(this.#heartbeatInterval, this.#owner, timer);
  }

  /** Begins again after {@link TaskManagerRegistry.stop}, with everyone who is registered. */
  resume(): void {
    for (const [name, known] of this.#registered) {
      this.#registered.set(name, { ...known, silence: this.#awaitHeartbeat(name) });
    }
    this.start();
  }

  /** Ends all timers. */
  stop(): void {
    this.#cancel(this.#due);
    for (const { silence } of this.#registered.values()) this.#cancel(silence);
  }

  /** The heartbeats to send now; the next ones follow after the interval. */
  nextHeartbeats(): readonly { readonly name: string; readonly heartbeat: TaskManagerMessage }[] {
    const heartbeat = { kind: "heartbeat", number: this.#heartbeats++ } as const;
    this.start();
    return this.names.map((name) => ({ name, heartbeat }));
  }

  /** Whether `boot` comes after the one that is registered. */
  isReplacedBy(name: string, boot: number): boolean {
    const known = this.#registered.get(name);
    return known !== undefined && known.boot < boot;
  }

  /** Takes a task manager in. Returns false if the message is of an earlier boot. */
  register(message: TaskManagerRegistration): boolean {
    const { taskManager, boot, slots, resourceId: resource } = message;
    const known = this.#registered.get(taskManager);
    if (known !== undefined && known.boot > boot) return false;
    if (known?.boot === boot) return true;
    const silence = this.#awaitHeartbeat(taskManager);
    this.#registered.set(taskManager, { name: taskManager, boot, slots, silence });
    const fields = { taskManager, slots, resource };
    this.#recorder.record("task-manager-registered", this.#owner.incarnation, fields);
    return true;
  }

  /** A heartbeat's answer has come. */
  onHeartbeat(name: string, boot: number): void {
    const known = this.#registered.get(name);
    if (known?.boot !== boot) return;
    this.#recorder.record("heartbeat-received", this.#owner.incarnation, { taskManager: name });
    this.#cancel(known.silence);
    this.#registered.set(name, { ...known, silence: this.#awaitHeartbeat(name) });
  }

  /** Forgets a task manager. Returns false if it was not registered. */
  lose(name: string, reason: string): boolean {
    const lost = this.#registered.get(name);
    if (lost === undefined) return false;
    this.#cancel(lost.silence);
    this.#registered.delete(name);
    const fields = { taskManager: name, reason };
    this.#recorder.record("task-manager-lost", this.#owner.incarnation, fields);
    return true;
  }

  /** What determines the registry's future, as plain data. */
  describeState(): unknown {
    return [...this.#registered.values()].map(({ name, boot, slots }) => [name, boot, slots]);
  }

  #awaitHeartbeat(taskManager: string): EventHandle | undefined {
    if (this.#heartbeatTimeout === 0) return undefined;
    const timer: HeartbeatTimer = { kind: "silent", taskManager };
    return this.#simulation.schedule(this.#heartbeatTimeout, this.#owner, timer);
  }

  #cancel(timer: EventHandle | undefined): void {
    if (timer !== undefined) this.#simulation.cancel(timer);
  }
}
