// The bytes of a keyed snapshot, and how they are read without the job that wrote them. Entries lie by key group, with
// each group's length in front, so that a rescaled subtask reads only its own; they do not depend on the history.
//
//   magic  version  key serializer  max parallelism  first and last key group
//   states: name  kind  serializer        lengths of the groups        groups: for each state a length and a section
//   section: number of entries, then key and value of each; an empty group has length 0 and nothing else

import { compareText } from "../../kernel/plain-object.ts";
import type { StateEntry } from "./copy-on-write-state-table.ts";
import { DataInputView } from "./data-input-view.ts";
import { DataOutputView } from "./data-output-view.ts";
import type { KeyGroupRange } from "./key-groups.ts";
import {
  type KeyedSnapshotHeader,
  readKeyedSnapshotHeader,
  writeKeyedSnapshotHeader,
} from "./keyed-snapshot-header.ts";
import { serializerById } from "./serializer-by-id.ts";
import { STATE_KINDS, type StateKind } from "./state-descriptor.ts";
import { compareStructuralKeys } from "./structural-key.ts";
import type { TypeSerializer } from "./type-serializer.ts";

const MAGIC = 0x43434b53; // "CCKS"
const VERSION = 1;
const NO_BYTES = new Uint8Array(0);

/** One state as bytes: its sections by key group; groups without entries have none. */
export interface SerializedState {
  readonly name: string;
  readonly kind: StateKind;
  readonly serializerId: string;
  readonly sections: ReadonlyMap<number, Uint8Array>;
}

/** The bytes of all sections. */
export function sizeOfSections(states: readonly SerializedState[]): number {
  let size = 0;
  for (const { sections } of states)
    for (const section of sections.values()) size += section.length;
  return size;
}

/** One value of keyed state, for inspection: a list as an array, a map as a Map. */
export interface KeyedStateEntry {
  readonly state: string;
  readonly kind: StateKind;
  readonly keyGroup: number;
  readonly key: unknown;
  readonly value: unknown;
}

/** One state to be written. */
export interface WritableState {
  readonly name: string;
  readonly kind: StateKind;
  readonly serializerId: string;
  readonly sections: WritableSections;
}

/** What a state has in each key group. */
export interface WritableSections {
  /** Whether there are entries in a group. */
  has(keyGroup: number): boolean;
  /** Adds the bytes of a group's section. */
  write(keyGroup: number, out: DataOutputView): void;
}

/** Sections that are bytes already, to be written as they are. */
export function writtenSections(sections: SerializedState["sections"]): WritableSections {
  return {
    has: (keyGroup) => sections.has(keyGroup),
    write: (keyGroup, out) => out.writeBytes(sections.get(keyGroup) ?? NO_BYTES),
  };
}

/** Writes a snapshot; the order of `states` does not matter. */
export function writeKeyedSnapshot(
  header: KeyedSnapshotHeader,
  states: readonly WritableState[],
): Uint8Array {
  const sorted = states.toSorted((left, right) => compareText(left.name, right.name));
  const { start, end } = header.keyGroupRange;
  const out = new DataOutputView(1024);
  const groups = new DataOutputView(1024);
  out.writeInt(MAGIC);
  out.writeByte(VERSION);
  writeKeyedSnapshotHeader(header, out);
  out.writeVarInt(sorted.length);
  for (const state of sorted) {
    out.writeUTF(state.name);
    out.writeUTF(state.kind);
    out.writeUTF(state.serializerId);
  }
  for (let keyGroup = start; keyGroup <= end; keyGroup++) {
    const before = groups.length;
    if (hasSection(sorted, keyGroup)) writeGroup(sorted, keyGroup, groups);
    out.writeVarInt(groups.length - before);
  }
  out.writeView(groups);
  return out.toBytes();
}

function writeGroup(states: readonly WritableState[], keyGroup: number, out: DataOutputView): void {
  for (const { sections } of states) {
    if (sections.has(keyGroup)) out.writeSized(() => sections.write(keyGroup, out));
    else out.writeVarInt(0);
  }
}

/** Reads a snapshot's header, and its states as far as `range` (by default all) goes. Throws a `SerializationError`. */
export function readSerializedStates(
  bytes: Uint8Array,
  range?: KeyGroupRange,
): { readonly header: KeyedSnapshotHeader; readonly states: readonly SerializedState[] } {
  const input = new DataInputView(bytes);
  const header = readHeader(input);
  const states: (SerializedState & { readonly sections: Map<number, Uint8Array> })[] = [];
  for (let left = input.readCount(); left > 0; left--) {
    states.push({
      name: input.readUTF(),
      kind: readKind(input),
      serializerId: input.readUTF(),
      sections: new Map(),
    });
  }
  const { start, end } = header.keyGroupRange;
  const lengths: number[] = [];
  for (let keyGroup = start; keyGroup <= end; keyGroup++) lengths.push(input.readCount());
  for (const [index, length] of lengths.entries()) {
    const keyGroup = start + index;
    if (length === 0) continue;
    const group = new DataInputView(input.readSlice(length));
    const isWanted = range === undefined || (keyGroup >= range.start && keyGroup <= range.end);
    if (!isWanted) continue;
    for (const state of states) {
      const sectionLength = group.readCount();
      if (sectionLength > 0) state.sections.set(keyGroup, group.readSlice(sectionLength));
    }
    group.expectEnd();
  }
  input.expectEnd();
  return { header, states };
}

