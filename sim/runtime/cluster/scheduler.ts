// Runs one submission of a job (Flink: DefaultScheduler): deploys its tasks from the newest completed checkpoint, hears
// how they fare, and starts all of them over when one fails.
//
//   wait for slots -> deploy -> RUNNING -> all at end -> final checkpoint -> FINISHED
//        ^                        | failure
//        +---- all ended, delay --+ RESTARTING, or FAILING -> FAILED when restarts are used up

import type { Actor } from "../../kernel/actor.ts";
import { choiceKind } from "../../kernel/chooser.ts";
import { must, unreachable } from "../../kernel/invariant.ts";
import type { Simulation } from "../../kernel/simulation.ts";
import { type Instant, micros, seconds } from "../../kernel/virtual-time.ts";
import type { SharedStorage, StorageAsker, StorageOutcome } from "../../storage/shared-storage.ts";
import type { CheckpointCoordinatorConfig } from "../checkpoint/checkpoint-config.ts";
import { CheckpointCoordinator } from "../checkpoint/checkpoint-coordinator.ts";
import type { RestoredCheckpoint } from "../checkpoint/checkpoint-disposal.ts";
import {
  CHECKPOINT_PROPERTIES,
  isSavepoint,
  savepointProperties,
} from "../checkpoint/checkpoint-properties.ts";
import type { CompletedCheckpoint } from "../checkpoint/completed-checkpoint.ts";
import type { CheckpointRecorder } from "../checkpoint/events.ts";
import { attemptNumber, type TaskRef } from "../checkpoint/task-ref.ts";
import type { SavepointFormat } from "../savepoint-options.ts";
import { attemptOfWorkingFile, workingFolder } from "../state/forst/working-directory.ts";
import { type JobDescription, neededSlots } from "../task/job-graph.ts";
import type { JobMasterMessage } from "./cluster-message.ts";
import {
  CoordinatorDriver,
  type CoordinatorTag,
  type CoordinatorTimerFired,
  type DriverMemory,
} from "./coordinator-driver.ts";
import type { ClusterRecorder } from "./events.ts";
import { type Execution, ExecutionGraph, isTerminal } from "./execution-graph.ts";
import {
  type DurableJob,
  HighAvailabilityServices,
  type JobResult,
} from "./high-availability-services.ts";
import {
  createRestartStrategy,
  type RestartStrategy,
  type RestartStrategyConfig,
} from "./restart-strategy.ts";
import { assignSlots } from "./slot-assignment.ts";
import { type StateToRestore, stateToRestore, taskDeploymentOf } from "./task-deployment.ts";
import type { TaskManagerRegistry } from "./task-manager-registry.ts";
import type { TaskManagerSender } from "./task-manager-sender.ts";
import type { JobStanding, UserRequestHandler } from "./user-request-handler.ts";

/** How a submission is to run. */
export interface SchedulerOptions {
  readonly job: JobDescription;
  /** Partitions of each source's system, by the vertex's id. */
  readonly partitions: ReadonlyMap<number, number>;
  readonly checkpointing: CheckpointCoordinatorConfig;
  readonly restarting: RestartStrategyConfig;
  /** Whether subtasks go back to the machine they ran on, where copies of their state may lie. */
  readonly prefersPreviousLocation: boolean;
  /** Where attempts keep files in the shared storage themselves; undefined if they do not. */
  readonly workingDirectory: string | undefined;
}

/** What a scheduler shares with the job master that leads it, and with the schedulers of other submissions. */
export interface SchedulerEnvironment {
  /** The job master: timers and the storage answer to it. */
  readonly owner: Actor;
  readonly simulation: Simulation;
  readonly storage: SharedStorage;
  readonly recorder: ClusterRecorder & CheckpointRecorder;
  readonly taskManagers: TaskManagerRegistry;
  readonly sender: TaskManagerSender;
  readonly users: UserRequestHandler;
  /** The number of the job master's next storage request. */
  readonly nextRequest: () => number;
  /** The numbers of the choices that this leadership makes of one kind, over all submissions. */
  readonly nextFirstTrigger: () => number;
  readonly nextJitter: () => number;
}

