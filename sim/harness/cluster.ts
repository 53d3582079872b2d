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
import { ClusterDirectory, type TaskManagerGateway } from "../runtime/cluster/cluster-directory.ts";
import type { ConnectionLost } from "../runtime/cluster/cluster-message.ts";
import { JobMaster } from "../runtime/cluster/job-master.ts";
import type { TaskManagerWorld } from "../runtime/cluster/task-assembly.ts";
import { TaskManager } from "../runtime/cluster/task-manager.ts";
import type { UserRequest } from "../runtime/cluster/user-requests.ts";
import { type Configuration, OPTIONS } from "../runtime/configuration.ts";
import type { SavepointFormat } from "../runtime/savepoint-options.ts";
import type { NativeDatabases } from "../runtime/state/rocksdb/native-database.ts";
import { type JobDescription, type JobGraph, neededSlots } from "../runtime/task/job-graph.ts";
import { HostDisk } from "../storage/host-disk.ts";
import { SharedStorage, type StorageConditions } from "../storage/shared-storage.ts";
import type { TRACE_EVENTS } from "../trace/trace-event.ts";
import { checkpointLocationOf } from "./checkpoint-location.ts";
import { type ClusterOptions, clusterOptions } from "./cluster-options.ts";
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
  /** By submission. */
  readonly #options: readonly ClusterOptions[];
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
    this.#options = submissions.map((submission, number) => {
      return clusterOptions(submission, number, options);
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
      return this.#optionsOf(submission).jobMaster;
    }).start();
  }

  #startTaskManager(host: Host): void {
    const machine = { host, disk: this.#disk(host.place.name) };
    const taskManager = new TaskManager(machine, this.#taskManagerWorld, (submission) => {
      return this.#optionsOf(submission).taskManagers;
    });
    this.directory.add(taskManager);
    taskManager.start();
  }

  #optionsOf(submission: number): ClusterOptions {
    return must(this.#options[submission], "options of a submission");
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

function splitOnce(target: string): readonly [string, string] {
  const colon = target.indexOf(":");
  return colon < 0 ? [target, ""] : [target.slice(0, colon), target.slice(colon + 1)];
}
