// Keyed state in another backend, with a log of its changes (Flink: ChangelogKeyedStateBackend). A snapshot refers to the
// last materialization of the other's state and to the log since, so it has to write only the last changes, however
// large the state is. Restored changes are replayed when a descriptor says what they are of.

import type { Instant } from "../../../kernel/virtual-time.ts";
import { type CheckpointId, checkpointId } from "../../stream-element.ts";
import { DataInputView } from "../data-input-view.ts";
import { identityOf, storedSerializerOf } from "../heap-state-factory.ts";
import { KeyContext } from "../key-context.ts";
import type { KeyGroupRange } from "../key-groups.ts";
import {
  type KeyedSnapshotHeader,
  type KeyedStateEntry,
  readKeyedSnapshot,
  readSerializedStates,
} from "../keyed-snapshot-format.ts";
import type {
  BaseKeyedStateBackend,
  KeyedSnapshot,
  KeyedStateBackend,
  KeyedStateSnapshot,
  WrittenKeyedState,
} from "../keyed-state-backend.ts";
import { OneTimeSnapshot } from "../one-time-snapshot.ts";
import type {
  AggregatingState,
  AnyState,
  ListState,
  MapState,
  ReducingState,
  ValueState,
} from "../state.ts";
import { checkHeader, type StateIdentity } from "../state-compatibility.ts";
import type {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  StateDescriptor,
  ValueStateDescriptor,
} from "../state-descriptor.ts";
import { StateTtlError } from "../state-errors.ts";
import type { StoredState } from "../stored-state.ts";
import { Types } from "../type-information.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import { canonicalFormOf, readBack } from "../written-keyed-state.ts";
import { ChangeLog, type LogSegment, segmentFileOf } from "./change-log.ts";
import { isChangelogManifest, writeChangelogManifest } from "./changelog-manifest.ts";
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

/** What a changelog backend is made for. */
export interface ChangelogKeyedStateBackendOptions {
  /** Holds the state; made for the same keys, and nobody else uses it. */
  readonly base: BaseKeyedStateBackend;
  /** The keys' type, by default any plain data. */
  readonly keySerializer?: TypeSerializer<unknown>;
  readonly maxParallelism: number;
  /** The task's clock, which state with a time to live cannot do without. */
  readonly now?: () => Instant;
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
  readonly #unclaimed = new UnclaimedChanges();
  /** What snapshots refer to; undefined if the next one has to make one, since what was restored can not be one. */
  #materialized: Materialization | undefined = nothingMaterialized();
  #materializations = 0;

  constructor(options: ChangelogKeyedStateBackendOptions) {
    const { base, keySerializer = Types.GENERIC, maxParallelism, now = noClock } = options;
    const { keyGroupRange } = base;
    this.keyGroupRange = keyGroupRange;
    this.#base = base;
    this.#header = { keySerializerId: keySerializer.id, maxParallelism, keyGroupRange };
    this.#now = now;
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

  getState<T>(descriptor: ValueStateDescriptor<T>): ValueState<T>;
  getState<T>(descriptor: ListStateDescriptor<T>): ListState<T>;
  getState<K, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V>;
  getState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T>;
  getState<In, Acc, Out>(
    descriptor: AggregatingStateDescriptor<In, Acc, Out>,
  ): AggregatingState<In, Out>;
  getState(descriptor: StateDescriptor): AnyState {
    const { name } = descriptor;
    const identity = identityOf(descriptor);
    const stored = this.#base.getStoredState(descriptor);
    const changes = this.#unclaimed.claim(name, identity);
    const known = this.#registered.get(name);
    if (known !== undefined) return known;
    this.#identities.set(name, identity);
    this.#serializers.push(...serializersOf(descriptor, stored));
    this.#replay(changes, stored);
    const logged = new StateChanges(name, this.#context);
    const state = createChangelogState(descriptor, stored, logged, this.#now);
    this.#registered.set(name, state);
    return state;
  }

  stored(name: string): unknown {
    return this.#registered.has(name) ? this.#base.stored(name) : undefined;
  }

  /** The synchronous part: ends a segment of the log. */
  snapshot(checkpoint: CheckpointId): KeyedSnapshot {
    const to = this.#log.roll();
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
    });
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
    for (const part of parts)
      if ("manifest" in part) checkHeader(part.manifest.header, this.#header);
    this.#base.restore(parts.flatMap((part) => ("manifest" in part ? (part.base ?? []) : part)));
    for (const part of parts) {
      const states = "manifest" in part ? part.manifest.states : statesOf(part);
      this.#unclaimed.add(states, "manifest" in part ? part.changes : [], this.keyGroupRange);
    }
    const [only] = parts;
    if (only === undefined) return;
    if (parts.length === 1 && "manifest" in only && this.#isOwn(only)) this.#goOnWith(only);
    else this.#materialized = undefined;
  }

  entries(): readonly KeyedStateEntry[] {
    return readKeyedSnapshot(this.#canonicalForm(), this.#serializers);
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
    return [this.#base.describeState(), number, upTo, this.#materializations, ...changes];
  }

  #replay(changes: readonly StateChange[], stored: StoredState): void {
    const { keySerializer, keyContext } = this.#context;
    for (const { key, operation } of changes) {
      this.#base.setCurrentKey(keySerializer.deserialize(new DataInputView(key)));
      apply(operation, stored);
    }
    if (changes.length > 0 && keyContext.key !== undefined) {
      this.#base.setCurrentKey(keyContext.key);
    }
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
    if (states.size === 0) return { kind: "full", bytes: new Uint8Array(0) };
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

  #canonicalForm(): Uint8Array {
    const base = this.#base.canonicalForm();
    const { changes, states: unclaimed } = this.#unclaimed;
    if (unclaimed.size === 0) return base;
    const states = this.#states();
    return replayChanges({ header: this.#header, base, states, changes, own: this.#serializers });
  }

  #isOwn({ manifest }: WrittenChangelog): boolean {
    const { start, end } = manifest.header.keyGroupRange;
    return start === this.keyGroupRange.start && end === this.keyGroupRange.end;
  }

  /** Snapshots go on to refer to the files of the one that was restored. */
  #goOnWith({
    manifest: { materialization, segments },
    files,
  }: WrittenChangelog & { readonly files: ReadonlyMap<string, Uint8Array> }): void {
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
    this.#log.adopt(adopted, segments.at(-1)?.to ?? materialization.upTo);
  }
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
  const bytes = canonicalFormOf(written);
  const states = bytes.length === 0 ? [] : readSerializedStates(bytes).states;
  return new Map(states.map(({ name, kind, serializerId }) => [name, { kind, serializerId }]));
}

function noClock(): never {
  throw new StateTtlError("Cannot use state with a time to live: the backend was given no clock");
}
