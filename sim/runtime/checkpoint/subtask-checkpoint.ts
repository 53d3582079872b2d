// A task's part of a checkpoint (Flink: SubtaskCheckpointCoordinatorImpl, AsyncCheckpointRunnable): send the
// barrier on before anything else, fix the state, go on working, write the state, acknowledge.

import { bytesHash } from "../../kernel/hash.ts";
import type { Incarnation } from "../../kernel/place.ts";
import { between, type Duration, micros } from "../../kernel/virtual-time.ts";
import type { CheckpointBarrier, CheckpointId } from "../stream-element.ts";
import type { Alignment } from "./barrier-handler.ts";
import type { CheckpointFailureReason } from "./checkpoint-failure-reason.ts";
import type {
  Checkpointable,
  OperatorSnapshot,
  SnapshotWait,
  SubtaskEnvironment,
} from "./checkpointable.ts";
import type { OperatorSubtaskState, StateHandle } from "./completed-checkpoint.ts";
import type { AcknowledgedOperatorState } from "./coordinator-command.ts";
import type { CheckpointRecorder } from "./events.ts";

/** How long the parts of a snapshot take, and where its files go. */
export interface SubtaskCheckpointOptions {
  readonly syncCost: Duration;
  readonly asyncCost: Duration;
  /** State smaller than this travels in the acknowledgement, in bytes. */
  readonly inlineThreshold: number;
  /** The job's checkpoint directory. */
  readonly directory: string;
}

interface RunningSnapshot {
  readonly snapshots: readonly OperatorSnapshot[];
  readonly metrics: { startDelay: Duration; alignment: Duration; sync: Duration };
  readonly asyncStartedAt: number;
  states: AcknowledgedOperatorState[];
  bytes: number;
  /** Paths of the files that have been written. */
  files: string[];
  filesToWrite: number;
}

/** The checkpoints of one attempt. `Request` and `Answer` are what its hooks wait with. */
export class SubtaskCheckpoint<Request, Answer> {
  readonly #task: Checkpointable<Request, Answer>;
  readonly #environment: SubtaskEnvironment;
  readonly #recorder: CheckpointRecorder;
  readonly #at: Incarnation;
  readonly #options: SubtaskCheckpointOptions;
  readonly #running = new Map<CheckpointId, RunningSnapshot>();
  /** How many files are still being written for checkpoints that were given up. */
  readonly #dropped = new Map<CheckpointId, number>();
  readonly #aborted = new Set<CheckpointId>();
  #last = 0;

  constructor(options: {
    readonly task: Checkpointable<Request, Answer>;
    readonly environment: SubtaskEnvironment;
    readonly recorder: CheckpointRecorder;
    readonly at: Incarnation;
    readonly options: SubtaskCheckpointOptions;
  }) {
    this.#task = options.task;
    this.#environment = options.environment;
    this.#recorder = options.recorder;
    this.#at = options.at;
    this.#options = options.options;
  }

