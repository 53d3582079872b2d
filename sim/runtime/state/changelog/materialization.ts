// The base backend's state at one point of the log, as files (Flink: the materialized part of a
// ChangelogStateBackendHandle). It is written once, by whoever needs it first: its own upload or a checkpoint.

import { type Duration, micros } from "../../../kernel/virtual-time.ts";
import type { KeyedSnapshot, KeyedStateSnapshot, SnapshotFile } from "../keyed-state-backend.ts";
import type { MaterializedForm } from "./changelog-manifest.ts";
import { writeSegment } from "./log-segment.ts";
import type { StateChange } from "./state-change.ts";

/** A materialization as it lies in files. */
export interface MaterializedState {
  readonly form: MaterializedForm;
  /** Those of the base backend, and those of {@link stateFileOf} and {@link carriedFileOf} as far as there are any. */
  readonly files: readonly SnapshotFile[];
}

/** The file with the canonical form, or with what the base backend says of its own files. */
export function stateFileOf(number: number): string {
  return `materialized-${number}`;
}

/** The file with the changes of states that nobody has claimed. */
export function carriedFileOf(number: number): string {
  return `carried-${number}`;
}

interface MaterializationActions {
  readonly write: () => MaterializedState;
  readonly release: () => void;
  /** Does the work of `write` ahead, and tells how long that takes. */
  readonly serialize?: () => Duration;
  readonly syncCost?: Duration;
}

/** A materialization of a living backend. */
export class Materialization {
  /** Tells it apart from the others of this backend. It has nothing to do with the numbers of checkpoints. */
  readonly number: number;
  /** The number of the first change that is not in it. */
  readonly upTo: number;
  readonly hasCarried: boolean;
  /** How long it took to fix the state. */
  readonly syncCost: Duration;
  readonly #actions: MaterializationActions;
  #written: MaterializedState | undefined = undefined;
  #writingTime = micros(0);

  constructor(
    at: { readonly number: number; readonly upTo: number; readonly hasCarried: boolean },
    actions: MaterializationActions,
  ) {
    this.number = at.number;
    this.upTo = at.upTo;
    this.hasCarried = at.hasCarried;
    this.syncCost = actions.syncCost ?? micros(0);
    this.#actions = actions;
  }

  /** The asynchronous part: the files, the same at each call. */
  written(): MaterializedState {
    if (this.#written === undefined) {
      this.#writingTime = this.#actions.serialize?.() ?? micros(0);
      this.#written = this.#actions.write();
      this.#actions.release();
    }
    return this.#written;
  }

  /** How long it takes to write it, which only the first who asks has to wait for. */
  takeWritingTime(): Duration {
    this.written();
    const time = this.#writingTime;
    this.#writingTime = micros(0);
    return time;
  }

  /** Nobody will write it any more. Again is harmless. */
  release(): void {
    this.#actions.release();
  }
}

/** The materialization before anything is: there is nothing yet. */
export function nothingMaterialized(): Materialization {
  return new Materialization(
    { number: 0, upTo: 0, hasCarried: false },
    { write: () => ({ form: "nothing", files: [] }), release: () => {} },
  );
}

/** The materialization that a snapshot of the base backend makes. */
export function materializationOf(
  at: { readonly number: number; readonly upTo: number },
  snapshot: KeyedSnapshot,
  carried: readonly StateChange[],
): Materialization {
  const hasCarried = carried.length > 0;
  return new Materialization(
    { ...at, hasCarried },
    {
      write: () => {
        const { form, files } = filesOf(at.number, snapshot.writeAsync());
        if (!hasCarried) return { form, files };
        return { form, files: [...files, fileOf(carriedFileOf(at.number), writeSegment(carried))] };
      },
      release: () => snapshot.release(),
      serialize: () => snapshot.serialize?.() ?? micros(0),
      syncCost: snapshot.syncCost ?? micros(0),
    },
  );
}

/** The materialization of a snapshot that was restored, whose files are read back. */
export function restoredMaterialization(
  at: ConstructorParameters<typeof Materialization>[0] & { readonly form: MaterializedForm },
  files: readonly SnapshotFile[],
): Materialization {
  return new Materialization(at, { write: () => ({ form: at.form, files }), release: () => {} });
}

/** A file with these bytes. */
export function fileOf(name: string, bytes: Uint8Array): SnapshotFile {
  return { name, sizeBytes: bytes.length, read: () => bytes };
}

function filesOf(number: number, state: KeyedStateSnapshot): MaterializedState {
  if (state.kind === "incremental") {
    const files = [...state.files, fileOf(stateFileOf(number), state.meta)];
    return { form: "incremental", files };
  }
  if (state.bytes.length === 0) return { form: "nothing", files: [] };
  return { form: "full", files: [fileOf(stateFileOf(number), state.bytes)] };
}
