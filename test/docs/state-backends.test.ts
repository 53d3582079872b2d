// docs/state-backends.md shows what its command prints. A million keys take a minute, so the test goes over the smaller
// sizes and compares their rows, to the digit; with CLEANCUT_WRITE_DOCS=1 it gives the whole command and writes it all.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expectWritten, readDocument, root } from "./written-text.ts";

const PAGE = "docs/state-backends.md";
const TESTED_SIZES = "keys=1000,10000";

test.each([
  { name: "compare", settings: 3, sizes: "keys=1000,10000,100000,1000000" },
  { name: "compare-forst", settings: 2, sizes: "keys=1000,10000,100000" },
])(
  "the table $name of docs/state-backends.md is what its command prints",
  {
    timeout: 120_000,
  },
  ({ name, settings, sizes }) => {
    const page = readDocument(PAGE);
    const [block = "", command = "", shown = ""] = blockOf(name, page);
    expect(command).toContain(sizes);
    if (process.env["CLEANCUT_WRITE_DOCS"] === "1") {
      const printed = `${figuresOf(outputOf(command))}\n`;
      expectWritten(PAGE, page.replace(block, block.replace(`text\n${shown}`, `text\n${printed}`)));
      return;
    }
    const printed = figuresOf(outputOf(command.replace(sizes, TESTED_SIZES)));
    const tested = rowsOf(printed);
    expect(tested).toHaveLength(2 * settings);
    expect(rowsOf(shown).slice(0, tested.length)).toEqual(tested);
  },
);

test("docs/state-backends.md shows that only full checkpoints grow with the state", () => {
  const [, , shown = ""] = blockOf("compare", readDocument(PAGE));
  expect(shown).toMatch(
    /While keys grow 1000-fold, the time of a checkpoint grows .* and not at all with rocksdb incremental\./,
  );
});

/** A block of the page, its command, and what it shows. */
function blockOf(name: string, page: string): readonly string[] {
  const block = new RegExp(
    `<!-- begin: ${name} -->\\n\\n\`\`\`sh\\nnpx cleancut (.*)\\n\`\`\`\\n\\n\`\`\`text\\n([\\s\\S]*?)\`\`\``,
  );
  return block.exec(page) ?? [];
}

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
