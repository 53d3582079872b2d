// The head of a job (Flink: JobMaster): it takes the lead, recovers what is durable, knows the task managers, and has a
// Scheduler run the job. When users have the job start again, another Scheduler runs that submission.
//
//   lead -> load the entries -> read the metadata -> a Scheduler starts the job
//   users: stop or cancel -> ended -> resume -> the next Scheduler

import { unreachable } from "../../kernel/invariant.ts";
import { Incarnation, Place } from "../../kernel/place.ts";
import type { Simulation } from "../../kernel/simulation.ts";
import { stateHashOf } from "../../kernel/state-hash.ts";
import type { Duration } from "../../kernel/virtual-time.ts";
import type { Host } from "../../network/host.ts";
import type { Network } from "../../network/network.ts";
import type {
  SharedStorage,
  StorageAnswer,
  StorageAsker,
  StorageOutcome,
} from "../../storage/shared-storage.ts";
import type { CompletedCheckpoint } from "../checkpoint/completed-checkpoint.ts";
import type { CheckpointRecorder } from "../checkpoint/events.ts";
import type { SavepointFormat } from "../savepoint-options.ts";
import type { ClusterDirectory, JobMasterGateway } from "./cluster-directory.ts";
import type { JobMasterMessage } from "./cluster-message.ts";
import type { ClusterRecorder } from "./events.ts";
import { operatorsOf } from "./execution-graph.ts";
import {
  type DurableJob,
  type DurableSubmission,
  durableJobOf,
  loadDurableJob,
} from "./high-availability-services.ts";
import { JobSubmission, type SubmissionTag } from "./job-submission.ts";
import { completedCheckpointOf } from "./read-checkpoint.ts";
import {
  type JobStatus,
  Scheduler,
  type SchedulerOptions,
  type SchedulerStart,
  type SchedulerTag,
  type SchedulerTimer,
} from "./scheduler.ts";
import {
  type HeartbeatTimer,
  type TaskManagerRegistration,
  TaskManagerRegistry,
} from "./task-manager-registry.ts";
import { TaskManagerSender } from "./task-manager-sender.ts";
import { UserRequestHandler, type UserTimer } from "./user-request-handler.ts";

/** How a submission is to run, and how its job master listens for task managers, which the first one's options say for all. */
export interface JobMasterOptions extends SchedulerOptions {
  readonly heartbeatInterval: Duration;
  /** 0 switches heartbeats off. */
  readonly heartbeatTimeout: Duration;
}

/** What a job master finds around it. */
export interface JobMasterWorld {
  readonly simulation: Simulation;
  readonly network: Network;
  readonly storage: SharedStorage;
  readonly directory: ClusterDirectory;
  readonly recorder: ClusterRecorder & CheckpointRecorder;
}

type OwnTag =
  | { readonly kind: "loaded" }
  | { readonly kind: "metadata-read"; readonly path: string }
  | SubmissionTag;

type Message = JobMasterMessage | StorageAnswer | SchedulerTimer | HeartbeatTimer | UserTimer;

const PLACE = new Place("job-master");

