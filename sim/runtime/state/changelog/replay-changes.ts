// Changes done to a canonical snapshot, as bytes: what state is once the log is replayed, without a backend. Values stay
// as they are serialized; serializers are only asked where one ends, and in which order keys come.

import { must, unreachable } from "../../../kernel/invariant.ts";
import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import {
  readSerializedStates,
  type SerializedState,
  type WritableSections,
  writeKeyedSnapshot,
  writtenSections,
} from "../keyed-snapshot-format.ts";
import type { KeyedSnapshotHeader } from "../keyed-snapshot-header.ts";
import { mapSerializersById, serializerById } from "../serializer-by-id.ts";
import type { StateIdentity } from "../state-compatibility.ts";
import { inKeyOrder, type StructuralKey, structuralKeyOf } from "../structural-key.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import type { StateChange, StateOperation } from "./state-change.ts";

/** What is replayed onto what. */
export interface Replay {
  readonly header: KeyedSnapshotHeader;
  /** A canonical snapshot; no bytes for none. */
  readonly base: Uint8Array;
  /** All states that there are in the end, by name. */
  readonly states: ReadonlyMap<string, StateIdentity>;
  readonly changes: readonly StateChange[];
  /** The job's serializers that are not built in. */
  readonly own: readonly TypeSerializer<unknown>[];
}

/**
 * The canonical snapshot of the state after the changes. Throws a `SerializationError` if the serializer of a state that
 * was changed is not known.
 */
export function replayChanges({ header, base, states, changes, own }: Replay): Uint8Array {
  const before = base.length === 0 ? [] : readSerializedStates(base).states;
  const sectionsBefore = new Map(before.map(({ name, sections }) => [name, sections]));
  const changed = new Map<string, OpenState>();
  for (const change of changes) {
    const name = change.state;
    const identity = must(states.get(name), () => `state ${name} of a change`);
    const sections = sectionsBefore.get(name) ?? new Map();
    const { keySerializerId } = header;
    const open = changed.get(name) ?? new OpenState({ keySerializerId, identity, own, sections });
    changed.set(name, open);
    open.apply(change);
  }
  const written = [...states].map(([name, identity]) => {
    const unchanged = writtenSections(sectionsBefore.get(name) ?? new Map());
    return { name, ...identity, sections: changed.get(name) ?? unchanged };
  });
  return writeKeyedSnapshot(header, written);
}

/** What one key holds, in a canonical snapshot's bytes: one value, or the entries of a map. */
type Content = Uint8Array | Map<StructuralKey, Uint8Array>;

interface KeyContent {
  /** The serialized key. */
  readonly key: Uint8Array;
  readonly content: Content;
}

/** One state with its sections taken apart. */
class OpenState implements WritableSections {
  readonly #keySerializer: TypeSerializer<unknown>;
  /** Of a map; undefined for other states. */
  readonly #mapSerializers: ReturnType<typeof mapSerializersById> | undefined;
  readonly #groups = new Map<number, Map<StructuralKey, KeyContent>>();

