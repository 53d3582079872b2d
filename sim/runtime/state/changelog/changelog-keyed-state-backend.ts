// Keyed state in another backend, with a log of its changes (Flink: ChangelogKeyedStateBackend). A snapshot refers to the
// last materialization of the other's state and to the log since, so it has to write only the last changes, however
// large the state is. Restored changes are replayed when a descriptor says what they are of.

import type { Instant } from "../../../kernel/virtual-time.ts";
import { type CheckpointId, checkpointId } from "../../stream-element.ts";
import { DataInputView } from "../data-input-view.ts";
import { storedSerializerOf } from "../heap-state-factory.ts";
import { KeyContext } from "../key-context.ts";
import type { KeyGroupRange } from "../key-groups.ts";
import {
  type KeyedStateEntry,
  readKeyedSnapshot,
  readSerializedStates,
} from "../keyed-snapshot-format.ts";
import type { KeyedSnapshotHeader } from "../keyed-snapshot-header.ts";
import type {
  BaseKeyedStateBackend,
  FullKeyedState,
  KeyedSnapshot,
  KeyedStateBackend,
  KeyedStateSnapshot,
  WrittenKeyedState,
} from "../keyed-state-backend.ts";
import { OneTimeSnapshot } from "../one-time-snapshot.ts";
import { readManifest } from "../rocksdb/manifest-format.ts";
import type { AnyState } from "../state.ts";
import { checkHeader, identityOf, type StateIdentity } from "../state-compatibility.ts";
import type { StateDescriptor } from "../state-descriptor.ts";
import { StateTtlError } from "../state-errors.ts";
import type { StateOf } from "../state-of.ts";
import type { StoredState } from "../stored-state.ts";
import { Types } from "../type-information.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import { canonicalFormOf, readBack } from "../written-keyed-state.ts";
import { ChangeLog, type LogSegment, segmentFileOf } from "./change-log.ts";
import {
  type ChangelogManifest,
  isChangelogManifest,
  writeChangelogManifest,
} from "./changelog-manifest.ts";
import { createChangelogState } from "./changelog-state-factory.ts";
import {
  fileOf,
  type Materialization,
  materializationOf,
  nothingMaterialized,
  restoredMaterialization,
} from "./materialization.ts";
import { replayChanges } from "./replay-changes.ts";
import { apply, type StateChange } from "./state-change.ts";
import { type LogContext, StateChanges } from "./state-changes.ts";
import { UnclaimedChanges } from "./unclaimed-changes.ts";
import { readWrittenChangelog, type WrittenChangelog } from "./written-changelog.ts";

const NO_BYTES = new Uint8Array(0);

/** What a changelog backend is made for. */
export interface ChangelogKeyedStateBackendOptions {
  /** Holds the state; made for the same keys, and nobody else uses it. */
  readonly base: BaseKeyedStateBackend;
  /** The keys' type, by default any plain data. */
  readonly keySerializer?: TypeSerializer<unknown>;
  readonly maxParallelism: number;
  /** The task's clock, which state with a time to live cannot do without. */
  readonly now?: () => Instant;
  /** The uid of the operator whose state it is, for messages. */
  readonly operator?: string;
}

/**
 * The {@link KeyedStateBackend} for short checkpoints.
 *
 * @example
 * const backend = new ChangelogKeyedStateBackend({ base: new HeapKeyedStateBackend(options), ...options });
 * const materialization = backend.materialize();
 * // ... once all files of materialization.written() are where they will stay:
 * backend.materialized(materialization);
 */
export class ChangelogKeyedStateBackend implements KeyedStateBackend {
  readonly keyGroupRange: KeyGroupRange;
  readonly #base: BaseKeyedStateBackend;
  readonly #header: KeyedSnapshotHeader;
  readonly #now: () => Instant;
  readonly #log = new ChangeLog();
  readonly #context: LogContext;
  readonly #registered = new Map<string, AnyState>();
  /** What the registered states are, by name. */
  readonly #identities = new Map<string, StateIdentity>();
  /** The job's serializers, as far as they are known. */
  readonly #serializers: TypeSerializer<unknown>[];
  readonly #unclaimed: UnclaimedChanges;
  /** What snapshots refer to; undefined if the next one has to make one, since what was restored can not be one. */
  #materialized: Materialization | undefined = nothingMaterialized();
  #materializations = 0;
  /** Up to this number they have states as they were before a migration, which snapshots cannot refer to any more. */
  #outdated = 0;

