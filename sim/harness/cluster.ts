// A whole world: hosts, network, storage, the systems outside, and the job's program, set up from a scenario
// and a configuration. It boots machines and takes them down; it decides nothing the engine decides.

import { Collector } from "../connectors/collector.ts";
import type { OutsideSystem } from "../connectors/outside-system.ts";
import { OutsideWorld } from "../connectors/outside-world.ts";
import { Printer } from "../connectors/printer.ts";
import { ReplayableLog } from "../connectors/replayable-log.ts";
import { TransactionalLog } from "../connectors/transactional-log.ts";
import type { FaultTarget } from "../faults/fault-injector.ts";
import type { Actor } from "../kernel/actor.ts";
import { choiceKind } from "../kernel/chooser.ts";
import { bytesHash } from "../kernel/hash.ts";
import { must } from "../kernel/invariant.ts";
import { Incarnation, Place } from "../kernel/place.ts";
import { compareText } from "../kernel/plain-object.ts";
import type { RecordingLevel, TraceRecorder } from "../kernel/recorder.ts";
import type { Simulation } from "../kernel/simulation.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import { after, type Duration, micros } from "../kernel/virtual-time.ts";
import { Host } from "../network/host.ts";
import { Network, type NetworkConditions } from "../network/network.ts";
import {
  type CheckpointCoordinatorConfig,
  checkpointConfig,
} from "../runtime/checkpoint/checkpoint-config.ts";
import { ClusterDirectory, type TaskManagerGateway } from "../runtime/cluster/cluster-directory.ts";
import type { ConnectionLost } from "../runtime/cluster/cluster-message.ts";
import { JobMaster, type JobMasterOptions } from "../runtime/cluster/job-master.ts";
import { restartStrategyConfig } from "../runtime/cluster/restart-strategy.ts";
import type { TaskManagerOptions, TaskManagerWorld } from "../runtime/cluster/task-assembly.ts";
import { TaskManager } from "../runtime/cluster/task-manager.ts";
import type { UserRequest } from "../runtime/cluster/user-requests.ts";
import { type Configuration, ConfigurationError, OPTIONS } from "../runtime/configuration.ts";
import type { LocalRecoveryConfig } from "../runtime/local-recovery/local-recovery-config.ts";
import type { SavepointFormat } from "../runtime/savepoint-options.ts";
import type { NativeDatabases } from "../runtime/state/rocksdb/native-database.ts";
import type { BaseStateBackendConfig, StateBackendConfig } from "../runtime/state/state-backend.ts";
import { type JobDescription, type JobGraph, neededSlots } from "../runtime/task/job-graph.ts";
import { HostDisk } from "../storage/host-disk.ts";
import { SharedStorage, type StorageConditions } from "../storage/shared-storage.ts";
import type { TRACE_EVENTS } from "../trace/trace-event.ts";
import { checkpointLocationOf } from "./checkpoint-location.ts";
import type { Submission } from "./submission.ts";

/** The recorder of a whole world. */
export type WorldRecorder = TraceRecorder<typeof TRACE_EVENTS>;

type WorldMessage = { readonly kind: "boot"; readonly host: string };

const CONNECTION_LOSS_DELAY = choiceKind("connection-loss-delay");
const JOB_MANAGER = "job-manager";

/** One world, from its first boot on. */
export class Cluster implements Actor, FaultTarget {
  readonly incarnation: Incarnation;
  readonly storage: SharedStorage;
  readonly outside: OutsideWorld;
  readonly directory: ClusterDirectory;
  readonly #simulation: Simulation;
  readonly #recorder: WorldRecorder;
  readonly #configuration: Configuration;
  readonly #network: Network;
  readonly #hosts = new Map<string, Host>();
  readonly #disks = new Map<string, HostDisk>();
  readonly #jobMasterOptions: readonly JobMasterOptions[];
  readonly #taskManagerOptions: readonly TaskManagerOptions[];
  readonly #taskManagerWorld: TaskManagerWorld;

