// From a configuration to what each part of a cluster is told (Flink: the options that its factories read).

import type { RecordingLevel } from "../kernel/recorder.ts";
import {
  type CheckpointCoordinatorConfig,
  checkpointConfig,
} from "../runtime/checkpoint/checkpoint-config.ts";
import type { JobMasterOptions } from "../runtime/cluster/job-master.ts";
import { restartStrategyConfig } from "../runtime/cluster/restart-strategy.ts";
import type { TaskManagerOptions } from "../runtime/cluster/task-assembly.ts";
import { ConfigurationError } from "../runtime/config-option.ts";
import { type Configuration, OPTIONS } from "../runtime/configuration.ts";
import type { LocalRecoveryConfig } from "../runtime/local-recovery/local-recovery-config.ts";
import type { NativeDatabases } from "../runtime/state/rocksdb/native-database.ts";
import {
  type BaseStateBackendConfig,
  primaryDirectoryOf,
  type StateBackendConfig,
} from "../runtime/state/state-backend.ts";
import { checkpointLocationOf, directoryOf } from "./checkpoint-location.ts";
import type { Submission } from "./submission.ts";

/** What both kinds of process are told of one submission. */
export interface ClusterOptions {
  readonly jobMaster: JobMasterOptions;
  readonly taskManagers: TaskManagerOptions;
}

/** What the cluster is told of a submission, which is the job's `number`th from 0. */
export function clusterOptions(
  submission: Submission,
  number: number,
  world: {
    /** The partitions of each log, by its name. */
    readonly logs: ReadonlyMap<string, readonly (readonly unknown[])[]>;
    readonly level: RecordingLevel;
    readonly databases?: NativeDatabases | undefined;
  },
): ClusterOptions {
  const { configuration } = submission;
  const stateBackend = stateBackendOf(configuration, number, world.databases);
  return {
    jobMaster: jobMasterOptions(submission, stateBackend, world.logs),
    taskManagers: taskManagerOptions(configuration, stateBackend, world.level),
  };
}

function jobMasterOptions(
  { job, configuration }: Submission,
  stateBackend: StateBackendConfig,
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
    workingDirectory: primaryDirectoryOf(stateBackend),
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

/** What a submission holds its keyed state in. */
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