  constructor(options: ChangelogKeyedStateBackendOptions) {
    const { base, keySerializer = Types.GENERIC, maxParallelism, now = noClock } = options;
    const { keyGroupRange } = base;
    this.keyGroupRange = keyGroupRange;
    this.#base = base;
    this.#header = { keySerializerId: keySerializer.id, maxParallelism, keyGroupRange };
    this.#now = now;
    this.#unclaimed = new UnclaimedChanges(options.operator);
    this.#serializers = [keySerializer];
    const keyContext = new KeyContext(keySerializer, maxParallelism, keyGroupRange);
    this.#context = { keyContext, keySerializer, log: this.#log };
  }

  get currentKey(): unknown {
    return this.#context.keyContext.key;
  }

  setCurrentKey(key: unknown): void {
    this.#context.keyContext.setCurrent(key);
    this.#base.setCurrentKey(key);
  }

  clearCurrentKey(): void {
    this.#context.keyContext.clear();
    this.#base.clearCurrentKey();
  }

  getState<D extends StateDescriptor>(descriptor: D): StateOf<D> {
    const { name } = descriptor;
    // Nothing is changed until all changes have been read, nor if the base backend refuses: a migration may throw.
    const { changes, isMigrated } = this.#unclaimed.changesFor(descriptor);
    const stored = this.#base.getStoredState(descriptor);
    const known = this.#registered.get(name);
    if (known !== undefined) return known as StateOf<D>;
    this.#unclaimed.drop(name);
    if (isMigrated) this.#materializeAnew();
    this.#identities.set(name, identityOf(descriptor));
    this.#serializers.push(...serializersOf(descriptor, stored));
    this.#replay(changes, stored);
    const logged = new StateChanges(name, this.#context);
    const state = createChangelogState(descriptor, stored, logged, this.#now);
    this.#registered.set(name, state);
    return state as StateOf<D>;
  }

  stored(name: string): unknown {
    return this.#registered.has(name) ? this.#base.stored(name) : undefined;
  }

  /** The synchronous part. A form is asked for by a savepoint, which has no log. */
  snapshot(checkpoint: CheckpointId, form?: KeyedStateSnapshot["kind"]): KeyedSnapshot {
    return form === undefined ? this.#checkpoint(checkpoint) : this.#savepoint(checkpoint, form);
  }

  /**
   * Fixes the state at this point of the log; undefined if nothing has changed since the last time. Once its files are
   * where they stay, `materialized` is owed, else `release` of what is returned.
   */
  materialize(): Materialization | undefined {
    if (this.#log.next === (this.#materialized?.upTo ?? -1)) return undefined;
    return this.#materialization(this.#log.roll());
  }

  /** From now on snapshots refer to this materialization, unless they do to a later one; the log before it is forgotten. */
  materialized(materialization: Materialization): void {
    if (materialization.number <= this.#outdated) return;
    if (materialization.number < (this.#materialized?.number ?? 0)) return;
    this.#materialized = materialization;
    this.#log.truncate(materialization.upTo);
  }

  restore(snapshots: readonly WrittenKeyedState[]): void {
    const parts = snapshots.map((snapshot) =>
      snapshot.kind === "incremental" && isChangelogManifest(snapshot.meta)
        ? { ...readWrittenChangelog(snapshot), files: snapshot.files }
        : snapshot,
    );
    const { keySerializer } = this.#context;
    for (const part of parts)
      if ("manifest" in part) checkHeader(part.manifest.header, this.#header, keySerializer);
    this.#base.restore(parts.flatMap((part) => ("manifest" in part ? (part.base ?? []) : part)));
    for (const part of parts) {
      const states = "manifest" in part ? part.manifest.states : statesOf(part);
      this.#unclaimed.add(states, "manifest" in part ? part.changes : [], this.keyGroupRange);
    }
    const [only] = parts;
    if (only === undefined) return;
    if (parts.length === 1 && "manifest" in only && this.#isOwn(only)) this.#goOnWith(only);
    else this.#beginAfter(parts.flatMap((part) => ("manifest" in part ? part.manifest : [])));
  }

  entries(state?: string): readonly KeyedStateEntry[] {
    return readKeyedSnapshot(this.#canonicalForm(state), this.#serializers, state);
  }

  hash(visit: (part: Uint8Array) => void): void {
    visit(this.#canonicalForm());
  }

  close(): void {
    this.#materialized?.release();
    this.#base.close();
  }

  describeState(): unknown {
    const { number, upTo } = this.#materialized ?? {};
    const changes = [this.#unclaimed.changes, this.#log.describeState()];
    const numbers = [number, upTo, this.#materializations, this.#outdated];
    return [this.#base.describeState(), ...numbers, ...changes];
  }

  /** Ends a segment of the log. */
  #checkpoint(checkpoint: CheckpointId): KeyedSnapshot {
    const to = this.#log.roll();
    const isMadeNow = this.#materialized === undefined;
    this.#materialized ??= this.#materialization(to);
    const materialization = this.#materialized;
    const segments = this.#log.segmentsFrom(materialization.upTo);
    const states = this.#states();
    const write = () => this.#write(materialization, segments, states);
    return new OneTimeSnapshot(checkpoint, {
      write,
      hash: (visit) => visit(canonicalFormOf(readBack(write()), this.#serializers)),
      // The materialization is not this snapshot's: others refer to it, too.
      release: () => {},
      ...(isMadeNow ? { syncCost: materialization.syncCost } : {}),
      serializationCost: () => materialization.takeWritingTime(),
    });
  }

  /**
   * The base backend's snapshot, in the form that is asked for (Flink: ChangelogKeyedStateBackend.nativeSavepoint); in the
   * canonical one if there are changes that nobody has claimed, for only that takes them in.
   */
  #savepoint(checkpoint: CheckpointId, form: KeyedStateSnapshot["kind"]): KeyedSnapshot {
    const states = this.#states();
    const { changes } = this.#unclaimed;
    if (this.#unclaimed.states.size === 0) return this.#base.snapshot(checkpoint, form);
    const whole = this.#base.snapshot(checkpoint, "full");
    // Its number is of no account: nobody will ever refer to it.
    const materialization = materializationOf({ number: 0, upTo: 0 }, whole, changes);
    const write = () => {
      return canonicalFormOf(readBack(this.#write(materialization, [], states)), this.#serializers);
    };
    return new OneTimeSnapshot<FullKeyedState>(checkpoint, {
      write: () => ({ kind: "full", bytes: write() }),
      hash: (visit) => visit(write()),
      release: () => materialization.release(),
      syncCost: materialization.syncCost,
      serializationCost: () => materialization.takeWritingTime(),
    });
  }

  #replay(changes: readonly StateChange[], stored: StoredState): void {
    const { keySerializer, keyContext } = this.#context;
    for (const { key, operation } of changes) {
      this.#base.setCurrentKey(keySerializer.deserialize(new DataInputView(key)));
      apply(operation, stored);
    }
    if (changes.length === 0) return;
    if (keyContext.key === undefined) this.#base.clearCurrentKey();
    else this.#base.setCurrentKey(keyContext.key);
  }

  /** Snapshots go on from the state as it is now. */
  #materializeAnew(): void {
    this.#materialized = undefined;
    this.#outdated = this.#materializations;
  }

  /** A materialization of now; the log has a segment that begins at `upTo`. */
  #materialization(upTo: number): Materialization {
    const number = ++this.#materializations;
    const snapshot = this.#base.snapshot(checkpointId(number));
    return materializationOf({ number, upTo }, snapshot, this.#unclaimed.changes);
  }

  #write(
    materialization: Materialization,
    segments: readonly LogSegment[],
    states: ReadonlyMap<string, StateIdentity>,
  ): KeyedStateSnapshot {
    if (states.size === 0) return { kind: "full", bytes: NO_BYTES };
    const { number, upTo, hasCarried } = materialization;
    const { form, files } = materialization.written();
    return {
      kind: "incremental",
      meta: writeChangelogManifest({
        header: this.#header,
        states,
        materialization: { number, upTo, form, hasCarried },
        segments,
      }),
      files: [...files, ...segments.map(({ file }) => file)],
    };
  }

  /** All states there are, claimed or not. */
  #states(): ReadonlyMap<string, StateIdentity> {
    return new Map([...this.#unclaimed.states, ...this.#identities]);
  }

  /** With `only`, it does not matter what there is of the other states. */
  #canonicalForm(only?: string): Uint8Array {
    const base = this.#base.canonicalForm();
    if (this.#unclaimed.states.size === 0) return base;
    const changes = this.#unclaimed.changes.filter(({ state }) => (only ?? state) === state);
    const states = this.#states();
    return replayChanges({ header: this.#header, base, states, changes, own: this.#serializers });
  }

  #isOwn({ manifest }: WrittenChangelog): boolean {
    const { start, end } = manifest.header.keyGroupRange;
    return start === this.keyGroupRange.start && end === this.keyGroupRange.end;
  }

  /** Goes on with what comes from others' snapshots: no file may bear the name of one of theirs. */
  #beginAfter(manifests: readonly ChangelogManifest[]): void {
    const numbers = manifests.map(({ materialization }) => materialization.number);
    this.#materialized = undefined;
    this.#materializations = Math.max(0, ...numbers);
    this.#log.adopt([], Math.max(0, ...manifests.map(endOf)));
  }

  /** Snapshots go on to refer to the files of the one that was restored. */
  #goOnWith({
    manifest,
    files,
  }: WrittenChangelog & { readonly files: ReadonlyMap<string, Uint8Array> }): void {
    const { materialization, segments } = manifest;
    const ofLog = new Map(segments.map((segment) => [segmentFileOf(segment.from), segment]));
    const own = [...files].filter(([name]) => !ofLog.has(name));
    this.#materialized = restoredMaterialization(
      materialization,
      own.map(([name, bytes]) => fileOf(name, bytes)),
    );
    this.#materializations = materialization.number;
    const adopted = [...ofLog].map(([name, segment]) => {
      return { ...segment, file: fileOf(name, files.get(name) ?? new Uint8Array(0)) };
    });
    this.#log.adopt(adopted, endOf(manifest));
  }
}

/** The number of the first change that a snapshot does not have. */
function endOf({ segments, materialization }: ChangelogManifest): number {
  return segments.at(-1)?.to ?? materialization.upTo;
}

/** All serializers of a state that may be needed to read it without its descriptor. */
function serializersOf(
  descriptor: StateDescriptor,
  stored: StoredState,
): readonly TypeSerializer<unknown>[] {
  const whole = storedSerializerOf(descriptor);
  if (stored.kind !== "map") return [whole];
  return [whole, stored.descriptor.keySerializer, stored.descriptor.valueSerializer];
}

/** The states of a snapshot that has no log. */
function statesOf(written: WrittenKeyedState): ReadonlyMap<string, StateIdentity> {
  const manifest = written.kind === "incremental" ? readManifest(written.meta) : undefined;
  const bytes = written.kind === "full" ? written.bytes : (manifest?.carried ?? NO_BYTES);
  const states = bytes.length === 0 ? [] : readSerializedStates(bytes).states;
  return new Map(
    [...(manifest?.states ?? []), ...states].map(({ name, kind, serializerId }) => {
      return [name, { kind, serializerId }];
    }),
  );
}

function noClock(): never {
  throw new StateTtlError("Cannot use state with a time to live: the backend was given no clock");
}
