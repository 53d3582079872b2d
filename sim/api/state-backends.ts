// The state backends. The three that the text names (Flink before 1.13) set two things at once, where keyed state is held
// and where checkpoints go, and the constructors still mean that. A path is a place in the simulated storage.

/** What a state backend stands for. */
export interface StateBackend {
  /** The name the author wrote. */
  readonly name: string;
  /** The value of `state.backend.type`. */
  readonly type: "hashmap" | "rocksdb" | "forst";
  /** The value of `execution.checkpointing.storage`; undefined to leave it as it is. */
  readonly checkpointStorage: "filesystem" | "jobmanager" | undefined;
  /** Where checkpoints go in the simulated storage; undefined to leave it as it is. */
  readonly checkpointDirectory: string | undefined;
  /** The value of `execution.checkpointing.incremental`; undefined to leave it as it is. */
  readonly isIncremental: boolean | undefined;
}

/** State on the heap, checkpoints in the job master's memory: at most 5 MiB of each state. */
export class MemoryStateBackend implements StateBackend {
  readonly name = "MemoryStateBackend";
  readonly type = "hashmap";
  readonly checkpointStorage = "jobmanager";
  readonly checkpointDirectory = undefined;
  readonly isIncremental = undefined;
}

/** State on the heap, checkpoints in files under `path`. */
export class FsStateBackend implements StateBackend {
  readonly name = "FsStateBackend";
  readonly type = "hashmap";
  readonly checkpointStorage = "filesystem";
  readonly checkpointDirectory: string;
  readonly isIncremental = undefined;

  /** `path` is a place in the simulated storage, such as `file:///checkpoints`. */
  constructor(path: string) {
    this.checkpointDirectory = path;
  }
}

/** State in RocksDB, checkpoints in files under `path`. */
export class RocksDBStateBackend implements StateBackend {
  readonly name = "RocksDBStateBackend";
  readonly type = "rocksdb";
  readonly checkpointStorage = "filesystem";
  readonly checkpointDirectory: string;
  readonly isIncremental: boolean | undefined;

  /**
   * `path` is a place in the simulated storage, such as `file:///path/to/rocksdb`. `enableIncrementalCheckpointing` has
   * checkpoints upload only what is new; without it the configuration decides.
   */
  constructor(path: string, enableIncrementalCheckpointing?: boolean) {
    this.checkpointDirectory = path;
    this.isIncremental = enableIncrementalCheckpointing;
  }
}

/** State on the heap (Flink since 1.13); checkpoints go where the configuration says. */
export class HashMapStateBackend implements StateBackend {
  readonly name = "HashMapStateBackend";
  readonly type = "hashmap";
  readonly checkpointStorage = undefined;
  readonly checkpointDirectory = undefined;
  readonly isIncremental = undefined;
}

/** State in RocksDB (Flink since 1.13); checkpoints go where the configuration says. */
export class EmbeddedRocksDBStateBackend implements StateBackend {
  readonly name = "EmbeddedRocksDBStateBackend";
  readonly type = "rocksdb";
  readonly checkpointStorage = undefined;
  readonly checkpointDirectory = undefined;
  readonly isIncremental: boolean | undefined;

  /** `enableIncrementalCheckpointing` has checkpoints upload only what is new. */
  constructor(enableIncrementalCheckpointing?: boolean) {
    this.isIncremental = enableIncrementalCheckpointing;
  }
}

/** State in files of the shared storage (Flink since 2.0); checkpoints go where the configuration says. */
export class ForStStateBackend implements StateBackend {
  readonly name = "ForStStateBackend";
  readonly type = "forst";
  readonly checkpointStorage = undefined;
  readonly checkpointDirectory = undefined;
  /** Checkpoints always refer to its files. */
  readonly isIncremental = undefined;
}
