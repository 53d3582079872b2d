// Builds an attempt from its deployment (Flink: Task and StreamTask construction): the two halves of its
// channels, its barrier handler, its chain with function objects of its own.

import { must } from "../../kernel/invariant.ts";
import type { Incarnation } from "../../kernel/place.ts";
import type { CauseTracker } from "../../kernel/recorder.ts";
import type { Simulation } from "../../kernel/simulation.ts";
import type { Duration } from "../../kernel/virtual-time.ts";
import type { NetworkRecorder } from "../../network/events.ts";
import { InputChannel } from "../../network/input-channel.ts";
import { FloatingCreditPool, InputGate } from "../../network/input-gate.ts";
import type { Network } from "../../network/network.ts";
import { ResultSubpartition } from "../../network/result-subpartition.ts";
import type { SharedStorage } from "../../storage/shared-storage.ts";
import { StorageLink } from "../../storage/storage-link.ts";
import { AlignedBarrierHandler } from "../checkpoint/aligned-barrier-handler.ts";
import type { CheckpointBarrierHandler } from "../checkpoint/barrier-handler.ts";
import { BarrierTracker } from "../checkpoint/barrier-tracker.ts";
import type { CheckpointRecorder } from "../checkpoint/events.ts";
import type { SubtaskCheckpointOptions } from "../checkpoint/subtask-checkpoint.ts";
import type { LocalRecoveryRecorder } from "../local-recovery/events.ts";
import type { LocalRecoveryConfig } from "../local-recovery/local-recovery-config.ts";
import {
  type LocalStateHost,
  TaskLocalStateStore,
} from "../local-recovery/task-local-state-store.ts";
import { primaryDirectoryOf, type StateBackendConfig } from "../state/state-backend.ts";
import type { StreamElement } from "../stream-element.ts";
import type { TaskRecorder } from "../task/events.ts";
import {
  channelName,
  type JobEdgeDescription,
  type JobGraph,
  type JobVertexDescription,
  subtaskName,
} from "../task/job-graph.ts";
import { OperatorChain } from "../task/operator-chain.ts";
import type { Outside } from "../task/outside-request.ts";
import { partitionerOf } from "../task/partitioner.ts";
import { RecordWriter } from "../task/record-writer.ts";
import type { InputNumber } from "../task/stream-graph.ts";
import {
  StreamTask,
  type TaskInput,
  type TaskReports,
  type TaskTiming,
} from "../task/stream-task.ts";
import type { ClusterDirectory } from "./cluster-directory.ts";
import type { TaskDeployment } from "./cluster-message.ts";

/** What a task manager is told once, when the cluster is set up. */
export interface TaskManagerOptions {
  readonly slots: number;
  readonly buffersPerChannel: number;
  readonly floatingBuffers: number;
  readonly maxBuffersPerChannel: number;
  readonly isExactlyOnce: boolean;
  readonly deployCost: Duration;
  /** Bytes that its tasks together exchange with the storage in a second, each way; 0 for no bound. */
  readonly storageBandwidth: number;
  /** 0 switches heartbeats off. */
  readonly heartbeatTimeout: Duration;
  readonly fetchSize: number;
  readonly timing: TaskTiming;
  readonly checkpointing: SubtaskCheckpointOptions;
  readonly stateBackend: StateBackendConfig;
  readonly localRecovery: LocalRecoveryConfig;
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
  readonly recorder: TaskRecorder & CheckpointRecorder & NetworkRecorder & LocalRecoveryRecorder;
  readonly causes: CauseTracker;
  /** The job graph of a submission with function objects of its own, at each call. */
  readonly createJobGraph: (submission: number) => JobGraph;
}

/** An attempt, and its ends of the channels by their names. */
export interface AssembledTask {
  readonly attemptOf: StreamTask;
  readonly inputs: ReadonlyMap<string, InputChannel<StreamElement>>;
  /** The task at the other end of each input. */
  readonly producers: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, ResultSubpartition<StreamElement>>;
}

