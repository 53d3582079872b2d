// A task's part of a checkpoint (Flink: SubtaskCheckpointCoordinatorImpl, AsyncCheckpointRunnable): send the
// barrier on before anything else, fix the state, go on working, write the state, acknowledge.

import { bytesHash } from "../../kernel/hash.ts";
import type { Incarnation } from "../../kernel/place.ts";
import { between, type Duration, micros } from "../../kernel/virtual-time.ts";
import type { SavepointOptions } from "../savepoint-options.ts";
import type {
  IncrementalKeyedStateSnapshot,
  KeyedStateSnapshot,
  SnapshotFile,
} from "../state/keyed-state-backend.ts";
import type { CheckpointBarrier, CheckpointId } from "../stream-element.ts";
import type { Alignment } from "./barrier-handler.ts";
import type { CheckpointFailureReason } from "./checkpoint-failure-reason.ts";
import type {
  Checkpointable,
  OperatorSnapshot,
  SnapshotWait,
  SubtaskEnvironment,
} from "./checkpointable.ts";
import type { OperatorSubtaskState } from "./completed-checkpoint.ts";
import type { AcknowledgedOperatorState } from "./coordinator-command.ts";
import { type EntropyOptions, withEntropy } from "./entropy-injection.ts";
import type { CheckpointRecorder } from "./events.ts";
import type { MaterializedFiles } from "./materialized-files.ts";
import type {
  HandedInFile,
  IncrementalStateHandle,
  KeyedStateHandle,
  OperatorStateHandle,
  SharedFileHandle,
  StateHandle,
} from "./state-handle.ts";
import { type UploadedFile, UploadedFiles } from "./uploaded-files.ts";

/** How long the parts of a snapshot take, and where its files go. */
export interface SubtaskCheckpointOptions {
  readonly syncCost: Duration;
  readonly asyncCost: Duration;
  /**
   * Where state goes: into files (Flink: FileSystemCheckpointStorage), or, all of it, along with the acknowledgement to
   * the job master (JobManagerCheckpointStorage), which takes no piece larger than 5 MiB.
   */
  readonly storage: "filesystem" | "jobmanager";
  /** In files: state smaller than this travels in the acknowledgement, in bytes. */
  readonly inlineThreshold: number;
  /** The job's checkpoint directory, with the part that stands for entropy. */
  readonly directory: string;
  /** From one materialization of changelog state to the next; 0 for none at all. */
  readonly materializationInterval: Duration;
  /** Undefined unless the directory is in an object store. */
  readonly entropy: EntropyOptions | undefined;
}

/** The largest piece of state that a job master takes (Flink: JobManagerCheckpointStorage, 5 MiB). */
const MAX_STATE_SIZE_BYTES = 5 * 1024 * 1024;

/** Whether a piece of state is more than its storage takes. */
export function isTooLarge(bytes: Uint8Array, { storage }: SubtaskCheckpointOptions): boolean {
  return storage === "jobmanager" && bytes.length > MAX_STATE_SIZE_BYTES;
}

interface RunningSnapshot {
  readonly snapshots: readonly OperatorSnapshot[];
  readonly savepoint: SavepointOptions | undefined;
  readonly metrics: { startDelay: Duration; alignment: Duration; sync: Duration };
  readonly asyncStartedAt: number;
  /** What each operator had uploaded, as far as it was known to be kept, when the state was fixed. */
  readonly bases: ReadonlyMap<string, ReadonlyMap<string, UploadedFile>>;
  /** Keyed state of which a copy is kept here, by operator. */
  readonly copied: Map<string, KeyedStateSnapshot>;
  states: AcknowledgedOperatorState[];
  /** Bytes written for this checkpoint, and bytes of all the state it refers to. */
  bytes: number;
  fullBytes: number;
  /** Paths of the files that have been written. */
  files: string[];
  /** Files that a backend keeps in the shared storage itself: those referred to, and those still being written. */
  readonly held: Set<string>;
  readonly awaited: Set<string>;
  filesToWrite: number;
  /** Whether a piece is more than the job master takes. */
  isTooLarge: boolean;
  /** Whether the state has been turned into bytes, or is just being. */
  isSerialized: boolean;
}

