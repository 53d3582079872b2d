// docs/state-backends.md shows what its command prints. A million keys take a minute, so the test goes over the smaller
// sizes and compares their rows, to the digit; with CLEANCUT_WRITE_DOCS=1 it gives the whole command and writes it all.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expectWritten, readDocument, root } from "./written-text.ts";

const PAGE = "docs/state-backends.md";
const BLOCK = /<!-- begin: compare -->\n\n```sh\nnpx cleancut (.*)\n```\n\n```text\n([\s\S]*?)```/;
const SIZES = { all: "keys=1000,10000,100000,1000000", tested: "keys=1000,10000" };

test("the table of docs/state-backends.md is what its command prints", { timeout: 120_000 }, () => {
  const page = readDocument(PAGE);
  const [block = "", command = "", shown = ""] = BLOCK.exec(page) ?? [];
  expect(command).toContain(SIZES.all);
  if (process.env["CLEANCUT_WRITE_DOCS"] === "1") {
    const printed = `${figuresOf(outputOf(command))}\n`;
    expectWritten(PAGE, page.replace(block, block.replace(`text\n${shown}`, `text\n${printed}`)));
    return;
  }
  const printed = figuresOf(outputOf(command.replace(SIZES.all, SIZES.tested)));
  const tested = rowsOf(printed);
  expect(tested).toHaveLength(2 * 3);
  expect(rowsOf(shown).slice(0, tested.length)).toEqual(tested);
});

test("docs/state-backends.md shows that only full checkpoints grow with the state", () => {
  const [, , shown = ""] = BLOCK.exec(readDocument(PAGE)) ?? [];
  expect(shown).toMatch(
    /While keys grow 1000-fold, the time of a checkpoint grows .* and not at all with rocksdb incremental\./,
  );
});

function outputOf(command: string): string {
  const launcher = join(root, "sim", "cli", "cleancut.mjs");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [launcher, ...command.split(" ")],
    { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
  );
  expect(status, stderr).toBe(0);
  return stdout;
}

/** The table and the rule of thumb. */
function figuresOf(output: string): string {
  return output.slice(0, output.indexOf("\n\nWhat was taken for granted"));
}

/** The rows of the table, however wide its columns are. */
function rowsOf(printed: string): readonly string[] {
  return printed
    .split("\n")
    .filter((line) => /^ *\d+ {2}/.test(line))
    .map((line) => line.trim().replaceAll(/ {2,}/g, "  "));
}
