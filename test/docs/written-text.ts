// Parts of the documentation that are made from the code. A test says whether what is written is still what the code
// makes; run with CLEANCUT_WRITE_DOCS=1 it writes instead.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

/** The root of the checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

const isWriting = process.env["CLEANCUT_WRITE_DOCS"] === "1";
const HINT = "write it anew with CLEANCUT_WRITE_DOCS=1 npx vitest run test/docs";

/** The text of a file, its path counted from the root. */
export function readDocument(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Expects that the file at `path` holds exactly `text`. */
export function expectWritten(path: string, text: string): void {
  if (isWriting) writeFileSync(join(root, path), text);
  expect(readDocument(path), `${path} is out of date, ${HINT}`).toBe(text);
}

/** Expects that `text` stands in the file at `path` between the lines `begin` and `end`. */
export function expectWrittenBetween(
  path: string,
  marks: { readonly begin: string; readonly end: string },
  text: string,
): void {
  const before = readDocument(path);
  const start = before.indexOf(marks.begin);
  const stop = before.indexOf(marks.end, start);
  expect(start, `${path} has no line ${marks.begin}`).toBeGreaterThanOrEqual(0);
  expect(stop, `${path} has no line ${marks.end}`).toBeGreaterThan(start);
  expectWritten(
    path,
    `${before.slice(0, start + marks.begin.length)}\n${text}\n${before.slice(stop)}`,
  );
}
