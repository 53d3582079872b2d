// The head of a job (Flink: JobMaster with its scheduler): it recovers what is durable, deploys the tasks from
// the newest completed checkpoint, hears how they fare, and starts all of them over when one fails.
//
//   load -> wait for slots -> deploy -> RUNNING -> all at end -> final checkpoint -> FINISHED
//                 ^                        | failure
//                 +---- all ended, delay --+ RESTARTING, or FAILING -> FAILED when restarts are used up

import { choiceKind } from "../../kernel/chooser.ts";
import { must, unreachable } from "../../kernel/invariant.ts";
import { Incarnation, Place } from "../../kernel/place.ts";
import type { Simulation } from "../../kernel/simulation.ts";
import { stateHashOf } from "../../kernel/state-hash.ts";
import { type Duration, micros, seconds } from "../../kernel/virtual-time.ts";
import type { Host } from "../../network/host.ts";
import type { Network } from "../../network/network.ts";
import type { SharedStorage, StorageAnswer, StorageOutcome } from "../../storage/shared-storage.ts";
import type { CheckpointCoordinatorConfig } from "../checkpoint/checkpoint-config.ts";
import {
  CheckpointCoordinator,
  type RestoredCheckpoint,
} from "../checkpoint/checkpoint-coordinator.ts";
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
import type { ClusterDirectory, JobMasterGateway } from "./cluster-directory.ts";
import type { JobMasterMessage } from "./cluster-message.ts";
import {
  CoordinatorDriver,
  type CoordinatorTag,
  type CoordinatorTimerFired,
} from "./coordinator-driver.ts";
import type { ClusterRecorder } from "./events.ts";
import { type Execution, ExecutionGraph, isTerminal, operatorsOf } from "./execution-graph.ts";
import {
  type DurableJob,
  type DurableSubmission,
  durableJobOf,
  HighAvailabilityServices,
  type JobResult,
} from "./high-availability-services.ts";
import { JobSubmission, type SubmissionTag } from "./job-submission.ts";
import { completedCheckpointOf } from "./read-checkpoint.ts";
import {
  createRestartStrategy,
  type RestartStrategy,
  type RestartStrategyConfig,
} from "./restart-strategy.ts";
import { assignSlots } from "./slot-assignment.ts";
import { type StateToRestore, stateToRestore, taskDeploymentOf } from "./task-deployment.ts";
import {
  type HeartbeatTimer,
  type TaskManagerRegistration,
  TaskManagerRegistry,
} from "./task-manager-registry.ts";
import { TaskManagerSender } from "./task-manager-sender.ts";
import { UserRequestHandler, type UserTimer } from "./user-request-handler.ts";

/** What a job master is told once, when the cluster is set up. */
export interface JobMasterOptions {
  readonly job: JobDescription;
  /** Partitions of each source's system, by the vertex's id. */
  readonly partitions: ReadonlyMap<number, number>;
  readonly checkpointing: CheckpointCoordinatorConfig;
  readonly restarting: RestartStrategyConfig;
  /** Whether subtasks go back to the machine they ran on, where copies of their state may lie. */
  readonly prefersPreviousLocation: boolean;
  readonly heartbeatInterval: Duration;
  /** 0 switches heartbeats off. */
  readonly heartbeatTimeout: Duration;
  /** Where attempts keep files in the shared storage themselves; undefined if they do not. */
  readonly workingDirectory: string | undefined;
}

