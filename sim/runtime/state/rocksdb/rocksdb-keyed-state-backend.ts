// Keyed state as bytes in a tree of sorted files (Flink: RocksDBKeyedStateBackend of EmbeddedRocksDBStateBackend). An
// incremental snapshot flushes the memtable and refers to files that never change, most of which the one before had; a
// full one is written in the canonical form, byte for byte as the heap backend writes it.

import { invariant, must } from "../../../kernel/invariant.ts";
import { type Duration, type Instant, micros } from "../../../kernel/virtual-time.ts";
import type { CheckpointId } from "../../stream-element.ts";
import { entrySerializerOf } from "../heap-state-factory.ts";
import { KeyContext } from "../key-context.ts";
import type { KeyGroupRange } from "../key-groups.ts";
import {
  type KeyedStateEntry,
  readKeyedSnapshot,
  readSerializedStates,
  sizeOfSections,
} from "../keyed-snapshot-format.ts";
import type { KeyedSnapshotHeader } from "../keyed-snapshot-header.ts";
import type {
  BaseKeyedStateBackend,
  KeyedSnapshot,
  KeyedStateSnapshot,
  WrittenKeyedState,
} from "../keyed-state-backend.ts";
import { OneTimeSnapshot } from "../one-time-snapshot.ts";
import { type SnapshotCosts, serializationAt, timeOf } from "../snapshot-costs.ts";
import {
  checkHeader,
  checkUnchanged,
  identityOf,
  migratingSerializerOf,
} from "../state-compatibility.ts";
import type { StateDescriptor } from "../state-descriptor.ts";
import { StateTtlError } from "../state-errors.ts";
import type { StateOf } from "../state-of.ts";
import { type StoredState, storedStateOf } from "../stored-state.ts";
import { Types } from "../type-information.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import { AccessMeter } from "./access-costs.ts";
import { type CarriedStates, canonicalForm, serializedStatesOf } from "./canonical-form.ts";
import type { CompactionFilter } from "./compaction.ts";
import { ContentDatabase, type HeldContent } from "./content-database.ts";
import { LsmTree, type LsmTreeWork } from "./lsm-tree.ts";
import {
  filesOf,
  type Manifest,
  manifestFileOf,
  type StoredState as NumberedState,
  readManifest,
  writeManifest,
} from "./manifest-format.ts";
import { mapKeyReaderById } from "./map-key-reader.ts";
import { rewrittenEntries } from "./rewritten-entries.ts";
import type { RocksDBKeyedStateBackendOptions } from "./rocksdb-keyed-state-backend-options.ts";
import { createRocksDBState, type RegisteredState, stateMakerOf } from "./rocksdb-state-factory.ts";
import { sectionFiller } from "./section-filler.ts";
import { type ColumnContext, StateColumn } from "./state-column.ts";
import { StateDirectory } from "./state-directory.ts";
import {
  boundsOf,
  keyGroupIn,
  STATES_MAX,
  StateKeys,
  stateIdIn,
  withStateId,
} from "./state-keys.ts";
import type { TreeFileWatcher } from "./tree-file-watcher.ts";
import type { TreeVersion } from "./tree-version.ts";
import type { EntryFilter } from "./ttl-entry-filter.ts";

const NO_BYTES = new Uint8Array(0);

/** A snapshot in files, read back. */
type WrittenFiles = Extract<WrittenKeyedState, { readonly kind: "incremental" }>;

/**
 * The {@link BaseKeyedStateBackend} for state that is larger than memory.
 *
 * @example
 * const backend = new RocksDBKeyedStateBackend({
 *   maxParallelism: 128,
 *   keyGroupRange: { start: 0, end: 127 },
 *   isIncremental: true,
 * });
 */
export class RocksDBKeyedStateBackend implements BaseKeyedStateBackend {
  readonly keyGroupRange: KeyGroupRange;
  readonly #keySerializer: TypeSerializer<unknown>;
  readonly #header: KeyedSnapshotHeader;
  readonly #keyContext: KeyContext;
  readonly #columns: ColumnContext;
  readonly #database: ContentDatabase;
  readonly #now: () => Instant;
  readonly #isIncremental: boolean;
  readonly #watcher: TreeFileWatcher | undefined;
  readonly #directory: StateDirectory;
  readonly #snapshotCosts: SnapshotCosts;
  readonly #charge: ((cost: Duration) => void) | undefined;
  readonly #registered = new Map<string, RegisteredState>();

