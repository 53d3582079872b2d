// Configuration: typed options under Flink's keys; what Flink has no word for lies under `world.*` (the
// simulated world), `recording.*` and `teaching.*`. A value may come as text, as on the command line.

import { RECORDING_LEVELS } from "../kernel/recorder.ts";
import { micros, millis, seconds } from "../kernel/virtual-time.ts";
import {
  type ConfigOption,
  ConfigurationError,
  choiceOption,
  countOption,
  durationOption,
  forstDirectoryOption,
  optionalDurationOption,
  optionalSwitchOption,
  sizeOption,
  switchOption,
  textOption,
} from "./config-option.ts";

/** Values of options by key, as a case holds them. */
export type ConfigValues = { readonly [key: string]: string | number | boolean };

/** Every option there is, by a short name. The keys are Flink's wherever Flink has one. */
export const OPTIONS = {
  checkpointInterval: optionalDurationOption(
    "execution.checkpointing.interval",
    "time between two periodic checkpoints; unset means none",
  ),
  checkpointTimeout: durationOption(
    "execution.checkpointing.timeout",
    seconds(600),
    "time after which a pending checkpoint is given up",
  ),
  minPause: durationOption(
    "execution.checkpointing.min-pause",
    micros(0),
    "least time from the end of one checkpoint to the start of the next periodic one",
  ),
  maxConcurrentCheckpoints: countOption("execution.checkpointing.max-concurrent-checkpoints", {
    defaultValue: 1,
    min: 1,
    description: "checkpoints that may be pending at once",
  }),
  retainedCheckpoints: countOption("execution.checkpointing.num-retained", {
    defaultValue: 1,
    min: 1,
    description: "completed checkpoints kept",
  }),
  tolerableFailedCheckpoints: countOption("execution.checkpointing.tolerable-failed-checkpoints", {
    defaultValue: 0,
    min: 0,
    description: "consecutive failed checkpoints before the job restarts",
  }),
  checkpointingMode: choiceOption("execution.checkpointing.mode", {
    values: ["EXACTLY_ONCE", "AT_LEAST_ONCE"],
    defaultValue: "EXACTLY_ONCE",
    description: "whether barriers are aligned",
  }),
  checkpointDirectory: textOption(
    "execution.checkpointing.dir",
    "where checkpoints lie in the simulated storage",
  ),
  savepointDirectory: textOption(
    "execution.checkpointing.savepoint-dir",
    "where savepoints lie in the simulated storage",
  ),
  retention: choiceOption("execution.checkpointing.externalized-checkpoint-retention", {
    values: ["NO_EXTERNALIZED_CHECKPOINTS", "DELETE_ON_CANCELLATION", "RETAIN_ON_CANCELLATION"],
    defaultValue: "NO_EXTERNALIZED_CHECKPOINTS",
    description: "whether checkpoints stay when the job ends, for the job to be started again",
  }),
  entropyKey: textOption(
    "s3.entropy.key",
    "the part of an s3:// checkpoint directory that gives way to entropy in the keys of state files; without it there is none",
  ),
  entropyLength: countOption("s3.entropy.length", {
    defaultValue: 4,
    min: 1,
    description: "characters of entropy",
  }),
  inlineThreshold: sizeOption(
    "execution.checkpointing.data-inline-threshold",
    20 * 1024,
    "state smaller than this travels in the acknowledgement and lies in _metadata",
  ),
  stateBackend: choiceOption("state.backend.type", {
    values: ["hashmap", "rocksdb", "forst"],
    defaultValue: "hashmap",
    description: "what keyed state is held in",
  }),
  incremental: switchOption(
    "execution.checkpointing.incremental",
    "whether checkpoints of a backend that can (rocksdb) upload only files that are new",
  ),
  checkpointStorage: choiceOption("execution.checkpointing.storage", {
    values: ["filesystem", "jobmanager"],
    defaultValue: "filesystem",
    description:
      "whether large state goes into files or travels in acknowledgements, 5 MiB at most",
  }),
  changelog: switchOption(
    "state.changelog.enabled",
    "whether changes of keyed state are logged, so that checkpoints have to write only the last of them",
  ),
  changelogStorage: choiceOption("state.changelog.storage", {
    values: ["filesystem"],
    defaultValue: "filesystem",
    description: "where the log of changes lies: with the files of checkpoints",
  }),
  materializationInterval: durationOption(
    "state.changelog.periodic-materialize.interval",
    seconds(600),
    "time after which state with a log of changes is uploaded whole and the log begins anew; 0 for never",
  ),
  recoversFromLocal: switchOption(
    "execution.state-recovery.from-local",
    "whether a task that comes back to its machine restores keyed state from the copy on its disk",
  ),
  localBackup: optionalSwitchOption(
    "execution.checkpointing.local-backup.enabled",
    "whether task managers keep copies of keyed state on their disks; unset means if restores use them",
  ),
  writeBufferSize: sizeOption(
    "state.backend.rocksdb.writebuffer.size",
    64 * 1024 * 1024,
    "bytes the memtable takes before it is flushed to a file",
    1,
  ),
  levelSizeBase: sizeOption(
    "state.backend.rocksdb.compaction.level.max-size-level-base",
    256 * 1024 * 1024,
    "bytes level 1 holds before some of it is merged into level 2",
    1,
  ),
  targetFileSizeBase: sizeOption(
    "state.backend.rocksdb.compaction.level.target-file-size-base",
    64 * 1024 * 1024,
    "bytes a file below level 0 grows to",
    1,
  ),
  forstPrimaryDirectory: forstDirectoryOption(
    "state.backend.forst.primary-dir",
    "where ForSt keeps its files in the simulated storage; checkpoint-dir or unset: where checkpoints lie",
  ),
  forstCacheLimit: sizeOption(
    "state.backend.forst.cache.size-based-limit",
    0,
    "bytes of files that ForSt has copies of on a task manager; 0 for any amount",
  ),
  compactionBandwidth: sizeOption(
    "world.rocksdb.compaction-bandwidth",
    100_000_000,
    "bytes that RocksDB merges in a second, in the background; 0 for at once",
  ),
  storageHostBandwidth: sizeOption(
    "world.storage.host-bandwidth",
    0,
    "bytes that all tasks of a task manager exchange with the storage in a second, each way; 0 for no bound",
  ),
  heapSerializationBandwidth: sizeOption(
    "world.heap.serialization-bandwidth",
    0,
    "bytes of state on the heap that the asynchronous part serializes in a second; 0 for at once",
  ),
  heapDeserializationBandwidth: sizeOption(
    "world.heap.deserialization-bandwidth",
    0,
    "bytes of state that a restore makes objects of in a second; 0 for at once",
  ),
  scanBandwidth: sizeOption(
    "world.rocksdb.scan-bandwidth",
    0,
    "bytes of entries that RocksDB walks through in a second for a full snapshot; 0 for at once",
  ),
  loadBandwidth: sizeOption(
    "world.rocksdb.load-bandwidth",
    0,
    "bytes of entries that a restore puts into RocksDB in a second; 0 for at once",
  ),
  flushBandwidth: sizeOption(
    "world.rocksdb.flush-bandwidth",
    0,
    "bytes of the memtable that RocksDB writes in a second before an incremental snapshot; 0 for at once",
  ),
  holdCost: durationOption(
    "world.rocksdb.hold-cost",
    micros(0),
    "time in which an incremental snapshot takes hold of RocksDB's files by hard links",
  ),
  openCost: durationOption(
    "world.rocksdb.open-cost",
    micros(0),
    "time it takes a restore to open RocksDB",
  ),
  levelZeroTrigger: countOption("world.rocksdb.level0-file-num-compaction-trigger", {
    defaultValue: 4,
    min: 1,
    description: "files of level 0 that are merged into level 1",
  }),
  restartStrategy: choiceOption("restart-strategy.type", {
    values: ["none", "fixed-delay", "failure-rate", "exponential-delay"],
    defaultValue: "fixed-delay",
    description: "whether and when a failed job is restarted",
  }),
  restartAttempts: countOption("restart-strategy.fixed-delay.attempts", {
    defaultValue: undefined,
    min: 0,
    description: "restarts before the job ends FAILED; unset means no limit",
  }),
  restartDelay: durationOption(
    "restart-strategy.fixed-delay.delay",
    seconds(1),
    "pause before a restart",
  ),
  failureRateMax: countOption("restart-strategy.failure-rate.max-failures-per-interval", {
    defaultValue: 1,
    min: 1,
    description: "failures allowed within the interval",
  }),
  failureRateInterval: durationOption(
    "restart-strategy.failure-rate.failure-rate-interval",
    seconds(60),
    "the interval that failures are counted over",
  ),
  failureRateDelay: durationOption(
    "restart-strategy.failure-rate.delay",
    seconds(1),
    "pause before a restart",
  ),
  backoffInitial: durationOption(
    "restart-strategy.exponential-delay.initial-backoff",
    seconds(1),
    "the first pause",
  ),
  backoffMax: durationOption(
    "restart-strategy.exponential-delay.max-backoff",
    seconds(60),
    "the longest pause",
  ),
  backoffReset: durationOption(
    "restart-strategy.exponential-delay.reset-backoff-threshold",
    seconds(3600),
    "quiet time after which the pause starts over",
  ),
  heartbeatInterval: durationOption(
    "heartbeat.interval",
    seconds(10),
    "time between two heartbeats",
  ),
  heartbeatTimeout: durationOption(
    "heartbeat.timeout",
    seconds(50),
    "silence after which the other is lost; 0 switches heartbeats off",
  ),
  parallelism: countOption("parallelism.default", {
    defaultValue: 1,
    min: 1,
    description: "parallelism of operators that set none",
  }),
  slots: countOption("taskmanager.numberOfTaskSlots", {
    defaultValue: 1,
    min: 1,
    description: "slots of a task manager",
  }),
  buffersPerChannel: countOption("taskmanager.network.memory.buffers-per-channel", {
    defaultValue: 2,
    min: 1,
    description: "credits every input channel has to itself",
  }),
  floatingBuffers: countOption("taskmanager.network.memory.floating-buffers-per-gate", {
    defaultValue: 8,
    min: 0,
    description: "credits the channels of a gate share",
  }),
  maxBuffersPerChannel: countOption("taskmanager.network.memory.max-buffers-per-channel", {
    defaultValue: 10,
    min: 1,
    description: "buffers an output may hold before its task stops",
  }),
  recordingLevel: choiceOption("recording.level", {
    values: RECORDING_LEVELS,
    defaultValue: "records",
    description: "how much of a run is recorded",
  }),
  taskManagers: countOption("world.task-managers", {
    defaultValue: undefined,
    min: 1,
    description: "task managers; unset means as many as the job needs",
  }),
  networkLatency: durationOption(
    "world.network.latency",
    micros(500),
    "time a message or buffer takes at least",
  ),
  networkJitter: durationOption("world.network.jitter", micros(500), "what chance may add to it"),
  networkBandwidth: sizeOption(
    "world.network.bandwidth",
    125_000_000,
    "bytes a link carries in a second",
    1,
  ),
  retransmission: durationOption(
    "world.network.retransmission",
    millis(200),
    "after this a lost message of the reliable kind is sent again",
  ),
  storageLatency: durationOption(
    "world.storage.latency",
    millis(5),
    "time a storage request takes at least",
  ),
  objectStoreLatency: durationOption(
    "world.object-store.latency",
    millis(100),
    "time a request takes at least where checkpoints lie in s3://",
  ),
  storageJitter: durationOption("world.storage.jitter", millis(5), "what chance may add to it"),
  storageBandwidth: sizeOption(
    "world.storage.bandwidth",
    50_000_000,
    "bytes of a file that the storage takes or gives in a second",
    1,
  ),
  recordCost: durationOption(
    "world.task.record-cost",
    micros(100),
    "time a task needs for one record",
  ),
  mailCost: durationOption("world.task.mail-cost", micros(20), "time a task needs for one mail"),
  taskJitter: durationOption("world.task.jitter", micros(50), "what chance may add to either"),
  syncCost: durationOption("world.task.sync-cost", millis(1), "synchronous part of a snapshot"),
  asyncCost: durationOption(
    "world.task.async-cost",
    millis(2),
    "time before a snapshot starts to be written",
  ),
  deployCost: durationOption("world.task.deploy-cost", millis(50), "time it takes to start a task"),
  bootDelay: durationOption(
    "world.host.boot-delay",
    seconds(2),
    "time a crashed host takes to come back",
  ),
  outsideLatency: durationOption(
    "world.outside.latency",
    millis(2),
    "time a request to an outside system takes",
  ),
  outsideJitter: durationOption("world.outside.jitter", millis(2), "what chance may add to it"),
  outsideTimeout: durationOption(
    "world.outside.request-timeout",
    seconds(5),
    "silence after which a request to an outside system is sent again; 0 for never",
  ),
  transactionTimeout: durationOption(
    "world.outside.transaction-timeout",
    seconds(3600),
    "age at which an outside log aborts an open transaction; 0 for never",
  ),
  arrivalInterval: durationOption(
    "world.source.arrival-interval",
    micros(0),
    "outside time between two records of a source",
  ),
  fetchSize: countOption("world.source.fetch-size", {
    defaultValue: 16,
    min: 1,
    description: "records a source asks for at once",
  }),
  uncoordinatedSnapshots: switchOption(
    "teaching.uncoordinated-snapshots",
    "each task takes its snapshot when it hears of the checkpoint, without barriers: no consistent cut",
  ),
} as const satisfies { readonly [name: string]: ConfigOption<unknown> };