/**
 * Every (state, key, value) of a snapshot, by key group, state name and key; if `only` is given, of that state. `own` are
 * the job's serializers that are not built in. Throws a `SerializationError` for bytes that are no snapshot, or of a serializer that is not known.
 *
 * @example readKeyedSnapshot(bytes)[0] // { state: "count", kind: "value", keyGroup: 81, key: "a", value: 3 }
 */
export function readKeyedSnapshot(
  bytes: Uint8Array,
  own: readonly TypeSerializer<unknown>[] = [],
  only?: string,
): readonly KeyedStateEntry[] {
  if (bytes.length === 0) return [];
  const { header, states } = readSerializedStates(bytes);
  const keySerializer = serializerById(header.keySerializerId, own);
  const entries: KeyedStateEntry[] = [];
  const readers = states
    .filter(({ name }) => only === undefined || name === only)
    .map((state) => ({ state, serializer: serializerById(state.serializerId, own) }));
  for (
    let keyGroup = header.keyGroupRange.start;
    keyGroup <= header.keyGroupRange.end;
    keyGroup++
  ) {
    for (const { state, serializer } of readers) {
      const section = state.sections.get(keyGroup);
      if (section === undefined) continue;
      for (const { key, value } of readSection(section, keySerializer, serializer)) {
        entries.push({ state: state.name, kind: state.kind, keyGroup, key, value });
      }
    }
  }
  return entries;
}

function hasSection(states: readonly WritableState[], keyGroup: number): boolean {
  for (const state of states) if (state.sections.has(keyGroup)) return true;
  return false;
}

/** The sections of a state's entries, which may come in any order. */
export function sectionsOf<V>(
  entries: readonly StateEntry<V>[],
  keySerializer: TypeSerializer<unknown>,
  valueSerializer: TypeSerializer<V>,
): WritableSections {
  const groups = new Map<number, StateEntry<V>[]>();
  for (const entry of entries) {
    const group = groups.get(entry.at.keyGroup);
    if (group === undefined) groups.set(entry.at.keyGroup, [entry]);
    else group.push(entry);
  }
  return {
    has: (keyGroup) => groups.has(keyGroup),
    write(keyGroup, out) {
      const group = groups.get(keyGroup) ?? [];
      if (group.length > 1) group.sort(byKey);
      out.writeVarInt(group.length);
      for (const { at, value } of group) {
        keySerializer.serialize(at.key, out);
        valueSerializer.serialize(value, out);
      }
    },
  };
}

function byKey({ at: left }: StateEntry<unknown>, { at: right }: StateEntry<unknown>): number {
  return compareStructuralKeys(left.structuralKey, right.structuralKey);
}

/** The keys and values of one section. */
export function readSection<V>(
  section: Uint8Array,
  keySerializer: TypeSerializer<unknown>,
  valueSerializer: TypeSerializer<V>,
): readonly { readonly key: unknown; readonly value: V }[] {
  const input = new DataInputView(section);
  const entries: { readonly key: unknown; readonly value: V }[] = [];
  for (let left = input.readCount(); left > 0; left--) {
    const key = keySerializer.deserialize(input);
    entries.push({ key, value: valueSerializer.deserialize(input) });
  }
  input.expectEnd();
  return entries;
}

function readHeader(input: DataInputView): KeyedSnapshotHeader {
  const magic = input.readInt();
  if (magic !== MAGIC)
    throw input.error("Cannot read a keyed snapshot: the first bytes are not its mark CCKS");
  const version = input.readByte();
  if (version !== VERSION) {
    throw input.error(`Cannot read a keyed snapshot: version is ${version}, expected ${VERSION}`);
  }
  const header = readKeyedSnapshotHeader(input);
  const { maxParallelism, keyGroupRange } = header;
  const { start, end } = keyGroupRange;
  if (start > end || end >= maxParallelism) {
    throw input.error(
      `Cannot read a keyed snapshot: key groups are ${start} to ${end}, expected a range below ${maxParallelism}`,
    );
  }
  return header;
}

function readKind(input: DataInputView): StateKind {
  const kind = input.readUTF();
  const known = STATE_KINDS.find((candidate) => candidate === kind);
  if (known !== undefined) return known;
  throw input.error(
    `Cannot read a keyed snapshot: state kind is ${kind}, expected one of ${STATE_KINDS.join(", ")}`,
  );
}