/** What a job master finds around it. */
export interface JobMasterWorld {
  readonly simulation: Simulation;
  readonly network: Network;
  readonly storage: SharedStorage;
  readonly directory: ClusterDirectory;
  readonly recorder: ClusterRecorder & CheckpointRecorder;
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

type OwnTag =
  | { readonly kind: "loaded" }
  | { readonly kind: "metadata-read"; readonly path: string }
  | { readonly kind: "attempt-written"; readonly attempt: number }
  | { readonly kind: "failures-written" }
  | { readonly kind: "working-files-listed"; readonly attempt: number }
  | { readonly kind: "result-written"; readonly status: JobResult["status"] }
  | SubmissionTag;

type Message =
  | JobMasterMessage
  | StorageAnswer
  | CoordinatorTimerFired
  | HeartbeatTimer
  | { readonly kind: "restart-due" }
  | { readonly kind: "final-checkpoint-overdue"; readonly attempt: number }
  | UserTimer;

const FIRST_TRIGGER = choiceKind("first-trigger");
const RESTART_JITTER = choiceKind("restart-jitter");
const PLACE = new Place("job-master");
const FINAL_CHECKPOINT_RETRY = seconds(1);

/** One leadership over a job. */
export class JobMaster implements JobMasterGateway {
  readonly incarnation: Incarnation;
  readonly #world: JobMasterWorld;
  readonly #optionsOf: (submission: number) => JobMasterOptions;
  readonly #taskManagers: TaskManagerRegistry;
  readonly #sender: TaskManagerSender;
  readonly #users: UserRequestHandler;
  /** Which submission of the job it leads. */
  #submission = 0;
  #startedFrom: RestoredCheckpoint | undefined;
  #options: JobMasterOptions;
  #executions: ExecutionGraph;
  #coordinator: CheckpointCoordinator;
  #driver: CoordinatorDriver;
  #highAvailability: HighAvailabilityServices;
  #restarts: RestartStrategy;
  readonly #recovered: CompletedCheckpoint[] = [];
  /** What is wrong with the metadata of completed checkpoints. */
  readonly #unreadable: string[] = [];
  /** The newest completed checkpoint of the leaderships before this one, readable or not. */
  #newestCompleted = 0;
  /** The `_metadata` of what the job left when it ended. */
  #retained: string | undefined;
  #status: JobStatus = "CREATED";
  #reason = "";
  #attempt = -1;
  #failures = 0;
  #metadataToRead = 0;
  #isLoaded = false;
  /** Whether all completed checkpoints are known, and so the files that they need. */
  #isRecovered = false;
  #isDeploying = false;
  #isRestartDue = true;
  /** Whether the job's result is being written. */
  #isEnding = false;
  /** Whether it looks for what the attempts of the ended job have left. */
  #isSweeping = false;
  #requests = 0;
  #schedulings = 0;

