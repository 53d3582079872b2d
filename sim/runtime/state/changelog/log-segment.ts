// A piece of the log of changes as bytes, and back (Flink: StateChangeFormat, StateChangeSet). Only the states that it
// tells of are named in it, each once.
//
//   magic  version  states: name     changes: state's position  key group  key  operation     seal

import { must, unreachable } from "../../../kernel/invariant.ts";
import { SerializationError } from "../../../kernel/serialization-error.ts";
import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import { seal, unseal } from "../sealed-bytes.ts";
import type { StateChange, StateOperation } from "./state-change.ts";

const MAGIC = 0x4343434c; // "CCCL"
const VERSION = 1;
const OPERATIONS = ["set", "clear", "add", "put", "remove"] as const;

/** The bytes of some changes, in their order. */
export function writeSegment(changes: readonly StateChange[]): Uint8Array {
  const out = new DataOutputView(256);
  const names = [...new Set(changes.map(({ state }) => state))];
  out.writeInt(MAGIC);
  out.writeByte(VERSION);
  out.writeVarInt(names.length);
  for (const name of names) out.writeUTF(name);
  const positions = new Map(names.map((name, position) => [name, position]));
  out.writeVarInt(changes.length);
  for (const { state, keyGroup, key, operation } of changes) {
    out.writeVarInt(must(positions.get(state), "a state's position in a segment"));
    out.writeVarInt(keyGroup);
    writePart(key, out);
    out.writeByte(OPERATIONS.indexOf(operation.kind));
    for (const part of partsOf(operation)) writePart(part, out);
  }
  return seal(out.toBytes());
}

/** The changes in the bytes of a segment. Throws a `SerializationError` if they are none, or have changed. */
export function readSegment(bytes: Uint8Array): readonly StateChange[] {
  const unsealed = unseal(bytes);
  if (unsealed.kind === "damaged") {
    throw new SerializationError(
      `Cannot read a piece of the changelog: it hashes to ${unsealed.found}, expected ${unsealed.expected} as sealed`,
    );
  }
  const input = new DataInputView(unsealed.content);
  if (input.readInt() !== MAGIC) {
    throw input.error(
      "Cannot read a piece of the changelog: the first bytes are not its mark CCCL",
    );
  }
  const version = input.readByte();
  if (version !== VERSION) {
    throw input.error(
      `Cannot read a piece of the changelog: version is ${version}, expected ${VERSION}`,
    );
  }
  const names = input.readMany(() => input.readUTF());
  const changes = input.readMany(() => readChange(input, names));
  input.expectEnd();
  return changes;
}

function readChange(input: DataInputView, names: readonly string[]): StateChange {
  const state = names[input.readVarInt()];
  if (state === undefined) throw input.error("Cannot read a change: found a state without a name");
  return {
    state,
    keyGroup: input.readVarInt(),
    key: readPart(input),
    operation: readOperation(input),
  };
}

function readOperation(input: DataInputView): StateOperation {
  const code = input.readByte();
  const kind = OPERATIONS[code];
  switch (kind) {
    case "set":
      return { kind, value: readPart(input) };
    case "clear":
      return { kind };
    case "add":
      return { kind, elements: readPart(input) };
    case "put":
      return { kind, mapKey: readPart(input), value: readPart(input) };
    case "remove":
      return { kind, mapKey: readPart(input) };
    case undefined:
      throw input.error(
        `Cannot read a change: found operation ${code}, expected 0 to ${OPERATIONS.length - 1}`,
      );
    default:
      return unreachable(kind);
  }
}

function partsOf(operation: StateOperation): readonly Uint8Array[] {
  switch (operation.kind) {
    case "set":
      return [operation.value];
    case "clear":
      return [];
    case "add":
      return [operation.elements];
    case "put":
      return [operation.mapKey, operation.value];
    case "remove":
      return [operation.mapKey];
    default:
      return unreachable(operation);
  }
}

function writePart(bytes: Uint8Array, out: DataOutputView): void {
  out.writeVarInt(bytes.length);
  out.writeBytes(bytes);
}

function readPart(input: DataInputView): Uint8Array {
  return input.readBytes(input.readCount());
}
