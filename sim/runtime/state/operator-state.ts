// State of an operator's subtask as a whole, not of keys: named lists that are shared out anew when the parallelism
// changes, and maps of which every subtask has a copy (Flink: DefaultOperatorStateBackend). A snapshot copies everything
// at once, so there is no second part.

import { invariant, must } from "../../kernel/invariant.ts";
import { compareText } from "../../kernel/plain-object.ts";
import { DataOutputView } from "./data-output-view.ts";
import { broadcastEntrySerializer, HeapBroadcastState } from "./operator-broadcast-state.ts";
import {
  asWritable,
  type OperatorStateEntry,
  readElement,
  readOperatorSnapshot,
  readSerializedOperatorStates,
  type SerializedOperatorState,
  type WritableOperatorState,
  writeOperatorSnapshot,
} from "./operator-snapshot-format.ts";
import type {
  OperatorStateMeta,
  OperatorStateMode,
  OperatorStateShare,
} from "./operator-state-redistribution.ts";
import { readerOf, resolveSchemaCompatibility } from "./serializer-compatibility.ts";
import type { BroadcastState, ListState } from "./state.ts";
import { stateLabel } from "./state-compatibility.ts";
import type { ListStateDescriptor, MapStateDescriptor } from "./state-descriptor.ts";
import { StateMigrationError, StateTtlError } from "./state-errors.ts";
import type { TypeSerializer } from "./type-serializer.ts";

/** A state that its descriptor has claimed. */
interface OperatorState {
  readonly name: string;
  readonly mode: OperatorStateMode;
  readonly state: SnapshottableState;
}

/** What a snapshot needs of a state, of whatever kind. */
interface SnapshottableState {
  /** That of one element. */
  readonly serializer: TypeSerializer<unknown>;
  elements(): readonly unknown[];
}

/** What a descriptor says of a state's elements. */
interface Declaration {
  readonly name: string;
  readonly mode: OperatorStateMode;
  readonly timeToLive: unknown;
}

/** Holds the operator state of one subtask. */
export class OperatorStateBackend {
  readonly #registered = new Map<string, OperatorState>();
  readonly #out = new DataOutputView();
  readonly #operator: string | undefined;
  #unclaimed: ReadonlyMap<string, SerializedOperatorState> = new Map();

  /** `operator` is the uid of the operator, for messages. */
  constructor(operator?: string) {
    this.#operator = operator;
  }