/** Channels are made before their task and tell it when they can go on. */
interface TaskHolder {
  task: StreamTask | undefined;
}

interface TaskParts {
  readonly job: JobGraph;
  readonly vertex: JobVertexDescription;
  readonly deployment: TaskDeployment;
  readonly incarnation: Incarnation;
  readonly reports: TaskReports;
  readonly inputs: ReadonlyMap<string, InputChannel<StreamElement>>;
  /** The outputs of each exchange, by its edge id. */
  readonly outputs: ReadonlyMap<number, readonly ResultSubpartition<StreamElement>[]>;
}

/** Builds the attempts of one task manager. */
export class TaskAssembly {
  readonly #world: TaskManagerWorld;
  readonly #optionsOf: (submission: number) => TaskManagerOptions;
  readonly #localStateHost: LocalStateHost;
  readonly #storageLink: StorageLink;
  /** Of the submission that the attempt in hand belongs to. */
  #options: TaskManagerOptions;

  constructor(
    world: TaskManagerWorld,
    optionsOf: (submission: number) => TaskManagerOptions,
    localStateHost: LocalStateHost,
  ) {
    this.#world = world;
    this.#optionsOf = optionsOf;
    this.#localStateHost = localStateHost;
    this.#options = optionsOf(0);
    this.#storageLink = new StorageLink(this.#options.storageBandwidth);
  }

  /** What its attempts share, as plain data. */
  describeState(): unknown {
    return this.#storageLink.describeState(this.#world.simulation.now);
  }

  /** The attempt that `deployment` describes, living as `incarnation`. It does not run yet. */
  assemble(
    deployment: TaskDeployment,
    incarnation: Incarnation,
    reports: TaskReports,
  ): AssembledTask {
    this.#options = this.#optionsOf(deployment.submission);
    const job = this.#world.createJobGraph(deployment.submission);
    const vertex = must(
      job.description.vertices[deployment.vertex],
      () => `vertex ${deployment.vertex}`,
    );
    const holder: TaskHolder = { task: undefined };
    const { inputs, producers } = this.#createInputs(job, vertex, deployment, holder);
    const outputs = this.#createOutputs(job, vertex, deployment, holder);
    const parts = { job, vertex, deployment, incarnation, reports, inputs, outputs };
    const attemptOf = this.#createTask(parts);
    holder.task = attemptOf;
    const byName = new Map<string, ResultSubpartition<StreamElement>>();
    for (const exchange of outputs.values()) {
      for (const output of exchange) byName.set(output.channel, output);
    }
    return { attemptOf, inputs, producers, outputs: byName };
  }

