// A subtask at work (Flink: StreamTask with its mailbox processor). One mail or one record is one atomic step;
// mail goes first. A step takes virtual time; a hook that waits for the outside keeps everything else waiting.

import type { Actor } from "../../kernel/actor.ts";
import { choiceKind } from "../../kernel/chooser.ts";
import { must, unreachable } from "../../kernel/invariant.ts";
import type { Incarnation } from "../../kernel/place.ts";
import type { CauseTracker } from "../../kernel/recorder.ts";
import type { Simulation } from "../../kernel/simulation.ts";
import { stateHashOf } from "../../kernel/state-hash.ts";
import { after, between, type Duration, type Instant, micros } from "../../kernel/virtual-time.ts";
import type { SharedStorage, StorageAnswer, StorageRequest } from "../../storage/shared-storage.ts";
import type { StorageLink } from "../../storage/storage-link.ts";
import type { Alignment } from "../checkpoint/barrier-handler.ts";
import type { CheckpointFailureReason } from "../checkpoint/checkpoint-failure-reason.ts";
import type {
  AcknowledgedOperatorState,
  SubtaskCheckpointMetrics,
} from "../checkpoint/coordinator-command.ts";
import type { CheckpointRecorder } from "../checkpoint/events.ts";
import { MaterializedFiles } from "../checkpoint/materialized-files.ts";
import {
  SubtaskCheckpoint,
  type SubtaskCheckpointOptions,
} from "../checkpoint/subtask-checkpoint.ts";
import { SubtaskMaterialization } from "../checkpoint/subtask-materialization.ts";
import type { TaskLocalStateStore } from "../local-recovery/task-local-state-store.ts";
import { WorkingDirectory } from "../state/forst/working-directory.ts";
import { StateMigrationError } from "../state/state-errors.ts";
import type { CheckpointBarrier, CheckpointId } from "../stream-element.ts";
import type { TaskRecorder } from "./events.ts";
import { GateInput, type GateReader, type TaskGate } from "./gate-input.ts";
import { HookRunner } from "./hook-runner.ts";
import type { Mail } from "./mail.ts";
import type { OperatorChain } from "./operator-chain.ts";
import type {
  Outside,
  OutsideAnswer,
  OutsideAnswerMessage,
  OutsideRequest,
} from "./outside-request.ts";
import { OutsideRequests, type RequestOverdue } from "./outside-requests.ts";
import type { Source } from "./source.ts";
import { SourceInput } from "./source-input.ts";
import { type RestoreTag, StateRestore, type TaskRestore } from "./state-restore.ts";
import type { Waiting } from "./stream-operator.ts";
import { TimerAlarm } from "./timers/timer-alarm.ts";
import { UserFunctionError } from "./user-code.ts";

/** How long things take in a task. */
export interface TaskTiming {
  readonly recordCost: Duration;
  readonly mailCost: Duration;
  readonly jitter: Duration;
  /** Silence after which a request to the outside is sent again; 0 for never. */
  readonly requestTimeout: Duration;
}

/** Whom a task tells what. */
export interface TaskReports {
  running(): void;
  acknowledge(
    checkpoint: CheckpointId,
    states: readonly AcknowledgedOperatorState[],
    metrics: SubtaskCheckpointMetrics,
  ): void;
  decline(checkpoint: CheckpointId, reason: CheckpointFailureReason): void;
  /** All input has been worked on. */
  endOfData(): void;
  /** Everything this task ever did is committed by a completed checkpoint. */
  readyToFinish(): void;
  finished(): void;
  /** `isRecoverable` unless no restart from the same checkpoint can fare better. */
  failed(reason: string, isRecoverable: boolean): void;
}

/** What an attempt reads. */
export type TaskInput =
  | ({ readonly kind: "gate" } & TaskGate)
  | {
      readonly kind: "source";
      readonly source: Source<unknown>;
      readonly subtaskIndex: number;
      readonly parallelism: number;
      readonly partitions: number;
      readonly fetchSize: number;
    };

