// The `_metadata` file of a checkpoint: everything needed to restore it, in one file (Flink: MetadataV4Serializer,
// Checkpoints). Large state stays in files of its own, to which the metadata points. A seal at its end tells rot.

import { instant } from "../../kernel/virtual-time.ts";
import { DataInputView } from "../state/data-input-view.ts";
import { DataOutputView } from "../state/data-output-view.ts";
import type {
  OperatorStateMeta,
  OperatorStateMode,
} from "../state/operator-state-redistribution.ts";
import { seal, unseal } from "../state/sealed-bytes.ts";
import { checkpointId } from "../stream-element.ts";
import type { SnapshotKind } from "./checkpoint-properties.ts";
import type {
  CompletedCheckpoint,
  OperatorState,
  OperatorSubtaskState,
} from "./completed-checkpoint.ts";
import type {
  KeyedStateHandle,
  OperatorStateHandle,
  SharedFileHandle,
  StateHandle,
} from "./state-handle.ts";

/** The first four bytes of every `_metadata` file, as in Flink. */
const MAGIC = 0x4960672d;
const VERSION = 2;

const SNAPSHOT_KINDS: readonly SnapshotKind[] = [
  "checkpoint",
  "savepoint",
  "synchronous-savepoint",
];

const OPERATOR_STATE_MODES: readonly OperatorStateMode[] = [
  "split-distribute",
  "union",
  "broadcast",
];

/** What a state handle is written as. */
const ABSENT = 0;
const FILE = 1;
const INLINE = 2;
const INCREMENTAL = 3;

/** The bytes of the `_metadata` file. Equal checkpoints give equal bytes. */
export function encodeCheckpointMetadata(checkpoint: CompletedCheckpoint): Uint8Array {
  const out = new DataOutputView(1024);
  out.writeInt(MAGIC);
  out.writeByte(VERSION);
  out.writeVarInt(checkpoint.id);
  out.writeByte(SNAPSHOT_KINDS.indexOf(checkpoint.kind));
  out.writeVarInt(checkpoint.timestamp);
  out.writeVarInt(checkpoint.completedAt);
  out.writeUTF(checkpoint.metadataPath);
  out.writeVarInt(checkpoint.operators.length);
  for (const operator of checkpoint.operators) writeOperator(operator, out);
  return seal(out.toBytes());
}

/** Reads what {@link encodeCheckpointMetadata} wrote. Throws a `SerializationError` for anything else. */
export function decodeCheckpointMetadata(bytes: Uint8Array): CompletedCheckpoint {
  const unsealed = unseal(bytes);
  const input = new DataInputView(unsealed.kind === "intact" ? unsealed.content : bytes);
  const magic = input.readInt();
  if (magic !== MAGIC) throw input.error(`Cannot read checkpoint metadata: found magic ${magic}`);
  const version = input.readByte();
  if (version !== VERSION) {
    throw input.error(
      `Cannot read checkpoint metadata: version is ${version}, expected ${VERSION}`,
    );
  }
  if (unsealed.kind === "damaged") {
    throw input.error(
      `Cannot read checkpoint metadata: its hash is ${unsealed.found}, expected ${unsealed.expected}`,
    );
  }
  const id = checkpointId(input.readVarInt());
  const kind = SNAPSHOT_KINDS[input.readByte()];
  if (kind === undefined) throw input.error("Cannot read checkpoint metadata: unknown kind");
  const checkpoint = {
    id,
    kind,
    timestamp: instant(input.readVarInt()),
    completedAt: instant(input.readVarInt()),
    metadataPath: input.readUTF(),
    operators: readMany(input, readOperator),
  };
  input.expectEnd();
  return checkpoint;
}

function writeOperator(operator: OperatorState, out: DataOutputView): void {
  out.writeUTF(operator.operatorId);
  out.writeUTF(operator.name);
  out.writeVarInt(operator.parallelism);
  out.writeVarInt(operator.maxParallelism);
  out.writeVarInt(operator.subtasks.length);
  for (const subtask of operator.subtasks) writeSubtask(subtask, out);
}

function readOperator(input: DataInputView): OperatorState {
  return {
    operatorId: input.readUTF(),
    name: input.readUTF(),
    parallelism: input.readVarInt(),
    maxParallelism: input.readVarInt(),
    subtasks: readMany(input, readSubtask),
  };
}

