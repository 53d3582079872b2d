// The inspector on the files of checkpoints: for one, what it brought, what it refers to and what its end freed; and
// for all around it a table, files by checkpoints, as the published walk-through of incremental checkpoints draws it.

import { isRetained } from "../../../sim/trace/checkpoint-progress.ts";
import { timeText } from "../../../sim/trace/duration-text.ts";
import {
  type CheckpointFile,
  hasPointer,
  isFileGone,
  isFileThere,
  refersTo,
} from "../../model/checkpoint-files.ts";
import { FILE_WORDS, type FileWords } from "../../words/file-words.ts";
import type { Frame } from "../view.ts";
import type { Block, Fact, FileCell, FileColumn, FileRow, Line } from "./inspector-blocks.ts";

/** What is said of a checkpoint's files: of those it shares, if there are any, with what other checkpoints make of them. */
export function fileBlocks(id: number, frame: Frame): readonly Block[] {
  const words = FILE_WORDS[frame.state.language];
  const facts = factsOf(id, frame, words);
  const table = tableOf(id, frame, words);
  return [
    ...(table === undefined ? [] : [table]),
    ...(facts.length === 0 ? [] : [{ kind: "facts", title: words.files, facts } as const]),
  ];
}

/** What happened to files in the step to the cursor, with the checkpoint it is about. */
export function fileChanges({
  model,
  before,
  world,
  state,
}: Frame): readonly { readonly checkpoint: number; readonly line: Line }[] {
  const words = FILE_WORDS[state.language];
  const { files, references } = model.checkpointFiles;
  const isNow = (index: number | undefined): index is number =>
    index !== undefined && index > before.index && index <= world.index;
  const line = (text: string, checkpoint: number, index: number) => ({
    checkpoint,
    line: { text, sign: "Δ", checkpoint, target: { kind: "event", index } } as const,
  });
  const noted = [...references].filter(([, one]) => isNow(one.noted) && one.paths.size > 0);
  return [
    ...files.flatMap((file) =>
      isNow(file.written)
        ? [line(words.changeUploaded(file.writer, file.name), file.broughtBy, file.written)]
        : [],
    ),
    ...noted.map(([checkpoint, one]) => {
      const known = files.filter(({ path, broughtBy }) => {
        return one.paths.has(path) && broughtBy !== checkpoint;
      });
      const text = words.changeReferences(checkpoint, one.paths.size, known.length);
      return line(text, checkpoint, one.noted);
    }),
    ...files.flatMap((file) =>
      isNow(file.deleted) ? [line(words.changeDeleted(file.name), file.freedBy, file.deleted)] : [],
    ),
  ];
}

function factsOf(id: number, frame: Frame, words: FileWords): readonly Fact[] {
  const { checkpointFiles: all } = frame.model;
  const now = frame.world.index;
  const known = all.files.filter(({ written }) => written <= now);
  const of = (name: string, files: readonly CheckpointFile[], more = ""): readonly Fact[] => {
    if (files.length === 0) return [];
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return [{ name, value: words.filesText(files.length, bytes) + more }];
  };
  const brought = known.filter(({ broughtBy }) => broughtBy === id);
  const referred = known.filter((file) => {
    return file.broughtBy !== id && refersTo(all, id, file, now);
  });
  const freed = known.filter((file) => file.freedBy === id && isFileGone(file, now));
  const kept = known.filter((file) => {
    return freed.length > 0 && refersTo(all, id, file, now) && isFileThere(file, now);
  });
  const owners = [...new Set(referred.map(({ broughtBy }) => broughtBy))];
  const users = [...new Set(kept.flatMap((file) => usersOf(file, frame)))];
  return [
    ...of(
      words.broughtFiles,
      brought.filter(({ isShared }) => isShared),
    ),
    ...of(words.referredFiles, referred, words.ofCheckpoints(owners.join(", "))),
    ...of(
      words.ownFiles,
      brought.filter(({ isShared }) => !isShared),
    ),
    ...of(words.freedFiles, freed),
    ...of(words.keptFiles, kept, users.length === 0 ? "" : words.forCheckpoints(users.join(", "))),
  ];
}

/** The retained checkpoints that refer to a file, the oldest first: as long as there is one, it stays. */
function usersOf(file: CheckpointFile, { model, world }: Frame): readonly number[] {
  return world.checkpoints
    .filter((one) => isRetained(one) && hasPointer(model.checkpointFiles, one.id, world.index))
    .filter(({ id }) => refersTo(model.checkpointFiles, id, file, world.index))
    .map(({ id }) => id);
}

/** How many checkpoints stand side by side, and how many files below each other. */
const COLUMNS_MAX = 6;
const ROWS_MAX = 24;