/** The checkpoints of one attempt. `Request` and `Answer` are what its hooks wait with. */
export class SubtaskCheckpoint<Request, Answer> {
  readonly #task: Checkpointable<Request, Answer>;
  readonly #environment: SubtaskEnvironment;
  readonly #recorder: CheckpointRecorder;
  readonly #at: Incarnation;
  readonly #options: SubtaskCheckpointOptions;
  readonly #materialized: MaterializedFiles;
  readonly #running = new Map<CheckpointId, RunningSnapshot>();
  /** How many files are still being written for checkpoints that were given up. */
  readonly #dropped = new Map<CheckpointId, number>();
  readonly #aborted = new Set<CheckpointId>();
  /** By operator. */
  readonly #uploads = new Map<string, UploadedFiles>();
  #last = 0;

  constructor(options: {
    readonly task: Checkpointable<Request, Answer>;
    readonly environment: SubtaskEnvironment;
    readonly recorder: CheckpointRecorder;
    readonly at: Incarnation;
    readonly options: SubtaskCheckpointOptions;
    /** What materializations have uploaded. */
    readonly materialized: MaterializedFiles;
  }) {
    this.#task = options.task;
    this.#environment = options.environment;
    this.#recorder = options.recorder;
    this.#at = options.at;
    this.#options = options.options;
    this.#materialized = options.materialized;
  }

  /** The operator goes on with these files of a completed checkpoint, which need not be uploaded again. */
  restored(checkpoint: CheckpointId, operatorId: string, files: readonly UploadedFile[]): void {
    const uploads = this.#uploadsOf(operatorId);
    uploads.uploaded(checkpoint, files);
    uploads.confirm(checkpoint);
  }

  /** Whether a checkpoint that is known to be completed has uploaded this file of an operator. */
  isUploaded(operatorId: string, name: string): boolean {
    return this.#uploads.get(operatorId)?.base.has(name) === true;
  }