function writeSubtask(subtask: OperatorSubtaskState | undefined, out: DataOutputView): void {
  out.writeBoolean(subtask !== undefined);
  if (subtask === undefined) return;
  writeKeyedHandle(subtask.keyed, out);
  writeOperatorHandle(subtask.operator, out);
  out.writeVarInt(subtask.sizeBytes);
  out.writeVarInt(subtask.checkpointedBytes);
}

function readSubtask(input: DataInputView): OperatorSubtaskState | undefined {
  if (!input.readBoolean()) return undefined;
  return {
    keyed: readKeyedHandle(input),
    operator: readOperatorHandle(input),
    sizeBytes: input.readVarInt(),
    checkpointedBytes: input.readVarInt(),
  };
}

function writeOperatorHandle(handle: OperatorStateHandle | undefined, out: DataOutputView): void {
  writeHandle(handle, out);
  if (handle === undefined) return;
  out.writeVarInt(handle.states.length);
  for (const { name, mode, elementCount } of handle.states) {
    out.writeUTF(name);
    out.writeByte(OPERATOR_STATE_MODES.indexOf(mode));
    out.writeVarInt(elementCount);
  }
}

function readOperatorHandle(input: DataInputView): OperatorStateHandle | undefined {
  const handle = readHandle(input);
  return handle && { ...handle, states: readMany(input, readOperatorStateMeta) };
}

function readOperatorStateMeta(input: DataInputView): OperatorStateMeta {
  const name = input.readUTF();
  const mode = OPERATOR_STATE_MODES[input.readByte()];
  if (mode === undefined) throw input.error(`Cannot read operator state "${name}": unknown mode`);
  return { name, mode, elementCount: input.readVarInt() };
}

function writeKeyedHandle(handle: KeyedStateHandle | undefined, out: DataOutputView): void {
  if (handle?.kind !== "incremental") {
    writeHandle(handle, out);
    return;
  }
  out.writeByte(INCREMENTAL);
  writeHandle(handle.meta, out);
  out.writeVarInt(handle.files.length);
  for (const { name, key, sizeBytes, handle: file } of handle.files) {
    out.writeUTF(name);
    out.writeUTF(key);
    out.writeVarInt(sizeBytes);
    writeHandle(file, out);
  }
}

function readKeyedHandle(input: DataInputView): KeyedStateHandle | undefined {
  const kind = input.readByte();
  if (kind !== INCREMENTAL) return readHandleOf(kind, input);
  return { kind: "incremental", meta: readPresent(input), files: readMany(input, readSharedFile) };
}

function readSharedFile(input: DataInputView): SharedFileHandle {
  return {
    name: input.readUTF(),
    key: input.readUTF(),
    sizeBytes: input.readVarInt(),
    handle: readPresent(input),
  };
}

function readPresent(input: DataInputView): StateHandle {
  const handle = readHandle(input);
  if (handle !== undefined) return handle;
  throw input.error(
    "Cannot read an incremental state handle: found none of its parts, expected it",
  );
}

function writeHandle(handle: StateHandle | undefined, out: DataOutputView): void {
  switch (handle?.kind) {
    case undefined:
      out.writeByte(ABSENT);
      return;
    case "file":
      out.writeByte(FILE);
      out.writeUTF(handle.path);
      out.writeVarInt(handle.sizeBytes);
      out.writeBoolean(handle.hash !== undefined);
      if (handle.hash !== undefined) out.writeUTF(handle.hash);
      return;
    case "inline":
      out.writeByte(INLINE);
      out.writeVarInt(handle.bytes.length);
      out.writeBytes(handle.bytes);
      return;
  }
}

function readHandle(input: DataInputView): StateHandle | undefined {
  return readHandleOf(input.readByte(), input);
}

function readHandleOf(kind: number, input: DataInputView): StateHandle | undefined {
  switch (kind) {
    case ABSENT:
      return undefined;
    case FILE: {
      const handle = {
        kind: "file",
        path: input.readUTF(),
        sizeBytes: input.readVarInt(),
      } as const;
      return input.readBoolean() ? { ...handle, hash: input.readUTF() } : handle;
    }
    case INLINE:
      return { kind: "inline", bytes: input.readBytes(input.readCount()) };
    default:
      throw input.error(`Cannot read a state handle: found kind ${kind}, expected 0 to 3`);
  }
}

function readMany<T>(input: DataInputView, read: (input: DataInputView) => T): readonly T[] {
  const count = input.readCount();
  const items: T[] = [];
  for (let index = 0; index < count; index++) items.push(read(input));
  return items;
}
