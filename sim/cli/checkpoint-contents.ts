// What a completed checkpoint holds, as its bytes in the simulated storage say. A trace does not hold the bytes, so
// its case is run again up to the checkpoint's completion, and the files are kept as they are written: later they
// may be subsumed.

import type { PreparedJob } from "../harness/prepared-job.ts";
import type { WatchedWorld } from "../harness/run.ts";
import { canonicalText } from "../kernel/canonical-value.ts";
import type { LoadedEngine } from "../node/loaded-engine.ts";
import { RequestError } from "../node/request-error.ts";
import { decodeCheckpointMetadata } from "../runtime/checkpoint/checkpoint-metadata.ts";
import {
  type CompletedCheckpoint,
  getState,
  type OperatorState,
  type OperatorSubtaskState,
} from "../runtime/checkpoint/completed-checkpoint.ts";
import type { KeyedStateHandle, StateHandle } from "../runtime/checkpoint/state-handle.ts";
import type { WrittenKeyedState } from "../runtime/state/keyed-state-backend.ts";
import { readOperatorSnapshot } from "../runtime/state/operator-snapshot-format.ts";
import type { TypeSerializer } from "../runtime/state/type-serializer.ts";
import { entriesOfWritten } from "../runtime/state/written-keyed-state.ts";
import { subtaskName } from "../runtime/task/job-graph.ts";

import { type CheckpointFile, checkpointFiles } from "./checkpoint-file-tree.ts";

/** A checkpoint as the set that it is: (operator, state) for each operator. */
export interface CheckpointContents {
  readonly checkpoint: number;
  readonly kind: string;
  /** Microseconds of virtual time. */
  readonly triggeredAt: number;
  readonly completedAt: number;
  readonly path: string;
  /** All files that it refers to, by path. */
  readonly files: readonly CheckpointFile[];
  readonly pairs: readonly OperatorContents[];
}

/** One pair. */
export interface OperatorContents {
  readonly operator: string;
  readonly state: readonly SubtaskContents[];
}

/** What one subtask of an operator handed in. Keys and values are canonical texts. */
export interface SubtaskContents {
  readonly subtask: string;
  readonly bytes: number;
  readonly keyed: readonly KeyedContents[];
  readonly operatorState: readonly ListContents[];
}

/** One value of keyed state. */
export interface KeyedContents {
  readonly state: string;
  readonly keyGroup: number;
  readonly key: string;
  readonly value: string;
}

/** One list of operator state. */
export interface ListContents {
  readonly state: string;
  readonly mode: string;
  readonly elements: readonly string[];
}

/** The contents of checkpoint `id`. Throws a {@link RequestError} if the run never completes it. */
export function checkpointContents(
  { runner }: LoadedEngine,
  job: PreparedJob,
  id: number,
): CheckpointContents {
  const storage = new WrittenFiles(id);
  runner.run(job, { watch: (world) => storage.watch(world) });
  if (storage.metadata === undefined) {
    const completed = storage.completed.join(", ") || "none";
    throw new RequestError(
      `Cannot inspect checkpoint ${id}: the run does not complete it, it completes ${completed}`,
    );
  }
  const checkpoint = decodeCheckpointMetadata(storage.metadata);
  const files = checkpointFiles(checkpoint, storage.metadata.length);
  return { ...contentsOf(checkpoint, storage, serializersOf(job)), files };
}

/** Keeps every file that is written, and notes which checkpoints complete. */
class WrittenFiles {
  readonly completed: number[] = [];
  /** The bytes of the wanted checkpoint's `_metadata`, once it is complete. */
  metadata: Uint8Array | undefined = undefined;
  readonly #wanted: number;
  readonly #files = new Map<string, Uint8Array>();
  readonly #metadataPaths = new Map<unknown, string>();

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  watch(world: WatchedWorld): void {
    world.observe("write-completed", (_kind, _at, { path }) => {
      const bytes = world.files.get(String(path));
      if (bytes !== undefined) this.#files.set(String(path), bytes);
    });
    world.observe("checkpoint-stored", (_kind, _at, { checkpoint, path }) => {
      this.#metadataPaths.set(checkpoint, String(path));
    });
    world.observe("checkpoint-completed", (_kind, _at, { checkpoint }) => {
      this.completed.push(Number(checkpoint));
      if (checkpoint !== this.#wanted) return;
      this.metadata = this.#files.get(this.#metadataPaths.get(checkpoint) ?? "");
      world.stop();
    });
  }

  /** Keyed state as it was written. */
  keyedOf(handle: KeyedStateHandle | undefined): WrittenKeyedState {
    if (handle?.kind !== "incremental") return { kind: "full", bytes: this.bytesOf(handle) };
    const files = handle.files.map((file) => [file.name, this.bytesOf(file.handle)] as const);
    return { kind: "incremental", meta: this.bytesOf(handle.meta), files: new Map(files) };
  }

  /** The bytes a handle stands for; none for no handle. */
  bytesOf(handle: StateHandle | undefined): Uint8Array {
    switch (handle?.kind) {
      case undefined:
        return new Uint8Array(0);
      case "inline":
        return handle.bytes;
      case "file": {
        const bytes = this.#files.get(handle.path);
        if (bytes !== undefined) return bytes;
        throw new RequestError(`Cannot read the checkpoint: its file ${handle.path} is missing`);
      }
    }
  }
}

type Serializers = readonly TypeSerializer<unknown>[];

/** The job's own serializers, as far as its graph shows them. */
function serializersOf({ job }: PreparedJob): Serializers {
  return [...job.nodes.values()].map(({ outputSerializer }) => outputSerializer);
}

function contentsOf(
  checkpoint: CompletedCheckpoint,
  storage: WrittenFiles,
  serializers: Serializers,
): Omit<CheckpointContents, "files"> {
  return {
    checkpoint: checkpoint.id,
    kind: checkpoint.kind,
    triggeredAt: checkpoint.timestamp,
    completedAt: checkpoint.completedAt,
    path: checkpoint.metadataPath,
    pairs: checkpoint.operators.map((operator) => ({
      operator: operator.operatorId,
      state: getState(operator).flatMap((state, index) =>
        state === undefined
          ? []
          : [subtaskContents({ operator, index, state, storage, serializers })],
      ),
    })),
  };
}

function subtaskContents(options: {
  readonly operator: OperatorState;
  readonly index: number;
  readonly state: OperatorSubtaskState;
  readonly storage: WrittenFiles;
  readonly serializers: Serializers;
}): SubtaskContents {
  const { operator, index, state, storage, serializers } = options;
  const keyed = entriesOfWritten(storage.keyedOf(state.keyed), serializers);
  const lists = readOperatorSnapshot(storage.bytesOf(state.operator), serializers);
  return {
    subtask: subtaskName(operator.name, index),
    bytes: state.sizeBytes,
    keyed: keyed.map(({ state: name, keyGroup, key, value }) => ({
      state: name,
      keyGroup,
      key: canonicalText(key),
      value: canonicalText(value),
    })),
    operatorState: lists.map(({ state: name, mode, elements }) => ({
      state: name,
      mode,
      elements: elements.map((element) => canonicalText(element)),
    })),
  };
}