  constructor(options: {
    readonly simulation: Simulation;
    readonly recorder: WorldRecorder;
    readonly conditions: NetworkConditions & StorageConditions;
    readonly level: RecordingLevel;
    /** The job at its widest. */
    readonly description: JobDescription;
    /** How the job runs, and how it runs each time it is started again. The first one's world is everyone's. */
    readonly submissions: readonly Submission[];
    /** Contents of the outside logs, by log, by partition. */
    readonly logs: ReadonlyMap<string, readonly (readonly unknown[])[]>;
    readonly databases?: NativeDatabases | undefined;
    /** For a world after a power loss: the one whose durable part it goes on with. */
    readonly origin?: Cluster;
  }) {
    const { simulation, recorder, conditions, description, submissions, origin } = options;
    const { configuration, job } = must(submissions[0], "first submission");
    this.incarnation = origin?.incarnation.copy() ?? new Incarnation(new Place("world"), 0);
    this.#simulation = simulation;
    this.#recorder = recorder;
    this.#configuration = configuration;
    this.#network = new Network({
      simulation,
      recorder,
      conditions,
      timing: {
        latency: configuration.get(OPTIONS.networkLatency),
        jitter: configuration.get(OPTIONS.networkJitter),
        bandwidth: configuration.get(OPTIONS.networkBandwidth),
        retransmission: configuration.get(OPTIONS.retransmission),
      },
    });
    this.storage =
      origin?.storage.copyInto({ simulation, recorder, conditions }) ??
      new SharedStorage({
        simulation,
        recorder,
        conditions,
        timing: {
          latency: configuration.get(OPTIONS.storageLatency),
          jitter: configuration.get(OPTIONS.storageJitter),
          bandwidth: configuration.get(OPTIONS.storageBandwidth),
          objectStore: checkpointLocationOf(configuration).objectStore,
        },
      });
    this.outside =
      origin?.outside.copyInto({ simulation, recorder }) ??
      new OutsideWorld({
        simulation,
        recorder,
        latency: configuration.get(OPTIONS.outsideLatency),
        jitter: configuration.get(OPTIONS.outsideJitter),
      });
    this.directory = new ClusterDirectory(origin?.directory.userRequests.copy());
    if (origin === undefined) this.#addOutsideSystems(job, description, options.logs);
    for (const name of [JOB_MANAGER, ...taskManagerNames(description, configuration)]) {
      this.#hosts.set(name, new Host(name, origin === undefined ? 0 : origin.#host(name).boots));
      this.#disks.set(name, origin === undefined ? new HostDisk() : origin.#disk(name).copy());
    }
    this.#jobMasterOptions = submissions.map((submission, number) => {
      return jobMasterOptions(submission, number, options.logs);
    });
    this.#taskManagerOptions = submissions.map(({ configuration: own }, number) => {
      const stateBackend = stateBackendOf(own, number, options.databases);
      return taskManagerOptions(own, stateBackend, options.level);
    });
    this.#taskManagerWorld = {
      simulation,
      network: this.#network,
      storage: this.storage,
      outside: this.outside,
      directory: this.directory,
      recorder,
      causes: recorder,
      createJobGraph: (number) => must(submissions[number], "submission").createJobGraph(),
    };
  }

  /** Switches every machine on. */
  start(): void {
    for (const name of this.#hosts.keys()) this.#boot(name, "kept");
  }

  /** Begins a world after a power loss at this instant: what was up in `origin` has crashed and boots again. */
  startAfterPowerLoss(origin: Cluster): void {
    for (const [name, host] of origin.#hosts) {
      if (!host.isUp) continue;
      this.#recorder.record("host-crashed", host.incarnation, { disk: "kept" });
      this.#disk(name).crash("kept");
      this.#scheduleBoot(name);
    }
    origin.#simulation.forEachPending((time, actor, message) => {
      if (actor === origin) this.#simulation.deliver(time, this, message);
    });
  }

  /**
   * What a power loss at this instant would leave, as plain data with times relative to now; those further ahead
   * than `horizon` only say that they are.
   */
  describeDurable(horizon?: Duration): unknown {
    return {
      files: [...this.storage.files].map(([path, bytes]) => [path, bytesHash(bytes)]).sort(byPath),
      outside: this.outside.describeState(horizon),
      users: this.directory.userRequests.describeState(),
      hosts: [...this.#hosts].map(([name, { boots }]) => [
        name,
        boots,
        this.#disk(name).describeState(),
      ]),
    };
  }

  /** The status of the job as its present leader sees it. */
  get jobStatus(): string {
    return this.directory.leader?.status ?? "without a leader";
  }

  receive(message: WorldMessage): void {
    this.#boot(message.host, "kept");
  }

  stateHash(): string {
    return stateHashOf([...this.#hosts.values()].map((host) => [host.place.name, host.isUp]));
  }

  failTask(task: string, reason: string): boolean {
    return this.directory.taskManagers.some((taskManager) => taskManager.failTask(task, reason));
  }

  crashTaskManager(name: string, disk: "kept" | "lost"): boolean {
    if (!this.#host(name).isUp) return false;
    const survivors = this.directory.taskManagers.filter(
      ({ incarnation }) => incarnation.place.name !== name,
    );
    for (const survivor of survivors) this.#breakConnections(survivor, name);
    this.#crash(name, disk);
    return true;
  }

  requestCheckpoint(): boolean {
    const { leader } = this.directory;
    leader?.triggerCheckpoint();
    return leader !== undefined;
  }

  requestSavepoint(format: SavepointFormat): boolean {
    const { leader } = this.directory;
    leader?.triggerSavepoint(format);
    return leader !== undefined;
  }

  ask(request: UserRequest): void {
    this.directory.userRequests.add(request);
    this.directory.leader?.serveUsers();
  }

  losePower(): boolean {
    const up = [...this.#hosts].filter(([, host]) => host.isUp);
    for (const [name] of up) this.#crash(name, "kept");
    return up.length > 0;
  }

  #crash(name: string, disk: "kept" | "lost"): void {
    const host = this.#host(name);
    this.#recorder.record("host-crashed", host.incarnation, { disk });
    host.crash();
    this.#disk(name).crash(disk);
    this.#scheduleBoot(name);
  }

  #scheduleBoot(name: string): void {
    const message: WorldMessage = { kind: "boot", host: name };
    this.#simulation.schedule(this.#configuration.get(OPTIONS.bootDelay), this, message);
  }

  #breakConnections(survivor: TaskManagerGateway, host: string): void {
    const tasks = survivor.readersOf(host);
    if (tasks.length === 0) return;
    const address = {
      kind: CONNECTION_LOSS_DELAY,
      at: survivor.incarnation,
      ordinal: this.#host(host).boots,
    };
    const jitter = this.#simulation.chooser.choose(address, this.#network.timing.jitter + 1);
    const arrival = after(this.#simulation.now, micros(this.#network.timing.latency + jitter));
    const message: ConnectionLost = { kind: "connection-lost", host, tasks };
    this.#simulation.deliver(arrival, survivor, message);
  }

  #boot(name: string, disk: string): void {
    const host = this.#host(name);
    if (host.isUp) return;
    const incarnation = host.boot();
    this.#recorder.record("host-booted", incarnation, { disk });
    if (name === JOB_MANAGER) this.#startJobMaster(host);
    else this.#startTaskManager(host);
  }

  #startJobMaster(host: Host): void {
    const world = { ...this.#taskManagerWorld, recorder: this.#recorder };
    new JobMaster(host, world, (submission) => {
      return must(this.#jobMasterOptions[submission], "options of a submission");
    }).start();
  }

  #startTaskManager(host: Host): void {
    const machine = { host, disk: this.#disk(host.place.name) };
    const taskManager = new TaskManager(machine, this.#taskManagerWorld, (submission) => {
      return must(this.#taskManagerOptions[submission], "options of a submission");
    });
    this.directory.add(taskManager);
    taskManager.start();
  }

  #host(name: string): Host {
    return must(this.#hosts.get(name), () => `host ${name}`);
  }

  #disk(name: string): HostDisk {
    return must(this.#disks.get(name), () => `disk of ${name}`);
  }

  #addOutsideSystems(
    job: JobGraph,
    widest: JobDescription,
    logs: ReadonlyMap<string, readonly (readonly unknown[])[]>,
  ): void {
    const simulation = this.#simulation;
    const recorder = this.#recorder;
    const arrivalInterval = this.#configuration.get(OPTIONS.arrivalInterval);
    for (const [name, partitions] of logs) {
      const options = { simulation, recorder, name, partitions, arrivalInterval };
      this.outside.add(new ReplayableLog(options));
    }
    for (const { id, operator } of job.nodes.values()) {
      if (operator.kind !== "sink" || this.outside.system(operator.sink.target) !== undefined)
        continue;
      const vertex = widest.vertices.find(({ operators }) => {
        return operators.some(({ node }) => node === id);
      });
      const { parallelism } = must(vertex, "vertex of a sink");
      this.outside.add(this.#sinkSystem(operator.sink.target, parallelism));
    }
  }

  #sinkSystem(target: string, parallelism: number): OutsideSystem {
    const simulation = this.#simulation;
    const recorder = this.#recorder;
    const [kind, name] = splitOnce(target);
    if (kind === "collector") return new Collector({ recorder, name });
    if (kind === "stdout") return new Printer({ recorder });
    return new TransactionalLog({
      simulation,
      recorder,
      name,
      partitions: parallelism,
      transactionTimeout: this.#configuration.get(OPTIONS.transactionTimeout),
    });
  }
}

