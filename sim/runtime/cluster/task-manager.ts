// A process that runs subtasks (Flink: TaskExecutor with its shuffle environment). It lives as long as its
// host's boot, registers with whoever leads, and answers heartbeats; if those stop, it drops its tasks.

import type { EventHandle } from "../../kernel/event-queue.ts";
import { must, unreachable } from "../../kernel/invariant.ts";
import { Incarnation, Place, pairIncarnation } from "../../kernel/place.ts";
import type { CauseTracker } from "../../kernel/recorder.ts";
import type { Simulation } from "../../kernel/simulation.ts";
import { stateHashOf } from "../../kernel/state-hash.ts";
import { type Duration, millis } from "../../kernel/virtual-time.ts";
import type { NetworkRecorder } from "../../network/events.ts";
import type { Host } from "../../network/host.ts";
import { InputChannel } from "../../network/input-channel.ts";
import { FloatingCreditPool, InputGate } from "../../network/input-gate.ts";
import { Link } from "../../network/link.ts";
import type { Network } from "../../network/network.ts";
import { ResultSubpartition } from "../../network/result-subpartition.ts";
import type { HostDisk } from "../../storage/host-disk.ts";
import type { SharedStorage } from "../../storage/shared-storage.ts";
import { AlignedBarrierHandler } from "../checkpoint/aligned-barrier-handler.ts";
import type { CheckpointBarrierHandler } from "../checkpoint/barrier-handler.ts";
import { BarrierTracker } from "../checkpoint/barrier-tracker.ts";
import type { CheckpointRecorder } from "../checkpoint/events.ts";
import type { SubtaskCheckpointOptions } from "../checkpoint/subtask-checkpoint.ts";
import type { TaskRef } from "../checkpoint/task-ref.ts";
import { DataInputView } from "../state/data-input-view.ts";
import { DataOutputView } from "../state/data-output-view.ts";
import type { StreamElement } from "../stream-element.ts";
import type { TaskRecorder } from "../task/events.ts";
import {
  channelName,
  type JobEdgeDescription,
  type JobGraph,
  type JobVertexDescription,
  subtaskName,
} from "../task/job-graph.ts";
import type { Mail } from "../task/mail.ts";
import { OperatorChain } from "../task/operator-chain.ts";
import type { Outside } from "../task/outside-request.ts";
import { partitionerOf } from "../task/partitioner.ts";
import { RecordWriter } from "../task/record-writer.ts";
import { StreamTask, type TaskInput, type TaskReports, type TaskTiming } from "../task/stream-task.ts";
import type { ClusterDirectory, ConsumerEnd, TaskManagerGateway } from "./cluster-directory.ts";
import type {
  ConnectionLost,
  JobMasterMessage,
  PartitionRequest,
  TaskDeployment,
  TaskManagerMessage,
} from "./cluster-message.ts";

/** What a task manager is told once, when the cluster is set up. */
export interface TaskManagerOptions {
  readonly slots: number;
  readonly buffersPerChannel: number;
  readonly floatingBuffers: number;
  readonly maxBuffersPerChannel: number;
  readonly isExactlyOnce: boolean;
  readonly deployCost: Duration;
  readonly heartbeatTimeout: Duration;
  readonly fetchSize: number;
  readonly timing: TaskTiming;
  readonly checkpointing: SubtaskCheckpointOptions;
  /** Whether changes of state are recorded. */
  readonly recordsState: boolean;
}

/** What a task manager finds around it. */
export interface TaskManagerWorld {
  readonly simulation: Simulation;
  readonly network: Network;
  readonly storage: SharedStorage;
  readonly outside: Outside;
  readonly directory: ClusterDirectory;
  readonly recorder: TaskRecorder & CheckpointRecorder & NetworkRecorder;
  readonly causes: CauseTracker;
  /** A job graph with function objects of its own, at each call. */
  readonly createJobGraph: () => JobGraph;
}

interface RunningTask extends TaskRef {
  readonly attemptOf: StreamTask;
  readonly inputs: ReadonlyMap<string, InputChannel<StreamElement>>;
  readonly outputs: ReadonlyMap<string, ResultSubpartition<StreamElement>>;
  /** The hosts its inputs come from. */
  readonly producerHosts: ReadonlySet<string>;
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
  readonly #options: TaskManagerOptions;
  readonly #tasks = new Map<string, RunningTask>();
  /** The newest attempt of each task that was ever deployed or canceled here: no message starts it again. */
  readonly #newestAttempts = new Map<string, number>();
  #waitingRequests: PartitionRequest[] = [];
  #leadership: number | undefined = undefined;
  #silence: EventHandle | undefined = undefined;
  #messages = 0;
  #isJobOver = false;