  constructor(options: {
    readonly keySerializerId: string;
    readonly identity: StateIdentity;
    readonly own: readonly TypeSerializer<unknown>[];
    readonly sections: SerializedState["sections"];
  }) {
    const { keySerializerId, identity, own, sections } = options;
    const { kind, serializerId } = identity;
    this.#keySerializer = serializerById(keySerializerId, own);
    this.#mapSerializers = kind === "map" ? mapSerializersById(serializerId, own) : undefined;
    const whole = kind === "map" ? undefined : serializerById(serializerId, own);
    for (const [keyGroup, section] of sections) {
      const group = new Map<StructuralKey, KeyContent>();
      this.#groups.set(keyGroup, group);
      const input = new DataInputView(section);
      for (let left = input.readCount(); left > 0; left--) {
        const [key, bytes] = readPart(this.#keySerializer, input, section);
        const content =
          whole === undefined ? this.#readMap(input, section) : readPart(whole, input, section)[1];
        group.set(structuralKeyOf(key), { key: bytes, content });
      }
    }
  }

  apply({ keyGroup, key, operation }: StateChange): void {
    const group = this.#groups.get(keyGroup) ?? new Map<StructuralKey, KeyContent>();
    this.#groups.set(keyGroup, group);
    const structuralKey = structuralOf(key, this.#keySerializer);
    const content = this.#after(operation, group.get(structuralKey)?.content);
    if (content === undefined) group.delete(structuralKey);
    else group.set(structuralKey, { key, content });
  }

  has(keyGroup: number): boolean {
    return (this.#groups.get(keyGroup)?.size ?? 0) > 0;
  }

  write(keyGroup: number, out: DataOutputView): void {
    const contents = inKeyOrder(this.#groups.get(keyGroup) ?? []);
    out.writeVarInt(contents.length);
    for (const { key, content } of contents) {
      out.writeBytes(key);
      if (content instanceof Uint8Array) {
        out.writeBytes(content);
      } else {
        out.writeVarInt(content.size);
        for (const entry of inKeyOrder(content)) out.writeBytes(entry);
      }
    }
  }

  /** What a key holds once `operation` is done; undefined for nothing. */
  #after(operation: StateOperation, before: Content | undefined): Content | undefined {
    switch (operation.kind) {
      case "set":
        return operation.value;
      case "clear":
        return undefined;
      case "add":
        return before === undefined
          ? operation.elements
          : joined(before as Uint8Array, operation.elements);
      case "put": {
        const entries = entriesOf(before);
        const { mapKey, value } = operation;
        return entries.set(this.#mapKeyOf(mapKey), joinedBytes(mapKey, value));
      }
      case "remove": {
        const entries = entriesOf(before);
        entries.delete(this.#mapKeyOf(operation.mapKey));
        return entries.size === 0 ? undefined : entries;
      }
      default:
        return unreachable(operation);
    }
  }

  #mapKeyOf(mapKey: Uint8Array): StructuralKey {
    return structuralOf(mapKey, must(this.#mapSerializers, "serializers of a map").key);
  }

  #readMap(input: DataInputView, section: Uint8Array): Content {
    const serializers = must(this.#mapSerializers, "serializers of a map");
    const entries = new Map<StructuralKey, Uint8Array>();
    for (let left = input.readCount(); left > 0; left--) {
      const [mapKey, bytes] = readPart(serializers.key, input, section);
      const [, value] = readPart(serializers.value, input, section);
      entries.set(structuralKeyOf(mapKey), joinedBytes(bytes, value));
    }
    return entries;
  }
}

function entriesOf(content: Content | undefined): Exclude<Content, Uint8Array> {
  return content === undefined || content instanceof Uint8Array ? new Map() : content;
}

/** What comes next in `input`, which reads `all`, and its bytes. */
function readPart(
  serializer: TypeSerializer<unknown>,
  input: DataInputView,
  all: Uint8Array,
): readonly [unknown, Uint8Array] {
  const start = input.position;
  const value = serializer.deserialize(input);
  return [value, all.subarray(start, input.position)];
}

function structuralOf(bytes: Uint8Array, serializer: TypeSerializer<unknown>): StructuralKey {
  return structuralKeyOf(serializer.deserialize(new DataInputView(bytes)));
}

/** One serialized list of the elements of two. */
function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const inputs = [left, right].map((bytes) => new DataInputView(bytes));
  const out = new DataOutputView(left.length + right.length + 1);
  out.writeVarInt(inputs.reduce((sum, input) => sum + input.readVarInt(), 0));
  for (const input of inputs) out.writeBytes(input.readSlice(input.remaining));
  return out.toBytes();
}

function joinedBytes(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(left.length + right.length);
  bytes.set(left);
  bytes.set(right, left.length);
  return bytes;
}