function byPath([one]: readonly string[], [other]: readonly string[]): number {
  return compareText(one ?? "", other ?? "");
}

/** The names of a job's task managers. */
export function taskManagerNames(
  job: JobDescription,
  configuration: Configuration,
): readonly string[] {
  const slots = configuration.get(OPTIONS.slots);
  const needed = neededSlots(job);
  const count = configuration.get(OPTIONS.taskManagers) ?? Math.ceil(needed / slots);
  return Array.from({ length: count }, (_, index) => `task-manager-${index + 1}`);
}

function jobMasterOptions(
  { job, configuration }: Submission,
  submission: number,
  logs: ReadonlyMap<string, readonly (readonly unknown[])[]>,
): JobMasterOptions {
  const partitions = new Map<number, number>();
  for (const vertex of job.description.vertices) {
    const head = job.nodes.get(vertex.operators[0]?.node ?? -1);
    if (head?.operator.kind !== "source") continue;
    partitions.set(vertex.id, logs.get(head.operator.source.system)?.length ?? 0);
  }
  return {
    job: job.description,
    partitions,
    checkpointing: checkpointingOf(configuration),
    restarting: restartingOf(configuration),
    prefersPreviousLocation: configuration.get(OPTIONS.recoversFromLocal),
    heartbeatInterval: configuration.get(OPTIONS.heartbeatInterval),
    heartbeatTimeout: configuration.get(OPTIONS.heartbeatTimeout),
    workingDirectory:
      configuration.get(OPTIONS.stateBackend) === "forst"
        ? forstDirectory(configuration, submission)
        : undefined,
  };
}