  /** Barrier on, then the synchronous part. */
  *checkpointState(
    barrier: CheckpointBarrier,
    alignment: Alignment,
  ): SnapshotWait<Request, Answer, void> {
    const checkpoint = barrier.checkpoint;
    if (checkpoint <= this.#last) return;
    this.#last = checkpoint;
    if (this.#aborted.delete(checkpoint)) {
      this.broadcastCancelMarker(checkpoint);
      return;
    }
    if (barrier.alignment !== "uncoordinated") this.#broadcastBarrier(barrier);
    const startedAt = this.#environment.now();
    const snapshots = yield* this.#task.snapshotState(checkpoint);
    const waited = between(startedAt, this.#environment.now());
    const metrics = {
      startDelay: alignment.startDelay,
      alignment: between(alignment.startedAt, alignment.endedAt),
      sync: micros(waited + this.#options.syncCost),
    };
    this.#recorder.record("snapshot-taken", this.#at, { checkpoint, ...metrics });
    this.#environment.pause(this.#options.syncCost);
    this.#running.set(checkpoint, {
      snapshots,
      metrics,
      asyncStartedAt: this.#environment.now() + this.#options.syncCost,
      states: [],
      bytes: 0,
      files: [],
      filesToWrite: 0,
    });
    this.#environment.startAsyncPart(
      checkpoint,
      micros(this.#options.syncCost + this.#options.asyncCost),
    );
  }

  /** The asynchronous part: turns what was fixed into bytes and has the large pieces written. */
  writeSnapshot(checkpoint: CheckpointId): void {
    const running = this.#running.get(checkpoint);
    if (running === undefined) return;
    for (const snapshot of running.snapshots) {
      const keyed = snapshot.keyed?.writeAsync();
      snapshot.keyed?.release();
      this.#task.recordWritten(checkpoint, snapshot, keyed);
      const state = this.#handlesOf(checkpoint, running, snapshot, keyed);
      running.states.push({ operatorId: snapshot.operatorId, state });
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
    if (checkpoint > this.#last) this.#aborted.add(checkpoint);
  }

  /** The coordinator has completed the checkpoint; older ones cannot matter any more. */
  notifyComplete(checkpoint: CheckpointId): void {
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
      snapshot.states,
    ]);
    return [this.#last, [...this.#aborted], running, [...this.#dropped]];
  }

  broadcastCancelMarker(checkpoint: CheckpointId): void {
    const cause = this.#recorder.record("cancel-marker-emitted", this.#at, { checkpoint });
    this.#task.broadcast({ kind: "cancel-marker", checkpoint, cause });
  }

  decline(checkpoint: CheckpointId, reason: CheckpointFailureReason): void {
    this.#recorder.record("checkpoint-declined", this.#at, { checkpoint, reason });
    this.#environment.decline(checkpoint, reason);
  }

  #broadcastBarrier(barrier: CheckpointBarrier): void {
    const { checkpoint } = barrier;
    const cause = this.#recorder.record("barrier-emitted", this.#at, { checkpoint });
    this.#task.broadcast({ ...barrier, cause });
  }

  #acknowledge(checkpoint: CheckpointId, running: RunningSnapshot): void {
    this.#running.delete(checkpoint);
    const async = micros(Math.max(0, this.#environment.now() - running.asyncStartedAt));
    this.#recorder.record("snapshot-written", this.#at, {
      checkpoint,
      bytes: running.bytes,
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
    keyed: Uint8Array | undefined,
  ): OperatorSubtaskState | undefined {
    const { operatorId, operator } = snapshot;
    const sizeBytes = (keyed?.length ?? 0) + (operator?.length ?? 0);
    if (sizeBytes === 0) return undefined;
    running.bytes += sizeBytes;
    return {
      keyed: this.#handleOf(checkpoint, running, `${operatorId}-keyed`, keyed),
      operator: this.#handleOf(checkpoint, running, `${operatorId}-operator`, operator),
      sizeBytes,
    };
  }

  #handleOf(
    checkpoint: CheckpointId,
    running: RunningSnapshot,
    name: string,
    bytes: Uint8Array | undefined,
  ): StateHandle | undefined {
    if (bytes === undefined || bytes.length === 0) return undefined;
    if (bytes.length < this.#options.inlineThreshold) return { kind: "inline", bytes };
    const { place, number } = this.#at;
    const path = `${this.#options.directory}/chk-${checkpoint}/${place.name}-${number}-${name}`;
    running.filesToWrite++;
    this.#environment.writeFile(checkpoint, path, bytes);
    return { kind: "file", path, sizeBytes: bytes.length, hash: bytesHash(bytes) };
  }

  #drop(checkpoint: CheckpointId): void {
    const running = this.#running.get(checkpoint);
    if (running === undefined) return;
    this.#running.delete(checkpoint);
    for (const snapshot of running.snapshots) snapshot.keyed?.release();
    for (const path of running.files) this.#environment.deleteFile(path);
    // A delete could overtake a write, whose file would then stay for ever: what is being written is deleted later.
    if (running.filesToWrite > 0) this.#dropped.set(checkpoint, running.filesToWrite);
  }
}
