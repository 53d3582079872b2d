// What a snapshot of the changelog backend says of its files (Flink: ChangelogStateBackendHandle): which of them are the
// materialized state and which the log since, and which states there are. It is all that belongs to one checkpoint alone.
//
//   magic  version  key serializer  max parallelism  first and last key group
//   states: name  kind  serializer
//   number, end and form of the materialization, its carried changes    segments: from  to     seal

import { SerializationError } from "../../../kernel/serialization-error.ts";
import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import {
  type KeyedSnapshotHeader,
  readKeyedSnapshotHeader,
  writeKeyedSnapshotHeader,
} from "../keyed-snapshot-header.ts";
import { seal, unseal } from "../sealed-bytes.ts";
import type { StateIdentity } from "../state-compatibility.ts";
import { STATE_KINDS } from "../state-descriptor.ts";

const MAGIC = 0x4343434d; // "CCCM"
const VERSION = 1;
const FORMS = ["nothing", "full", "incremental"] as const;

/** What there is of the base backend's state: nothing yet, the canonical form, or its own files. */
export type MaterializedForm = (typeof FORMS)[number];

/** What the files of a snapshot mean. */
export interface ChangelogManifest {
  readonly header: KeyedSnapshotHeader;
  /** All states there are, by name. */
  readonly states: ReadonlyMap<string, StateIdentity>;
  readonly materialization: {
    readonly number: number;
    /** The number of the first change that is not in it. */
    readonly upTo: number;
    readonly form: MaterializedForm;
    /** Whether there are changes beside it that belong to states nobody has claimed since a restore. */
    readonly hasCarried: boolean;
  };
  readonly segments: readonly { readonly from: number; readonly to: number }[];
}

/** Whether bytes are a manifest of this backend, and not that of another. */
export function isChangelogManifest(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new DataInputView(bytes).readInt() === MAGIC;
}

/** The bytes of a manifest. */
export function writeChangelogManifest(manifest: ChangelogManifest): Uint8Array {
  const { header, states, materialization, segments } = manifest;
  const out = new DataOutputView(256);
  out.writeInt(MAGIC);
  out.writeByte(VERSION);
  writeKeyedSnapshotHeader(header, out);
  out.writeVarInt(states.size);
  for (const [name, { kind, serializerId }] of states) {
    out.writeUTF(name);
    out.writeByte(STATE_KINDS.indexOf(kind));
    out.writeUTF(serializerId);
  }
  out.writeVarInt(materialization.number);
  out.writeVarInt(materialization.upTo);
  out.writeByte(FORMS.indexOf(materialization.form));
  out.writeBoolean(materialization.hasCarried);
  out.writeVarInt(segments.length);
  for (const { from, to } of segments) {
    out.writeVarInt(from);
    out.writeVarInt(to);
  }
  return seal(out.toBytes());
}

/** Reads a manifest back. Throws a `SerializationError` for bytes that are none, or have changed. */
export function readChangelogManifest(bytes: Uint8Array): ChangelogManifest {
  const unsealed = unseal(bytes);
  if (unsealed.kind === "damaged") {
    throw new SerializationError(
      `Cannot read a changelog snapshot: its manifest hashes to ${unsealed.found}, expected ${unsealed.expected} as sealed`,
    );
  }
  const input = new DataInputView(unsealed.content);
  input.readInt();
  const version = input.readByte();
  if (version !== VERSION) {
    throw input.error(
      `Cannot read a changelog snapshot: version is ${version}, expected ${VERSION}`,
    );
  }
  const header = readKeyedSnapshotHeader(input);
  const states = new Map(input.readMany(() => [input.readUTF(), readIdentity(input)] as const));
  const materialization = {
    number: input.readVarInt(),
    upTo: input.readVarInt(),
    form: oneOf(FORMS, input),
    hasCarried: input.readBoolean(),
  };
  const segments = input.readMany(() => ({ from: input.readVarInt(), to: input.readVarInt() }));
  input.expectEnd();
  return { header, states, materialization, segments };
}

function readIdentity(input: DataInputView): StateIdentity {
  return { kind: oneOf(STATE_KINDS, input), serializerId: input.readUTF() };
}

function oneOf<T extends string>(choices: readonly T[], input: DataInputView): T {
  const code = input.readByte();
  const choice = choices[code];
  if (choice !== undefined) return choice;
  throw input.error(
    `Cannot read a changelog snapshot: found ${code}, expected one of ${choices.join(", ")}`,
  );
}