/** How the job is checkpointed. Throws what Flink would refuse. */
export function checkpointingOf(configuration: Configuration): CheckpointCoordinatorConfig {
  return checkpointConfig({
    interval: configuration.get(OPTIONS.checkpointInterval),
    timeout: configuration.get(OPTIONS.checkpointTimeout),
    minPause: configuration.get(OPTIONS.minPause),
    maxConcurrent: configuration.get(OPTIONS.maxConcurrentCheckpoints),
    numRetained: configuration.get(OPTIONS.retainedCheckpoints),
    tolerableFailures: configuration.get(OPTIONS.tolerableFailedCheckpoints),
    mode: configuration.get(OPTIONS.checkpointingMode),
    directory: checkpointLocationOf(configuration).metadataDirectory,
    savepointDirectory: directoryOf(configuration.get(OPTIONS.savepointDirectory) ?? "savepoints"),
    retention: configuration.get(OPTIONS.retention),
    isUncoordinated: configuration.get(OPTIONS.uncoordinatedSnapshots),
  });
}

/** Whether and when the job is restarted. Throws what Flink would refuse. */
export function restartingOf(configuration: Configuration): JobMasterOptions["restarting"] {
  const kind = configuration.get(OPTIONS.restartStrategy);
  switch (kind) {
    case "none":
      return restartStrategyConfig({ kind });
    case "fixed-delay":
      return restartStrategyConfig({
        kind,
        attempts: configuration.get(OPTIONS.restartAttempts),
        delay: configuration.get(OPTIONS.restartDelay),
      });
    case "failure-rate":
      return restartStrategyConfig({
        kind,
        maxFailuresPerInterval: configuration.get(OPTIONS.failureRateMax),
        interval: configuration.get(OPTIONS.failureRateInterval),
        delay: configuration.get(OPTIONS.failureRateDelay),
      });
    case "exponential-delay":
      return restartStrategyConfig({
        kind,
        initialBackoff: configuration.get(OPTIONS.backoffInitial),
        maxBackoff: configuration.get(OPTIONS.backoffMax),
        resetBackoffThreshold: configuration.get(OPTIONS.backoffReset),
      });
  }
}

