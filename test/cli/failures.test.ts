// A failure from the command line: shrunk, explained, and compared with the run that holds.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { bugNamed } from "../../sim/zoo/all-bugs.ts";
import { cleancut, interrupted, workFolder } from "./command-line.ts";

const folder = workFolder();

function write(name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}

beforeAll(async () => {
  const schedule = bugNamed("T08")?.schedule;
  const idle = { what: "storage-slow", where: "storage", when: { at: 0 }, duration: 1000 };
  const { scenario, seed, config, faults = [] } = schedule ?? {};
  write("failing.json", { scenario, seed, config, faults: [idle, ...faults], edits: ["T08"] });
  write("holding.json", { scenario, seed, config, faults: [idle, ...faults] });
  await cleancut(folder, "run", "failing.json", "--trace", "failing.jsonl");
  await cleancut(folder, "run", "holding.json", "--trace", "holding.jsonl");
});

test("shrink of a trace saves a case that fails with one fault and one record", async () => {
  const shrunk = await cleancut(folder, "shrink", "failing.jsonl", "--out", "least.json");
  expect(shrunk.exitCode).toBe(1);
  expect(shrunk.output).toContain(
    "2 faults, 0 overrides, 60 records\n  -> 1 fault, 0 overrides, 1 record",
  );
  const least = JSON.parse(readFileSync(join(folder, "least.json"), "utf8"));
  expect(least).toMatchObject({ edits: ["T08"], faults: [{ what: "task-throws" }] });
  const again = await cleancut(folder, "run", "least.json", "--json");
  expect(again.exitCode).toBe(1);
  expect(again.output).toContain("Record read twice");
});

test("shrink of a report shrinks the first failure of each checker", async () => {
  const failures = ["committed-output", "failure-transparency", "committed-output"].map(
    (checker) => ({ seed: 1, checker, sentence: "", case: "failing.json" }),
  );
  write("report.json", { failures });
  const { exitCode, output } = await cleancut(folder, "shrink", "report.json", "--json");
  const { results } = JSON.parse(output);
  expect(exitCode).toBe(1);
  expect(results).toMatchObject([
    { checker: "committed-output", isMinimal: true },
    { checker: "failure-transparency", isMinimal: true },
  ]);
  expect(new Set(results.map(({ path }: { readonly path: string }) => path)).size).toBe(2);
});

test("shrink refuses one file for several failures", async () => {
  const { exitCode, output, errors } = await cleancut(
    folder,
    ...["shrink", "report.json", "--out", "one.json"],
  );
  expect(errors).toBe(
    "Cannot shrink report.json to one.json: found failures of committed-output, failure-transparency, expected one, choose it with --checker\n",
  );
  expect({ exitCode, output }).toEqual({ exitCode: 2, output: "" });
});

test("shrink that is interrupted saves the case as small as it is, and begins no other", async () => {
  const failures = ["committed-output", "provenance"].map((checker) => {
    return { seed: 1, checker, sentence: "", case: "failing.json" };
  });
  write("two.json", { failures });
  const { exitCode } = await interrupted(folder, "shrink", "two.json", "--json");
  expect(exitCode).toBe(3);
  const saved = readFileSync(join(folder, shrunkPath("committed-output")), "utf8");
  expect(JSON.parse(saved)).toMatchObject({ edits: ["T08"] });
  expect(existsSync(join(folder, shrunkPath("provenance")))).toBe(false);
});

test("shrink finds a path that it cannot write before the long work begins", async () => {
  const words = ["shrink", "failing.json", "--out", join("failing.json", "x.json")];
  const { exitCode, errors } = await interrupted(folder, ...words);
  expect(errors).toBe(
    `Cannot write ${join("failing.json", "x.json")}: a part of the path is no folder\n`,
  );
  expect(exitCode).toBe(2);
});

function shrunkPath(checker: string): string {
  const { scenario, seed } = bugNamed("T08")?.schedule ?? {};
  return join(".cleancut", "shrunk", `${scenario}-${seed}-${checker}.json`);
}

test("explain --shrink that is interrupted while it shrinks goes no further and ends with 3", async () => {
  const { exitCode, output } = await interrupted(folder, "explain", "failing.json", "--shrink");
  expect({ exitCode, output }).toEqual({ exitCode: 3, output: "" });
});

test("explain numbers its sentences and marks what is needed", async () => {
  const { exitCode, output } = await cleancut(folder, "explain", "failing.jsonl");
  expect(exitCode).toBe(1);
  expect(output).toMatch(/^ {3}1\. \d\.\d{6} s {2}source-/m);
  expect(output).toContain(
    "Fault 1: task-throws at count-1, after its 1st completion-received of checkpoint 1.",
  );
  expect(output).toContain("needed: without this fault failure-transparency is silent");
  expect(output).toContain("Not needed by itself: fault 0, storage-slow");
});

test("explain --shrink explains the smallest case, as one object for machines", async () => {
  const { output } = await cleancut(folder, "explain", "failing.json", "--shrink", "--json");
  const { checker, sentences, unnecessary } = JSON.parse(output);
  expect(checker).toBe("failure-transparency");
  expect(unnecessary).toEqual([]);
  expect(sentences).toContainEqual(
    expect.objectContaining({ kind: "record", record: expect.anything() }),
  );
});

test("diff shows where the traces part and that an edit is the difference", async () => {
  const { exitCode, output } = await cleancut(folder, "diff", "holding.jsonl", "failing.jsonl");
  expect(exitCode).toBe(1);
  expect(output).toContain("  edits\n    2  T08");
  expect(output).toMatch(/The first \d+ events are equal\./);
  const same = await cleancut(folder, "diff", "holding.jsonl", "holding.jsonl", "--json");
  expect(same.exitCode).toBe(0);
  expect(JSON.parse(same.output)).toMatchObject({ cases: [] });
});

test.each([
  [
    "shrink",
    "holding.json",
    "Cannot find a failure in holding.json: everything that the checkers claim holds",
  ],
  ["explain", "nothing.jsonl", "Cannot read the trace nothing.jsonl: there is no such file"],
  ["explain", "word-count", "expected a trace (.jsonl), a case or a sweep's report (.json)"],
  ["shrink", "seedless.json", 'Cannot read the case seedless.json: found the key "sed"'],
])("%s %s is refused in one sentence", async (command, file, complaint) => {
  write("seedless.json", { scenario: "word-count", sed: 1 });
  const { exitCode, output, errors } = await cleancut(folder, command, file);
  expect({ exitCode, output }).toEqual({ exitCode: 2, output: "" });
  expect(errors).toContain(complaint);
});