/** Which submission it is, and where it begins. */
export interface SchedulerStart {
  /** Counts from 0. */
  readonly submission: number;
  /** Undefined for the first one, which starts from nothing. */
  readonly startedFrom: RestoredCheckpoint | undefined;
}

/** Where a job stands (Flink: JobStatus). */
export type JobStatus =
  | "CREATED"
  | "RUNNING"
  | "RESTARTING"
  | "FAILING"
  | "FAILED"
  | "CANCELLING"
  | "CANCELED"
  | "FINISHED";

/** What the storage was asked for on a scheduler's behalf. */
export type SchedulerTag =
  | { readonly kind: "attempt-written"; readonly attempt: number }
  | { readonly kind: "failures-written" }
  | { readonly kind: "working-files-listed"; readonly attempt: number }
  | { readonly kind: "result-written"; readonly status: JobResult["status"] }
  | CoordinatorTag;

/** What a scheduler has its job master woken for. */
export type SchedulerTimer =
  | CoordinatorTimerFired
  | { readonly kind: "restart-due"; readonly attempt: number }
  | { readonly kind: "final-checkpoint-overdue"; readonly attempt: number };

const FIRST_TRIGGER = choiceKind("first-trigger");
const RESTART_JITTER = choiceKind("restart-jitter");
const FINAL_CHECKPOINT_RETRY = seconds(1);

/** One submission of a job under one leadership. */
export class Scheduler implements JobStanding {
  /** Which submission of the job it is; counts from 0. */
  readonly submission: number;
  readonly #owner: Actor;
  readonly #simulation: Simulation;
  readonly #storage: SharedStorage;
  readonly #recorder: ClusterRecorder & CheckpointRecorder;
  readonly #taskManagers: TaskManagerRegistry;
  readonly #sender: TaskManagerSender;
  readonly #users: UserRequestHandler;
  readonly #nextRequest: () => number;
  readonly #nextFirstTrigger: () => number;
  readonly #nextJitter: () => number;
  readonly #startedFrom: RestoredCheckpoint | undefined;
  readonly #options: SchedulerOptions;
  readonly #executions: ExecutionGraph;
  readonly #coordinator: CheckpointCoordinator;
  readonly #driver: CoordinatorDriver;
  readonly #highAvailability: HighAvailabilityServices;
  readonly #restarts: RestartStrategy;
  /** The `_metadata` of what the job left when it ended. */
  #retained: string | undefined;
  #status: JobStatus = "CREATED";
  #reason = "";
  #attempt = -1;
  #failures = 0;
  /** Whether everything durable has been read, or found unreadable. */
  #isLoaded = false;
  /** Whether all completed checkpoints are known, and so the files that they need. */
  #isRecovered = false;
  #isDeploying = false;
  #isRestartDue = true;
  /** Whether the job's result is being written. */
  #isEnding = false;
  /** Whether it looks for what the attempts of the ended job have left. */
  #isSweeping = false;

  constructor(
    environment: SchedulerEnvironment,
    { submission, startedFrom }: SchedulerStart,
    options: SchedulerOptions,
  ) {
    this.submission = submission;
    this.#owner = environment.owner;
    this.#simulation = environment.simulation;
    this.#storage = environment.storage;
    this.#recorder = environment.recorder;
    this.#taskManagers = environment.taskManagers;
    this.#sender = environment.sender;
    this.#users = environment.users;
    this.#nextRequest = environment.nextRequest;
    this.#nextFirstTrigger = environment.nextFirstTrigger;
    this.#nextJitter = environment.nextJitter;
    this.#startedFrom = startedFrom;
    this.#options = options;
    this.#executions = new ExecutionGraph(options.job);
    this.#coordinator = new CheckpointCoordinator(options.checkpointing);
    this.#highAvailability = new HighAvailabilityServices(environment.storage, submission);
    this.#restarts = createRestartStrategy(options.restarting, (bound) => this.#drawJitter(bound));
    this.#driver = this.#createDriver();
  }

  /** Where the job stands. */
  get status(): JobStatus {
    return this.#status;
  }

