// A snapshot of the changelog backend read back: the base backend's state, and the changes since.

import { SerializationError } from "../../../kernel/serialization-error.ts";
import type { WrittenKeyedState } from "../keyed-state-backend.ts";
import { segmentFileOf } from "./change-log.ts";
import {
  type ChangelogManifest,
  type MaterializedForm,
  readChangelogManifest,
} from "./changelog-manifest.ts";
import { readSegment } from "./log-segment.ts";
import { carriedFileOf, stateFileOf } from "./materialization.ts";
import type { StateChange } from "./state-change.ts";

/** A snapshot in files, read back. */
export type WrittenFiles = Extract<WrittenKeyedState, { readonly kind: "incremental" }>;

/** What a snapshot consists of. */
export interface WrittenChangelog {
  readonly manifest: ChangelogManifest;
  /** Undefined if nothing was materialized. */
  readonly base: WrittenKeyedState | undefined;
  /** What is to be done to the base, in this order. */
  readonly changes: readonly StateChange[];
}

/** Reads a snapshot back. Throws a `SerializationError` if a part is missing or not what it was. */
export function readWrittenChangelog({ meta, files }: WrittenFiles): WrittenChangelog {
  const manifest = readChangelogManifest(meta);
  const { materialization, segments } = manifest;
  const { number, form, hasCarried } = materialization;
  const file = (name: string) => fileIn(files, name);
  const names = segments.map(({ from }) => segmentFileOf(from));
  if (hasCarried) names.unshift(carriedFileOf(number));
  return {
    manifest,
    base: form === "nothing" ? undefined : baseStateOf(form, file(stateFileOf(number)), files),
    changes: names.flatMap((name) => readSegment(file(name))),
  };
}

function baseStateOf(
  form: Exclude<MaterializedForm, "nothing">,
  state: Uint8Array,
  files: WrittenFiles["files"],
): WrittenKeyedState {
  return form === "full"
    ? { kind: "full", bytes: state }
    : { kind: "incremental", meta: state, files };
}

function fileIn(files: WrittenFiles["files"], name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes !== undefined) return bytes;
  const found = [...files.keys()].join(", ") || "no files";
  throw new SerializationError(
    `Cannot read a changelog snapshot: found ${found}, expected the file ${name}`,
  );
}