  /**
   * The list of this name, of which each element belongs to one subtask. Throws a `StateMigrationError` if the name
   * is of another mode or serializer, or was in the restored snapshot and cannot be migrated; what can is, here.
   */
  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.#listOf(descriptor, "split-distribute");
  }

  /** As `getListState`, but after a restart every subtask gets the elements of all: it must pick its own. */
  getUnionListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.#listOf(descriptor, "union");
  }

  /** The map of this name, of which every subtask keeps an equal copy. */
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V> {
    const { name, timeToLive } = descriptor;
    return this.#stateOf(
      { name, mode: "broadcast", timeToLive },
      broadcastEntrySerializer(descriptor),
      (entries) => new HeapBroadcastState(descriptor, entries),
    );
  }

  /** What there is now, by name: what a snapshot's handle says of it. */
  get states(): readonly OperatorStateMeta[] {
    const metas: OperatorStateMeta[] = [];
    for (const { name, mode, state } of this.#registered.values()) {
      metas.push({ name, mode, elementCount: state.elements().length });
    }
    for (const { name, mode, elements } of this.#unclaimed.values()) {
      metas.push({ name, mode, elementCount: elements.length });
    }
    return metas.length > 1 ? metas.sort((a, b) => compareText(a.name, b.name)) : metas;
  }

  /** Those of the elements of what was asked for. */
  get serializers(): readonly TypeSerializer<unknown>[] {
    return [...this.#registered.values()].map(({ state }) => state.serializer);
  }

  /** The bytes of all state as it is now; none if there never was any. */
  snapshot(): Uint8Array {
    if (this.#registered.size === 0 && this.#unclaimed.size === 0) return new Uint8Array(0);
    const states: WritableOperatorState[] = [];
    for (const { name, mode, state } of this.#registered.values()) {
      const { serializer } = state;
      const elements = state.elements();
      states.push({
        name,
        mode,
        serializerId: serializer.id,
        elementCount: elements.length,
        writeElement: (index, out) => serializer.serialize(elements[index], out),
      });
    }
    for (const unclaimed of this.#unclaimed.values()) states.push(asWritable(unclaimed));
    return writeOperatorSnapshot(states, this.#out);
  }

  /**
   * Takes over its shares of the old subtasks' snapshots, `snapshots[i]` being that of old subtask i; those without a
   * share may be missing. Only for a backend that holds nothing yet. Throws a `SerializationError` for bytes that are
   * no snapshot, and a `StateMigrationError` if two differ about one name.
   *
   * @example backend.restore(snapshots, redistributeOperatorState(snapshots.map(operatorStateMetasOf), 2)[0])
   */
  restore(
    snapshots: readonly (Uint8Array | undefined)[],
    shares: readonly OperatorStateShare[],
  ): void {
    invariant(
      this.#registered.size === 0 && this.#unclaimed.size === 0,
      "Cannot restore an operator backend: it holds state, expected none",
    );
    const read = new Map<number, readonly SerializedOperatorState[]>();
    const restored = new Map<string, SerializedOperatorState>();
    for (const { oldSubtask, state, start, end } of shares) {
      const states =
        read.get(oldSubtask) ??
        readSerializedOperatorStates(
          must(snapshots[oldSubtask], () => `snapshot of old subtask ${oldSubtask}`),
        );
      read.set(oldSubtask, states);
      const whole = must(
        states.find(({ name }) => name === state),
        () => `operator state "${state}" of old subtask ${oldSubtask}`,
      );
      const before = restored.get(state);
      if (before !== undefined) checkUnchanged(this.#labelOf(state), before, whole);
      const elements = [...(before?.elements ?? []), ...whole.elements.slice(start, end)];
      restored.set(state, { ...whole, elements });
    }
    this.#unclaimed = restored;
  }

  /** All state, for inspection: copies, by name; broadcast state as a list of its entries. */
  entries(): readonly OperatorStateEntry[] {
    return readOperatorSnapshot(this.snapshot(), this.serializers);
  }

  /** Visits bytes that are equal for two backends exactly if their contents are. */
  hash(visit: (part: Uint8Array) => void): void {
    visit(this.snapshot());
  }

  #labelOf(name: string): string {
    return stateLabel(name, this.#operator);
  }

  #listOf<T>(descriptor: ListStateDescriptor<T>, mode: OperatorStateMode): ListState<T> {
    const { name, timeToLive, elementSerializer } = descriptor;
    return this.#stateOf(
      { name, mode, timeToLive },
      elementSerializer,
      (elements) => new PartitionableListState(elementSerializer, elements),
    );
  }

  /** The state of a name, made by `create` of its restored elements if it was not asked for before. */
  #stateOf<T, State extends SnapshottableState>(
    { name, mode, timeToLive }: Declaration,
    serializer: TypeSerializer<T>,
    create: (elements: T[]) => State,
  ): State {
    if (timeToLive !== undefined) {
      throw new StateTtlError(
        `Cannot use operator state "${name}" with a time to live: only keyed state can have one`,
      );
    }
    const declared = { mode, serializerId: serializer.id };
    const known = this.#registered.get(name);
    if (known !== undefined) {
      const before = { mode: known.mode, serializerId: known.state.serializer.id };
      checkUnchanged(this.#labelOf(name), before, declared);
      return known.state as State;
    }
    const restored = this.#unclaimed.get(name);
    const state = create(
      restored === undefined ? [] : elementsOf(this.#labelOf(name), restored, { mode, serializer }),
    );
    this.#unclaimed = new Map([...this.#unclaimed].filter(([other]) => other !== name));
    this.#registered.set(name, { name, mode, state });
    return state;
  }
}

class PartitionableListState<T> implements ListState<T> {
  readonly serializer: TypeSerializer<T>;
  #elements: T[];

  constructor(serializer: TypeSerializer<T>, elements: T[]) {
    this.serializer = serializer;
    this.#elements = elements;
  }

  get(): readonly T[] {
    return this.#elements;
  }

  add(value: T): void {
    this.#elements.push(this.serializer.copy(value));
  }

  addAll(values: Iterable<T>): void {
    for (const own of this.#copied(values)) this.#elements.push(own);
  }

  update(values: Iterable<T>): void {
    this.#elements = this.#copied(values);
  }

  clear(): void {
    this.#elements = [];
  }

  elements(): readonly T[] {
    return this.#elements;
  }

  #copied(values: Iterable<T>): T[] {
    const copied: T[] = [];
    for (const value of values) copied.push(this.serializer.copy(value));
    return copied;
  }
}

type Declared = Pick<SerializedOperatorState, "mode" | "serializerId">;

/** Restored elements as they are declared now. Throws a `StateMigrationError` if they cannot go on. */
function elementsOf<T>(
  label: string,
  restored: SerializedOperatorState,
  {
    mode,
    serializer,
  }: { readonly mode: OperatorStateMode; readonly serializer: TypeSerializer<T> },
): T[] {
  const now = { mode, serializerId: serializer.id };
  if (restored.mode !== mode) throw refusal(label, restored, now);
  const compatibility = resolveSchemaCompatibility(restored.serializerId, serializer);
  if (compatibility.kind === "incompatible") {
    throw refusal(label, restored, now, compatibility.reason);
  }
  const reader = readerOf(serializer, compatibility);
  return restored.elements.map((element) => readElement(element, reader));
}

function checkUnchanged(label: string, before: Declared, now: Declared): void {
  const isSame = before.mode === now.mode && before.serializerId === now.serializerId;
  if (!isSame) throw refusal(label, before, now);
}

function refusal(
  label: string,
  before: Declared,
  now: Declared,
  reason?: string,
): StateMigrationError {
  const clause = reason === undefined ? "" : `; ${reason}`;
  return new StateMigrationError(
    `Cannot use operator state ${label}: it is declared as ${now.mode} of ${now.serializerId}, ` +
      `expected ${before.mode} of ${before.serializerId} as before${clause}`,
  );
}
