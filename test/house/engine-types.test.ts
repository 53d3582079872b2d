// The engine's own tsconfig knows no Node and no DOM: what a browser or Node adds is a type error there.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const compiler = join(root, "node_modules/typescript-native/bin/tsc");

test("a name of Node or of the browser is a type error in the engine", () => {
  const foreign = ["process", "setTimeout", "Buffer", "document", "window", "fetch", "console"];
  const toy = mkdtempSync(join(tmpdir(), "cleancut-types-"));
  try {
    for (const file of ["tsconfig.json", "tsconfig.engine.json"])
      cpSync(join(root, file), join(toy, file));
    symlinkSync(join(root, "node_modules"), join(toy, "node_modules"));
    for (const folder of ["sim/kernel", "sim/cli"])
      mkdirSync(join(toy, folder), { recursive: true });
    const text = foreign.map((name) => `export const see_${name} = ${name};`).join("\n");
    writeFileSync(join(toy, "sim/kernel/bad.ts"), text);
    writeFileSync(join(toy, "sim/cli/bad.ts"), text);

    const answer = compile(toy, "tsconfig.engine.json");
    for (const name of foreign) expect(answer).toContain(`Cannot find name '${name}'`);
    expect(answer).not.toContain("sim/cli/bad.ts");
  } finally {
    rmSync(toy, { recursive: true, force: true });
  }
});

test("no import of the engine brings in the types of Node or of the browser", () => {
  const files = compile(root, "tsconfig.engine.json", "--listFilesOnly").split("\n");
  expect(files.filter((file) => file.includes("/sim/")).length).toBeGreaterThan(0);
  expect(files.filter((file) => /node_modules\/@types\/node\/|\/lib\.dom/.test(file))).toEqual([]);
});

function compile(folder: string, project: string, ...options: readonly string[]): string {
  return spawnSync(process.execPath, [compiler, "-p", project, ...options], {
    cwd: folder,
    encoding: "utf8",
  }).stdout;
}
