// What an incremental snapshot says of its files (RocksDB: MANIFEST; Flink: the meta data of an
// IncrementalRemoteKeyedStateHandle): which there are and where they lie in the tree, and which state has which number
// in their keys. Restored state that no descriptor has claimed yet is not in the files: it is carried on here.
//
//   magic  version  key serializer  max parallelism  first and last key group  number of the next file
//   states: number  name  kind  serializer     files: number  level  size  entries  hash  smallest and largest key
//   carried state in the canonical form     seal

import { SerializationError } from "../../../kernel/serialization-error.ts";
import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import {
  type KeyedSnapshotHeader,
  readKeyedSnapshotHeader,
  writeKeyedSnapshotHeader,
} from "../keyed-snapshot-header.ts";
import { seal, unseal } from "../sealed-bytes.ts";
import { STATE_KINDS, type StateKind } from "../state-descriptor.ts";
import { StateMigrationError } from "../state-errors.ts";
import { SortedFile } from "./sorted-file.ts";
import { nameOfSortedFile, parseSortedFile } from "./sorted-file-format.ts";
import type { LeveledFile } from "./tree-version.ts";

const MAGIC = 0x43434d46; // "CCMF"
const VERSION = 1;

/** A state with its number in the keys. */
export interface StoredState {
  readonly id: number;
  readonly name: string;
  readonly kind: StateKind;
  /** Of one key's whole value. */
  readonly serializerId: string;
}

/** What a file must turn out to be. */
export interface ManifestFile {
  readonly number: number;
  readonly level: number;
  readonly sizeBytes: number;
  readonly count: number;
  readonly hash: string;
  readonly smallest: Uint8Array;
  readonly largest: Uint8Array;
}

/** The meaning of some files. */
export interface Manifest {
  readonly header: KeyedSnapshotHeader;
  /** Above the numbers of all files that the backend had made. */
  readonly nextFileNumber: number;
  readonly states: readonly StoredState[];
  readonly files: readonly ManifestFile[];
  /** A canonical snapshot; no bytes for none. */
  readonly carried: Uint8Array;
}

/** What a manifest says of a file. */
export function manifestFileOf({ level, file }: LeveledFile): ManifestFile {
  const { number, sizeBytes, count, hash, smallest, largest } = file;
  return { number, level, sizeBytes, count, hash, smallest, largest };
}

/** The bytes of a manifest. */
export function writeManifest(manifest: Manifest): Uint8Array {
  const { header, nextFileNumber, states, files, carried } = manifest;
  const out = new DataOutputView(256);
  out.writeInt(MAGIC);
  out.writeByte(VERSION);
  writeKeyedSnapshotHeader(header, out);
  out.writeVarInt(nextFileNumber);
  out.writeVarInt(states.length);
  for (const { id, name, kind, serializerId } of states) {
    out.writeVarInt(id);
    out.writeUTF(name);
    out.writeUTF(kind);
    out.writeUTF(serializerId);
  }
  out.writeVarInt(files.length);
  for (const file of files) {
    for (const number of [file.number, file.level, file.sizeBytes, file.count]) {
      out.writeVarInt(number);
    }
    out.writeUTF(file.hash);
    for (const key of [file.smallest, file.largest]) {
      out.writeVarInt(key.length);
      out.writeBytes(key);
    }
  }
  out.writeVarInt(carried.length);
  out.writeBytes(carried);
  return seal(out.toBytes());
}

/** Reads a manifest back. Throws a `SerializationError`, or a `StateMigrationError` if it is another backend's. */
export function readManifest(bytes: Uint8Array): Manifest {
  const unsealed = unseal(bytes);
  if (unsealed.kind === "damaged") {
    throw new SerializationError(
      `Cannot read an incremental snapshot: its manifest hashes to ${unsealed.found}, expected ${unsealed.expected} as sealed`,
    );
  }
  const input = new DataInputView(unsealed.content);
  if (input.readInt() !== MAGIC) {
    throw new StateMigrationError(
      "Cannot restore keyed state: it is in another backend's own form, expected the files of RocksDB or the canonical form",
    );
  }
  const version = input.readByte();
  if (version !== VERSION) {
    throw input.error(
      `Cannot read an incremental snapshot: version is ${version}, expected ${VERSION}`,
    );
  }
  const header = readKeyedSnapshotHeader(input);
  const nextFileNumber = input.readVarInt();
  const states = input.readMany(() => readState(input));
  const files = input.readMany(() => readFile(input));
  const carried = input.readBytes(input.readCount());
  input.expectEnd();
  return { header, nextFileNumber, states, files, carried };
}

/** The files of a manifest in their places. Throws a `SerializationError` if one is missing or not what it was. */
export function filesOf(
  manifest: Manifest,
  files: ReadonlyMap<string, Uint8Array>,
): readonly LeveledFile[] {
  return manifest.files.map((expected) => {
    const name = nameOfSortedFile(expected.number);
    const bytes = files.get(name);
    if (bytes === undefined) {
      const found = [...files.keys()].join(", ") || "no files";
      throw new SerializationError(
        `Cannot read an incremental snapshot: found ${found}, expected the file ${name}`,
      );
    }
    const file = new SortedFile({ number: expected.number, ...parseSortedFile(name, bytes) });
    if (file.hash !== expected.hash) {
      throw new SerializationError(
        `Cannot read an incremental snapshot: the file ${name} hashes to ${file.hash}, expected ${expected.hash} as its manifest says`,
      );
    }
    return { level: expected.level, file };
  });
}

function readState(input: DataInputView): StoredState {
  return {
    id: input.readVarInt(),
    name: input.readUTF(),
    kind: readKind(input),
    serializerId: input.readUTF(),
  };
}

function readFile(input: DataInputView): ManifestFile {
  return {
    number: input.readVarInt(),
    level: input.readVarInt(),
    sizeBytes: input.readVarInt(),
    count: input.readVarInt(),
    hash: input.readUTF(),
    smallest: input.readBytes(input.readCount()),
    largest: input.readBytes(input.readCount()),
  };
}

function readKind(input: DataInputView): StateKind {
  const found = input.readUTF();
  const kind = STATE_KINDS.find((known) => known === found);
  if (kind !== undefined) return kind;
  throw input.error(
    `Cannot read an incremental snapshot: state kind is ${found}, expected one of ${STATE_KINDS.join(", ")}`,
  );
}