function taskManagerOptions(
  configuration: Configuration,
  stateBackend: StateBackendConfig,
  level: RecordingLevel,
): TaskManagerOptions {
  const { directory, entropy } = checkpointLocationOf(configuration);
  return {
    slots: configuration.get(OPTIONS.slots),
    buffersPerChannel: configuration.get(OPTIONS.buffersPerChannel),
    floatingBuffers: configuration.get(OPTIONS.floatingBuffers),
    maxBuffersPerChannel: configuration.get(OPTIONS.maxBuffersPerChannel),
    isExactlyOnce: configuration.get(OPTIONS.checkpointingMode) === "EXACTLY_ONCE",
    deployCost: configuration.get(OPTIONS.deployCost),
    storageBandwidth: configuration.get(OPTIONS.storageHostBandwidth),
    heartbeatTimeout: configuration.get(OPTIONS.heartbeatTimeout),
    fetchSize: configuration.get(OPTIONS.fetchSize),
    timing: {
      recordCost: configuration.get(OPTIONS.recordCost),
      mailCost: configuration.get(OPTIONS.mailCost),
      jitter: configuration.get(OPTIONS.taskJitter),
      requestTimeout: configuration.get(OPTIONS.outsideTimeout),
    },
    checkpointing: {
      syncCost: configuration.get(OPTIONS.syncCost),
      asyncCost: configuration.get(OPTIONS.asyncCost),
      inlineThreshold: configuration.get(OPTIONS.inlineThreshold),
      storage: configuration.get(OPTIONS.checkpointStorage),
      directory,
      entropy,
      materializationInterval: configuration.get(OPTIONS.materializationInterval),
    },
    stateBackend,
    localRecovery: localRecoveryOf(configuration),
    recordsState: level === "state" || level === "network",
  };
}