  constructor(options: RocksDBKeyedStateBackendOptions) {
    const { keySerializer = Types.GENERIC, maxParallelism, keyGroupRange, now = noClock } = options;
    this.keyGroupRange = keyGroupRange;
    this.#keySerializer = keySerializer;
    this.#header = { keySerializerId: keySerializer.id, maxParallelism, keyGroupRange };
    this.#now = now;
    this.#watcher = options.watcher;
    this.#directory = new StateDirectory(options.operator);
    this.#isIncremental = options.isIncremental ?? false;
    this.#snapshotCosts = options.snapshotCosts ?? {};
    this.#charge = options.charge;
    this.#keyContext = new KeyContext(keySerializer, maxParallelism, keyGroupRange);
    this.#database = new ContentDatabase({
      tree: options.tree,
      databases: options.databases,
      name: options.databaseName ?? "state",
      startFilter: () => this.#startCompactionFilter(),
      now: options.now,
      watcher: options.watcher,
    });
    this.#columns = {
      keyContext: this.#keyContext,
      keys: new StateKeys(keySerializer),
      database: this.#database,
      meter: new AccessMeter(options.costs, options.charge),
    };
  }

  get currentKey(): unknown {
    return this.#keyContext.key;
  }

  /** What the tree has done so far: how much it has flushed, merged and looked into. */
  get work(): LsmTreeWork {
    return this.#database.work;
  }

  setCurrentKey(key: unknown): void {
    this.#keyContext.setCurrent(key);
  }

  clearCurrentKey(): void {
    this.#keyContext.clear();
  }

  getState<D extends StateDescriptor>(descriptor: D): StateOf<D> {
    return this.#claim(descriptor).state as StateOf<D>;
  }

  getStoredState(descriptor: StateDescriptor): StoredState {
    return storedStateOf(descriptor, stateMakerOf(this.#claim(descriptor).column));
  }

  stored(name: string): unknown {
    const registered = this.#registered.get(name);
    return registered?.column.stored(registered.reader, registered.readMapKey);
  }

  /** The synchronous part. It has both forms, whatever its checkpoints are in: a savepoint may ask for either. */
  snapshot(
    checkpoint: CheckpointId,
    form: KeyedStateSnapshot["kind"] = this.#isIncremental ? "incremental" : "full",
  ): KeyedSnapshot {
    return form === "incremental"
      ? this.#incrementalSnapshot(checkpoint)
      : this.#fullSnapshot(checkpoint);
  }

  restore(snapshots: readonly WrittenKeyedState[]): void {
    invariant(
      this.#directory.size === 0,
      () =>
        `Cannot restore a keyed backend: ${this.#directory.size} states are there, expected none`,
    );
    const written = snapshots.filter(
      (snapshot) => snapshot.kind === "incremental" || snapshot.bytes.length > 0,
    );
    if (written.length > 0) this.#charge?.(this.#snapshotCosts.openCost ?? micros(0));
    const [first] = written;
    if (first?.kind === "incremental" && written.length === 1 && this.#reuse(first)) return;
    this.#takeOver(written);
  }

  entries(state?: string): readonly KeyedStateEntry[] {
    const own = [this.#keySerializer];
    for (const { reader } of this.#registered.values()) own.push(reader);
    return readKeyedSnapshot(this.canonicalForm(), own, state);
  }

  hash(visit: (part: Uint8Array) => void): void {
    visit(this.canonicalForm());
  }

  describeState(): unknown {
    const isTimed = [...this.#registered.values()].some((registered) => registered.isTimed);
    // Which files later snapshots have, and when what has expired goes, depends on the tree.
    const described = [this.entries(), this.#database.describeState()];
    return isTimed ? [...described, this.#now()] : described;
  }

  /** Lets go of the real database, if there is one. */
  close(): void {
    this.#database.close();
  }

  #claim(descriptor: StateDescriptor): RegisteredState {
    const known = this.#registered.get(descriptor.name);
    if (known === undefined) return this.#register(descriptor);
    const identity = { kind: known.kind, serializerId: known.reader.id };
    checkUnchanged(this.#directory.labelOf(descriptor.name), identity, identityOf(descriptor));
    return known;
  }

  /** Nothing is changed until all that was restored has been read: an author's migration may throw. */
  #register(descriptor: StateDescriptor): RegisteredState {
    const { name } = descriptor;
    const before = this.#directory.identityOf(name);
    const migrating =
      before && migratingSerializerOf(this.#directory.labelOf(name), before, descriptor);
    const id = this.#directory.numberOf(name);
    const entries = migrating ? rewrittenEntries(this.#database, id, migrating) : [];
    const fill = sectionFiller(descriptor, id, {
      entrySerializer: migrating ?? entrySerializerOf(descriptor),
      keySerializer: this.#keySerializer,
      keyContext: this.#keyContext,
      keys: this.#columns.keys,
      put: (key, value) => entries.push([key, value]),
    });
    for (const section of this.#directory.carried.get(name)?.sections ?? []) fill(...section);
    this.#directory.declare(name, identityOf(descriptor));
    this.#directory.dropCarried(name);
    for (const [key, value] of entries) this.#database.put(key, value);
    const column = new StateColumn(name, id, this.#columns);
    const registered = createRocksDBState(descriptor, column, this.#now);
    this.#registered.set(name, registered);
    return registered;
  }

  /** What is in memory is flushed first; merging waits until the files of this instant are held, as in RocksDB. */
  #incrementalSnapshot(checkpoint: CheckpointId): KeyedSnapshot {
    const { stored, carried } = this.#directory;
    const { flushBandwidth, holdCost = 0 } = this.#snapshotCosts;
    const { bytesFlushed } = this.#database.work;
    this.#database.flush();
    const held = this.#database.hold();
    const flushed = this.#database.work.bytesFlushed - bytesFlushed;
    this.#database.compact();
    return new OneTimeSnapshot(checkpoint, {
      write: () => {
        held.verify();
        return this.#writeFiles(held, stored, carried);
      },
      hash: (visit) => visit(this.#write(held.version, { stored, carried })),
      release: held.release,
      syncCost: micros(timeOf(flushed, flushBandwidth) + holdCost),
    });
  }

  #fullSnapshot(checkpoint: CheckpointId): KeyedSnapshot {
    const { stored, carried } = this.#directory;
    const held = this.#database.hold();
    const filters = this.#filtersOf(({ snapshotFilter }) => snapshotFilter);
    const write = () => this.#write(held.version, { stored, carried, filters });
    return new OneTimeSnapshot(checkpoint, {
      write: () => {
        held.verify();
        return { kind: "full", bytes: write() };
      },
      hash: (visit) => visit(write()),
      release: held.release,
      ...serializationAt(this.#snapshotCosts.serializationBandwidth),
    });
  }

  #writeFiles(
    { version, nextFileNumber }: HeldContent,
    states: readonly NumberedState[],
    carried: CarriedStates,
  ): KeyedStateSnapshot {
    if (states.length === 0 && carried.size === 0) return { kind: "full", bytes: NO_BYTES };
    const files = version.files.toSorted((left, right) => left.file.number - right.file.number);
    const meta = writeManifest({
      header: this.#header,
      nextFileNumber,
      states,
      files: files.map(manifestFileOf),
      carried: canonicalForm(this.#header, [], carried),
    });
    return {
      kind: "incremental",
      meta,
      files: files.map(({ file }) => {
        return { name: file.name, sizeBytes: file.sizeBytes, read: () => file.toBytes() };
      }),
    };
  }

  canonicalForm(): Uint8Array {
    return this.#write(this.#database.present, this.#directory);
  }

  #write(
    version: TreeVersion,
    {
      stored,
      carried,
      filters,
    }: {
      readonly stored: readonly NumberedState[];
      readonly carried: CarriedStates;
      readonly filters?: ReadonlyMap<number, EntryFilter>;
    },
  ): Uint8Array {
    const states = serializedStatesOf(version, stored, {
      keySerializer: this.#keySerializer,
      mapKeyReaderOf: (state) => {
        const read = this.#registered.get(state.name)?.readMapKey;
        return read ?? mapKeyReaderById(state, [this.#keySerializer]);
      },
      ...(filters === undefined ? {} : { filters }),
    });
    return canonicalForm(this.#header, states, carried);
  }

  #startCompactionFilter(): CompactionFilter | undefined {
    const filters = this.#filtersOf(({ compactionFilter }) => compactionFilter);
    if (filters.size === 0) return undefined;
    return (key, value) => {
      const filter = filters.get(stateIdIn(key));
      return filter === undefined ? value : filter(value);
    };
  }

  /** The filters of now, by their states' numbers. */
  #filtersOf(
    pick: (registered: RegisteredState) => (() => EntryFilter) | undefined,
  ): ReadonlyMap<number, EntryFilter> {
    const filters = new Map<number, EntryFilter>();
    for (const registered of this.#registered.values()) {
      const filter = pick(registered)?.();
      if (filter !== undefined) filters.set(registered.column.id, filter);
    }
    return filters;
  }

  /** Goes on with the files of a snapshot of exactly its own key groups; tells whether it is one. */
  #reuse({ meta, files }: WrittenFiles): boolean {
    const manifest = readManifest(meta);
    checkHeader(manifest.header, this.#header, this.#keySerializer);
    const { start, end } = manifest.header.keyGroupRange;
    if (start !== this.keyGroupRange.start || end !== this.keyGroupRange.end) return false;
    const { nextFileNumber } = manifest;
    this.#database.adopt({ files: filesOf(manifest, files), nextFileNumber });
    this.#directory.adopt(manifest.states);
    this.#carry(manifest.carried);
    return true;
  }

  /** Puts its own key groups' entries of any snapshots into new files. */
  #takeOver(written: readonly WrittenKeyedState[]): void {
    const inFiles = written.flatMap((snapshot) =>
      snapshot.kind === "full"
        ? []
        : [{ files: snapshot.files, manifest: readManifest(snapshot.meta) }],
    );
    // No new file may bear the name of one that it comes from.
    const numbers = inFiles.map(({ manifest }) => manifest.nextFileNumber);
    this.#database.adopt({ files: [], nextFileNumber: Math.max(1, ...numbers) });
    for (const snapshot of written) if (snapshot.kind === "full") this.#carry(snapshot.bytes);
    for (const { files, manifest } of inFiles) {
      checkHeader(manifest.header, this.#header, this.#keySerializer);
      this.#copyEntries(manifest, files);
      this.#carry(manifest.carried);
    }
    this.#database.flush();
    this.#database.compact();
  }

  #copyEntries(manifest: Manifest, files: WrittenFiles["files"]): void {
    const { nextFileNumber, states } = manifest;
    const own = new Map(
      states.map((state) => [state.id, this.#directory.claim(state.name, state)]),
    );
    const tree = new LsmTree({ from: { files: filesOf(manifest, files), nextFileNumber } });
    let group = -1;
    let copied = 0;
    const copy = (key: Uint8Array, value: Uint8Array): boolean => {
      const state = must(own.get(stateIdIn(key)), "a state's number in a manifest");
      const nextGroup = keyGroupIn(key) * STATES_MAX + state.id;
      if (nextGroup !== group) this.#directory.markRestored(state.name, keyGroupIn(key));
      group = nextGroup;
      this.#database.put(withStateId(key, state.id), value);
      copied += key.length + value.length;
      return true;
    };
    const [from, to] = boundsOf(this.keyGroupRange);
    tree.version().scan(from, to, copy, (file) => this.#watcher?.copied(file));
    this.#charge?.(timeOf(copied, this.#snapshotCosts.restoreBandwidth));
  }

  #carry(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { header, states } = readSerializedStates(bytes, this.keyGroupRange);
    checkHeader(header, this.#header, this.#keySerializer);
    this.#directory.carry(states);
    this.#charge?.(timeOf(sizeOfSections(states), this.#snapshotCosts.restoreBandwidth));
  }
}

function noClock(): never {
  throw new StateTtlError("Cannot use state with a time to live: the backend was given no clock");
}
