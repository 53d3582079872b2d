// Files are there whole or not at all, and what cannot be read is refused in one sentence.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundle } from "../../sim/node/bundler.ts";
import { RequestError } from "../../sim/node/request-error.ts";
import { readJson, readText, writeLinesWhole, writeWhole } from "../../sim/node/whole-file.ts";

const folder = mkdtempSync(join(tmpdir(), "cleancut-files-"));

describe("writing", () => {
  test("writeWhole makes the folders it needs and leaves nothing else behind", () => {
    const path = join(folder, "deep", "down", "report.json");
    writeWhole(path, "{}\n");
    writeWhole(path, '{"again": true}');
    expect(readFileSync(path, "utf8")).toBe('{"again": true}\n');
    expect(readdirSync(join(folder, "deep", "down"))).toEqual(["report.json"]);
  });

  test("writeLinesWhole that breaks off leaves the old file as it was", () => {
    const path = join(folder, "kept.jsonl");
    writeWhole(path, "old");
    function* breakingOff(): Generator<string, void> {
      yield "new";
      throw new Error("the disk is on fire");
    }
    expect(() => writeLinesWhole(path, breakingOff())).toThrow(RequestError);
    expect(readFileSync(path, "utf8")).toBe("old\n");
    expect(readdirSync(folder).filter((name) => name.includes("unfinished"))).toEqual([]);
  });

  test("writeLinesWhole writes more than fits into one piece", () => {
    const path = join(folder, "large.jsonl");
    const lines = Array.from({ length: 3000 }, (_, index) => `${index} ${"x".repeat(1000)}`);
    writeLinesWhole(path, lines);
    expect(readFileSync(path, "utf8")).toBe(`${lines.join("\n")}\n`);
  });
});

test.each([join("kept.txt", "x.json"), join("kept.txt", "deep", "x.json")])(
  "writeWhole refuses %s, where a file stands for a folder",
  (path) => {
    writeFileSync(join(folder, "kept.txt"), "kept");
    expect(() => writeWhole(join(folder, path), "{}")).toThrow(
      new RequestError(`Cannot write ${join(folder, path)}: a part of the path is no folder`),
    );
  },
);

test("writeWhole that can write only a part leaves nothing", async () => {
  const writer = await bundle({
    entry: 'export { writeWhole } from "./sim/node/whole-file.ts";',
    platform: "node",
  });
  const path = join(folder, "limited", "large.txt");
  const script = `const { writeWhole } = await import(${JSON.stringify(writer)});
    try {
      writeWhole(${JSON.stringify(path)}, "x".repeat(20_000));
      console.log("written");
    } catch (error) {
      console.log(error.message);
    }`;
  // A limit of so many blocks: the system writes what still fits and says how much that was.
  const command = 'ulimit -f 16 && exec "$0" --input-type=module --eval "$1"';
  const { stdout } = spawnSync("sh", ["-c", command, process.execPath, script], {
    encoding: "utf8",
  });
  expect(stdout).toBe(`Cannot write ${path}: the file would be larger than is allowed\n`);
  expect(readdirSync(join(folder, "limited"))).toEqual([]);
});

describe("reading", () => {
  test.each([
    ["nowhere.json", undefined, "there is no such file"],
    ["cut.json", '{"faults": [\n', "unexpected end of JSON input"],
    ["comma.json", '{\n  "faults": [],\n}', 'found "}" at line 3, column 1'],
  ])("readJson refuses %s", (name, text, reason) => {
    const path = join(folder, name);
    if (text !== undefined) writeFileSync(path, text);
    expect(() => readJson(path, "fault plan")).toThrow(
      new RegExp(`^Cannot read the fault plan .*${escaped(reason)}$`),
    );
  });

  test("readText refuses a folder", () => {
    expect(() => readText(folder, "trace")).toThrow(
      `Cannot read the trace ${folder}: it is a folder`,
    );
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
