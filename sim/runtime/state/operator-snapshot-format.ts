// The bytes of an operator state snapshot: magic and version, then each list with name, mode, serializer and its
// elements, each with its length in front, so that lists can be cut without knowing what is in them. Broadcast state is
// a list too, of its entries.

import { must } from "../../kernel/invariant.ts";
import { compareText } from "../../kernel/plain-object.ts";
import { DataInputView } from "./data-input-view.ts";
import type { DataOutputView } from "./data-output-view.ts";
import type { OperatorStateMeta, OperatorStateMode } from "./operator-state-redistribution.ts";
import { serializerById } from "./serializer-by-id.ts";
import type { TypeSerializer } from "./type-serializer.ts";

const MAGIC = 0x43434f53; // "CCOS"
const VERSION = 1;

/** One list as bytes. */
export interface SerializedOperatorState {
  readonly name: string;
  readonly mode: OperatorStateMode;
  /** The id of the elements' serializer. */
  readonly serializerId: string;
  readonly elements: readonly Uint8Array[];
}

/** One list of operator state, for inspection. */
export interface OperatorStateEntry {
  readonly state: string;
  readonly mode: OperatorStateMode;
  readonly elements: readonly unknown[];
}

/** One list to be written. */
export interface WritableOperatorState {
  readonly name: string;
  readonly mode: OperatorStateMode;
  readonly serializerId: string;
  readonly elementCount: number;
  /** Adds the bytes of an element. */
  readonly writeElement: (index: number, out: DataOutputView) => void;
}

/** A list whose elements are bytes already, to be written as they are. */
export function asWritable({ elements, ...state }: SerializedOperatorState): WritableOperatorState {
  return {
    ...state,
    elementCount: elements.length,
    writeElement: (index, out) => out.writeBytes(must(elements[index], () => `element ${index}`)),
  };
}

/** Writes a snapshot into `out`, which is used for nothing else; the order of `states` does not matter. */
export function writeOperatorSnapshot(
  states: readonly WritableOperatorState[],
  out: DataOutputView,
): Uint8Array {
  out.reset();
  out.writeInt(MAGIC);
  out.writeByte(VERSION);
  out.writeVarInt(states.length);
  for (const state of states.toSorted((left, right) => compareText(left.name, right.name))) {
    out.writeUTF(state.name);
    out.writeUTF(state.mode);
    out.writeUTF(state.serializerId);
    out.writeVarInt(state.elementCount);
    for (let index = 0; index < state.elementCount; index++) {
      out.writeSized(() => state.writeElement(index, out));
    }
  }
  return out.toBytes();
}

/** Reads a snapshot's lists; no bytes at all are no lists. Throws a `SerializationError`. */
export function readSerializedOperatorStates(
  bytes: Uint8Array,
): readonly SerializedOperatorState[] {
  if (bytes.length === 0) return [];
  const input = new DataInputView(bytes);
  if (input.readInt() !== MAGIC) {
    throw input.error("Cannot read an operator snapshot: the first bytes are not its mark CCOS");
  }
  const version = input.readByte();
  if (version !== VERSION) {
    throw input.error(
      `Cannot read an operator snapshot: version is ${version}, expected ${VERSION}`,
    );
  }
  const states: SerializedOperatorState[] = [];
  for (let left = input.readCount(); left > 0; left--) {
    const name = input.readUTF();
    const mode = readMode(input);
    const serializerId = input.readUTF();
    const elements: Uint8Array[] = [];
    for (let more = input.readCount(); more > 0; more--) {
      elements.push(input.readSlice(input.readCount()));
    }
    states.push({ name, mode, serializerId, elements });
  }
  input.expectEnd();
  return states;
}

/** What a snapshot's handle tells the job master, for `redistributeOperatorState`. Throws a `SerializationError`. */
export function operatorStateMetasOf(bytes: Uint8Array): readonly OperatorStateMeta[] {
  return readSerializedOperatorStates(bytes).map(({ name, mode, elements }) => ({
    name,
    mode,
    elementCount: elements.length,
  }));
}

/** Every list of a snapshot, by name. `own` are the job's serializers that are not built in. Throws a `SerializationError`. */
export function readOperatorSnapshot(
  bytes: Uint8Array,
  own: readonly TypeSerializer<unknown>[] = [],
): readonly OperatorStateEntry[] {
  return readSerializedOperatorStates(bytes).map(({ name, mode, serializerId, elements }) => {
    const serializer = serializerById(serializerId, own);
    return {
      state: name,
      mode,
      elements: elements.map((element) => readElement(element, serializer)),
    };
  });
}

/** Reads one element. Throws a `SerializationError`. */
export function readElement<T>(element: Uint8Array, serializer: TypeSerializer<T>): T {
  const input = new DataInputView(element);
  const value = serializer.deserialize(input);
  input.expectEnd();
  return value;
}

function readMode(input: DataInputView): OperatorStateMode {
  const mode = input.readUTF();
  if (mode === "split-distribute" || mode === "union" || mode === "broadcast") return mode;
  throw input.error(
    `Cannot read an operator snapshot: mode is ${mode}, expected split-distribute, union or broadcast`,
  );
}