  /** `optionsOf` tells how each submission of the job is to run. */
  constructor(
    host: Host,
    world: JobMasterWorld,
    optionsOf: (submission: number) => JobMasterOptions,
  ) {
    this.incarnation = new Incarnation(PLACE, host.incarnation.number);
    host.adopt(this.incarnation);
    this.#world = world;
    this.#optionsOf = optionsOf;
    const options = optionsOf(0);
    this.#options = options;
    this.#executions = new ExecutionGraph(options.job);
    this.#coordinator = new CheckpointCoordinator(options.checkpointing);
    this.#highAvailability = new HighAvailabilityServices(world.storage, 0);
    this.#restarts = this.#createRestarts();
    this.#users = this.#createUsers();
    this.#taskManagers = new TaskManagerRegistry({
      owner: this,
      simulation: world.simulation,
      recorder: world.recorder,
      heartbeatInterval: options.heartbeatInterval,
      heartbeatTimeout: options.heartbeatTimeout,
    });
    const { network, directory } = world;
    const registry = this.#taskManagers;
    this.#sender = new TaskManagerSender({ owner: this, network, directory, registry });
    this.#driver = this.#createDriver();
  }

  get status(): JobStatus {
    return this.#status;
  }

  /** Takes the lead: everything durable is read first. */
  start(): void {
    this.#world.directory.lead(this);
    this.#highAvailability.load(this.#request({ kind: "loaded" }));
    this.#taskManagers.start();
  }

  /** Asks for a checkpoint from outside, besides the periodic ones. */
  triggerCheckpoint(): void {
    const request = { isPeriodic: false, properties: CHECKPOINT_PROPERTIES };
    this.#driver.run(this.#coordinator.trigger(request, this.#world.simulation.now));
  }

  /** Asks for a savepoint, after which the job goes on. */
  triggerSavepoint(format: SavepointFormat): void {
    this.#takeSavepoint(format, { isSynchronous: false });
  }

  /** Looks at what users ask for, and does what can be done now. */
  serveUsers(): void {
    this.#users.serve();
  }

  receive(message: Message): void {
    switch (message.kind) {
      case "storage-answer":
        this.#onStorageAnswer(message.tag as OwnTag | CoordinatorTag, message.outcome);
        return;
      case "coordinator-timer":
        this.#driver.onTimer(message);
        return;
      case "heartbeat-due":
        this.#sendHeartbeats();
        return;
      case "silent":
        this.#loseTaskManager(message.taskManager, "no heartbeat");
        return;
      case "restart-due":
        this.#isRestartDue = true;
        this.#proceed();
        return;
      case "final-checkpoint-overdue":
        if (message.attempt === this.#attempt) this.#triggerFinalCheckpoint();
        return;
      case "stop-failed":
        if (message.attempt === this.#attempt && this.#status === "RUNNING") this.#startScheduler();
        return;
      case "users-ask-again":
        this.serveUsers();
        return;
      case "register-task-manager":
        this.#register(message);
        return;
      case "heartbeat-response":
        this.#taskManagers.onHeartbeat(message.taskManager, message.boot);
        return;
      case "task-running":
        this.#onTaskRunning(message);
        return;
      case "task-at-end":
        this.#onTaskAtEnd(message);
        return;
      case "task-ready-to-finish":
        this.#onTaskReady(message);
        return;
      case "task-ended":
        this.#onTaskEnded(message);
        return;
      case "acknowledge-checkpoint": {
        const { checkpoint, task, attempt, states, metrics } = message;
        const acknowledgement = {
          checkpoint,
          task: { task, attempt },
          operatorStates: states,
          metrics,
        };
        const now = this.#world.simulation.now;
        this.#driver.run(this.#coordinator.acknowledge(acknowledgement, now));
        return;
      }
      case "decline-checkpoint": {
        const { checkpoint, task, attempt, reason } = message;
        const decline = { checkpoint, task: { task, attempt }, reason };
        this.#driver.run(this.#coordinator.decline(decline, this.#world.simulation.now));
        return;
      }
      default:
        unreachable(message);
    }
  }

  stateHash(): string {
    return stateHashOf({
      status: this.#status,
      executions: this.#executions.describeState(),
      coordinator: this.#coordinator.describeState(),
      restarts: this.#restarts.describeState(),
      taskManagers: this.#taskManagers.describeState(),
      submission: [this.#submission, this.#startedFrom, this.#retained],
      users: this.#world.directory.userRequests.describeState(),
      counts: [
        this.#users.isStopping,
        this.#isSweeping,
        this.#attempt,
        this.#failures,
        this.#isDeploying,
        this.#isRestartDue,
        this.#isLoaded,
        this.#isRecovered,
        this.#isEnding,
        this.#newestCompleted,
      ],
    });
  }

  // Recovering what is durable.

  #onStorageAnswer(tag: OwnTag | CoordinatorTag, outcome: StorageOutcome): void {
    switch (tag.kind) {
      case "loaded":
        this.#onLoaded(outcome);
        return;
      case "metadata-read":
        this.#onMetadataRead(tag.path, outcome);
        return;
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
      case "resume-metadata-read":
      case "start-pointer-written":
      case "submission-written":
        this.#users.onStorageAnswer(tag, outcome);
        return;
      default:
        this.#driver.onStorageAnswer(tag, outcome);
        this.#proceed();
        this.serveUsers();
        return;
    }
  }

  #onLoaded(outcome: StorageOutcome): void {
    if (outcome.kind !== "listed") {
      this.#highAvailability.load(this.#request({ kind: "loaded" }));
      return;
    }
    const durable = durableJobOf(outcome);
    if (durable.submission !== undefined) this.#adopt(durable.submission);
    this.#attempt = durable.attempt;
    this.#failures = durable.failures;
    this.#driver.recover({
      idCounter: durable.checkpointIdCounter,
      newestSavepoint: durable.savepoint,
    });
    for (let failure = 0; failure < durable.failures; failure++) {
      this.#restarts.notifyFailure(this.#world.simulation.now);
    }
    if (durable.result !== undefined) {
      this.#reason = durable.result.reason;
      this.#retained = durable.result.retained;
      this.#isLoaded = true;
      this.#endJob(durable.result.status);
      return;
    }
    this.#newestCompleted = durable.newestCheckpoint;
    if (durable.damage !== undefined) {
      this.#onRecovered(`Cannot recover the job: ${durable.damage}`);
      return;
    }
    this.#metadataToRead = durable.pointers.length;
    for (const pointer of durable.pointers) this.#readMetadata(pointer);
    if (this.#metadataToRead === 0) this.#onRecovered();
  }

  #readMetadata({ metadataPath }: DurableJob["pointers"][number]): void {
    const request = { kind: "read", path: metadataPath } as const;
    const tag = { kind: "metadata-read", path: metadataPath } as const;
    this.#world.storage.request(request, this.#request(tag));
  }

  #onMetadataRead(path: string, outcome: StorageOutcome): void {
    const read = completedCheckpointOf(path, outcome);
    if (read.kind === "read") this.#recovered.push(read.checkpoint);
    else this.#unreadable.push(read.reason);
    if (--this.#metadataToRead === 0) this.#onRecovered(this.#unreadable[0]);
  }

  /**
   * Everything durable is read, or cannot be, for which `damage` is the reason. What cannot be read is not taken for
   * something that does not exist: to go on from an older checkpoint would commit a second time (FLINK-7783).
   */
  #onRecovered(damage?: string): void {
    if (damage === undefined) {
      this.#coordinator.recoverCompleted(this.#recovered, this.#startedFrom);
    }
    this.#isLoaded = true;
    this.#isRecovered = damage === undefined;
    const newestCheckpoint = this.#newestCompleted;
    this.#world.recorder.record("leadership-granted", this.incarnation, { newestCheckpoint });
    if (damage !== undefined) {
      this.#refuse(damage);
      return;
    }
    this.#setStatus("CREATED");
    this.#proceed();
  }

  // Task managers.

  #register(message: TaskManagerRegistration): void {
    const { taskManager, boot } = message;
    if (this.#taskManagers.isReplacedBy(taskManager, boot)) {
      this.#loseTaskManager(taskManager, "it came back");
    }
    if (!this.#taskManagers.register(message)) return;
    const leadership = this.incarnation.number;
    const accepted = { kind: "registration-accepted", leadership } as const;
    const ended = { kind: "job-ended", submission: this.#submission } as const;
    this.#sender.tell(taskManager, this.#isOver ? ended : accepted);
    this.#proceed();
  }

  #sendHeartbeats(): void {
    for (const { name, heartbeat } of this.#taskManagers.nextHeartbeats()) {
      this.#sender.tell(name, heartbeat);
    }
  }

  #loseTaskManager(name: string, reason: string): void {
    if (!this.#taskManagers.lose(name, reason)) return;
    const stranded = this.#executions.all.filter(
      (execution) => execution.taskManager === name && !isTerminal(execution),
    );
    for (const execution of stranded) this.#executions.update(execution, { state: "FAILED" });
    const isNews = stranded.some(({ state }) => state !== "CANCELING");
    if (isNews) this.#failover(`${name} was lost: ${reason}`);
    this.#proceed();
  }

  // Deploying.

  /** Goes on with whatever the job waits for, if it has come. */
  #proceed(): void {
    if (!this.#isLoaded || this.#isOver) return;
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
      this.#proceed();
      return;
    }
    const assigned = this.#options.prefersPreviousLocation
      ? assignSlots(slots, this.#executions.locations)
      : slots;
    this.#executions.reset(attemptNumber(attempt));
    const checkpoint = this.#coordinator.latestCompleted;
    const fields = { checkpoint: checkpoint?.id ?? 0 };
    this.#world.recorder.record("restore-started", this.incarnation, fields);
    this.#driver.run(this.#coordinator.restoredFrom(checkpoint?.id, this.#world.simulation.now));
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
      submission: this.#submission,
      job,
      partitions,
      executions: this.#executions.all,
      restore,
    });
    const { task, attempt } = deployment;
    this.#world.recorder.record("task-deployed", this.incarnation, {
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

  #onTaskRunning(ref: TaskRef): void {
    const execution = this.#executions.current(ref);
    if (execution?.state !== "DEPLOYING") return;
    this.#executions.update(execution, { state: "RUNNING" });
    if (!this.#executions.areAll("RUNNING")) return;
    this.#setStatus("RUNNING");
    this.#startScheduler();
    this.#triggerFinalCheckpoint();
    this.serveUsers();
  }

  #startScheduler(): void {
    const bounds = this.#coordinator.firstDelayBounds();
    const address = { kind: FIRST_TRIGGER, at: this.incarnation, ordinal: this.#schedulings++ };
    const firstDelay =
      bounds === undefined
        ? micros(0)
        : micros(
            bounds.min +
              this.#world.simulation.chooser.choose(address, bounds.max - bounds.min + 1),
          );
    this.#driver.run(this.#coordinator.startScheduler(this.#world.simulation.now, firstDelay));
  }

  #onTaskAtEnd(ref: TaskRef): void {
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
    this.#world.simulation.schedule(FINAL_CHECKPOINT_RETRY, this, timer);
  }

  #onTaskReady(ref: TaskRef): void {
    const execution = this.#executions.current(ref);
    if (execution === undefined || this.#status !== "RUNNING") return;
    this.#executions.update(execution, { isReadyToFinish: true });
    if (!this.#executions.all.every(({ isReadyToFinish }) => isReadyToFinish)) return;
    const now = this.#world.simulation.now;
    this.#driver.run(this.#coordinator.stopScheduler(now, "CHECKPOINT_COORDINATOR_SHUTDOWN"));
    for (const execution of this.#executions.all) {
      const { place, attempt } = execution;
      this.#sender.tellTask(execution, { kind: "finish-task", task: place.name, attempt });
    }
  }

  #onTaskEnded(message: Extract<JobMasterMessage, { kind: "task-ended" }>): void {
    const execution = this.#executions.current(message);
    if (execution === undefined || isTerminal(execution)) return;
    const { task, attempt, state, reason, isUnrecoverable } = message;
    const wasCanceling = execution.state === "CANCELING";
    this.#executions.update(execution, { state });
    if (state === "FAILED" && !wasCanceling) {
      this.#world.recorder.record("failure-reported", this.incarnation, { task, attempt, reason });
      if (isUnrecoverable === true) this.#refuse(`${task} failed: ${reason}`);
      else this.#failover(`${task} failed: ${reason}`);
    }
    if (this.#executions.areAll("FINISHED")) this.#finish();
    this.#proceed();
  }

  // Failing over: all tasks are started over from the newest completed checkpoint.

  #failover(reason: string): void {
    if (this.#isOver || this.#isGivenUp) return;
    const { simulation, recorder } = this.#world;
    this.#users.abandonStop();
    const isNewFailure = this.#restarts.notifyFailure(simulation.now);
    this.#suspendCheckpoints();
    this.#cancelAll();
    if (!this.#restarts.canRestart(simulation.now)) {
      this.#reason = `No restart is left: ${reason}`;
      this.#setStatus("FAILING");
      this.#proceed();
      return;
    }
    if (!isNewFailure) return;
    this.#failures++;
    this.#highAvailability.writeFailures(
      this.#failures,
      this.#request({ kind: "failures-written" }),
    );
    const delay = this.#restarts.backoff(simulation.now);
    recorder.record("restart-scheduled", this.incarnation, { failures: this.#failures, delay });
    this.#setStatus("RESTARTING");
    this.#isRestartDue = false;
    simulation.schedule(delay, this, { kind: "restart-due" });
  }

  /** Nothing can be restored, so that no restart will help: the job ends FAILED and says why. */
  #refuse(reason: string): void {
    if (this.#isOver || this.#isGivenUp) return;
    this.#giveUp("FAILING", reason);
  }

  #cancelJob(): void {
    if (this.#isGivenUp) return;
    this.#giveUp("CANCELLING");
  }

  /** All tasks end for good, and the job with them: for `reason`, if it is told one. */
  #giveUp(status: "FAILING" | "CANCELLING", reason?: string): void {
    this.#users.abandonStop();
    this.#suspendCheckpoints();
    this.#cancelAll();
    if (reason !== undefined) this.#reason = reason;
    this.#setStatus(status);
    this.#proceed();
  }

  #suspendCheckpoints(): void {
    const { now } = this.#world.simulation;
    this.#driver.run(this.#coordinator.stopScheduler(now, "CHECKPOINT_COORDINATOR_SUSPEND"));
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
    this.#isSweeping = this.#isOver;
    this.#world.storage.request(request, this.#request(tag));
  }

  #onWorkingFilesListed(attempt: number, outcome: StorageOutcome): void {
    if (outcome.kind !== "listed") {
      // The next restart sweeps again; after the end none comes.
      if (this.#isOver) this.#sweepAttemptsBefore(attempt);
      return;
    }
    const left = outcome.files.map(({ path }) => path).filter((path) => isLeftBy(path, attempt));
    this.#driver.run(this.#coordinator.attemptsLeft(left));
    if (attempt <= this.#attempt) return;
    this.#isSweeping = false;
    this.serveUsers();
  }

  // The end.

  get #isOver(): boolean {
    return this.#status === "FINISHED" || this.#status === "CANCELED" || this.#status === "FAILED";
  }

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
    if (this.#isOver) return;
    const { simulation, recorder } = this.#world;
    this.#setStatus(status);
    recorder.record("job-ended", this.incarnation, { status, reason: this.#reason });
    this.#driver.run(this.#coordinator.shutdown(status, simulation.now));
    this.#sweepAttemptsBefore(this.#attempt + 1);
    this.#taskManagers.stop();
    const ended = { kind: "job-ended", submission: this.#submission } as const;
    for (const name of this.#taskManagers.names) this.#sender.tell(name, ended);
    this.serveUsers();
  }

  // Users.

  #createUsers(): UserRequestHandler {
    const { simulation, storage, directory, recorder } = this.#world;
    return new UserRequestHandler({
      owner: this,
      simulation,
      recorder,
      requests: directory.userRequests,
      submissions: new JobSubmission({ storage, asker: (tag) => this.#request(tag) }),
      job: {
        standing: () => ({
          isLoaded: this.#isLoaded,
          isRunning: this.#status === "RUNNING",
          isOver: this.#isOver,
          hasWorkedOff: this.#status === "FINISHED" && this.#reason === "",
          isCleaningUp: this.#isSweeping || this.#coordinator.isCleaningUp,
          submission: this.#submission,
          attempt: this.#attempt,
        }),
        grounds: (submission) => ({
          retained: this.#retained,
          savepoint: this.#driver.newestSavepoint,
          operators: this.#optionsOf(submission).job.vertices.flatMap(operatorsOf),
        }),
        suspendCheckpoints: () => this.#suspendCheckpoints(),
        takeLastSavepoint: (format) => this.#takeSavepoint(format, { isSynchronous: true }),
        cancel: () => this.#cancelJob(),
        startAgain: ({ submission, checkpoint }) => this.#startAgain(submission, checkpoint),
      },
    });
  }

  #takeSavepoint(format: SavepointFormat, how: { readonly isSynchronous: boolean }): void {
    const { isUnaligned } = this.#options.checkpointing;
    const properties = savepointProperties({ ...how, isUnaligned, format });
    const request = { isPeriodic: false, properties };
    this.#driver.run(this.#coordinator.trigger(request, this.#world.simulation.now));
  }

  #startAgain(submission: DurableSubmission, checkpoint: CompletedCheckpoint): void {
    const { idCounter, newestSavepoint } = this.#driver;
    this.#adopt(submission);
    this.#driver.recover({ idCounter, newestSavepoint });
    this.#world.recorder.record("job-submitted", this.incarnation, {
      submission: submission.number,
      attempt: this.#attempt + 1,
      checkpoint: checkpoint.id,
      path: checkpoint.metadataPath,
      claimMode: submission.claimMode,
    });
    this.#coordinator.recoverCompleted([checkpoint], this.#startedFrom);
    this.#isRecovered = true;
    this.#failures = 0;
    this.#reason = "";
    this.#retained = undefined;
    this.#isEnding = false;
    this.#isRestartDue = true;
    this.#setStatus("CREATED");
    this.#taskManagers.resume();
    this.#proceed();
  }

  /** Leads another submission of the job from here on. */
  #adopt({ number, claimMode, checkpoint }: DurableSubmission): void {
    this.#submission = number;
    this.#startedFrom = { checkpoint, claimMode };
    this.#options = this.#optionsOf(number);
    this.#executions = new ExecutionGraph(this.#options.job);
    this.#coordinator = new CheckpointCoordinator(this.#options.checkpointing);
    this.#highAvailability = new HighAvailabilityServices(this.#world.storage, number);
    this.#restarts = this.#createRestarts();
    this.#driver = this.#createDriver();
  }

  #createRestarts(): RestartStrategy {
    return createRestartStrategy(this.#options.restarting, (bound) => this.#drawJitter(bound));
  }

  #createDriver(): CoordinatorDriver {
    const { simulation, storage, recorder } = this.#world;
    return new CoordinatorDriver({
      owner: this,
      coordinator: this.#coordinator,
      simulation,
      storage,
      highAvailability: this.#highAvailability,
      recorder,
      executions: this.#executions,
      tell: (task, message, id) => {
        const execution = this.#executions.current(task);
        if (execution === undefined) return;
        this.#sender.tellTask(execution, message, { id, isReliable: false });
      },
      failJob: ({ message }) => this.#failover(message),
      goOn: () => this.#users.lastSavepointFailed(),
      nextRequest: () => this.#requests++,
    });
  }

  #setStatus(status: JobStatus): void {
    this.#status = status;
    this.#world.recorder.record("job-status-changed", this.incarnation, { status });
  }

  #request(tag: OwnTag) {
    return { requester: this, tag, id: this.#requests++ };
  }

  #drawJitter(bound: number): number {
    const address = { kind: RESTART_JITTER, at: this.incarnation, ordinal: this.#failures };
    return this.#world.simulation.chooser.choose(address, bound);
  }
}

/** Whether a file was written by an attempt before this one. */
function isLeftBy(path: string, attempt: number): boolean {
  return (attemptOfWorkingFile(path) ?? attempt) < attempt;
}