  constructor(
    machine: { readonly host: Host; readonly disk: HostDisk },
    world: TaskManagerWorld,
    options: TaskManagerOptions,
  ) {
    this.incarnation = machine.host.incarnation;
    this.#host = machine.host;
    this.#disk = machine.disk;
    this.#world = world;
    this.#options = options;
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

  /** The attempt of `task` that runs here, if one does. */
  attemptOf(task: string): StreamTask | undefined {
    return this.#tasks.get(task)?.attemptOf;
  }

  receive(message: Message): void {
    switch (message.kind) {
      case "register":
        return this.#register();
      case "registration-accepted":
        this.#leadership = message.leadership;
        return this.#hearLeader();
      case "heartbeat":
        this.#hearLeader();
        return this.#report({ kind: "heartbeat-response", number: message.number });
      case "leader-silent":
        return this.#loseLeader();
      case "deploy-task":
        return this.#deploy(message);
      case "cancel-task":
        return this.#cancel(message);
      case "trigger-checkpoint": {
        const { checkpoint, timestamp, alignment } = message;
        return this.#post(message, { kind: "trigger-checkpoint", checkpoint, timestamp, alignment });
      }
      case "notify-checkpoint-complete":
        return this.#post(message, { kind: "notify-complete", checkpoint: message.checkpoint });
      case "notify-checkpoint-aborted": {
        const { checkpoint, latestCompleted } = message;
        return this.#post(message, { kind: "notify-aborted", checkpoint, latestCompleted });
      }
      case "finish-task":
        return this.#post(message, { kind: "finish" });
      case "job-ended":
        return this.#endJob();
      case "request-partition":
        return this.#onPartitionRequest(message);
      case "connection-lost":
        return this.#onConnectionLost(message);
      default:
        return unreachable(message);
    }
  }

  stateHash(): string {
    const tasks = [...this.#tasks.values()].map(({ attemptOf }) => attemptOf.describeState());
    return stateHashOf([tasks, this.#waitingRequests, this.#leadership, this.#isJobOver]);
  }

  // The leader.

  #register(): void {
    if (this.#leadership !== undefined || this.#isJobOver) return;
    const { slots } = this.#options;
    this.#report({ kind: "register-task-manager", slots, resourceId: this.#resourceId() });
    this.#world.simulation.schedule(REGISTRATION_RETRY, this, { kind: "register" });
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

  #endJob(): void {
    this.#isJobOver = true;
    if (this.#silence !== undefined) this.#world.simulation.cancel(this.#silence);
    for (const running of [...this.#tasks.values()]) running.attemptOf.cancel();
    this.#tasks.clear();
  }

  #report(content: ReportContent, about: Incarnation = this.incarnation, id?: number): void {
    const leader = this.#world.directory.leader;
    if (leader === undefined) return;
    const taskManager = this.incarnation.place.name;
    const message = { ...content, taskManager, boot: this.incarnation.number };
    this.#world.network.send({
      from: this.incarnation,
      to: leader,
      message: message as JobMasterMessage,
      about,
      id: id ?? this.#messages++,
      isReliable: !UNRELIABLE.has(content.kind),
    });
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
    if (this.#isJobOver || attempt <= (this.#newestAttempts.get(task) ?? -1)) return;
    this.#newestAttempts.set(task, attempt);
    this.#tasks.get(task)?.attemptOf.cancel();
    const job = this.#world.createJobGraph();
    const vertex = must(job.description.vertices[deployment.vertex], () => `vertex ${deployment.vertex}`);
    const incarnation = new Incarnation(new Place(task), attempt);
    this.#host.adopt(incarnation);
    const hostOf = new Map(deployment.producers.map(({ task, taskManager }) => [task, taskManager]));
    const inputs = this.#createInputs(job, vertex, deployment);
    const outputs = this.#createOutputs(job, vertex, deployment);
    const attemptOf = this.#createTask({ job, vertex, deployment, incarnation, inputs, outputs });
    this.#tasks.set(task, {
      task,
      attempt,
      attemptOf,
      inputs,
      outputs: new Map([...outputs.values()].flat().flat().map((output) => [output.channel, output])),
      producerHosts: new Set(hostOf.values()),
    });
    attemptOf.start(this.#options.deployCost);
    this.#requestPartitions(deployment, inputs, hostOf);
    const waiting = this.#waitingRequests;
    this.#waitingRequests = [];
    for (const request of waiting) this.#onPartitionRequest(request);
  }

  #createInputs(
    job: JobGraph,
    vertex: JobVertexDescription,
    deployment: TaskDeployment,
  ): ReadonlyMap<string, InputChannel<StreamElement>> {
    const channels = new Map<string, InputChannel<StreamElement>>();
    const floating = new FloatingCreditPool(this.#options.floatingBuffers, () => {
      for (const channel of channels.values()) channel.requestFloating();
    });
    for (const edge of job.description.edges) {
      if (edge.target !== vertex.id) continue;
      for (const producer of producersOf(job, edge, deployment.subtaskIndex)) {
        const channel = channelName(producer, deployment.task, edge);
        channels.set(
          channel,
          new InputChannel<StreamElement>({
            channel,
            index: channels.size,
            exclusive: this.#options.buffersPerChannel,
            floating,
            recorder: this.#world.recorder,
            onAvailable: () => this.attemptOf(deployment.task)?.onInputAvailable(),
          }),
        );
      }
    }
    return channels;
  }

  /** The outputs of each exchange, by its edge id. */
  #createOutputs(
    job: JobGraph,
    vertex: JobVertexDescription,
    deployment: TaskDeployment,
  ): ReadonlyMap<number, readonly ResultSubpartition<StreamElement>[]> {
    const outputs = new Map<number, readonly ResultSubpartition<StreamElement>[]>();
    for (const edge of job.description.edges) {
      if (edge.source !== vertex.id) continue;
      const consumers = consumersOf(job, edge, deployment.subtaskIndex);
      outputs.set(
        edge.id,
        consumers.map(
          (consumer) =>
            new ResultSubpartition<StreamElement>({
              channel: channelName(deployment.task, consumer, edge),
              maxBuffers: this.#options.maxBuffersPerChannel,
              recorder: this.#world.recorder,
              onAvailable: () => this.attemptOf(deployment.task)?.onOutputAvailable(),
            }),
        ),
      );
    }
    return outputs;
  }

  #createTask(parts: {
    readonly job: JobGraph;
    readonly vertex: JobVertexDescription;
    readonly deployment: TaskDeployment;
    readonly incarnation: Incarnation;
    readonly inputs: ReadonlyMap<string, InputChannel<StreamElement>>;
    readonly outputs: ReadonlyMap<number, readonly ResultSubpartition<StreamElement>[]>;
  }): StreamTask {
    const { job, vertex, deployment, incarnation } = parts;
    const { restore, subtaskIndex } = deployment;
    const { simulation, storage, outside, recorder, causes } = this.#world;
    const operators = restore?.operators.map(({ operatorId, state }) => [operatorId, state] as const);
    return new StreamTask({
      incarnation,
      simulation,
      storage,
      outside,
      recorder,
      causes,
      timing: this.#options.timing,
      checkpointing: this.#options.checkpointing,
      reports: this.#reportsOf(deployment, incarnation),
      input: this.#inputOf(parts),
      createChain: (task) =>
        new OperatorChain({
          job,
          vertex,
          location: {
            subtaskIndex,
            at: incarnation,
            recorder,
            send: (request) => task.sendOutside(request),
            recordsState: this.#options.recordsState,
            now: () => simulation.now,
          },
          writers: this.#writersOf(parts),
          splits: () => task.splits,
        }),
      restore:
        restore === undefined
          ? undefined
          : { checkpoint: restore.checkpoint, operators: new Map(operators) },
    });
  }

  #inputOf(parts: {
    readonly job: JobGraph;
    readonly vertex: JobVertexDescription;
    readonly deployment: TaskDeployment;
    readonly incarnation: Incarnation;
    readonly inputs: ReadonlyMap<string, InputChannel<StreamElement>>;
  }): TaskInput {
    const { job, vertex, deployment, incarnation } = parts;
    const head = must(job.nodes.get(vertex.operators[0]?.node ?? -1), "head of the vertex");
    if (head.operator.kind === "source") {
      const { subtaskIndex, partitions } = deployment;
      const { fetchSize } = this.#options;
      const { source } = head.operator;
      const { parallelism } = vertex;
      return { kind: "source", source, subtaskIndex, parallelism, partitions, fetchSize };
    }
    const channels = [...parts.inputs.values()];
    const { chooser } = this.#world.simulation;
    const gate = new InputGate<StreamElement>({ channels, chooser, at: incarnation });
    const handling = { channelCount: channels.length, areCheckpointsAfterTasksFinish: true };
    const handler: CheckpointBarrierHandler = this.#options.isExactlyOnce
      ? new AlignedBarrierHandler(handling)
      : new BarrierTracker(handling);
    return { kind: "gate", gate, handler };
  }

  /** The writers of each operator's exchanges, by node id. */
  #writersOf(parts: {
    readonly job: JobGraph;
    readonly incarnation: Incarnation;
    readonly outputs: ReadonlyMap<number, readonly ResultSubpartition<StreamElement>[]>;
  }): ReadonlyMap<number, readonly RecordWriter[]> {
    const { job, incarnation } = parts;
    const writers = new Map<number, RecordWriter[]>();
    for (const [edge, subpartitions] of parts.outputs) {
      const exchange = must(job.exchanges[edge], () => `exchange ${edge}`);
      const source = must(job.nodes.get(exchange.source), "source of an exchange");
      const target = must(job.nodes.get(exchange.target), "target of an exchange");
      const partitioner = partitionerOf({
        partitioning: exchange.partitioning,
        edge,
        consumers: subpartitions.length,
        maxParallelism: target.maxParallelism,
        chooser: this.#world.simulation.chooser,
        at: incarnation,
      });
      const { recorder } = this.#world;
      const serializer = source.outputSerializer;
      const writer = new RecordWriter({ subpartitions, partitioner, serializer, recorder, at: incarnation });
      writers.set(source.id, [...(writers.get(source.id) ?? []), writer]);
    }
    return writers;
  }

  #reportsOf({ task, attempt }: TaskRef, incarnation: Incarnation): TaskReports {
    const ref = { task, attempt };
    return {
      running: () => this.#report({ kind: "task-running", ...ref }, incarnation, 0),
      endOfData: () => this.#report({ kind: "task-at-end", ...ref }, incarnation, 0),
      readyToFinish: () => this.#report({ kind: "task-ready-to-finish", ...ref }, incarnation, 0),
      acknowledge: (checkpoint, states, metrics) => {
        const content = { kind: "acknowledge-checkpoint", ...ref, checkpoint, states, metrics } as const;
        this.#report(content, incarnation, checkpoint);
      },
      decline: (checkpoint, reason) => {
        const content = { kind: "decline-checkpoint", ...ref, checkpoint, reason } as const;
        this.#report(content, incarnation, checkpoint);
      },
      finished: () => this.#onTaskEnded(ref, incarnation, "FINISHED", ""),
      failed: (reason) => this.#onTaskEnded(ref, incarnation, "FAILED", reason),
    };
  }

  #onTaskEnded(
    ref: TaskRef,
    incarnation: Incarnation,
    ...[state, reason]: readonly ["FINISHED" | "FAILED", string]
  ): void {
    if (this.#tasks.get(ref.task)?.attempt === ref.attempt) this.#tasks.delete(ref.task);
    this.#report({ kind: "task-ended", ...ref, state, reason }, incarnation, 1);
  }

  // Channels.

  #requestPartitions(
    { task, attempt }: TaskRef,
    inputs: ReadonlyMap<string, InputChannel<StreamElement>>,
    hostOf: ReadonlyMap<string, string>,
  ): void {
    for (const channel of inputs.keys()) {
      const producer = channel.slice(0, channel.indexOf("->"));
      const host = must(hostOf.get(producer), () => `task manager of ${producer}`);
      const to = this.#world.directory.taskManager(host);
      if (to === undefined) continue;
      const message: PartitionRequest = {
        kind: "request-partition",
        channel,
        producerAttempt: attempt,
        consumer: task,
        consumerAttempt: attempt,
        taskManager: this.incarnation.place.name,
      };
      const about = new Incarnation(new Place(channel), attempt);
      this.#world.network.send({ from: this.incarnation, to, message, about, id: 0, isReliable: true });
    }
  }

  #onPartitionRequest(request: PartitionRequest): void {
    const producer = this.#tasks.get(request.channel.slice(0, request.channel.indexOf("->")));
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
      .filter(({ producerHosts }) => producerHosts.has(host))
      .map(({ task, attempt }) => ({ task, attempt }));
  }

  #onConnectionLost({ host, tasks }: ConnectionLost): void {
    for (const { task, attempt } of tasks) {
      const running = this.#tasks.get(task);
      if (running?.attempt !== attempt) continue;
      running.attemptOf.fail(`the connection to ${host} was lost`);
    }
  }
}