  /** Barrier on, then the synchronous part. Returns whether there was one: not for a checkpoint that is past. */
  *checkpointState(
    barrier: CheckpointBarrier,
    alignment: Alignment,
  ): SnapshotWait<Request, Answer, boolean> {
    const checkpoint = barrier.checkpoint;
    if (checkpoint <= this.#last) return false;
    this.#last = checkpoint;
    if (this.#aborted.delete(checkpoint)) {
      this.broadcastCancelMarker(checkpoint);
      return false;
    }
    if (barrier.alignment !== "uncoordinated") this.#broadcastBarrier(barrier);
    const startedAt = this.#environment.now();
    const { savepoint } = barrier;
    const snapshots = yield* this.#task.snapshotState(checkpoint, savepoint?.format);
    const waited = between(startedAt, this.#environment.now());
    const own = snapshots.reduce((sum, { keyed }) => sum + (keyed?.syncCost ?? 0), 0);
    const syncCost = micros(this.#options.syncCost + own);
    const metrics = {
      startDelay: alignment.startDelay,
      alignment: between(alignment.startedAt, alignment.endedAt),
      sync: micros(waited + syncCost),
    };
    this.#recorder.record("snapshot-taken", this.#at, { checkpoint, ...metrics });
    this.#environment.pause(syncCost);
    this.#running.set(checkpoint, {
      snapshots,
      savepoint,
      metrics,
      asyncStartedAt: this.#environment.now() + syncCost,
      bases: savepoint === undefined ? this.#bases() : new Map(),
      copied: new Map(),
      states: [],
      bytes: 0,
      fullBytes: 0,
      files: [],
      held: new Set(),
      awaited: new Set(),
      filesToWrite: 0,
      isTooLarge: false,
      isSerialized: false,
    });
    this.#environment.startAsyncPart(checkpoint, micros(syncCost + this.#options.asyncCost));
    return true;
  }

  /** The asynchronous part: turns what was fixed into bytes and has the large pieces written. */
  writeSnapshot(checkpoint: CheckpointId): void {
    if (this.#isBeingSerialized(checkpoint)) return;
    const running = this.#running.get(checkpoint);
    if (running === undefined) return;
    for (const snapshot of running.snapshots) {
      const keyed = snapshot.keyed?.writeAsync();
      this.#task.recordWritten(checkpoint, snapshot, keyed);
      const state = this.#handlesOf(checkpoint, running, snapshot, keyed);
      // Only now: files that nothing else holds may go with it.
      snapshot.keyed?.release();
      const isKept = this.#environment.localState !== undefined && running.savepoint === undefined;
      const isCopied = isKept && state?.keyed !== undefined;
      if (isCopied && keyed !== undefined) running.copied.set(snapshot.operatorId, keyed);
      running.states.push({ operatorId: snapshot.operatorId, state });
    }
    if (running.isTooLarge) {
      this.#drop(checkpoint);
      this.decline(checkpoint, "CHECKPOINT_ASYNC_EXCEPTION");
      return;
    }
    if (running.filesToWrite === 0) this.#acknowledge(checkpoint, running);
  }

  /** A file of the snapshot has been written, or could not be. */
  fileWritten(checkpoint: CheckpointId, path: string, failure: string | undefined): void {
    const left = this.#dropped.get(checkpoint);
    if (left !== undefined) {
      if (left === 1) this.#dropped.delete(checkpoint);
      else this.#dropped.set(checkpoint, left - 1);
      if (failure === undefined) this.#environment.deleteFile(path);
      return;
    }
    const running = this.#running.get(checkpoint);
    if (running === undefined) return;
    running.filesToWrite--;
    if (failure !== undefined) {
      this.#drop(checkpoint);
      this.decline(checkpoint, "CHECKPOINT_ASYNC_EXCEPTION");
      return;
    }
    running.files.push(path);
    if (running.filesToWrite === 0) this.#acknowledge(checkpoint, running);
  }

  /** A file that a backend keeps in the shared storage itself is there, or could not be written. */
  workingFileSettled(path: string, hasFailed: boolean): void {
    for (const [checkpoint, running] of [...this.#running]) {
      if (!running.awaited.delete(path)) continue;
      running.filesToWrite--;
      if (hasFailed) {
        this.#drop(checkpoint);
        this.decline(checkpoint, "CHECKPOINT_ASYNC_EXCEPTION");
      } else if (running.filesToWrite === 0) this.#acknowledge(checkpoint, running);
    }
  }

  /** Says no to the coordinator, and downstream that no barrier of this checkpoint will come. */
  abort(checkpoint: CheckpointId, reason: CheckpointFailureReason): void {
    if (checkpoint > this.#last) {
      this.#last = checkpoint;
      this.broadcastCancelMarker(checkpoint);
    }
    this.decline(checkpoint, reason);
  }

  /** The coordinator has given the checkpoint up. */
  notifyAborted(checkpoint: CheckpointId): void {
    this.#drop(checkpoint);
    for (const uploads of this.#uploads.values()) uploads.abort(checkpoint);
    this.#environment.localState?.abortCheckpoint(checkpoint);
    if (checkpoint > this.#last) this.#aborted.add(checkpoint);
  }

  /** The coordinator has completed the checkpoint; older ones cannot matter any more. */
  notifyComplete(checkpoint: CheckpointId): void {
    for (const uploads of this.#uploads.values()) uploads.confirm(checkpoint);
    this.#environment.localState?.confirmCheckpoint(checkpoint);
    for (const aborted of [...this.#aborted]) {
      if (aborted <= checkpoint) this.#aborted.delete(aborted);
    }
  }

  /** The attempt ends: what it has not acknowledged nobody will ever refer to, so what of it was written goes. */
  close(): void {
    // What is still being written is abandoned with its writer.
    for (const checkpoint of [...this.#running.keys()]) this.#drop(checkpoint);
  }

  /** What determines the future of this attempt's checkpoints, as plain data. */
  describeState(): unknown {
    const running = [...this.#running].map(([id, snapshot]) => [
      id,
      snapshot.filesToWrite,
      snapshot.isSerialized,
      snapshot.states,
      [...snapshot.awaited],
      [...snapshot.bases].map(([operator, base]) => [operator, [...base.keys()]]),
    ]);
    const uploads = [...this.#uploads].map(([operator, files]) => [
      operator,
      files.describeState(),
    ]);
    return [this.#last, [...this.#aborted], running, [...this.#dropped], uploads];
  }

  broadcastCancelMarker(checkpoint: CheckpointId): void {
    const cause = this.#recorder.record("cancel-marker-emitted", this.#at, { checkpoint });
    this.#task.broadcast({ kind: "cancel-marker", checkpoint, cause });
  }

  decline(checkpoint: CheckpointId, reason: CheckpointFailureReason): void {
    this.#recorder.record("checkpoint-declined", this.#at, { checkpoint, reason });
    this.#environment.decline(checkpoint, reason);
  }

  /** Has the state turned into bytes first, if that takes time; the asynchronous part comes again once it is. */
  #isBeingSerialized(checkpoint: CheckpointId): boolean {
    const running = this.#running.get(checkpoint);
    if (running === undefined || running.isSerialized) return false;
    running.isSerialized = true;
    const cost = running.snapshots.reduce((sum, { keyed }) => sum + (keyed?.serialize?.() ?? 0), 0);
    if (cost > 0) this.#environment.startAsyncPart(checkpoint, micros(cost));
    return cost > 0;
  }

  #broadcastBarrier(barrier: CheckpointBarrier): void {
    const { checkpoint } = barrier;
    const cause = this.#recorder.record("barrier-emitted", this.#at, { checkpoint });
    this.#task.broadcast({ ...barrier, cause });
  }

  #acknowledge(checkpoint: CheckpointId, running: RunningSnapshot): void {
    this.#running.delete(checkpoint);
    const async = micros(Math.max(0, this.#environment.now() - running.asyncStartedAt));
    for (const { operatorId, state } of running.states) {
      if (running.savepoint !== undefined || state?.keyed?.kind !== "incremental") continue;
      this.#uploadsOf(operatorId).uploaded(checkpoint, state.keyed.files);
    }
    this.#delete(this.#materialized.acknowledged(checkpoint));
    this.#releaseFiles(running, true);
    this.#environment.localState?.storeLocalState(checkpoint, running.copied);
    this.#recorder.record("snapshot-written", this.#at, {
      checkpoint,
      bytes: running.bytes,
      fullBytes: running.fullBytes,
      async,
    });
    this.#recorder.record("checkpoint-acknowledged", this.#at, {
      checkpoint,
      bytes: running.bytes,
    });
    this.#environment.acknowledge(checkpoint, running.states, {
      startDelay: running.metrics.startDelay,
      alignmentDuration: running.metrics.alignment,
      syncDuration: running.metrics.sync,
      asyncDuration: async,
    });
  }

  #handlesOf(
    checkpoint: CheckpointId,
    running: RunningSnapshot,
    snapshot: OperatorSnapshot,
    keyed: KeyedStateSnapshot | undefined,
  ): OperatorSubtaskState<HandedInFile> | undefined {
    const { bytes, fullBytes } = running;
    const keyedHandle = this.#keyedHandleOf(checkpoint, running, snapshot.operatorId, keyed);
    const operator = this.#operatorHandleOf(checkpoint, running, snapshot);
    if (keyedHandle === undefined && operator === undefined) return undefined;
    return {
      keyed: keyedHandle,
      operator,
      sizeBytes: running.fullBytes - fullBytes,
      checkpointedBytes: running.bytes - bytes,
    };
  }

