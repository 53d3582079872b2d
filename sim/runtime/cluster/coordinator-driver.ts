// Carries out what the checkpoint coordinator commands: timers, storage, high-availability entries, messages to
// tasks, the trace. It decides nothing.

import type { Actor } from "../../kernel/actor.ts";
import type { EventHandle } from "../../kernel/event-queue.ts";
import { must, unreachable } from "../../kernel/invariant.ts";
import type { Simulation } from "../../kernel/simulation.ts";
import { between } from "../../kernel/virtual-time.ts";
import type { SharedStorage, StorageOutcome } from "../../storage/shared-storage.ts";
import type { CheckpointCoordinator } from "../checkpoint/checkpoint-coordinator.ts";
import { calculateCheckpointPlan } from "../checkpoint/checkpoint-plan.ts";
import type {
  CoordinatorCommand,
  CoordinatorTimer,
  FailJob,
} from "../checkpoint/coordinator-command.ts";
import type { CheckpointRecorder } from "../checkpoint/events.ts";
import type { TaskRef } from "../checkpoint/task-ref.ts";
import { type CheckpointId, checkpointId } from "../stream-element.ts";
import type { TaskManagerMessage } from "./cluster-message.ts";
import type { ExecutionGraph } from "./execution-graph.ts";
import type { HighAvailabilityServices } from "./high-availability-services.ts";

/** What the storage was asked for on the coordinator's behalf. */
export type CoordinatorTag =
  | { readonly kind: "id-allocated"; readonly id: CheckpointId }
  | { readonly kind: "metadata-written"; readonly checkpoint: CheckpointId }
  | { readonly kind: "pointer-added"; readonly checkpoint: CheckpointId }
  | { readonly kind: "pointer-removed"; readonly checkpoint: CheckpointId }
  | { readonly kind: "file-discarded"; readonly checkpoint: CheckpointId | undefined }
  | { readonly kind: "savepoint-noted" };

/** A timer of the coordinator, as its job master gets it. */
export interface CoordinatorTimerFired {
  readonly kind: "coordinator-timer";
  readonly timer: CoordinatorTimer;
}

/** What outlasts leaderships and submissions of a job. */
export type DriverMemory = Pick<CoordinatorDriver, "idCounter" | "newestSavepoint">;

/** The coordinator's hands. */
export class CoordinatorDriver {
  readonly #owner: Actor;
  readonly #coordinator: CheckpointCoordinator;
  readonly #simulation: Simulation;
  readonly #storage: SharedStorage;
  readonly #highAvailability: HighAvailabilityServices;
  readonly #recorder: CheckpointRecorder;
  readonly #executions: ExecutionGraph;
  readonly #tell: (task: TaskRef, message: TaskManagerMessage, id: number) => void;
  readonly #failJob: (command: FailJob) => void;
  readonly #goOn: () => void;
  readonly #nextRequest: () => number;
  readonly #timers = new Map<string, EventHandle>();
  readonly #filesToDiscard = new Map<CheckpointId, number>();
  /** The trigger that waits for an id, which is being written down as given out. */
  #allocatesFor: number | undefined = undefined;
  #isAllocating = false;
  #idCounter = 0;
  #newestSavepoint: string | undefined = undefined;

  constructor(options: {
    /** The job master: timers and storage answer to it. */
    readonly owner: Actor;
    readonly coordinator: CheckpointCoordinator;
    readonly simulation: Simulation;
    readonly storage: SharedStorage;
    readonly highAvailability: HighAvailabilityServices;
    readonly recorder: CheckpointRecorder;
    readonly executions: ExecutionGraph;
    /** Sends a message to wherever a task runs; it may be lost. */
    readonly tell: (task: TaskRef, message: TaskManagerMessage, id: number) => void;
    readonly failJob: (command: FailJob) => void;
    /** The savepoint that should have ended the job has failed. */
    readonly goOn: () => void;
    /** The number of the owner's next storage request. */
    readonly nextRequest: () => number;
  }) {
    this.#owner = options.owner;
    this.#coordinator = options.coordinator;
    this.#simulation = options.simulation;
    this.#storage = options.storage;
    this.#highAvailability = options.highAvailability;
    this.#recorder = options.recorder;
    this.#executions = options.executions;
    this.#tell = options.tell;
    this.#failJob = options.failJob;
    this.#goOn = options.goOn;
    this.#nextRequest = options.nextRequest;
  }

