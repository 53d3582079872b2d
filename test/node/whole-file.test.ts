// Files are there whole or not at all, and what cannot be read is refused in one sentence.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
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