  #operatorHandleOf(
    checkpoint: CheckpointId,
    running: RunningSnapshot,
    { operatorId, operator, operatorStates: states }: OperatorSnapshot,
  ): OperatorStateHandle | undefined {
    const handle = this.#exclusive(checkpoint, running, `${operatorId}-operator`, operator);
    if (handle === undefined) return undefined;
    return handle.kind === "inline"
      ? { kind: "inline", bytes: handle.bytes, states }
      : { ...handle, states };
  }

  #keyedHandleOf(
    checkpoint: CheckpointId,
    running: RunningSnapshot,
    operatorId: string,
    keyed: KeyedStateSnapshot | undefined,
  ): KeyedStateHandle<HandedInFile> | undefined {
    if (keyed?.kind !== "incremental") {
      return this.#exclusive(checkpoint, running, `${operatorId}-keyed`, keyed?.bytes);
    }
    return this.#incremental(checkpoint, running, operatorId, keyed);
  }

  /** Uploads the files that no completed checkpoint has, and only names the others. */
  #incremental(
    checkpoint: CheckpointId,
    running: RunningSnapshot,
    operatorId: string,
    { meta, files }: IncrementalKeyedStateSnapshot,
  ): IncrementalStateHandle<HandedInFile> | undefined {
    const own = this.#exclusive(checkpoint, running, `${operatorId}-keyed`, meta);
    if (own === undefined) return undefined;
    const base = running.bases.get(operatorId);
    const shared = files.map((file): SharedFileHandle<HandedInFile> => {
      const { name, sizeBytes } = file;
      // A savepoint stands alone: it has copies.
      if (file.remote !== undefined && running.savepoint === undefined) {
        return this.#refer(running, name, file.remote);
      }
      const known = base?.get(name);
      if (known !== undefined) {
        running.fullBytes += sizeBytes;
        return { ...known, handle: { kind: "placeholder" } };
      }
      const materialized =
        running.savepoint === undefined
          ? this.#materialized.use(checkpoint, operatorId, name)
          : undefined;
      if (materialized !== undefined) {
        running.fullBytes += sizeBytes;
        return materialized;
      }
      const { place, number } = this.#at;
      // No other bytes ever get this name: files of a backend are told apart by theirs, repeated uploads of one
      // file by the checkpoint, backends by task, attempt and operator.
      const unique = `chk-${checkpoint}-${place.name}-${number}-${operatorId}-${name}`;
      const directory = running.savepoint?.directory ?? `${this.#options.directory}/shared`;
      const key = `${directory}/${unique}`;
      return { name, key, sizeBytes, handle: this.#store(checkpoint, running, key, file.read()) };
    });
    return { kind: "incremental", meta: own, files: shared };
  }

  /** Names a file that is where the checkpoint needs it, or will be; only then is the checkpoint acknowledged. */
  #refer(
    running: RunningSnapshot,
    name: string,
    handle: NonNullable<SnapshotFile["remote"]>,
  ): SharedFileHandle<HandedInFile> {
    const { workingDirectory } = this.#environment;
    const { path, sizeBytes } = handle;
    running.fullBytes += sizeBytes;
    if (workingDirectory.isNew(path)) running.bytes += sizeBytes;
    running.held.add(path);
    if (workingDirectory.hold(path) === "writing") {
      running.awaited.add(path);
      running.filesToWrite++;
    }
    return { name, key: path, sizeBytes, handle };
  }

  #releaseFiles({ held }: RunningSnapshot, isHandedIn: boolean): void {
    for (const path of held) this.#environment.workingDirectory.release(path, isHandedIn);
  }

  /** State that only this checkpoint refers to; nothing for no bytes. */
  #exclusive(
    checkpoint: CheckpointId,
    running: RunningSnapshot,
    name: string,
    bytes: Uint8Array | undefined,
  ): StateHandle | undefined {
    if (bytes === undefined || bytes.length === 0) return undefined;
    const { place, number } = this.#at;
    const directory =
      running.savepoint?.directory ?? `${this.#options.directory}/chk-${checkpoint}`;
    const path = `${directory}/${place.name}-${number}-${name}`;
    return this.#store(checkpoint, running, path, bytes);
  }

  #store(
    checkpoint: CheckpointId,
    running: RunningSnapshot,
    name: string,
    bytes: Uint8Array,
  ): StateHandle {
    running.bytes += bytes.length;
    running.fullBytes += bytes.length;
    const { storage, inlineThreshold } = this.#options;
    if (isTooLarge(bytes, this.#options)) running.isTooLarge = true;
    if (storage === "jobmanager" || bytes.length < inlineThreshold)
      return { kind: "inline", bytes };
    const path = withEntropy(name, this.#options.entropy);
    running.filesToWrite++;
    this.#environment.writeFile(checkpoint, path, bytes);
    return { kind: "file", path, sizeBytes: bytes.length, hash: bytesHash(bytes) };
  }

  #bases(): RunningSnapshot["bases"] {
    return new Map([...this.#uploads].map(([operator, { base }]) => [operator, base]));
  }

  #uploadsOf(operatorId: string): UploadedFiles {
    const known = this.#uploads.get(operatorId) ?? new UploadedFiles();
    this.#uploads.set(operatorId, known);
    return known;
  }

  #drop(checkpoint: CheckpointId): void {
    const running = this.#running.get(checkpoint);
    if (running === undefined) return;
    this.#running.delete(checkpoint);
    for (const snapshot of running.snapshots) snapshot.keyed?.release();
    for (const path of running.files) this.#environment.deleteFile(path);
    this.#delete(this.#materialized.dropped(checkpoint));
    this.#releaseFiles(running, false);
    // A delete could overtake a write, whose file would then stay for ever: what is being written is deleted later.
    const ownToWrite = running.filesToWrite - running.awaited.size;
    if (ownToWrite > 0) this.#dropped.set(checkpoint, ownToWrite);
  }

  #delete(paths: readonly string[]): void {
    for (const path of paths) this.#environment.deleteFile(path);
  }
}
