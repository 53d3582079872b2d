// A process that runs subtasks (Flink: TaskExecutor with its shuffle environment). It lives as long as its
// host's boot, registers with whoever leads, and answers heartbeats; if those stop, it drops its tasks.

import type { EventHandle } from "../../kernel/event-queue.ts";
import { must, unreachable } from "../../kernel/invariant.ts";
import { Incarnation, Place, pairIncarnation } from "../../kernel/place.ts";
import { stateHashOf } from "../../kernel/state-hash.ts";
import { type Duration, millis } from "../../kernel/virtual-time.ts";
import type { Host } from "../../network/host.ts";
import { Link } from "../../network/link.ts";
import type { HostDisk } from "../../storage/host-disk.ts";
import type { TaskRef } from "../checkpoint/task-ref.ts";
import {
  type LocalStateHost,
  localStateFilesOf,
  releaseLocalState,
} from "../local-recovery/task-local-state-store.ts";
import { DataInputView } from "../state/data-input-view.ts";
import { DataOutputView } from "../state/data-output-view.ts";
import type { StreamElement } from "../stream-element.ts";
import type { Mail } from "../task/mail.ts";
import type { TaskReports } from "../task/stream-task.ts";
import type { ConsumerEnd, TaskManagerGateway } from "./cluster-directory.ts";
import type {
  ConnectionLost,
  JobMasterMessage,
  PartitionRequest,
  TaskDeployment,
  TaskManagerMessage,
} from "./cluster-message.ts";
import {
  type AssembledTask,
  TaskAssembly,
  type TaskManagerOptions,
  type TaskManagerWorld,
} from "./task-assembly.ts";

interface RunningTask extends TaskRef, AssembledTask {
  /** The host of each task that it reads from. */
  readonly hostOf: ReadonlyMap<string, string>;
}

type Message =
  | TaskManagerMessage
  | PartitionRequest
  | ConnectionLost
  | { readonly kind: "register" }
  | { readonly kind: "leader-silent" };

/** A file in the working directory on the host's own disk. */
const RESOURCE_ID = "taskmanager.resource-id";
const REGISTRATION_RETRY: Duration = millis(500);

/** One boot of a task manager. */
export class TaskManager implements TaskManagerGateway {
  readonly incarnation: Incarnation;
  readonly #host: Host;
  readonly #disk: HostDisk;
  readonly #world: TaskManagerWorld;
  readonly #optionsOf: (submission: number) => TaskManagerOptions;
  readonly #localStateHost: LocalStateHost;
  readonly #assembly: TaskAssembly;
  readonly #tasks = new Map<string, RunningTask>();
  /** The newest attempt of each task that was ever deployed or canceled here: no message starts it again. */
  readonly #newestAttempts = new Map<string, number>();
  #waitingRequests: PartitionRequest[] = [];
  #leadership: number | undefined = undefined;
  #silence: EventHandle | undefined = undefined;
  #messages = 0;
  /** The newest submission of the job that was heard of. */
  #submission = 0;
  #isJobOver = false;

  constructor(
    machine: { readonly host: Host; readonly disk: HostDisk },
    world: TaskManagerWorld,
    optionsOf: (submission: number) => TaskManagerOptions,
  ) {
    this.incarnation = machine.host.incarnation;
    this.#host = machine.host;
    this.#disk = machine.disk;
    this.#world = world;
    this.#optionsOf = optionsOf;
    this.#localStateHost = { disk: machine.disk, recorder: world.recorder, at: this.incarnation };
    this.#assembly = new TaskAssembly(world, optionsOf, this.#localStateHost);
  }

  /** Registers with the leader, now and until it is accepted. */
  start(): void {
    this.#register();
  }

  /** Ends an attempt as failed, as its own throw would. Returns false if it does not run here. */
  failTask(task: string, reason: string): boolean {
    const running = this.#tasks.get(task);
    if (running === undefined) return false;
    running.attemptOf.fail(reason);
    return true;
  }

