// Files that are there whole or not at all: written beside their place and then moved into it, so that neither
// Ctrl-C nor a second process leaves or sees half of one.

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { threadId } from "node:worker_threads";
import { RequestError } from "./request-error.ts";

/** Writes a file, and the folders it lies in, whole or not at all. Throws a {@link RequestError} if it cannot. */
export function writeWhole(path: string, text: string): void {
  writeLinesWhole(path, [text.endsWith("\n") ? text.slice(0, -1) : text]);
}

/** As {@link writeWhole}, line by line, for texts that need not fit into one string. */
export function writeLinesWhole(path: string, lines: Iterable<string>): void {
  const unfinished = `${path}.${process.pid}-${threadId}.unfinished`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(unfinished, "w");
    try {
      for (const chunk of chunksOf(lines)) writeFileSync(file, chunk);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  } catch (error) {
    discard(unfinished);
    throw fileError("write", path, error);
  }
}

/**
 * Throws a {@link RequestError} if what is still to be worked out could not be written to `path`: where a folder is,
 * and where it would overwrite one of the inputs it is made of.
 */
export function requireOutput(path: string, ...inputs: readonly string[]): void {
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new RequestError(`Cannot write ${path}: it is a folder`);
  }
  const folder = nearestThere(dirname(path));
  try {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw fileError("write", path, error);
  }
  const input = inputs.find((one) => existsSync(one) && isSameFile(one, path));
  if (input === undefined) return;
  throw new RequestError(`Cannot write ${path}: it is what is read, and would be lost`);
}

/** The path itself or the nearest of those it lies in that is there: what is missing will be made. */
function nearestThere(path: string): string {
  const parent = dirname(path);
  return existsSync(path) || parent === path ? path : nearestThere(parent);
}

function isSameFile(one: string, other: string): boolean {
  return existsSync(other) && realpathSync(one) === realpathSync(other);
}

/** What went wrong before is what matters, so that a file that cannot be removed is left behind in silence. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where it could not be made, it may be impossible to look for it too.
  }
}

/** Reads a text file. `what` names its kind in errors. Throws a {@link RequestError}. */
export function readText(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw fileError(`read the ${what}`, path, error);
  }
}

/** Reads a JSON file. Throws a {@link RequestError} that says where the text is no JSON. */
export function readJson(path: string, what: string): unknown {
  const text = readText(path, what);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RequestError(
      `Cannot read the ${what} ${path}: it is no JSON, ${placeOf(error, text)}`,
    );
  }
}

const CHUNK_LENGTH = 1 << 20;

function* chunksOf(lines: Iterable<string>): Generator<string, void> {
  let chunk = "";
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "a part of the path is no folder"],
  // Said when folders are made, never of a file: those are written over.
  ["EEXIST", "a part of the path is no folder"],
  ["EACCES", "access is denied"],
  ["EPERM", "access is denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["EFBIG", "the file would be larger than is allowed"],
]);

function fileError(action: string, path: string, error: unknown): RequestError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new RequestError(`Cannot ${action} ${path}: ${REASONS.get(code ?? "") ?? message}`);
}

/** What V8 found in a text that is no JSON, with line and column. */
function placeOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return message.charAt(0).toLowerCase() + message.slice(1);
  const before = text.slice(0, Number(position)).split("\n");
  const found = Number(position) < text.length ? JSON.stringify(text[Number(position)]) : "its end";
  return `found ${found} at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
