// A task's materializations (Flink: PeriodicMaterializationManager): from time to time the state that its changelog
// backends stand on is fixed and uploaded, beside all checkpoints, so that their logs stay short. One that fails is
// forgotten, and the next one is due as ever. Their numbers have nothing to do with those of checkpoints.

import { bytesHash } from "../../kernel/hash.ts";
import type { Incarnation } from "../../kernel/place.ts";
import { between, type Duration, type Instant, micros } from "../../kernel/virtual-time.ts";
import type { SnapshotFile } from "../state/keyed-state-backend.ts";
import type { OperatorMaterialization } from "./checkpointable.ts";
import { withEntropy } from "./entropy-injection.ts";
import type { CheckpointRecorder } from "./events.ts";
import type { MaterializedFiles } from "./materialized-files.ts";
import type { SharedFileHandle, StateHandle } from "./state-handle.ts";
import { isTooLarge, type SubtaskCheckpointOptions } from "./subtask-checkpoint.ts";

/** Where a task's materializations happen. */
export interface MaterializationEnvironment {
  readonly now: () => Instant;
  /** Keeps the task from its next step for the length of the synchronous part. */
  pause(duration: Duration): void;
  /** Puts a mail that calls `materialize` into the mailbox after `delay`. */
  startNext(delay: Duration): void;
  /** Calls `write` after `delay`. */
  startAsyncPart(materialization: number, delay: Duration): void;
  /** Writes a file; `fileWritten` is called with what came of it. */
  writeFile(materialization: number, path: string, bytes: Uint8Array): void;
  deleteFile(path: string): void;
}

/** A task that has changelog backends. */
export interface Materializable {
  /** The synchronous part: what has changed since the last time. */
  materialize(): readonly OperatorMaterialization[];
  /** Whether an operator has already uploaded a file with a checkpoint that is known to be completed. */
  isUploaded(operatorId: string, name: string): boolean;
}

interface RunningMaterialization {
  readonly number: number;
  readonly operators: readonly OperatorMaterialization[];
  readonly startedAt: Instant;
  /** By operator: what it will refer to, once all of it is written. */
  readonly handles: Map<string, readonly SharedFileHandle[]>;
  readonly written: string[];
  filesToWrite: number;
  bytes: number;
  failure: string | undefined;
  /** Whether the state has been turned into bytes, or is just being. */
  isSerialized: boolean;
}

/** The materializations of one attempt: one at a time. */
export class SubtaskMaterialization {
  readonly #task: Materializable;
  readonly #environment: MaterializationEnvironment;
  readonly #recorder: CheckpointRecorder;
  readonly #at: Incarnation;
  readonly #options: SubtaskCheckpointOptions;
  readonly #files: MaterializedFiles;
  #running: RunningMaterialization | undefined = undefined;
  /** How many files are still being written for materializations that were given up. */
  readonly #dropped = new Map<number, number>();
  #count = 0;

  constructor(options: {
    readonly task: Materializable;
    readonly environment: MaterializationEnvironment;
    readonly recorder: CheckpointRecorder;
    readonly at: Incarnation;
    readonly options: SubtaskCheckpointOptions;
    readonly files: MaterializedFiles;
  }) {
    this.#task = options.task;
    this.#environment = options.environment;
    this.#recorder = options.recorder;
    this.#at = options.at;
    this.#options = options.options;
    this.#files = options.files;
  }

  /** The task runs from now on. */
  start(): void {
    this.#startNext();
  }

