// From the entries of a tree to the canonical form (keyed-snapshot-format.ts): the same bytes that the heap backend
// writes, values as they are stored and without knowing their serializers. Only keys are read, for the canonical form has
// them in another order than the tree.

import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import {
  type SerializedState,
  writeKeyedSnapshot,
  writtenSections,
} from "../keyed-snapshot-format.ts";
import type { KeyedSnapshotHeader } from "../keyed-snapshot-header.ts";
import { compareStructuralKeys, type StructuralKey, structuralKeyOf } from "../structural-key.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import { startsWith } from "./byte-order.ts";
import type { StoredState } from "./manifest-format.ts";
import type { MapKeyReader } from "./map-key-reader.ts";
import { KEY_START, keyGroupIn, stateIdIn } from "./state-keys.ts";
import type { TreeVersion } from "./tree-version.ts";
import type { EntryFilter } from "./ttl-entry-filter.ts";

const NO_KEY = new Uint8Array(0);

/** Restored states of which some key groups are not in any tree yet, by name. */
export type CarriedStates = ReadonlyMap<string, SerializedState>;

/** A canonical snapshot of what is in a tree, and of what is carried on beside it; no bytes if there is no state. */
export function canonicalForm(
  header: KeyedSnapshotHeader,
  stored: readonly SerializedState[],
  carried: CarriedStates,
): Uint8Array {
  const states = new Map(carried);
  for (const state of stored) {
    const beside = states.get(state.name);
    const sections = new Map([...(beside?.sections ?? []), ...state.sections]);
    states.set(state.name, { ...state, sections });
  }
  if (states.size === 0) return new Uint8Array(0);
  const writable = [...states.values()].map((state) => {
    return { ...state, sections: writtenSections(state.sections) };
  });
  return writeKeyedSnapshot(header, writable);
}

/** What is needed to bring a tree's entries into the canonical form. */
export interface CanonicalFormOptions {
  readonly keySerializer: TypeSerializer<unknown>;
  /** Reads the keys of a map state; without it its entries stay in the order of their bytes. */
  readonly mapKeyReaderOf: (state: StoredState) => MapKeyReader | undefined;
  /** By a state's number: leaves entries out. */
  readonly filters?: ReadonlyMap<number, EntryFilter>;
}

/** The states of a version, each with its sections by key group. */
export function serializedStatesOf(
  version: TreeVersion,
  states: readonly StoredState[],
  { keySerializer, mapKeyReaderOf, filters }: CanonicalFormOptions,
): readonly SerializedState[] {
  const sections = new Map(states.map(({ id }) => [id, new Map<number, Uint8Array>()]));
  const builders = new Map(
    states.map((state) => {
      const isMap = state.kind === "map";
      const readMapKey = isMap ? mapKeyReaderOf(state) : undefined;
      return [state.id, new SectionBuilder({ keySerializer, isMap, readMapKey })];
    }),
  );
  let prefix: Uint8Array | undefined;
  const finish = () => {
    if (prefix === undefined) return;
    const section = builders.get(stateIdIn(prefix))?.take();
    if (section !== undefined) sections.get(stateIdIn(prefix))?.set(keyGroupIn(prefix), section);
  };
  version.scan(NO_KEY, undefined, (key, value) => {
    if (prefix === undefined || !startsWith(key, prefix)) {
      finish();
      prefix = key.slice(0, KEY_START);
    }
    const id = stateIdIn(key);
    const filter = filters?.get(id);
    const kept = filter === undefined ? value : filter(value);
    if (kept !== undefined) builders.get(id)?.add(key.subarray(KEY_START), kept);
    return true;
  });
  finish();
  return states.map((state) => ({ ...state, sections: sections.get(state.id) ?? new Map() }));
}

/** All that one key holds of one state. */
interface KeyContent {
  readonly structuralKey: StructuralKey;
  readonly key: Uint8Array;
  /** One value without a key of its own, or the entries of a map. */
  readonly entries: MapEntry[];
}

interface MapEntry {
  readonly structuralKey: StructuralKey | undefined;
  readonly mapKey: Uint8Array;
  readonly value: Uint8Array;
}

/** Gathers the entries of one state in one key group. */
class SectionBuilder {
  readonly #keySerializer: TypeSerializer<unknown>;
  readonly #isMap: boolean;
  readonly #readMapKey: MapKeyReader | undefined;
  #contents: KeyContent[] = [];

  constructor(options: {
    readonly keySerializer: TypeSerializer<unknown>;
    readonly isMap: boolean;
    readonly readMapKey: MapKeyReader | undefined;
  }) {
    this.#keySerializer = options.keySerializer;
    this.#isMap = options.isMap;
    this.#readMapKey = options.readMapKey;
  }

  /** Adds a value; behind the key there may be a map's. */
  add(keys: Uint8Array, value: Uint8Array): void {
    let content = this.#contents.at(-1);
    if (content === undefined || !startsWith(keys, content.key)) {
      const input = new DataInputView(keys);
      const structuralKey = structuralKeyOf(this.#keySerializer.deserialize(input));
      content = { structuralKey, key: keys.subarray(0, input.position), entries: [] };
      this.#contents.push(content);
    }
    const mapKey = keys.subarray(content.key.length);
    const read = this.#readMapKey;
    const structuralKey = read === undefined ? undefined : structuralKeyOf(read(mapKey, value));
    content.entries.push({ structuralKey, mapKey, value });
  }

  /** The section of what was added, none for nothing; then it begins anew. */
  take(): Uint8Array | undefined {
    const contents = this.#contents.sort(byKey);
    if (contents.length === 0) return undefined;
    this.#contents = [];
    const out = new DataOutputView(1024);
    out.writeVarInt(contents.length);
    for (const { key, entries } of contents) {
      out.writeBytes(key);
      if (this.#isMap) out.writeVarInt(entries.length);
      for (const { mapKey, value } of entries.sort(byKey)) {
        out.writeBytes(mapKey);
        out.writeBytes(value);
      }
    }
    return out.toBytes();
  }
}

/** The order of the canonical form; what has no key that can be read stays as it is. */
function byKey(
  { structuralKey: left }: Pick<MapEntry, "structuralKey">,
  { structuralKey: right }: Pick<MapEntry, "structuralKey">,
): number {
  return left === undefined || right === undefined ? 0 : compareStructuralKeys(left, right);
}
