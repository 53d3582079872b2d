// docs/exercises.md lists the exercises there are, and the attempt it shows is marked as it says.
import { expect, test } from "vitest";
import { parseCase } from "../../sim/harness/case-schema.ts";
import { EXERCISES } from "../../sim/teaching/exercises/all-exercises.ts";
import { allowanceText } from "../../sim/teaching/exercises/allowance.ts";
import type { Exercise } from "../../sim/teaching/exercises/exercise.ts";
import { exerciseNamed, graded } from "../teaching/exercise-runs.ts";
import { expectWrittenBetween, readDocument } from "./written-text.ts";

const PAGE = "docs/exercises.md";

test("the page lists every exercise as it is", () => {
  expectWrittenBetween(
    PAGE,
    { begin: "<!-- exercises -->", end: "<!-- end of the exercises -->" },
    `\n${EXERCISES.map(section).join("\n\n")}\n`,
  );
});

test("the attempt on the page is marked as the page says", () => {
  const request = parseCase(JSON.parse(blockOf("json")));
  const lines = graded(exerciseNamed("four-again"), request).marks.flatMap(
    ({ isMet, says, found }) => [`${isMet ? "✓" : "✗"} ${says.en}`, `    ${found.en}`],
  );
  expect(blockOf("text marks")).toBe(`${lines.join("\n")}\n`);
});

function section({ id, title, task, hint, base, allowed, criteria }: Exercise): string {
  return [
    `### \`${id}\`: ${title.en}`,
    "",
    task.en,
    "",
    `It starts from the scenario \`${String(base.scenario)}\` with seed ${base.seed} and no faults. ${allowanceText(allowed).en}`,
    "",
    ...criteria.map(({ says }) => `- ${says.en}`),
    "",
    `_Hint:_ ${hint.en}`,
  ].join("\n");
}

function blockOf(language: string): string {
  const block = readDocument(PAGE).split(`\n\`\`\`${language}\n`)[1];
  if (block === undefined) throw new Error(`${PAGE} has no block of ${language}`);
  return block.slice(0, block.indexOf("```"));
}