type ReportContent = JobMasterMessage extends infer Message
  ? Message extends JobMasterMessage
    ? Omit<Message, "taskManager" | "boot">
    : never
  : never;

/** Checkpoint messages and heartbeats are sent once; everything else is sent until it arrives. */
const UNRELIABLE: ReadonlySet<JobMasterMessage["kind"]> = new Set<JobMasterMessage["kind"]>([
  "acknowledge-checkpoint",
  "decline-checkpoint",
  "heartbeat-response",
]);

/** The subtasks that consumer `index` reads over an edge. */
function producersOf(job: JobGraph, edge: JobEdgeDescription, index: number): readonly string[] {
  return endsOf(must(job.description.vertices[edge.source], "producing vertex"), edge, index);
}

/** The subtasks that producer `index` writes to over an edge. */
function consumersOf(job: JobGraph, edge: JobEdgeDescription, index: number): readonly string[] {
  return endsOf(must(job.description.vertices[edge.target], "consuming vertex"), edge, index);
}

function endsOf(vertex: JobVertexDescription, edge: JobEdgeDescription, index: number): readonly string[] {
  if (edge.partitioning === "forward") return [subtaskName(vertex.name, index)];
  return Array.from({ length: vertex.parallelism }, (_, other) => subtaskName(vertex.name, other));
}