  /** The last attempt number given out; -1 for none. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Whether everything durable has been read, or found unreadable. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Whether all tasks run. */
  get isRunning(): boolean {
    return this.#status === "RUNNING";
  }

  /** Whether the job has ended, in whatever way. */
  get isOver(): boolean {
    return this.#status === "FINISHED" || this.#status === "CANCELED" || this.#status === "FAILED";
  }

  /** Whether it has come to the end of its input, so that nothing is left to go on with. */
  get hasWorkedOff(): boolean {
    return this.#status === "FINISHED" && this.#reason === "";
  }

  /** Whether files are still being deleted that its end made superfluous, or a number is still being given out. */
  get isCleaningUp(): boolean {
    return this.#isSweeping || this.#coordinator.isCleaningUp || this.#driver.isAllocating;
  }

  /** The `_metadata` of what the job left when it ended; undefined for nothing. */
  get retained(): string | undefined {
    return this.#retained;
  }

  /** What the next submission is to know of checkpoints. */
  get memory(): DriverMemory {
    const { idCounter, newestSavepoint } = this.#driver;
    return { idCounter, newestSavepoint };
  }

  // Starting.

  /** Goes on where the last leadership stopped; if the job has ended, so it stays. {@link start} is owed otherwise. */
  recover(durable: DurableJob): void {
    this.#attempt = durable.attempt;
    this.#failures = durable.failures;
    this.#driver.recover({
      idCounter: durable.checkpointIdCounter,
      newestSavepoint: durable.savepoint,
    });
    this.#restarts.recover(durable.failures);
    if (durable.result === undefined) return;
    this.#reason = durable.result.reason;
    this.#retained = durable.result.retained;
    this.#isLoaded = true;
    this.#endJob(durable.result.status);
  }

  /** Goes on from what another submission has left. {@link start} is owed. */
  follow({ attempt, memory }: Pick<Scheduler, "attempt" | "memory">): void {
    this.#attempt = attempt;
    this.#driver.recover(memory);
  }

  /** Begins with the newest of the job's completed checkpoints. {@link proceed} is owed. */
  start(completed: readonly CompletedCheckpoint[]): void {
    this.#coordinator.recoverCompleted(completed, this.#startedFrom);
    this.#isLoaded = true;
    this.#isRecovered = true;
    this.#setStatus("CREATED");
  }

  /** What is durable cannot be read: the job ends FAILED and says why. */
  cannotRecover(reason: string): void {
    this.#isLoaded = true;
    this.#refuse(reason);
  }

  /** Nothing can be restored, so that no restart will help: the job ends FAILED and says why. */
  #refuse(reason: string): void {
    if (this.isOver || this.#isGivenUp) return;
    this.#giveUp("FAILING", reason);
  }

  // What its job master hears.

  /** A timer that this scheduler, or that of an earlier submission, has set goes off. */
  onTimer(timer: SchedulerTimer): void {
    switch (timer.kind) {
      case "coordinator-timer":
        this.#driver.onTimer(timer);
        return;
      case "restart-due":
        if (timer.attempt !== this.#attempt) return;
        this.#isRestartDue = true;
        this.proceed();
        return;
      case "final-checkpoint-overdue":
        if (timer.attempt === this.#attempt) this.#triggerFinalCheckpoint();
        return;
      default:
        unreachable(timer);
    }
  }

  /** The storage has answered what it was asked for under `tag`. */
  onStorageAnswer(tag: SchedulerTag, outcome: StorageOutcome): void {
    switch (tag.kind) {
      case "attempt-written":
        if (outcome.kind === "failed") {
          this.#writeAttempt(tag.attempt);
          return;
        }
        this.#onAttemptWritten(tag.attempt);
        return;
      case "failures-written":
        return;
      case "working-files-listed":
        this.#onWorkingFilesListed(tag.attempt, outcome);
        return;
      case "result-written":
        if (outcome.kind === "failed") {
          this.#writeResult(tag.status);
          return;
        }
        this.#endJob(tag.status);
        return;
      default:
        this.#driver.onStorageAnswer(tag, outcome);
        this.proceed();
        this.#users.serve();
        return;
    }
  }

  /** A task has made its snapshot durable. */
  acknowledge(message: Extract<JobMasterMessage, { kind: "acknowledge-checkpoint" }>): void {
    const { checkpoint, task, attempt, states: operatorStates, metrics } = message;
    const acknowledgement = { checkpoint, task: { task, attempt }, operatorStates, metrics };
    this.#driver.run(this.#coordinator.acknowledge(acknowledgement, this.#now));
  }

  /** A task cannot take part in a checkpoint. */
  decline(message: Extract<JobMasterMessage, { kind: "decline-checkpoint" }>): void {
    const { checkpoint, task, attempt, reason } = message;
    const decline = { checkpoint, task: { task, attempt }, reason };
    this.#driver.run(this.#coordinator.decline(decline, this.#now));
  }

  /** The tasks that ran on a task manager are gone. */
  onTaskManagerLost(name: string, reason: string): void {
    const stranded = this.#executions.all.filter(
      (execution) => execution.taskManager === name && !isTerminal(execution),
    );
    for (const execution of stranded) this.#executions.update(execution, { state: "FAILED" });
    const isNews = stranded.some(({ state }) => state !== "CANCELING");
    if (isNews) this.#failover(`${name} was lost: ${reason}`);
    this.proceed();
  }

  // What its users want.

  /** Asks for a checkpoint from outside, besides the periodic ones. */
  triggerCheckpoint(): void {
    const request = { isPeriodic: false, properties: CHECKPOINT_PROPERTIES };
    this.#driver.run(this.#coordinator.trigger(request, this.#now));
  }

  /** Asks for a savepoint; with a synchronous one all tasks finish. */
  takeSavepoint(format: SavepointFormat, how: { readonly isSynchronous: boolean }): void {
    const { isUnaligned } = this.#options.checkpointing;
    const properties = savepointProperties({ ...how, isUnaligned, format });
    const request = { isPeriodic: false, properties };
    this.#driver.run(this.#coordinator.trigger(request, this.#now));
  }

  /** Ends periodic checkpoints, and aborts those under way. */
  suspendCheckpoints(): void {
    this.#driver.run(
      this.#coordinator.stopCheckpointScheduler(this.#now, "CHECKPOINT_COORDINATOR_SUSPEND"),
    );
  }

  /** The stop of `attempt` has come to nothing: periodic checkpoints go on. */
  onStopFailed(attempt: number): void {
    if (attempt === this.#attempt && this.#status === "RUNNING") this.#startCheckpoints();
  }

  /** Cancels all tasks, unless they are on their way out already. */
  cancel(): void {
    if (this.#isGivenUp) return;
    this.#giveUp("CANCELLING");
  }

  /** Plain data that determines, with the task managers, everything this scheduler will do. */
  describeState(): unknown {
    return {
      status: this.#status,
      executions: this.#executions.describeState(),
      coordinator: this.#coordinator.describeState(),
      restarts: this.#restarts.describeState(),
      submission: [this.submission, this.#startedFrom, this.#retained],
      counts: [
        this.#isSweeping,
        this.#attempt,
        this.#failures,
        this.#isDeploying,
        this.#isRestartDue,
        this.#isLoaded,
        this.#isRecovered,
        this.#isEnding,
      ],
    };
  }

  // Deploying.

  /** Goes on with whatever the job waits for, if it has come. */
  proceed(): void {
    if (!this.#isLoaded || this.isOver) return;
    if (this.#status === "FAILING") {
      if (this.#executions.isEverythingTerminal && !this.#isEnding) this.#writeResult("FAILED");
      return;
    }
    if (this.#status === "CANCELLING") {
      const isDone = this.#executions.isEverythingTerminal && !this.#coordinator.isStoring;
      if (isDone && !this.#isEnding && !this.#isDeploying) this.#writeResult("CANCELED");
      return;
    }
    const isWaiting = this.#status === "CREATED" || this.#status === "RESTARTING";
    if (!isWaiting || this.#isDeploying || !this.#isRestartDue) return;
    if (!this.#executions.isEverythingTerminal || this.#coordinator.isStoring) return;
    if (this.#taskManagers.slots.length < this.#neededSlots) return;
    this.#isDeploying = true;
    this.#writeAttempt(this.#attempt + 1);
  }

  #writeAttempt(attempt: number): void {
    this.#highAvailability.writeAttempt(
      attempt,
      this.#request({ kind: "attempt-written", attempt }),
    );
  }

  #onAttemptWritten(attempt: number): void {
    this.#attempt = attempt;
    const slots = this.#taskManagers.slots;
    const isWanted = this.#status === "CREATED" || this.#status === "RESTARTING";
    if (!isWanted || slots.length < this.#neededSlots) {
      this.#isDeploying = false;
      this.proceed();
      return;
    }
    const assigned = this.#options.prefersPreviousLocation
      ? assignSlots(slots, this.#executions.locations)
      : slots;
    this.#executions.reset(attemptNumber(attempt));
    const checkpoint = this.#coordinator.latestCompleted;
    const fields = { checkpoint: checkpoint?.id ?? 0 };
    this.#recorder.record("restore-started", this.#owner.incarnation, fields);
    this.#driver.run(this.#coordinator.restoredFrom(checkpoint?.id, this.#now));
    if (attempt > 0) this.#sweepAttemptsBefore(attempt);
    const restore =
      checkpoint === undefined
        ? undefined
        : stateToRestore(checkpoint, this.#options.job, this.#startedFrom);
    for (const execution of this.#executions.all) {
      const taskManager = must(
        assigned[execution.subtaskIndex],
        () => `slot for ${execution.place.name}`,
      );
      this.#executions.update(execution, { state: "DEPLOYING", taskManager });
    }
    for (const execution of this.#executions.all) this.#deploy(execution, restore);
    this.#isDeploying = false;
  }

  #deploy(execution: Execution, restore: StateToRestore | undefined): void {
    const { job, partitions } = this.#options;
    const deployment = taskDeploymentOf(execution, {
      submission: this.submission,
      job,
      partitions,
      executions: this.#executions.all,
      restore,
    });
    const { task, attempt } = deployment;
    this.#recorder.record("task-deployed", this.#owner.incarnation, {
      task,
      attempt,
      taskManager: must(execution.taskManager, "task manager of a deployment"),
      checkpoint: restore?.checkpoint ?? 0,
    });
    this.#sender.tellTask(execution, { kind: "deploy-task", ...deployment });
  }

  get #neededSlots(): number {
    return neededSlots(this.#options.job);
  }

  // Running.

  /** An attempt has been restored and runs. */
  onTaskRunning(ref: TaskRef): void {
    const execution = this.#executions.current(ref);
    if (execution?.state !== "DEPLOYING") return;
    this.#executions.update(execution, { state: "RUNNING" });
    if (!this.#executions.areAll("RUNNING")) return;
    this.#setStatus("RUNNING");
    this.#startCheckpoints();
    this.#triggerFinalCheckpoint();
    this.#users.serve();
  }

  #startCheckpoints(): void {
    const bounds = this.#coordinator.firstDelayBounds();
    const address = {
      kind: FIRST_TRIGGER,
      at: this.#owner.incarnation,
      ordinal: this.#nextFirstTrigger(),
    };
    const firstDelay =
      bounds === undefined
        ? micros(0)
        : micros(
            bounds.min + this.#simulation.chooser.choose(address, bounds.max - bounds.min + 1),
          );
    this.#driver.run(this.#coordinator.startCheckpointScheduler(this.#now, firstDelay));
  }

  /** An attempt has worked on all its input. */
  onTaskAtEnd(ref: TaskRef): void {
    const execution = this.#executions.current(ref);
    if (execution === undefined) return;
    this.#executions.update(execution, { isAtEnd: true });
    this.#triggerFinalCheckpoint();
  }

  /**
   * Everything has been worked on: one checkpoint more, and the job is done. A periodic one will come anyway if
   * this one fails; without those it has to be asked for again until all tasks have heard of one.
   */
  #triggerFinalCheckpoint(): void {
    const executions = this.#executions.all;
    const isDue =
      this.#status === "RUNNING" &&
      !this.#users.isStopping &&
      executions.every(({ isAtEnd }) => isAtEnd);
    if (!isDue || executions.every(({ isReadyToFinish }) => isReadyToFinish)) return;
    if (this.#coordinator.pendingCheckpoints.length === 0) this.triggerCheckpoint();
    if (this.#options.checkpointing.interval !== undefined) return;
    const timer = { kind: "final-checkpoint-overdue", attempt: this.#attempt } as const;
    this.#simulation.schedule(FINAL_CHECKPOINT_RETRY, this.#owner, timer);
  }

  /** Everything that an attempt ever did is committed. */
  onTaskReady(ref: TaskRef): void {
    const execution = this.#executions.current(ref);
    if (execution === undefined || this.#status !== "RUNNING") return;
    this.#executions.update(execution, { isReadyToFinish: true });
    if (!this.#executions.all.every(({ isReadyToFinish }) => isReadyToFinish)) return;
    const now = this.#now;
    this.#driver.run(
      this.#coordinator.stopCheckpointScheduler(now, "CHECKPOINT_COORDINATOR_SHUTDOWN"),
    );
    for (const execution of this.#executions.all) {
      const { place, attempt } = execution;
      this.#sender.tellTask(execution, { kind: "finish-task", task: place.name, attempt });
    }
  }

  /** An attempt has finished, failed or been canceled. */
  onTaskEnded(message: Extract<JobMasterMessage, { kind: "task-ended" }>): void {
    const execution = this.#executions.current(message);
    if (execution === undefined || isTerminal(execution)) return;
    const { task, attempt, state, reason, isUnrecoverable } = message;
    const wasCanceling = execution.state === "CANCELING";
    this.#executions.update(execution, { state });
    if (state === "FAILED" && !wasCanceling) {
      this.#recorder.record("failure-reported", this.#owner.incarnation, { task, attempt, reason });
      if (isUnrecoverable === true) this.#refuse(`${task} failed: ${reason}`);
      else this.#failover(`${task} failed: ${reason}`);
    }
    if (this.#executions.areAll("FINISHED")) this.#finish();
    this.proceed();
  }

  // Failing over: all tasks are started over from the newest completed checkpoint.

  #failover(reason: string): void {
    if (this.isOver || this.#isGivenUp) return;
    this.#users.abandonStop();
    const isNewFailure = this.#restarts.notifyFailure(this.#now);
    this.suspendCheckpoints();
    this.#cancelAll();
    if (!this.#restarts.canRestart(this.#now)) {
      this.#reason = `No restart is left: ${reason}`;
      this.#setStatus("FAILING");
      this.proceed();
      return;
    }
    // What belongs to a restart that is under way begins none; without one, as at times after a change of leaders, it does.
    if (!isNewFailure && this.#status === "RESTARTING") return;
    if (isNewFailure) this.#countFailure();
    const delay = this.#restarts.backoff(this.#now);
    const fields = { failures: this.#failures, delay };
    this.#recorder.record("restart-scheduled", this.#owner.incarnation, fields);
    this.#setStatus("RESTARTING");
    this.#isRestartDue = false;
    const timer = { kind: "restart-due", attempt: this.#attempt } as const;
    this.#simulation.schedule(delay, this.#owner, timer);
  }

  #countFailure(): void {
    this.#failures++;
    this.#highAvailability.writeFailures(
      this.#failures,
      this.#request({ kind: "failures-written" }),
    );
  }

  /** All tasks end for good, and the job with them: for `reason`, if it is told one. */
  #giveUp(status: "FAILING" | "CANCELLING", reason?: string): void {
    this.#users.abandonStop();
    this.suspendCheckpoints();
    this.#cancelAll();
    if (reason !== undefined) this.#reason = reason;
    this.#setStatus(status);
    this.proceed();
  }

  #cancelAll(): void {
    for (const execution of this.#executions.all) {
      if (isTerminal(execution) || execution.state === "CREATED" || execution.state === "CANCELING")
        continue;
      this.#executions.update(execution, { state: "CANCELING" });
      const { place, attempt } = execution;
      this.#sender.tellTask(execution, { kind: "cancel-task", task: place.name, attempt });
    }
  }

  // What attempts leave behind: when they have ended, nobody else knows of the files that no checkpoint was handed.

  #sweepAttemptsBefore(attempt: number): void {
    const { workingDirectory } = this.#options;
    if (workingDirectory === undefined || !this.#isRecovered) return;
    const request = { kind: "list", prefix: workingFolder(workingDirectory) } as const;
    const tag = { kind: "working-files-listed", attempt } as const;
    this.#isSweeping = this.isOver;
    this.#storage.request(request, this.#request(tag));
  }

  #onWorkingFilesListed(attempt: number, outcome: StorageOutcome): void {
    if (outcome.kind !== "listed") {
      // The next restart sweeps again; after the end none comes.
      if (this.isOver) this.#sweepAttemptsBefore(attempt);
      return;
    }
    const left = outcome.files.map(({ path }) => path).filter((path) => isLeftBy(path, attempt));
    this.#driver.run(this.#coordinator.attemptsLeft(left));
    if (attempt <= this.#attempt) return;
    this.#isSweeping = false;
    this.#users.serve();
  }

  // The end.

  /** Whether its tasks are on their way out for good. */
  get #isGivenUp(): boolean {
    return this.#status === "FAILING" || this.#status === "CANCELLING";
  }

  #finish(): void {
    const savepoint = this.#coordinator.latestCompleted;
    if (this.#users.isStopping && savepoint !== undefined && isSavepoint(savepoint.kind)) {
      this.#reason = `Stopped with savepoint ${savepoint.id}`;
    }
    this.#writeResult("FINISHED");
  }

  #writeResult(status: JobResult["status"]): void {
    this.#isEnding = true;
    this.#retained = this.#coordinator.keptAfter(status)?.metadataPath;
    const result = { status, reason: this.#reason, retained: this.#retained };
    this.#highAvailability.writeResult(result, this.#request({ kind: "result-written", status }));
  }

  #endJob(status: JobResult["status"]): void {
    if (this.isOver) return;
    this.#setStatus(status);
    const fields = { status, reason: this.#reason };
    this.#recorder.record("job-ended", this.#owner.incarnation, fields);
    this.#driver.run(this.#coordinator.shutdown(status, this.#now));
    this.#sweepAttemptsBefore(this.#attempt + 1);
    this.#taskManagers.stop();
    const ended = { kind: "job-ended", submission: this.submission } as const;
    for (const name of this.#taskManagers.names) this.#sender.tell(name, ended);
    this.#users.serve();
  }

  #createDriver(): CoordinatorDriver {
    return new CoordinatorDriver({
      owner: this.#owner,
      coordinator: this.#coordinator,
      simulation: this.#simulation,
      storage: this.#storage,
      highAvailability: this.#highAvailability,
      recorder: this.#recorder,
      executions: this.#executions,
      tell: (task, message, id) => {
        const execution = this.#executions.current(task);
        if (execution === undefined) return;
        this.#sender.tellTask(execution, message, { id, isReliable: false });
      },
      failJob: ({ message }) => this.#failover(message),
      goOn: () => this.#users.lastSavepointFailed(),
      nextRequest: this.#nextRequest,
    });
  }

  #setStatus(status: JobStatus): void {
    this.#status = status;
    this.#recorder.record("job-status-changed", this.#owner.incarnation, { status });
  }

  get #now(): Instant {
    return this.#simulation.now;
  }

  #request(tag: SchedulerTag): StorageAsker {
    return { requester: this.#owner, tag, id: this.#nextRequest() };
  }

  #drawJitter(bound: number): number {
    const address = {
      kind: RESTART_JITTER,
      at: this.#owner.incarnation,
      ordinal: this.#nextJitter(),
    };
    return this.#simulation.chooser.choose(address, bound);
  }
}

/** Whether a file was written by an attempt before this one. */
function isLeftBy(path: string, attempt: number): boolean {
  return (attemptOfWorkingFile(path) ?? attempt) < attempt;
}