type TaskMessage =
  | StorageAnswer
  | OutsideAnswerMessage
  | { readonly kind: "start" }
  | { readonly kind: "restored" }
  | { readonly kind: "step" }
  | { readonly kind: "timer-due" }
  | { readonly kind: "async-part"; readonly checkpoint: CheckpointId }
  | { readonly kind: "materialization-due" }
  | { readonly kind: "materialization-async-part"; readonly materialization: number }
  | RequestOverdue;

type StorageTag =
  | RestoreTag
  | { readonly kind: "snapshot"; readonly checkpoint: CheckpointId; readonly path: string }
  | { readonly kind: "materialized"; readonly materialization: number; readonly path: string }
  | { readonly kind: "working-file"; readonly path: string }
  | { readonly kind: "discarded" };

type Phase = "created" | "restoring" | "running" | "finishing" | "ended";

const STEP_JITTER = choiceKind("step-jitter");
const START: TaskMessage = { kind: "start" };
const RESTORED: TaskMessage = { kind: "restored" };
const STEP: TaskMessage = { kind: "step" };
const MATERIALIZATION_DUE: TaskMessage = { kind: "materialization-due" };
const TIMER_DUE: TaskMessage = { kind: "timer-due" };

/** One attempt of a subtask. */
export class StreamTask implements Actor {
  readonly incarnation: Incarnation;
  /** The files that its backends keep in the shared storage. */
  readonly workingDirectory: WorkingDirectory;
  readonly #simulation: Simulation;
  readonly #storage: SharedStorage;
  readonly #storageLink: StorageLink;
  readonly #recorder: TaskRecorder & CheckpointRecorder;
  readonly #timing: TaskTiming;
  readonly #reports: TaskReports;
  readonly #localState: TaskLocalStateStore | undefined;
  readonly #input: TaskInput;
  /** Undefined for a source. */
  readonly #gate: GateInput | undefined;
  readonly #chain: OperatorChain;
  readonly #restore: StateRestore;
  readonly #requests: OutsideRequests;
  readonly #checkpoints: SubtaskCheckpoint<OutsideRequest, OutsideAnswer>;
  /** Undefined if there is nothing to materialize. */
  readonly #materialization: SubtaskMaterialization | undefined;
  readonly #hooks: HookRunner;
  readonly #alarm: TimerAlarm;
  readonly #mailbox: Mail[] = [];
  #phase: Phase = "created";
  #reader: SourceInput | undefined = undefined;
  #storageRequests = 0;
  #steps = 0;
  #isStepScheduled = false;
  /** Whether input waits because an output can take no more. */
  #isOutputBlocked = false;
  #pausedUntil: Instant;
  #latestCompleted = 0;
  #isAtEnd = false;
  #finalCheckpoint: number | undefined = undefined;
  /** The savepoint whose completion it waits for, to end with the job. */
  #suspendedBy: number | undefined = undefined;
  #isReadyToFinish = false;