  #createInputs(
    job: JobGraph,
    vertex: JobVertexDescription,
    ...[deployment, holder]: readonly [TaskDeployment, TaskHolder]
  ): Pick<AssembledTask, "inputs" | "producers"> {
    const producers = new Map<string, string>();
    const channels = new Map<string, InputChannel<StreamElement>>();
    const floating = new FloatingCreditPool(this.#options.floatingBuffers, () => {
      for (const channel of channels.values()) channel.requestFloating();
    });
    for (const edge of job.description.edges) {
      if (edge.target !== vertex.id) continue;
      for (const producer of producersOf(job, edge, deployment.subtaskIndex)) {
        const channel = channelName(producer, deployment.task, edge);
        producers.set(channel, producer);
        channels.set(
          channel,
          new InputChannel<StreamElement>({
            channel,
            index: channels.size,
            exclusive: this.#options.buffersPerChannel,
            floating,
            recorder: this.#world.recorder,
            onAvailable: () => holder.task?.onInputAvailable(),
          }),
        );
      }
    }
    return { inputs: channels, producers };
  }

  /** The outputs of each exchange, by its edge id. */
  #createOutputs(
    job: JobGraph,
    vertex: JobVertexDescription,
    ...[deployment, holder]: readonly [TaskDeployment, TaskHolder]
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
              onAvailable: () => holder.task?.onOutputAvailable(),
            }),
        ),
      );
    }
    return outputs;
  }

  #createTask(parts: TaskParts): StreamTask {
    const { job, vertex, deployment, incarnation } = parts;
    const { restore, subtaskIndex } = deployment;
    const { simulation, storage, outside, recorder, causes } = this.#world;
    const operators = restore?.operators.map(
      ({ operatorId, state }) => [operatorId, state] as const,
    );
    return new StreamTask({
      incarnation,
      simulation,
      storage,
      storageLink: this.#storageLink,
      outside,
      recorder,
      causes,
      timing: this.#options.timing,
      checkpointing: this.#options.checkpointing,
      opensFiles: this.#isStateDisaggregated,
      reports: parts.reports,
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
            stateBackend: this.#options.stateBackend,
            workingDirectory: task.workingDirectory,
            charge: (cost) => task.charge(cost),
          },
          writers: this.#writersOf(parts),
          splits: () => task.splits,
        }),
      restore:
        restore === undefined
          ? undefined
          : {
              checkpoint: restore.checkpoint,
              mayBuildOn: restore.mayBuildOn,
              operators: new Map(operators),
            },
      localState: this.#localStateOf(deployment.task),
    });
  }

  get #isStateDisaggregated(): boolean {
    return primaryDirectoryOf(this.#options.stateBackend) !== undefined;
  }

  #localStateOf(task: string): TaskLocalStateStore | undefined {
    const { localRecovery } = this.#options;
    const { isBackupEnabled, isRecoveryEnabled } = localRecovery;
    // Disaggregated state is not moved at a restore: there is nothing to save.
    if (!(isBackupEnabled || isRecoveryEnabled) || this.#isStateDisaggregated) return undefined;
    return new TaskLocalStateStore(this.#localStateHost, task, localRecovery);
  }

  #inputOf(parts: TaskParts): TaskInput {
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
    return { kind: "gate", gate, handler, inputs: inputsOf(job, vertex, deployment.subtaskIndex) };
  }

  /** The writers of each operator's exchanges, by node id. */
  #writersOf(parts: TaskParts): ReadonlyMap<number, readonly RecordWriter[]> {
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
      const writer = new RecordWriter({
        subpartitions,
        partitioner,
        serializer,
        recorder,
        at: incarnation,
      });
      writers.set(source.id, [...(writers.get(source.id) ?? []), writer]);
    }
    return writers;
  }
}

/** Of each channel of subtask `index`, which input of the head it belongs to; channels go by edge, then by producer. */
function inputsOf(
  job: JobGraph,
  { id }: JobVertexDescription,
  index: number,
): readonly InputNumber[] {
  return job.description.edges.flatMap((edge) => {
    if (edge.target !== id) return [];
    const { input } = must(job.exchanges[edge.id], () => `exchange ${edge.id}`);
    return producersOf(job, edge, index).map(() => input);
  });
}

/** The subtasks that consumer `index` reads over an edge. */
function producersOf(job: JobGraph, edge: JobEdgeDescription, index: number): readonly string[] {
  return endsOf(must(job.description.vertices[edge.source], "producing vertex"), edge, index);
}

/** The subtasks that producer `index` writes to over an edge. */
function consumersOf(job: JobGraph, edge: JobEdgeDescription, index: number): readonly string[] {
  return endsOf(must(job.description.vertices[edge.target], "consuming vertex"), edge, index);
}

function endsOf(
  vertex: JobVertexDescription,
  edge: JobEdgeDescription,
  index: number,
): readonly string[] {
  if (edge.partitioning === "forward") return [subtaskName(vertex.name, index)];
  const names: string[] = [];
  for (let other = 0; other < vertex.parallelism; other++) {
    names.push(subtaskName(vertex.name, other));
  }
  return names;
}