const BY_KEY: ReadonlyMap<string, ConfigOption<unknown>> = new Map(
  Object.values(OPTIONS).map((option) => [option.key, option]),
);

/** The values in force for a run. Immutable. */
export class Configuration {
  readonly #values: ReadonlyMap<string, unknown>;

  private constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  /** The configuration of `layers`, later ones beating earlier ones. Throws {@link ConfigurationError}. */
  static of(...layers: readonly ConfigValues[]): Configuration {
    const values = new Map<string, unknown>();
    for (const layer of layers) {
      for (const [key, raw] of Object.entries(layer)) values.set(key, optionOf(key).parse(raw));
    }
    return new Configuration(values);
  }

  /** The value of `option`: as set, or its default. */
  get<T>(option: ConfigOption<T>): T {
    const value = this.#values.get(option.key);
    return value === undefined ? option.defaultValue : (value as T);
  }
}

/** The option under `key`. Throws {@link ConfigurationError} with the nearest keys there are. */
function optionOf(key: string): ConfigOption<unknown> {
  const option = BY_KEY.get(key);
  if (option !== undefined) return option;
  const near = nearest(key, [...BY_KEY.keys()]);
  throw new ConfigurationError(
    `Cannot set "${key}": no such configuration key, the nearest is "${near}"`,
  );
}

/** The one of `candidates` that is fewest edits away from `word`; the first of equals. */
export function nearest(word: string, candidates: readonly string[]): string {
  let best = candidates[0] ?? "";
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