  /** The synchronous part. */
  materialize(): void {
    const operators = this.#task.materialize();
    if (operators.length === 0) {
      this.#startNext();
      return;
    }
    const number = ++this.#count;
    const { asyncCost } = this.#options;
    const syncCost = operators.reduce(
      (sum, { materialization }) => sum + materialization.syncCost,
      this.#options.syncCost as number,
    );
    this.#recorder.record("materialization-started", this.#at, { materialization: number });
    this.#environment.pause(micros(syncCost));
    this.#running = {
      number,
      operators,
      startedAt: this.#environment.now(),
      handles: new Map(),
      written: [],
      filesToWrite: 0,
      bytes: 0,
      failure: undefined,
      isSerialized: false,
    };
    this.#environment.startAsyncPart(number, micros(syncCost + asyncCost));
  }

  /** The asynchronous part: has everything written that is not uploaded yet. */
  write(materialization: number): void {
    const running = this.#running;
    if (running?.number !== materialization || this.#isBeingSerialized(running)) return;
    for (const { operatorId, materialization: fixed } of running.operators) {
      const handles = fixed.written().files.flatMap((file) => {
        if (this.#task.isUploaded(operatorId, file.name)) return [];
        return this.#files.find(operatorId, file.name) ?? this.#upload(running, operatorId, file);
      });
      running.handles.set(operatorId, handles);
    }
    if (running.failure !== undefined) this.#fail(running, running.failure);
    else if (running.filesToWrite === 0) this.confirm(materialization);
  }

  /** A file has been written, or could not be. */
  fileWritten(materialization: number, path: string, failure: string | undefined): void {
    const left = this.#dropped.get(materialization);
    if (left !== undefined) {
      if (left === 1) this.#dropped.delete(materialization);
      else this.#dropped.set(materialization, left - 1);
      if (failure === undefined) this.#environment.deleteFile(path);
      return;
    }
    const running = this.#running;
    if (running?.number !== materialization) return;
    running.filesToWrite--;
    if (failure !== undefined) {
      this.#fail(running, failure);
      return;
    }
    running.written.push(path);
    if (running.filesToWrite === 0) this.confirm(materialization);
  }

  /** All of a materialization is where it stays: checkpoints refer to it from now on. */
  confirm(materialization: number): void {
    const running = this.#running;
    if (running?.number !== materialization) return;
    this.#running = undefined;
    for (const { operatorId, confirm } of running.operators) {
      this.#delete(this.#files.replace(operatorId, running.handles.get(operatorId) ?? []));
      confirm();
    }
    this.#recorder.record("materialization-completed", this.#at, {
      materialization,
      bytes: running.bytes,
      duration: between(running.startedAt, this.#environment.now()),
    });
    this.#startNext();
  }

  /** The attempt ends. What is still being written is abandoned with its writer. */
  close(): void {
    const running = this.#running;
    this.#running = undefined;
    for (const { materialization } of running?.operators ?? []) materialization.release();
    this.#delete(running?.written ?? []);
    this.#delete(this.#files.close());
  }

  /** What determines the future of this attempt's materializations, as plain data. */
  describeState(): unknown {
    const { number, isSerialized, filesToWrite, written } = this.#running ?? {};
    const running = [number, isSerialized, filesToWrite, written];
    return [this.#count, running, [...this.#dropped], this.#files.describeState()];
  }

  /** Has the state turned into bytes first, if that takes time; the asynchronous part comes again once it is. */
  #isBeingSerialized(running: RunningMaterialization): boolean {
    if (running.isSerialized) return false;
    running.isSerialized = true;
    const cost = running.operators.reduce(
      (sum, { materialization }) => sum + materialization.takeWritingTime(),
      0,
    );
    if (cost > 0) this.#environment.startAsyncPart(running.number, micros(cost));
    return cost > 0;
  }

  #upload(
    running: RunningMaterialization,
    operatorId: string,
    file: SnapshotFile,
  ): SharedFileHandle {
    const { name, sizeBytes } = file;
    const { place, number } = this.#at;
    // No other bytes ever get this name, not even those of a second try to upload the same file.
    const unique = `mat-${running.number}-${place.name}-${number}-${operatorId}-${name}`;
    const key = `${this.#options.directory}/shared/${unique}`;
    return { name, key, sizeBytes, handle: this.#store(running, key, file.read()) };
  }

  #store(running: RunningMaterialization, name: string, bytes: Uint8Array): StateHandle {
    const { storage, inlineThreshold } = this.#options;
    running.bytes += bytes.length;
    if (isTooLarge(bytes, this.#options)) running.failure = `${name} is too large for its storage`;
    if (storage === "jobmanager" || bytes.length < inlineThreshold) {
      return { kind: "inline", bytes };
    }
    const path = withEntropy(name, this.#options.entropy);
    running.filesToWrite++;
    this.#environment.writeFile(running.number, path, bytes);
    return { kind: "file", path, sizeBytes: bytes.length, hash: bytesHash(bytes) };
  }

  #fail(running: RunningMaterialization, reason: string): void {
    this.#running = undefined;
    this.#delete(running.written);
    // A delete could overtake a write, whose file would then stay for ever: what is being written is deleted later.
    if (running.filesToWrite > 0) this.#dropped.set(running.number, running.filesToWrite);
    for (const { materialization } of running.operators) materialization.release();
    const { number: materialization } = running;
    this.#recorder.record("materialization-failed", this.#at, { materialization, reason });
    this.#startNext();
  }

  #delete(paths: readonly string[]): void {
    for (const path of paths) this.#environment.deleteFile(path);
  }

  #startNext(): void {
    this.#environment.startNext(this.#options.materializationInterval);
  }
}
