// Engines as students imagine them are no bugs of the zoo, and each is some lesson's.
import { expect, test } from "vitest";
import { editsOf } from "../../sim/node/zoo-edits.ts";
import { BUGS } from "../../sim/zoo/all-bugs.ts";
import { IMAGINED_ENGINES } from "../../sim/zoo/imagined-engines.ts";
import { LESSONS } from "../../viz/lessons/all-lessons.ts";

const ids = IMAGINED_ENGINES.map(({ id }) => id);

test("imagined engines have names of their own", () => {
  const taken = BUGS.flatMap(({ id, ticket }) => [id, ticket]);
  expect(ids.filter((id) => taken.includes(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

test("editsOf knows the imagined engines, and still the bugs", () => {
  for (const { id, edits } of IMAGINED_ENGINES) expect(editsOf([id])).toEqual(edits);
  const [bug] = BUGS;
  expect(editsOf([bug?.id ?? ""])).toEqual(bug?.edits);
  expect(() => editsOf(["complete-at-the-sync"])).toThrow(/^Cannot find the bug/);
});

test("every imagined engine gives an answer of some lesson", () => {
  const used = LESSONS.flatMap(({ stops }) =>
    stops.flatMap(({ question }) =>
      (question?.answers ?? []).flatMap((answer) =>
        answer.kind === "wrong" ? (answer.under.edits ?? []) : [],
      ),
    ),
  );
  expect(ids.filter((id) => !used.includes(id))).toEqual([]);
});