/** One leadership over a job. */
export class JobMaster implements JobMasterGateway {
  readonly incarnation: Incarnation;
  readonly #world: JobMasterWorld;
  readonly #optionsOf: (submission: number) => JobMasterOptions;
  readonly #taskManagers: TaskManagerRegistry;
  readonly #sender: TaskManagerSender;
  readonly #users: UserRequestHandler;
  /** Runs the submission that counts. */
  #scheduler: Scheduler;
  readonly #recovered: CompletedCheckpoint[] = [];
  /** What is wrong with the metadata of completed checkpoints. */
  readonly #unreadable: string[] = [];
  /** The newest completed checkpoint of the leaderships before this one, readable or not. */
  #newestCompleted = 0;
  #metadataToRead = 0;
  #requests = 0;
  #firstTriggers = 0;
  #jitters = 0;

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
    const { simulation, network, directory, recorder } = world;
    const { heartbeatInterval, heartbeatTimeout } = optionsOf(0);
    const registry = new TaskManagerRegistry({
      owner: this,
      simulation,
      recorder,
      heartbeatInterval,
      heartbeatTimeout,
    });
    this.#taskManagers = registry;
    this.#sender = new TaskManagerSender({ owner: this, network, directory, registry });
    this.#users = this.#createUsers();
    this.#scheduler = this.#createScheduler({ submission: 0, startedFrom: undefined });
  }

  get status(): JobStatus {
    return this.#scheduler.status;
  }

  /** Takes the lead: everything durable is read first. */
  start(): void {
    this.#world.directory.lead(this);
    this.#load();
    this.#taskManagers.start();
  }

  /** Asks for a checkpoint from outside, besides the periodic ones. */
  triggerCheckpoint(): void {
    this.#scheduler.triggerCheckpoint();
  }

  /** Asks for a savepoint, after which the job goes on. */
  triggerSavepoint(format: SavepointFormat): void {
    this.#scheduler.takeSavepoint(format, { isSynchronous: false });
  }

  /** Looks at what users ask for, and does what can be done now. */
  serveUsers(): void {
    this.#users.serve();
  }

  receive(message: Message): void {
    switch (message.kind) {
      case "storage-answer":
        this.#onStorageAnswer(message.tag as OwnTag | SchedulerTag, message.outcome);
        return;
      case "heartbeat-due":
        this.#sendHeartbeats();
        return;
      case "silent":
        this.#loseTaskManager(message.taskManager, "no heartbeat");
        return;
      case "register-task-manager":
        this.#register(message);
        return;
      case "heartbeat-response":
        this.#taskManagers.onHeartbeat(message.taskManager, message.boot);
        return;
      case "stop-failed":
        this.#scheduler.onStopFailed(message.attempt);
        return;
      case "users-ask-again":
        this.serveUsers();
        return;
      case "coordinator-timer":
      case "restart-due":
      case "final-checkpoint-overdue":
        this.#scheduler.onTimer(message);
        return;
      case "task-running":
        this.#scheduler.onTaskRunning(message);
        return;
      case "task-at-end":
        this.#scheduler.onTaskAtEnd(message);
        return;
      case "task-ready-to-finish":
        this.#scheduler.onTaskReady(message);
        return;
      case "task-ended":
        this.#scheduler.onTaskEnded(message);
        return;
      case "acknowledge-checkpoint":
        this.#scheduler.acknowledge(message);
        return;
      case "decline-checkpoint":
        this.#scheduler.decline(message);
        return;
      default:
        unreachable(message);
    }
  }

  stateHash(): string {
    return stateHashOf({
      scheduler: this.#scheduler.describeState(),
      taskManagers: this.#taskManagers.describeState(),
      users: [this.#world.directory.userRequests.describeState(), this.#users.isStopping],
      newestCompleted: this.#newestCompleted,
    });
  }

  // Recovering what is durable.

  #load(): void {
    loadDurableJob(this.#world.storage, this.#request({ kind: "loaded" }));
  }

  #onStorageAnswer(tag: OwnTag | SchedulerTag, outcome: StorageOutcome): void {
    switch (tag.kind) {
      case "loaded":
        this.#onLoaded(outcome);
        return;
      case "metadata-read":
        this.#onMetadataRead(tag.path, outcome);
        return;
      case "resume-metadata-read":
      case "start-pointer-written":
      case "submission-written":
        this.#users.onStorageAnswer(tag, outcome);
        return;
      default:
        this.#scheduler.onStorageAnswer(tag, outcome);
        return;
    }
  }

  #onLoaded(outcome: StorageOutcome): void {
    if (outcome.kind !== "listed") {
      this.#load();
      return;
    }
    const durable = durableJobOf(outcome);
    if (durable.submission !== undefined) {
      this.#scheduler = this.#createScheduler(startOf(durable.submission));
    }
    this.#scheduler.recover(durable);
    if (durable.result !== undefined) return;
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
    const newestCheckpoint = this.#newestCompleted;
    this.#world.recorder.record("leadership-granted", this.incarnation, { newestCheckpoint });
    if (damage !== undefined) {
      this.#scheduler.cannotRecover(damage);
      return;
    }
    this.#scheduler.start(this.#recovered);
    this.#scheduler.proceed();
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
    const { isOver, submission } = this.#scheduler;
    const ended = { kind: "job-ended", submission } as const;
    this.#sender.tell(taskManager, isOver ? ended : accepted);
    this.#scheduler.proceed();
  }

  #sendHeartbeats(): void {
    for (const { name, heartbeat } of this.#taskManagers.nextHeartbeats()) {
      this.#sender.tell(name, heartbeat);
    }
  }

  #loseTaskManager(name: string, reason: string): void {
    if (this.#taskManagers.lose(name, reason)) this.#scheduler.onTaskManagerLost(name, reason);
  }

  // Users, and the submissions of the job.

  #createUsers(): UserRequestHandler {
    const { simulation, storage, directory, recorder } = this.#world;
    return new UserRequestHandler({
      owner: this,
      simulation,
      recorder,
      requests: directory.userRequests,
      submissions: new JobSubmission({ storage, asker: (tag) => this.#request(tag) }),
      job: {
        standing: () => this.#scheduler,
        grounds: (submission) => ({
          retained: this.#scheduler.retained,
          savepoint: this.#scheduler.memory.newestSavepoint,
          operators: this.#optionsOf(submission).job.vertices.flatMap(operatorsOf),
        }),
        suspendCheckpoints: () => this.#scheduler.suspendCheckpoints(),
        takeLastSavepoint: (format) => {
          this.#scheduler.takeSavepoint(format, { isSynchronous: true });
        },
        cancel: () => this.#scheduler.cancel(),
        startAgain: ({ submission, checkpoint }) => this.#startAgain(submission, checkpoint),
      },
    });
  }

  #startAgain(submission: DurableSubmission, checkpoint: CompletedCheckpoint): void {
    const next = this.#createScheduler(startOf(submission));
    next.follow(this.#scheduler);
    this.#scheduler = next;
    this.#world.recorder.record("job-submitted", this.incarnation, {
      submission: submission.number,
      attempt: next.attempt + 1,
      checkpoint: checkpoint.id,
      path: checkpoint.metadataPath,
      claimMode: submission.claimMode,
    });
    next.start([checkpoint]);
    this.#taskManagers.resume();
    next.proceed();
  }

  #createScheduler(start: SchedulerStart): Scheduler {
    const { simulation, storage, recorder } = this.#world;
    const environment = {
      owner: this,
      simulation,
      storage,
      recorder,
      taskManagers: this.#taskManagers,
      sender: this.#sender,
      users: this.#users,
      nextRequest: () => this.#requests++,
      nextFirstTrigger: () => this.#firstTriggers++,
      nextJitter: () => this.#jitters++,
    };
    return new Scheduler(environment, start, this.#optionsOf(start.submission));
  }

  #request(tag: OwnTag): StorageAsker {
    return { requester: this, tag, id: this.#requests++ };
  }
}

/** Where a submission begins that was started from a checkpoint. */
function startOf({ number, claimMode, checkpoint }: DurableSubmission): SchedulerStart {
  return { submission: number, startedFrom: { checkpoint, claimMode } };
}