  constructor(options: {
    readonly incarnation: Incarnation;
    readonly simulation: Simulation;
    readonly storage: SharedStorage;
    /** What the task's machine and the storage exchange. */
    readonly storageLink: StorageLink;
    readonly outside: Outside;
    readonly recorder: TaskRecorder & CheckpointRecorder;
    readonly causes: CauseTracker;
    readonly timing: TaskTiming;
    readonly checkpointing: SubtaskCheckpointOptions;
    /** Whether the files of incremental state are only opened at a restore, not read. */
    readonly opensFiles: boolean;
    readonly reports: TaskReports;
    readonly input: TaskInput;
    /** Makes the chain, which needs its task for the way out and for a source's positions. */
    readonly createChain: (task: StreamTask) => OperatorChain;
    readonly restore: TaskRestore | undefined;
    /** Undefined without local recovery. */
    readonly localState: TaskLocalStateStore | undefined;
  }) {
    this.incarnation = options.incarnation;
    this.#simulation = options.simulation;
    this.#storage = options.storage;
    this.#storageLink = options.storageLink;
    this.#recorder = options.recorder;
    this.#timing = options.timing;
    this.#reports = options.reports;
    this.#localState = options.localState;
    this.#input = options.input;
    const { recorder, causes, incarnation: at } = options;
    this.#gate =
      options.input.kind === "gate"
        ? new GateInput(options.input, { recorder, causes, at, reader: this.#gateReader() })
        : undefined;
    this.workingDirectory = new WorkingDirectory({
      write: (path, bytes) => {
        this.#requestStorage({ kind: "write", path, bytes }, { kind: "working-file", path });
      },
      delete: (path) => this.#requestStorage({ kind: "delete", path }, { kind: "discarded" }),
    });
    this.#chain = options.createChain(this);
    const { restore, opensFiles } = options;
    this.#restore = new StateRestore(
      { restore, opensFiles },
      (request, tag) => this.#requestStorage(request, tag),
      options.localState,
    );
    this.#requests = new OutsideRequests({
      requester: this,
      simulation: options.simulation,
      outside: options.outside,
      timeout: options.timing.requestTimeout,
    });
    this.#pausedUntil = options.simulation.now;
    this.#alarm = new TimerAlarm(options.simulation, this, TIMER_DUE);
    this.#hooks = new HookRunner((request, hook) => this.#askAndWait(request, hook));
    const materialized = new MaterializedFiles();
    this.#checkpoints = new SubtaskCheckpoint({
      task: this.#chain,
      environment: this.#checkpointEnvironment(),
      recorder: options.recorder,
      at: options.incarnation,
      options: options.checkpointing,
      materialized,
    });
    this.#materialization = this.#createMaterialization(options, materialized);
  }

  /** Starts the attempt after `delay`. */
  start(delay: Duration): void {
    this.#simulation.schedule(delay, this, START);
  }

  /** Puts a mail into the mailbox. */
  post(mail: Mail): void {
    if (this.#phase === "ended") return;
    this.#mailbox.push(mail);
    this.#wake();
  }

  /** Sends a request to the outside without waiting for its answer. */
  sendOutside(request: OutsideRequest): void {
    this.#requests.tell(request);
  }

  /** What the task has just done takes so much longer. */
  charge(cost: Duration): void {
    const now = this.#simulation.now;
    this.#pausedUntil = after(this.#pausedUntil > now ? this.#pausedUntil : now, cost);
  }

  /** Something can be read that could not before. */
  onInputAvailable(): void {
    this.#wake();
  }

  /** Something can be written that could not before. */
  onOutputAvailable(): void {
    if (this.#isOutputBlocked && this.#chain.isOutputAvailable) {
      this.#isOutputBlocked = false;
      this.#recorder.record("output-available", this.incarnation, {});
    }
    this.#wake();
  }

  /** Ends the attempt as failed; if it is not recoverable, a restart would only fail again. */
  fail(reason: string, isRecoverable = true): void {
    if (this.#phase === "ended") return;
    this.#recorder.record("task-failed", this.incarnation, { reason });
    this.#end();
    this.#reports.failed(reason, isRecoverable);
  }

  /** Ends the attempt as canceled. */
  cancel(): void {
    if (this.#phase === "ended") return;
    this.#recorder.record("task-canceled", this.incarnation, {});
    this.#end();
  }

  receive(message: TaskMessage): void {
    try {
      this.#handle(message);
    } catch (error) {
      // State that does not fit will fit no better after a restart.
      const isMisfit = error instanceof StateMigrationError;
      if (!isMisfit && !(error instanceof UserFunctionError)) throw error;
      this.fail(error.message, !isMisfit);
    }
  }

  stateHash(): string {
    return stateHashOf(this.describeState());
  }

  /** What determines the attempt's future, as plain data with times relative to now. */
  describeState(): unknown {
    return {
      phase: this.#phase,
      mailbox: this.#mailbox,
      hook: this.#hooks.describeState(),
      chain: this.#chain.describeState(),
      reader: this.#reader?.describeState(),
      gate: this.#gate?.describeState(),
      checkpoints: this.#checkpoints.describeState(),
      materialization: this.#materialization?.describeState(),
      pausedFor: Math.max(0, this.#pausedUntil - this.#simulation.now),
      latestCompleted: this.#latestCompleted,
      end: [this.#isAtEnd, this.#finalCheckpoint, this.#suspendedBy, this.#isReadyToFinish],
      workingDirectory: this.workingDirectory.describeState(),
    };
  }

  #handle(message: TaskMessage): void {
    switch (message.kind) {
      case "start":
        this.#startRestore();
        break;
      case "restored":
        this.#run();
        break;
      case "step":
        this.#isStepScheduled = false;
        this.#step();
        break;
      case "timer-due":
        this.#alarm.rang();
        break;
      case "async-part":
        this.#checkpoints.writeSnapshot(message.checkpoint);
        break;
      case "materialization-due":
        this.post({ kind: "materialize" });
        break;
      case "materialization-async-part":
        this.#materialization?.write(message.materialization);
        break;
      case "storage-answer":
        this.#onStorageAnswer(message);
        break;
      case "outside-answer":
        this.#onOutsideAnswer(message.requestId, message.answer);
        break;
      case "request-overdue":
        this.#askAgain(message.requestId);
        break;
      default:
        unreachable(message);
    }
    this.#alarm.setTo(this.#timerDueAt);
    this.#wake();
  }

  // Restoring: read the state, give it to the operators, open them, run.

  #startRestore(): void {
    this.#phase = "restoring";
    this.#restore.start();
    if (this.#restore.isComplete) this.#initialize();
  }

  #initialize(): void {
    this.#latestCompleted = this.#restore.checkpoint ?? 0;
    for (const { checkpoint, operator, files } of this.#restore.reusable) {
      this.#checkpoints.restored(checkpoint, operator, files);
    }
    this.#startHook("initialize", this.#open());
  }

  *#open(): Waiting {
    yield* this.#chain.initialize(this.#restore.states());
    const { now } = this.#simulation;
    // Turning what was read into state may have been charged for.
    if (this.#pausedUntil > now) {
      this.#simulation.schedule(between(now, this.#pausedUntil), this, RESTORED);
      return;
    }
    this.#run();
  }

  #run(): void {
    this.#recorder.record("task-restored", this.incarnation, {
      checkpoint: this.#restore.checkpoint ?? 0,
    });
    const input = this.#input;
    if (input.kind === "source") {
      const createReader = () =>
        input.source.createReader({
          restored: this.#chain.head.restoredSplits(),
          subtaskIndex: input.subtaskIndex,
          parallelism: input.parallelism,
          partitions: input.partitions,
          fetchSize: input.fetchSize,
        });
      const { name } = this.#chain.head.node;
      const send = (request: OutsideRequest) => this.#requests.ask(request);
      this.#reader = new SourceInput(name, createReader, send);
      this.#reader.advance();
    }
    this.#phase = "running";
    this.#recorder.record("task-running", this.incarnation, {});
    this.#materialization?.start();
    this.#reports.running();
  }

  /** The positions of the source's reader, for the chain's snapshot. */
  get splits(): ReturnType<SourceInput["snapshotState"]> {
    return this.#reader?.snapshotState() ?? [];
  }

  // Running: one mail, else one timer that is due, else one element.

  #step(): void {
    if (this.#hooks.isBlocked || this.#phase === "ended") return;
    const mail = this.#mailbox.shift();
    if (mail !== undefined) {
      this.#startHook(mail.kind, this.#handleMail(mail));
      return;
    }
    if (this.#mayFireTimer()) {
      this.#runHooks(this.#chain.fireTimer());
      return;
    }
    if (!this.#mayTakeInput()) return;
    if (this.#gate === undefined) this.#takeFromSource();
    else this.#gate.take(this.#simulation.now);
  }

  #takeFromSource(): void {
    const reader = must(this.#reader, "source reader");
    const polled = reader.take();
    if (polled.kind === "end-of-input") {
      this.#startHook("finish", this.#endOfData());
      return;
    }
    if (polled.kind === "record") {
      const { partition, offset, value } = polled.record;
      const source = this.#input.kind === "source" ? this.#input.source.system : "";
      this.#recorder.record("record-read", this.incarnation, { source, partition, offset, value });
      this.#runHooks(this.#chain.process(value));
    }
    reader.advance();
  }

  #gateReader(): GateReader {
    return {
      process: (value, input) => this.#runHooks(this.#chain.process(value, input)),
      align: (hook) => this.#startHook("snapshot", hook),
      endOfData: () => this.#startHook("finish", this.#endOfData()),
      takeSnapshot: (barrier, alignment) => this.#snapshot(barrier, alignment),
      abortSnapshot: (checkpoint, reason) => this.#checkpoints.abort(checkpoint, reason),
    };
  }

  *#snapshot(barrier: CheckpointBarrier, alignment: Alignment): Waiting {
    if (this.#isAtEnd) this.#finalCheckpoint ??= barrier.checkpoint;
    const isTaken = yield* this.#checkpoints.checkpointState(barrier, alignment);
    if (!isTaken || barrier.savepoint?.isStopping !== true) return;
    this.#suspendedBy = barrier.checkpoint;
    this.#finalCheckpoint ??= barrier.checkpoint;
  }

  *#handleMail(mail: Mail): Waiting {
    switch (mail.kind) {
      case "trigger-checkpoint":
        return yield* this.#triggerFromSource(mail);
      case "notify-complete":
        return yield* this.#notifyComplete(mail.checkpoint);
      case "notify-aborted": {
        const { checkpoint, latestCompleted } = mail;
        if (latestCompleted !== undefined) yield* this.#notifyComplete(latestCompleted);
        this.#recorder.record("abort-received", this.incarnation, { checkpoint });
        this.#checkpoints.notifyAborted(checkpoint);
        yield* this.#chain.notifyCheckpointAborted(checkpoint);
        // It has sent the barrier and stopped; that cannot be taken back.
        if (this.#suspendedBy !== undefined && checkpoint >= this.#suspendedBy) {
          this.fail(`savepoint ${this.#suspendedBy}, which was to end the job, was aborted`);
        }
        return;
      }
      case "materialize":
        this.#materialization?.materialize();
        return;
      case "finish":
        return yield* this.#finish();
      default:
        return unreachable(mail);
    }
  }

  *#triggerFromSource(mail: Extract<Mail, { kind: "trigger-checkpoint" }>): Waiting {
    const { checkpoint, timestamp, alignment, savepoint } = mail;
    if (this.#phase !== "running") {
      this.#checkpoints.decline(checkpoint, "CHECKPOINT_DECLINED_TASK_NOT_READY");
      return;
    }
    const cause = this.#recorder.record("trigger-received", this.incarnation, { checkpoint });
    const now = this.#simulation.now;
    const startDelay = micros(now - timestamp);
    yield* this.#snapshot(
      {
        kind: "barrier",
        checkpoint,
        timestamp,
        alignment,
        cause,
        ...(savepoint === undefined ? {} : { savepoint }),
      },
      { startedAt: now, endedAt: now, startDelay },
    );
  }

  *#notifyComplete(checkpoint: CheckpointId): Waiting {
    if (checkpoint <= this.#latestCompleted) return;
    this.#latestCompleted = checkpoint;
    this.#recorder.record("completion-received", this.incarnation, { checkpoint });
    this.#checkpoints.notifyComplete(checkpoint);
    yield* this.#chain.notifyCheckpointComplete(checkpoint);
    const isFinal = this.#finalCheckpoint !== undefined && checkpoint >= this.#finalCheckpoint;
    if (!isFinal || this.#isReadyToFinish) return;
    this.#isReadyToFinish = true;
    this.#reports.readyToFinish();
  }

  // The end: no more data, a final checkpoint, then all tasks together.

  *#endOfData(): Waiting {
    this.#isAtEnd = true;
    yield* this.#chain.finish();
    const cause = this.#recorder.record("end-of-data", this.incarnation, {});
    this.#chain.broadcast({ kind: "end-of-data", cause });
    this.#reports.endOfData();
  }

  *#finish(): Waiting {
    this.#phase = "finishing";
    yield* this.#chain.close();
    const cause = this.#recorder.record("task-finished", this.incarnation, {});
    this.#chain.broadcast({ kind: "end-of-partition", cause });
    this.#end();
    this.#reports.finished();
  }

  #end(): void {
    this.#phase = "ended";
    this.#alarm.setTo(undefined);
    this.#checkpoints.close();
    this.#materialization?.close();
    this.#chain.dispose();
    this.incarnation.end();
  }

  // Steps.

  #mayTakeInput(): boolean {
    if (this.#phase !== "running" || this.#suspendedBy !== undefined) return false;
    if (this.#isAtEnd && this.#input.kind === "source") return false;
    const input = this.#gate ?? this.#reader;
    return input?.isReadable === true && this.#hasRoomInOutputs();
  }

  /** When the next timer is due; undefined if none will fire. */
  get #timerDueAt(): Instant | undefined {
    const isAtWork = this.#phase === "running" && !this.#isAtEnd && this.#suspendedBy === undefined;
    return isAtWork ? this.#chain.timerDueAt : undefined;
  }

  #mayFireTimer(): boolean {
    const due = this.#timerDueAt;
    return due !== undefined && due <= this.#simulation.now && this.#hasRoomInOutputs();
  }

  /** Without room everything waits that could need some: it is back-pressured. */
  #hasRoomInOutputs(): boolean {
    if (this.#chain.isOutputAvailable) return true;
    if (this.#isOutputBlocked) return false;
    this.#isOutputBlocked = true;
    this.#recorder.record("output-blocked", this.incarnation, {});
    return false;
  }

  #wake(): void {
    if (this.#isStepScheduled || this.#hooks.isBlocked) return;
    if (this.#phase !== "running") return;
    const hasMail = this.#mailbox.length > 0 || this.#mayFireTimer();
    if (!hasMail && !this.#mayTakeInput()) return;
    this.#isStepScheduled = true;
    const cost = hasMail ? this.#timing.mailCost : this.#timing.recordCost;
    const { chooser } = this.#simulation;
    const bound = this.#timing.jitter + 1;
    const jitter = chooser.draw(STEP_JITTER, this.incarnation, this.#steps++, bound);
    const now = this.#simulation.now;
    const pause = this.#pausedUntil > now ? this.#pausedUntil - now : 0;
    this.#simulation.schedule(micros(pause + cost + jitter), this, STEP);
  }

  // Hooks and the outside.

  #startHook(name: string, hook: Waiting): void {
    this.#hooks.start(name, hook);
    if (this.#hooks.isBlocked)
      this.#recorder.record("hook-started", this.incarnation, { hook: name });
  }

  #runHooks(hooks: readonly Waiting[] | undefined): void {
    if (hooks !== undefined) this.#startHook("invoke", inOrder(hooks));
  }

  #askAndWait(request: OutsideRequest, hook: string): number {
    const asked = `${request.kind} ${request.system}`;
    this.#recorder.record("hook-waiting", this.incarnation, { hook, request: asked });
    return this.#requests.ask(request);
  }

  #askAgain(requestId: number): void {
    const awaited = this.#hooks.awaited;
    const request =
      awaited?.requestId === requestId ? awaited.request : this.#reader?.pending(requestId);
    if (request !== undefined) this.#requests.askAgain(requestId, request);
  }

  #onOutsideAnswer(requestId: number, answer: OutsideAnswer): void {
    this.#requests.answered(requestId);
    const hook = this.#hooks.awaited?.name;
    if (this.#hooks.answer(requestId, answer)) {
      if (hook !== undefined && !this.#hooks.isBlocked) {
        this.#recorder.record("hook-finished", this.incarnation, { hook });
      }
      return;
    }
    if (this.#reader?.answer(requestId, answer) === true) this.#reader.advance();
  }

  // Storage and the checkpoint protocol's surroundings.

  #onStorageAnswer(answer: StorageAnswer): void {
    const tag = answer.tag as StorageTag;
    const { outcome } = answer;
    switch (tag.kind) {
      case "restored": {
        const failure = this.#restore.onRead(tag, outcome);
        if (failure !== undefined) this.fail(failure, false);
        else if (this.#restore.isComplete) this.#initialize();
        return;
      }
      case "snapshot": {
        const failure = outcome.kind === "failed" ? outcome.reason : undefined;
        this.#checkpoints.fileWritten(tag.checkpoint, tag.path, failure);
        return;
      }
      case "materialized": {
        const failure = outcome.kind === "failed" ? outcome.reason : undefined;
        this.#materialization?.fileWritten(tag.materialization, tag.path, failure);
        return;
      }
      case "working-file": {
        const hasFailed = outcome.kind === "failed";
        this.workingDirectory.settled(tag.path, hasFailed);
        this.#checkpoints.workingFileSettled(tag.path, hasFailed);
        return;
      }
      case "discarded":
        return;
      default:
        unreachable(tag);
    }
  }

  #checkpointEnvironment() {
    const simulation = this.#simulation;
    return {
      now: () => simulation.now,
      workingDirectory: this.workingDirectory,
      localState: this.#localState,
      pause: (duration: Duration) => {
        this.#pausedUntil = after(simulation.now, duration);
      },
      startAsyncPart: (checkpoint: CheckpointId, delay: Duration) => {
        simulation.schedule(delay, this, { kind: "async-part", checkpoint });
      },
      writeFile: (checkpoint: CheckpointId, path: string, bytes: Uint8Array) => {
        this.#requestStorage(
          { kind: "write", path, bytes },
          { kind: "snapshot", checkpoint, path },
        );
      },
      deleteFile: (path: string) => {
        this.#requestStorage({ kind: "delete", path }, { kind: "discarded" });
      },
      acknowledge: this.#reports.acknowledge,
      decline: this.#reports.decline,
    };
  }

  #createMaterialization(
    {
      checkpointing,
      recorder,
    }: { checkpointing: SubtaskCheckpointOptions; recorder: CheckpointRecorder },
    files: MaterializedFiles,
  ): SubtaskMaterialization | undefined {
    if (checkpointing.materializationInterval === 0) return undefined;
    if (!this.#chain.isMaterializable) return undefined;
    const simulation = this.#simulation;
    return new SubtaskMaterialization({
      task: {
        materialize: () => this.#chain.materialize(),
        isUploaded: (operator, name) => this.#checkpoints.isUploaded(operator, name),
      },
      environment: {
        ...this.#checkpointEnvironment(),
        startNext: (delay) => simulation.schedule(delay, this, MATERIALIZATION_DUE),
        startAsyncPart: (materialization, delay) => {
          const kind = "materialization-async-part";
          simulation.schedule(delay, this, { kind, materialization });
        },
        writeFile: (materialization, path, bytes) => {
          const tag = { kind: "materialized", materialization, path } as const;
          this.#requestStorage({ kind: "write", path, bytes }, tag);
        },
      },
      recorder,
      at: this.incarnation,
      options: checkpointing,
      files,
    });
  }

  #requestStorage(request: StorageRequest, tag: StorageTag): void {
    const id = this.#storageRequests++;
    this.#storage.request(request, { requester: this, tag, id, link: this.#storageLink });
  }
}

function* inOrder(hooks: readonly Waiting[]): Waiting {
  for (const hook of hooks) yield* hook;
}