function localRecoveryOf(configuration: Configuration): LocalRecoveryConfig {
  const isRecoveryEnabled = configuration.get(OPTIONS.recoversFromLocal);
  const isBackupEnabled = configuration.get(OPTIONS.localBackup) ?? isRecoveryEnabled;
  return { isBackupEnabled, isRecoveryEnabled };
}

function stateBackendOf(
  configuration: Configuration,
  submission: number,
  databases: NativeDatabases | undefined,
): StateBackendConfig {
  const kind = configuration.get(OPTIONS.stateBackend);
  const withLog = (base: BaseStateBackendConfig): StateBackendConfig => {
    return configuration.get(OPTIONS.changelog) ? { kind: "changelog", base } : base;
  };
  if (kind === "hashmap") {
    return withLog({
      kind,
      snapshotCosts: {
        serializationBandwidth: configuration.get(OPTIONS.heapSerializationBandwidth),
        restoreBandwidth: configuration.get(OPTIONS.heapDeserializationBandwidth),
      },
    });
  }
  const inTree = {
    snapshotCosts: {
      serializationBandwidth: configuration.get(OPTIONS.scanBandwidth),
      restoreBandwidth: configuration.get(OPTIONS.loadBandwidth),
      flushBandwidth: configuration.get(OPTIONS.flushBandwidth),
      holdCost: configuration.get(OPTIONS.holdCost),
      openCost: configuration.get(OPTIONS.openCost),
    },
    tree: {
      writeBufferSizeBytes: configuration.get(OPTIONS.writeBufferSize),
      maxBytesForLevelBase: configuration.get(OPTIONS.levelSizeBase),
      targetFileSizeBaseBytes: configuration.get(OPTIONS.targetFileSizeBase),
      level0FileNumCompactionTrigger: configuration.get(OPTIONS.levelZeroTrigger),
      compactionBytesPerSecond: configuration.get(OPTIONS.compactionBandwidth),
    },
  };
  if (kind === "rocksdb") {
    const isIncremental = configuration.get(OPTIONS.incremental);
    return withLog({ kind, isIncremental, ...inTree, databases });
  }
  const primaryDirectory = forstDirectory(configuration, submission);
  const { objectStore } = checkpointLocationOf(configuration);
  const isInObjects = objectStore !== undefined && primaryDirectory.startsWith(objectStore.prefix);
  return {
    kind,
    ...inTree,
    primaryDirectory,
    cacheLimitBytes: configuration.get(OPTIONS.forstCacheLimit),
    readCosts: {
      latency: isInObjects ? objectStore.latency : configuration.get(OPTIONS.storageLatency),
      bytesPerSecond: configuration.get(OPTIONS.storageBandwidth),
    },
  };
}

/** Throws a {@link ConfigurationError} for a state backend that there is not. */
export function requireStateBackend(configuration: Configuration): void {
  const kind = configuration.get(OPTIONS.stateBackend);
  if (kind !== "forst" || !configuration.get(OPTIONS.changelog)) return;
  throw new ConfigurationError(
    `Cannot set "${OPTIONS.changelog.key}": found "state.backend.type" forst, expected hashmap or rocksdb under a changelog`,
  );
}

/** Working files of each submission lie apart, since none knows what those before it have left to the user. */
function forstDirectory(configuration: Configuration, submission: number): string {
  const location = configuration.get(OPTIONS.forstPrimaryDirectory);
  const directory =
    location === undefined
      ? checkpointLocationOf(configuration).metadataDirectory
      : directoryOf(location);
  return submission === 0 ? directory : `${directory}/submission-${submission}`;
}

/** A place in the simulated storage: `file:///checkpoints` and `checkpoints` are the same one. */
function directoryOf(location: string): string {
  return location.replace(/^[a-z0-9]+:\/*/, "").replace(/\/+$/, "");
}

function splitOnce(target: string): readonly [string, string] {
  const colon = target.indexOf(":");
  return colon < 0 ? [target, ""] : [target.slice(0, colon), target.slice(colon + 1)];
}
