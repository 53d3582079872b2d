// Bundles are built once for the same sources, and an edit that does not fit is refused loudly.
import { readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { type BundleRequest, bundle } from "../../sim/node/bundler.ts";
import type { SourceEdit } from "../../sim/zoo/source-edit.ts";

const small: BundleRequest = {
  entry:
    'export * from "./sim/kernel/brand.ts"; export { nearest } from "./sim/runtime/configuration.ts";',
  platform: "neutral",
};

const FILE = "sim/runtime/configuration.ts";

function withEdit(find: string, replace = ""): Promise<string> {
  const edit: SourceEdit = { file: FILE, find, replace };
  return bundle({ ...small, edits: [edit] });
}

test("bundle gives the same file for the same sources, also to those who ask at once", async () => {
  const [path, same] = await Promise.all([bundle(small), bundle(small)]);
  const writtenAt = statSync(path).mtimeMs;
  expect(same).toBe(path);
  expect(await bundle(small)).toBe(path);
  expect(statSync(path).mtimeMs).toBe(writtenAt);
});

test("bundle builds a mutant beside the engine as it is", async () => {
  const plain = await bundle(small);
  const mutant = await withEdit(
    'let best = candidates[0] ?? "";',
    'return "mutant";\n  let best = "";',
  );
  expect(mutant).not.toBe(plain);
  expect((await import(plain)).nearest("ab", ["xx", "abc"])).toBe("abc");
  expect((await import(mutant)).nearest("ab", ["xx", "abc"])).toBe("mutant");
});

test.each([
  ["no place", "this text is nowhere in the file", "0"],
  ["many places", "const ", "\\d+"],
])("bundle refuses an edit with %s that match", async (_, find, count) => {
  const refusal = new RegExp(
    `^Cannot edit ${FILE}: found its text ${count} times, expected it exactly once`,
  );
  await expect(withEdit(find)).rejects.toThrow(refusal);
});

test("bundle refuses an edit of a source that it does not hold", async () => {
  const edit: SourceEdit = { file: "sim/cli/main.ts", find: "program", replace: "" };
  await expect(bundle({ ...small, edits: [edit] })).rejects.toThrow(
    "Cannot edit sim/cli/main.ts: the bundle has no such source",
  );
});

test("bundle keeps no names, which would make every closure of a hot path dearer", async () => {
  expect(readFileSync(await bundle(small), "utf8")).not.toContain("__name(");
});
