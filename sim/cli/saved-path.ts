// Where commands save what they find, unless they are told: under .cleancut/, by names that any file system takes.

import { join } from "node:path";

/** The path of a file whose name is made of these words. */
export function savedPath(
  folder: "failures" | "shrunk",
  words: readonly (string | number)[],
  ending: "json" | "jsonl",
): string {
  const name = words
    .join("-")
    .replaceAll(/[^\w-]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return join(".cleancut", folder, `${name}.${ending}`);
}
