// The files of a checkpoint as a tree, and that inspect shows which of them other checkpoints brought.
import { expect, test } from "vitest";
import { type CheckpointFile, fileTreeLines } from "../../sim/cli/checkpoint-file-tree.ts";
import { cleancut, workFolder } from "./command-line.ts";

test("fileTreeLines names each folder once, before what is in it", () => {
  const files = [
    { path: "a/chk-1/_metadata", bytes: 3 },
    { path: "a/chk-1/keyed", bytes: 2 },
    { path: "a/shared/chk-1-x", bytes: 1, broughtBy: 1 },
  ];
  expect(fileTreeLines(files)).toEqual([
    "  a/",
    "    chk-1/",
    "      _metadata  3 bytes",
    "      keyed  2 bytes",
    "    shared/",
    "      chk-1-x  1 byte, brought by checkpoint 1",
  ]);
});

test("inspect shows that CP3 of the walk-through goes on with a file of CP2's", async () => {
  const folder = workFolder();
  await cleancut(folder, "run", "incremental-walk", "--trace", "walk.jsonl");
  const words = ["inspect", "walk.jsonl", "--checkpoint", "3"] as const;
  const [shown, asJson] = await Promise.all([
    cleancut(folder, ...words),
    cleancut(folder, ...words, "--json"),
  ]);
  const { files } = JSON.parse(asJson.output).checkpoint as {
    readonly files: readonly CheckpointFile[];
  };
  expect(files.flatMap(({ broughtBy }) => broughtBy ?? [])).toEqual([2, 3, 3]);
  expect(shown.output).toContain("bytes, brought by checkpoint 2\n");
  // Not all that Flink has in a checkpoint directory: what no file is in is not there.
  const [, tree = ""] = shown.output.split("\nFiles it refers to\n");
  expect(tree.match(/\S+(?=\/\n)/g)).toEqual(["checkpoints", "chk-3", "shared"]);
});