  receive(message: Message): void {
    switch (message.kind) {
      case "register":
        this.#register();
        return;
      case "registration-accepted":
        this.#leadership = message.leadership;
        this.#hearLeader();
        return;
      case "heartbeat":
        this.#hearLeader();
        this.#report({ kind: "heartbeat-response", number: message.number, ...this.#boot });
        return;
      case "leader-silent":
        this.#loseLeader();
        return;
      case "deploy-task":
        this.#deploy(message);
        return;
      case "cancel-task":
        this.#cancel(message);
        return;
      case "trigger-checkpoint": {
        const { checkpoint, timestamp, alignment, savepoint } = message;
        this.#post(message, {
          kind: "trigger-checkpoint",
          checkpoint,
          timestamp,
          alignment,
          ...(savepoint === undefined ? {} : { savepoint }),
        });
        return;
      }
      case "notify-checkpoint-complete":
        this.#post(message, { kind: "notify-complete", checkpoint: message.checkpoint });
        return;
      case "notify-checkpoint-aborted": {
        const { checkpoint, latestCompleted } = message;
        this.#post(message, { kind: "notify-aborted", checkpoint, latestCompleted });
        return;
      }
      case "finish-task":
        this.#post(message, { kind: "finish" });
        return;
      case "job-ended":
        this.#endJob(message.submission);
        return;
      case "request-partition":
        this.#onPartitionRequest(message);
        return;
      case "connection-lost":
        this.#onConnectionLost(message);
        return;
      default:
        unreachable(message);
    }
  }

  stateHash(): string {
    const tasks = [...this.#tasks.values()].map(({ attemptOf }) => attemptOf.describeState());
    const job = [this.#submission, this.#isJobOver];
    const shared = this.#assembly.describeState();
    const local = localStateFilesOf(this.#disk);
    return stateHashOf([tasks, shared, this.#waitingRequests, this.#leadership, job, ...local]);
  }

  // The leader.

  #register(): void {
    if (this.#leadership !== undefined || this.#isJobOver) return;
    const { slots } = this.#options;
    const resourceId = this.#resourceId();
    this.#report({ kind: "register-task-manager", slots, resourceId, ...this.#boot });
    this.#world.simulation.schedule(REGISTRATION_RETRY, this, { kind: "register" });
  }

  get #boot(): { readonly taskManager: string; readonly boot: number } {
    return { taskManager: this.incarnation.place.name, boot: this.incarnation.number };
  }

  /** The id that the process keeps in its working directory (Flink: taskmanager.resource-id, FLIP-198). */
  #resourceId(): string {
    const kept = this.#disk.read(RESOURCE_ID);
    if (kept !== undefined) return new DataInputView(kept).readUTF();
    const made = `${this.incarnation.place.name}/${this.incarnation.number}`;
    const out = new DataOutputView();
    out.writeUTF(made);
    this.#disk.write(RESOURCE_ID, out.toBytes());
    this.#disk.sync();
    return made;
  }

  #hearLeader(): void {
    const { simulation } = this.#world;
    if (this.#silence !== undefined) simulation.cancel(this.#silence);
    const timeout = this.#options.heartbeatTimeout;
    if (timeout === 0) return;
    this.#silence = simulation.schedule(timeout, this, { kind: "leader-silent" });
  }

  #loseLeader(): void {
    this.#silence = undefined;
    this.#leadership = undefined;
    for (const running of [...this.#tasks.values()]) running.attemptOf.cancel();
    this.#tasks.clear();
    this.#waitingRequests = [];
    this.#register();
  }

  #endJob(submission: number): void {
    if (submission < this.#submission) return;
    this.#submission = submission;
    this.#isJobOver = true;
    if (this.#silence !== undefined) this.#world.simulation.cancel(this.#silence);
    for (const running of [...this.#tasks.values()]) running.attemptOf.cancel();
    this.#tasks.clear();
    releaseLocalState(this.#localStateHost);
  }

  #report(message: JobMasterMessage, about: Incarnation = this.incarnation, id?: number): void {
    const leader = this.#world.directory.leader;
    if (leader === undefined) return;
    this.#world.network.send({
      from: this.incarnation,
      to: leader,
      message,
      about,
      id: id ?? this.#messages++,
      isReliable: !UNRELIABLE.has(message.kind),
    });
  }

  /** A job that was started again is not over, whatever was said of it before. */
  #hearOf(submission: number): void {
    if (submission <= this.#submission) return;
    this.#submission = submission;
    this.#isJobOver = false;
  }

  get #options(): TaskManagerOptions {
    return this.#optionsOf(this.#submission);
  }

  // Tasks.

  #post(ref: TaskRef, mail: Mail): void {
    const running = this.#tasks.get(ref.task);
    if (running?.attempt !== ref.attempt) return;
    running.attemptOf.post(mail);
  }

  #cancel(ref: TaskRef): void {
    const { task, attempt } = ref;
    const running = this.#tasks.get(task);
    if (running?.attempt === attempt) {
      running.attemptOf.cancel();
      this.#tasks.delete(task);
    }
    this.#newestAttempts.set(task, Math.max(attempt, this.#newestAttempts.get(task) ?? -1));
    const about = new Incarnation(new Place(task), attempt);
    this.#report({ kind: "task-ended", task, attempt, state: "CANCELED", reason: "" }, about, 0);
  }

  #deploy(deployment: TaskDeployment): void {
    const { task, attempt } = deployment;
    this.#hearOf(deployment.submission);
    if (this.#isJobOver || deployment.submission < this.#submission) return;
    if (attempt <= (this.#newestAttempts.get(task) ?? -1)) return;
    this.#newestAttempts.set(task, attempt);
    this.#tasks.get(task)?.attemptOf.cancel();
    const incarnation = new Incarnation(new Place(task), attempt);
    this.#host.adopt(incarnation);
    const reports = this.#reportsOf(deployment, incarnation);
    const assembled = this.#assembly.assemble(deployment, incarnation, reports);
    const hostOf = new Map(
      deployment.producers.map(({ task, taskManager }) => [task, taskManager]),
    );
    this.#tasks.set(task, { task, attempt, hostOf, ...assembled });
    assembled.attemptOf.start(this.#options.deployCost);
    this.#requestPartitions(deployment, assembled.producers, hostOf);
    const waiting = this.#waitingRequests;
    this.#waitingRequests = [];
    for (const request of waiting) this.#onPartitionRequest(request);
  }

  #reportsOf({ task, attempt }: TaskRef, incarnation: Incarnation): TaskReports {
    const ref = { task, attempt };
    return {
      running: () => this.#report({ kind: "task-running", task, attempt }, incarnation, 0),
      endOfData: () => this.#report({ kind: "task-at-end", task, attempt }, incarnation, 0),
      readyToFinish: () =>
        this.#report({ kind: "task-ready-to-finish", task, attempt }, incarnation, 0),
      acknowledge: (checkpoint, states, metrics) => {
        const content = {
          kind: "acknowledge-checkpoint",
          task,
          attempt,
          checkpoint,
          states,
          metrics,
        } as const;
        this.#report(content, incarnation, checkpoint);
      },
      decline: (checkpoint, reason) => {
        const content = { kind: "decline-checkpoint", task, attempt, checkpoint, reason } as const;
        this.#report(content, incarnation, checkpoint);
      },
      finished: () => this.#onTaskEnded(ref, incarnation, { state: "FINISHED", reason: "" }),
      failed: (reason, isRecoverable) => {
        const failure = { state: "FAILED", reason } as const;
        const end = isRecoverable ? failure : ({ ...failure, isUnrecoverable: true } as const);
        this.#onTaskEnded(ref, incarnation, end);
      },
    };
  }

  #onTaskEnded(
    ref: TaskRef,
    incarnation: Incarnation,
    end: Pick<
      Extract<JobMasterMessage, { kind: "task-ended" }>,
      "state" | "reason" | "isUnrecoverable"
    >,
  ): void {
    if (this.#tasks.get(ref.task)?.attempt === ref.attempt) this.#tasks.delete(ref.task);
    this.#report({ kind: "task-ended", ...ref, ...end }, incarnation, 1);
  }

  // Channels.

  #requestPartitions(
    { task, attempt }: TaskRef,
    producers: ReadonlyMap<string, string>,
    hostOf: ReadonlyMap<string, string>,
  ): void {
    for (const [channel, producer] of producers) {
      const host = must(hostOf.get(producer), () => `task manager of ${producer}`);
      const to = this.#world.directory.taskManager(host);
      if (to === undefined) continue;
      const message: PartitionRequest = {
        kind: "request-partition",
        channel,
        producer,
        producerAttempt: attempt,
        consumer: task,
        consumerAttempt: attempt,
        taskManager: this.incarnation.place.name,
      };
      const about = new Incarnation(new Place(channel), attempt);
      this.#world.network.send({
        from: this.incarnation,
        to,
        message,
        about,
        id: 0,
        isReliable: true,
      });
    }
  }

  #onPartitionRequest(request: PartitionRequest): void {
    const producer = this.#tasks.get(request.producer);
    if (producer === undefined || producer.attempt < request.producerAttempt) {
      this.#waitingRequests.push(request);
      return;
    }
    if (producer.attempt > request.producerAttempt) return;
    const consumerHost = this.#world.directory.taskManager(request.taskManager);
    const consumer = consumerHost?.inputOf(request);
    if (consumer === undefined) return;
    const output = must(producer.outputs.get(request.channel), () => `output ${request.channel}`);
    if (output.isConnected) return;
    const number = pairIncarnation(request.producerAttempt, request.consumerAttempt);
    const link = new Link<StreamElement>({
      simulation: this.#world.simulation,
      timing: this.#world.network.timing,
      incarnation: new Incarnation(new Place(request.channel), number),
      ends: [producer.attemptOf.incarnation, consumer.task],
      isLocal: consumerHost === this,
      producer: output,
      consumer: consumer.channel,
    });
    consumer.channel.connect(link);
    output.connect(link, consumer.channel.initialCredits);
  }

  /** The consumer's end of a channel, if that attempt runs here. */
  inputOf(request: PartitionRequest): ConsumerEnd | undefined {
    const running = this.#tasks.get(request.consumer);
    if (running?.attempt !== request.consumerAttempt) return undefined;
    const channel = must(running.inputs.get(request.channel), () => `input ${request.channel}`);
    return { channel, task: running.attemptOf.incarnation };
  }

  /** The attempts here that read from `host`. */
  readersOf(host: string): readonly TaskRef[] {
    return [...this.#tasks.values()]
      .filter(({ hostOf }) => [...hostOf.values()].includes(host))
      .map(({ task, attempt }) => ({ task, attempt }));
  }

  #onConnectionLost({ host, tasks }: ConnectionLost): void {
    for (const { task, attempt } of tasks) {
      const running = this.#tasks.get(task);
      if (running?.attempt !== attempt) continue;
      const reason = `the connection to ${host} was lost`;
      for (const [channel, input] of running.inputs) {
        const producer = must(running.producers.get(channel), () => `producer of ${channel}`);
        if (running.hostOf.get(producer) === host) input.break(reason);
      }
      running.attemptOf.fail(reason);
    }
  }
}

/** Checkpoint messages and heartbeats are sent once; everything else is sent until it arrives. */
const UNRELIABLE: ReadonlySet<JobMasterMessage["kind"]> = new Set<JobMasterMessage["kind"]>([
  "acknowledge-checkpoint",
  "decline-checkpoint",
  "heartbeat-response",
]);