  /** The last checkpoint id given out. */
  get idCounter(): number {
    return this.#idCounter;
  }

  /** The `_metadata` of the newest savepoint of the job; undefined for none. */
  get newestSavepoint(): string | undefined {
    return this.#newestSavepoint;
  }

  /** Goes on counting checkpoint ids after the last one given out, and knows of the newest savepoint. */
  recover({ idCounter, newestSavepoint }: DriverMemory): void {
    this.#idCounter = idCounter;
    this.#newestSavepoint = newestSavepoint;
  }

  /** Whether an id is being given out. */
  get isAllocating(): boolean {
    return this.#isAllocating;
  }

  /** Carries out commands, in order. */
  run(commands: readonly CoordinatorCommand[]): void {
    for (const command of commands) this.#carryOut(command);
  }

  /** The storage has answered a request made here. */
  onStorageAnswer(tag: CoordinatorTag, outcome: StorageOutcome): void {
    const now = this.#simulation.now;
    const hasFailed = outcome.kind === "failed";
    switch (tag.kind) {
      case "id-allocated":
        this.#onAllocated(tag.id, hasFailed);
        return;
      case "metadata-written":
        this.run(this.#coordinator.metadataWritten(tag.checkpoint, !hasFailed, now));
        return;
      case "pointer-added": {
        const result = hasFailed ? "failed" : "stored";
        this.run(this.#coordinator.checkpointStored(tag.checkpoint, result, now));
        return;
      }
      case "pointer-removed":
        this.run(this.#coordinator.pointerDropped(tag.checkpoint, now));
        return;
      case "file-discarded":
        this.#onFileDiscarded(tag.checkpoint);
        return;
      case "savepoint-noted":
        return;
      default:
        unreachable(tag);
    }
  }

  /** A timer set here has fired. */
  onTimer({ timer }: CoordinatorTimerFired): void {
    this.#timers.delete(nameOf(timer));
    this.run(this.#coordinator.timerFired(timer, this.#simulation.now));
  }

  #carryOut(command: CoordinatorCommand): void {
    const now = this.#simulation.now;
    switch (command.kind) {
      case "calculate-plan": {
        const plan = calculateCheckpointPlan(this.#executions.planned());
        this.run(this.#coordinator.planCalculated(command.trigger, plan, now));
        return;
      }
      case "allocate-id": {
        this.#allocatesFor = command.trigger;
        if (!this.isAllocating) this.#allocate();
        return;
      }
      case "set-timer":
        this.#setTimer(command.timer, between(now, command.at));
        return;
      case "cancel-timer":
        this.#cancelTimer(command.timer);
        return;
      case "trigger-tasks": {
        const { checkpoint, timestamp, alignment, savepoint } = command;
        for (const { task, attempt } of command.tasks) {
          const message = {
            kind: "trigger-checkpoint",
            task,
            attempt,
            checkpoint,
            timestamp,
            alignment,
            ...(savepoint === undefined ? {} : { savepoint }),
          } as const;
          this.#tell({ task, attempt }, message, checkpoint);
        }
        return;
      }
      case "write-metadata": {
        const { checkpoint, path, bytes } = command;
        const tag: CoordinatorTag = { kind: "metadata-written", checkpoint };
        this.#storage.request({ kind: "write", path, bytes }, this.#request(tag));
        return;
      }
      case "store-checkpoint": {
        const tag: CoordinatorTag = {
          kind: "pointer-added",
          checkpoint: command.pointer.checkpoint,
        };
        this.#highAvailability.addPointer(command.pointer, this.#request(tag));
        return;
      }
      case "drop-pointer": {
        const tag: CoordinatorTag = { kind: "pointer-removed", checkpoint: command.checkpoint };
        this.#highAvailability.removePointer(command.checkpoint, this.#request(tag));
        return;
      }
      case "discard-checkpoint":
        this.#filesToDiscard.set(command.checkpoint, command.files.length);
        this.#discard(command.files, command.checkpoint);
        return;
      case "discard-state":
        this.#discard(command.files, undefined);
        return;
      case "notify-complete":
        this.#notify(command, "completion-announced", ({ task, attempt }) => ({
          kind: "notify-checkpoint-complete",
          task,
          attempt,
          checkpoint: command.checkpoint,
        }));
        return;
      case "notify-aborted": {
        const { checkpoint, latestCompleted } = command;
        this.#notify(command, "abort-announced", ({ task, attempt }) => ({
          kind: "notify-checkpoint-aborted",
          task,
          attempt,
          checkpoint,
          latestCompleted,
        }));
        return;
      }
      case "note-savepoint":
        this.#newestSavepoint = command.path;
        this.#highAvailability.writeSavepoint(
          command.path,
          this.#request({ kind: "savepoint-noted" }),
        );
        return;
      case "last-savepoint-failed":
        this.#goOn();
        return;
      case "fail-job":
        this.#failJob(command);
        return;
      case "record":
        this.#recorder.record(command.event, this.#owner.incarnation, command.fields);
        return;
      default:
        unreachable(command);
    }
  }

  #notify(
    {
      checkpoint,
      tasks,
    }: Extract<CoordinatorCommand, { kind: "notify-complete" | "notify-aborted" }>,
    event: "completion-announced" | "abort-announced",
    message: (ref: TaskRef) => TaskManagerMessage,
  ): void {
    for (const ref of tasks) {
      this.#recorder.record(event, this.#owner.incarnation, { checkpoint, task: ref.task });
      this.#tell(ref, message(ref), checkpoint);
    }
  }

  #discard(files: readonly string[], checkpoint: CheckpointId | undefined): void {
    for (const path of files) {
      const tag: CoordinatorTag = { kind: "file-discarded", checkpoint };
      this.#storage.request({ kind: "delete", path }, this.#request(tag));
    }
  }

  #onFileDiscarded(checkpoint: CheckpointId | undefined): void {
    if (checkpoint === undefined) return;
    const left = (this.#filesToDiscard.get(checkpoint) ?? 0) - 1;
    if (left > 0) {
      this.#filesToDiscard.set(checkpoint, left);
      return;
    }
    this.#filesToDiscard.delete(checkpoint);
    this.run(this.#coordinator.checkpointDiscarded(checkpoint, this.#simulation.now));
  }

  /**
   * One number is written down at a time: an older write that ends later would take a newer number back. A trigger that
   * comes meanwhile has come in place of the one before, and gets its number.
   */
  #allocate(): void {
    const id = checkpointId(++this.#idCounter);
    this.#isAllocating = true;
    this.#highAvailability.writeCheckpointIdCounter(
      id,
      this.#request({ kind: "id-allocated", id }),
    );
  }

  #onAllocated(id: CheckpointId, hasFailed: boolean): void {
    const { now } = this.#simulation;
    const trigger = must(this.#allocatesFor, "trigger that an id is for");
    this.#isAllocating = false;
    this.run(
      hasFailed
        ? this.#coordinator.idAllocationFailed(trigger, "IO_EXCEPTION", now)
        : this.#coordinator.idAllocated(trigger, id, now),
    );
  }

  #setTimer(timer: CoordinatorTimer, delay: ReturnType<typeof between>): void {
    this.#cancelTimer(timer);
    const fired: CoordinatorTimerFired = { kind: "coordinator-timer", timer };
    this.#timers.set(nameOf(timer), this.#simulation.schedule(delay, this.#owner, fired));
  }

  #cancelTimer(timer: CoordinatorTimer): void {
    const handle = this.#timers.get(nameOf(timer));
    if (handle !== undefined) this.#simulation.cancel(handle);
    this.#timers.delete(nameOf(timer));
  }

  #request(tag: CoordinatorTag) {
    return { requester: this.#owner, tag, id: this.#nextRequest() };
  }
}

function nameOf(timer: CoordinatorTimer): string {
  return timer.kind === "checkpoint-timeout" ? `timeout ${timer.checkpoint}` : timer.kind;
}
