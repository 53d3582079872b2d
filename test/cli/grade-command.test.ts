// `cleancut grade` as a student uses it: find an exercise, get its case, hand an attempt in, be told what is missing.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { EXERCISES } from "../../sim/teaching/exercises/all-exercises.ts";
import { cleancut, type Outcome, workFolder } from "./command-line.ts";

const folder = workFolder();
const solutions = fileURLToPath(new URL("../teaching/solutions", import.meta.url));

function write(name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}

function caseIn(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

const COUNTER_THROWS = {
  what: "task-throws",
  where: "count-1",
  when: { after: { event: "record-processed", place: "count-1", nth: 4 } },
};

const base = EXERCISES[0]?.base;
write("seed.json", { ...base, seed: 8 });
write("edit.json", { ...base, edits: ["T08"] });
write("place.json", { ...base, faults: [{ ...COUNTER_THROWS, where: "count-9" }] });

test("grade lists the exercises, and shows one of them in either language", async () => {
  const [list, english, chinese, json] = await Promise.all([
    cleancut(folder, "grade"),
    cleancut(folder, "grade", "four-again"),
    cleancut(folder, "grade", "four-again", "--language", "zh"),
    cleancut(folder, "grade", "--json"),
  ]);
  for (const { id, title } of EXERCISES) {
    expect(list.output).toMatch(new RegExp(`^  ${id} +${title.en}$`, "m"));
  }
  expect(english.output).toContain("You may plan one fault (task-throws,");
  expect(english.output).toContain("  - The counter processes exactly four records twice");
  expect(chinese.output).toMatch(/^正好四条记录处理两次\n/);
  const { exercises } = JSON.parse(json.output);
  expect(exercises.map(({ id }: { readonly id: string }) => id)).toEqual(
    EXERCISES.map(({ id }) => id),
  );
  expect([list, english, chinese, json].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
});

test("grade --start writes the starting case, which runs and is not solved yet", async () => {
  const start = await cleancut(folder, "grade", "four-again", "--start", "base.json");
  expect(start.exitCode).toBe(0);
  expect(start.output).toContain("npx cleancut grade four-again base.json");
  expect(caseIn("base.json")).toEqual(base);
  const [again, grade] = await Promise.all([
    cleancut(folder, "grade", "four-again", "--start", "base.json"),
    cleancut(folder, "grade", "four-again", "base.json"),
  ]);
  expect(again).toMatchObject({
    exitCode: 2,
    errors: "Cannot write base.json: there is such a file, expected a new name\n",
  });
  expect(grade.exitCode).toBe(1);
  expect(grade.output).toMatch(/\nnot solved yet\n$/);
});

test("grade says of each criterion whether it is met and what was found", async () => {
  write("early.json", { ...base, faults: [COUNTER_THROWS] });
  const { exitCode, output } = await cleancut(folder, "grade", "four-again", "early.json");
  expect(output).toContain(
    "✓ The counter processes exactly four records twice, and none more often.\n" +
      "    4 records were processed twice: a1, a2, a3, a4; 4 are asked for.\n" +
      "✗ The job goes back to a completed checkpoint, not to the beginning.\n" +
      "    The job began again from nothing: no checkpoint was complete.\n" +
      "✓ The job comes to its end, and no checker objects.\n",
  );
  expect(output).toMatch(/\nVerdicts\n✓ failure-transparency {2}/);
  expect(output).toContain("Look   npx cleancut run early.json\n");
  expect(exitCode).toBe(1);
});

test("grade solves a solution, as lines in Chinese and as one object", async () => {
  copyFileSync(join(solutions, "commit-on-recovery.json"), join(folder, "solved.json"));
  const [chinese, json] = await Promise.all([
    cleancut(folder, "grade", "commit-on-recovery", "solved.json", "--language", "zh"),
    cleancut(folder, "grade", "commit-on-recovery", "solved.json", "--json"),
  ]);
  expect(chinese.output).toMatch(/\n已解决\n$/);
  expect(chinese.output).not.toContain("✗");
  const { isSolved, marks, verdicts, digest } = JSON.parse(json.output);
  expect(isSolved).toBe(true);
  expect(marks).toHaveLength(3);
  expect(marks[1]).toEqual({
    isMet: true,
    says: "That transaction is committed by the restored sink.",
    found: expect.stringMatching(/^sink-0-2 was committed at .*, after the restore from/),
  });
  expect(verdicts).toHaveLength(11);
  const run = await cleancut(folder, "run", "solved.json", "--json");
  expect(JSON.parse(run.output).digest).toBe(digest);
  expect([chinese, json].map(({ exitCode }) => exitCode)).toEqual([0, 0]);
});

test("grade names a fault that never struck", async () => {
  const never = { ...COUNTER_THROWS, when: { at: 900_000_000 } };
  write("never.json", { ...base, faults: [never] });
  const { output } = await cleancut(folder, "grade", "four-again", "never.json");
  expect(output).toContain("Never struck:  task-throws at count-1, at 900 s\n");
});

test.concurrent.each([
  [
    ["four-agian"],
    'Cannot find the exercise "four-agian": there is none of that name, the nearest is "four-again"',
  ],
  [["four-again", "nowhere.json"], "Cannot read the case nowhere.json: there is no such file"],
  [["four-again", "seed.json"], 'Cannot grade "four-again": found the seed 8, expected 7'],
  [["four-again", "edit.json"], 'found "edits" in the case, expected none'],
  [["torn-checkpoint", "seed.json"], 'found the scenario "one-stream", expected "word-count"'],
  [["four-again", "place.json"], 'found the place for task-throws "count-9"'],
  [["four-again", "--language", "de"], 'Cannot take --language "de": expected en or zh'],
  [["--start", "x.json"], "Cannot write x.json: found no exercise before --start"],
  [
    ["four-again", "seed.json", "--start", "x.json"],
    "Cannot grade seed.json and write x.json at once",
  ],
])("grade %j is refused in one sentence", async (words, complaint) => {
  const refused: Outcome = await cleancut(folder, "grade", ...words);
  expect(refused.errors).toContain(complaint);
  expect(refused.errors.trimEnd().split("\n")).toHaveLength(1);
  expect(refused).toMatchObject({ exitCode: 2, output: "" });
});
