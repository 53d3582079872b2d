// docs/state-backends.md shows what its commands print. A million keys take a minute, so the test goes over the smaller
// values and compares their rows, to the digit; with CLEANCUT_WRITE_DOCS=1 it gives the whole commands and writes it all.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expectWritten, readDocument, root } from "./written-text.ts";

const PAGE = "docs/state-backends.md";

/** What stands between the marks of a block, and how much of it is tried. */
const BLOCKS = [
  {
    name: "compare",
    all: "keys=1000,10000,100000,1000000",
    tested: "keys=1000,10000",
    points: 2,
    settings: 3,
  },
  {
    name: "compare forst",
    all: "keys=1000,10000,100000",
    tested: "keys=1000,10000",
    points: 2,
    settings: 2,
  },
  {
    name: "compare rates",
    all: "updates=10,100,1000,10000",
    tested: "updates=10,100",
    points: 2,
    settings: 3,
  },
] as const;

test.each(BLOCKS)(
  "the block $name of docs/state-backends.md is what its command prints",
  { timeout: 240_000 },
  ({ name, all, tested, points, settings }) => {
    const page = readDocument(PAGE);
    const { block, command, shown } = blockIn(page, name);
    expect(command).toContain(all);
    if (process.env["CLEANCUT_WRITE_DOCS"] === "1") {
      const printed = `${figuresOf(outputOf(command))}\n`;
      expectWritten(PAGE, page.replace(block, block.replace(`text\n${shown}`, `text\n${printed}`)));
      return;
    }
    const rows = rowsOf(figuresOf(outputOf(command.replace(all, tested))));
    expect(rows).toHaveLength(points * settings);
    expect(rowsOf(shown).slice(0, rows.length)).toEqual(rows);
  },
);

test("docs/state-backends.md shows that only full checkpoints grow with the state", () => {
  expect(blockIn(readDocument(PAGE), "compare").shown).toMatch(
    /While keys grow 1000-fold, the time of a checkpoint grows .*, and not at all with rocksdb incremental\./,
  );
});

test("docs/state-backends.md shows that only incremental checkpoints grow with the rate", () => {
  expect(blockIn(readDocument(PAGE), "compare rates").shown).toMatch(
    /while updates grow 1000-fold, the bytes of a checkpoint grow not at all with hashmap and rocksdb, and \d+-fold with rocksdb incremental\./,
  );
});

function blockIn(
  page: string,
  name: string,
): { readonly block: string; readonly command: string; readonly shown: string } {
  const pattern = `<!-- begin: ${name} -->\\n\\n\`\`\`sh\\nnpx cleancut (.*)\\n\`\`\`\\n\\n\`\`\`text\\n([\\s\\S]*?)\`\`\``;
  const [block = "", command = "", shown = ""] = new RegExp(pattern).exec(page) ?? [];
  return { block, command, shown };
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
