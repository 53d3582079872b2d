// The README's opening is what word-count counts, and the README's job is a job.
import { expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { readDocument } from "./written-text.ts";

test("word-count counts the opening of the README", () => {
  const [even = [], odd = []] =
    SCENARIOS.find(({ name }) => name === "word-count")?.logs["words"] ?? [];
  const counted = even.flatMap((word, index) => [word, ...odd.slice(index, index + 1)]);
  const opening = readDocument("README.md")
    .replace(/^# .*\n/, "")
    .toLowerCase();
  expect(opening.match(/[a-z]+/g)?.slice(0, counted.length)).toEqual(counted);
});

test("the job in the README is the first one of the page that goes on from it", () => {
  const job = blocksOf("README.md").find((block) => block.includes("export const job"));
  const lines = blocksOf("docs/writing-a-job.md")[0]?.split("\n") ?? [];
  const withoutConfig = lines.filter((line) => !line.startsWith("  config:")).join("\n");
  expect(job).toBe(withoutConfig);
});

/** The bodies of a page's blocks of TypeScript. */
function blocksOf(page: string): readonly string[] {
  const found = readDocument(page).matchAll(/^```ts[^\n]*\n([\s\S]*?)^```$/gm);
  return [...found].map(([, body = ""]) => body);
}