function tableOf(id: number, frame: Frame, words: FileWords): Block | undefined {
  const { model, world } = frame;
  const all = model.checkpointFiles;
  const known = all.files.filter(({ written }) => written <= world.index);
  const columns = columnsOf(id, known, frame, words);
  const ids = columns.map(({ checkpoint }) => checkpoint);
  const shared = known.filter(
    (file) =>
      file.isShared &&
      ids.some((one) => one === file.broughtBy || refersTo(all, one, file, world.index)),
  );
  if (shared.length === 0) return undefined;
  const shown = shared.slice(-ROWS_MAX);
  const more = shared.length - shown.length;
  const own = known.filter(({ isShared, broughtBy }) => !isShared && ids.includes(broughtBy));
  return {
    kind: "files",
    title: words.filesByCheckpoints,
    heads: { file: words.file, size: words.fileBytes, uses: words.fileUses },
    columns,
    rows: [
      ...shown.map((file) => sharedRow(file, columns, frame, words)),
      ...(own.length === 0 ? [] : [ownRow(own, columns, frame, words)]),
    ],
    more: more === 0 ? undefined : words.moreFiles(more),
    legend: [
      { look: { kind: "brought", isReleased: false, isGone: false }, label: words.legendBrought },
      { look: { kind: "referred", isReleased: false, isGone: false }, label: words.legendReferred },
      { look: { kind: "referred", isReleased: true, isGone: false }, label: words.legendReleased },
      { look: { kind: "brought", isReleased: true, isGone: true }, label: words.legendGone },
    ],
  };
}

/** Checkpoints with files: the one that is looked at, with those before and after it. */
function columnsOf(
  id: number,
  known: readonly CheckpointFile[],
  { model, world }: Frame,
  words: FileWords,
): readonly FileColumn[] {
  const withFiles = new Set(known.map(({ broughtBy }) => broughtBy));
  const ids = world.checkpoints
    .map((one) => one.id)
    .filter((one) => withFiles.has(one) || one === id);
  const end = Math.min(ids.length, Math.max(COLUMNS_MAX, ids.indexOf(id) + 3));
  return ids.slice(Math.max(0, end - COLUMNS_MAX), end).map((checkpoint): FileColumn => {
    const progress = world.checkpoints.find((one) => one.id === checkpoint);
    const kind = progress?.phase.kind ?? "triggered";
    const isOver = kind !== "triggered";
    const isHeld = isOver && progress !== undefined && isRetained(progress);
    // Its user says when a savepoint goes; no pointer does.
    const isSavepoint = model.checkpoints.some((one) => one.id === checkpoint && one.isSavepoint);
    const isReleased =
      isOver &&
      !isSavepoint &&
      !(isHeld && hasPointer(model.checkpointFiles, checkpoint, world.index));
    const status = isReleased ? words.released : isOver ? words.retained : words.pending;
    return {
      checkpoint,
      title: words.column(checkpoint, status),
      isSelected: checkpoint === id,
      isReleased,
    };
  });
}

function sharedRow(
  file: CheckpointFile,
  columns: readonly FileColumn[],
  frame: Frame,
  words: FileWords,
): FileRow {
  const { model, before, world } = frame;
  const { written, deleted, writer, name } = file;
  const isGone = isFileGone(file, world.index);
  const uses = usersOf(file, frame);
  const isOfStep = (index: number): boolean => index > before.index && index <= world.index;
  return {
    name: `${writer} ${name}`,
    title: file.path,
    target: { kind: "event", index: written },
    bytes: String(file.bytes),
    cells: columns.map((column) => sharedCell(file, column, frame, words)),
    uses:
      isGone && deleted !== undefined
        ? {
            text: words.deleted,
            title: words.deletedAt(timeText(model.times[deleted] ?? 0), file.freedBy),
            target: { kind: "event", index: deleted },
          }
        : { text: String(uses.length), title: words.usedBy(uses.join(", ")) },
    isGone,
    isChanged: isOfStep(written) || (deleted !== undefined && isOfStep(deleted)),
  };
}

function sharedCell(
  file: CheckpointFile,
  { checkpoint, isReleased }: FileColumn,
  { model, world }: Frame,
  words: FileWords,
): FileCell | undefined {
  const isBrought = file.broughtBy === checkpoint;
  if (!isBrought && !refersTo(model.checkpointFiles, checkpoint, file, world.index))
    return undefined;
  const isGone = isFileGone(file, world.index);
  const title = isBrought ? words.isBroughtBy(checkpoint) : words.isReferredToBy(checkpoint);
  return {
    look: { kind: isBrought ? "brought" : "referred", isReleased, isGone },
    checkpoint,
    title: title + (isGone ? words.andGone : isReleased ? words.andReleased : ""),
  };
}

/** One row for all that lies in the checkpoints' own folders. */
function ownRow(
  files: readonly CheckpointFile[],
  columns: readonly FileColumn[],
  { before, world }: Frame,
  words: FileWords,
): FileRow {
  const cells = columns.map(({ checkpoint, isReleased }): FileCell | undefined => {
    const own = files.filter(({ broughtBy }) => broughtBy === checkpoint);
    if (own.length === 0) return undefined;
    const there = own.filter((file) => isFileThere(file, world.index));
    return {
      look: { kind: "brought", isReleased, isGone: there.length === 0 },
      checkpoint,
      count: there.length === 0 ? own.length : there.length,
      title: words.ownFilesThere(checkpoint, there.length, own.length),
    };
  });
  const isChanged = files.some(
    ({ written, deleted = -1 }) =>
      (written > before.index && written <= world.index) ||
      (deleted > before.index && deleted <= world.index),
  );
  const isGone = files.every((file) => isFileGone(file, world.index));
  const title = words.ownFilesHint;
  return { name: words.ownFiles, title, bytes: "", cells, isGone, isChanged };
}
