// The state backends that the text names (Flink before 1.13). Each set two things at once, where state is held
// and where checkpoints go, and the constructors still mean that: until there are more backends, all hold state
// on the heap, and a path is a place in the simulated storage. See docs/differences.md.

/** What a state backend stands for. */
export interface StateBackend {
  /** The name the author wrote. */
  readonly name: string;
  /** The value of `state.backend.type`. */
  readonly type: "hashmap";
  /** Where checkpoints go in the simulated storage; undefined for the default. */
  readonly checkpointDirectory: string | undefined;
}

/** State on the heap, checkpoints wherever they go by default. */
export class MemoryStateBackend implements StateBackend {
  readonly name = "MemoryStateBackend";
  readonly type = "hashmap";
  readonly checkpointDirectory = undefined;
}

/** State on the heap, checkpoints under `path`. */
export class FsStateBackend implements StateBackend {
  readonly name = "FsStateBackend";
  readonly type = "hashmap";
  readonly checkpointDirectory: string;

  /** `path` is a place in the simulated storage, such as `file:///checkpoints`. */
  constructor(path: string) {
    this.checkpointDirectory = path;
  }
}

/** State on the heap for now, checkpoints under `path`. */
export class RocksDBStateBackend implements StateBackend {
  readonly name = "RocksDBStateBackend";
  readonly type = "hashmap";
  readonly checkpointDirectory: string;

  /** `path` is a place in the simulated storage, such as `file:///path/to/rocksdb`. */
  constructor(path: string) {
    this.checkpointDirectory = path;
  }
}

/** State on the heap (Flink since 1.13); checkpoints go where `execution.checkpointing.dir` says. */
export class HashMapStateBackend implements StateBackend {
  readonly name = "HashMapStateBackend";
  readonly type = "hashmap";
  readonly checkpointDirectory = undefined;
}
