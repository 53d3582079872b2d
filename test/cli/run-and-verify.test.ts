// Runs from the command line: what they print, what they leave, and that a trace can be trusted no further than its
// bytes.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { BUGS } from "../../sim/zoo/all-bugs.ts";
import { cleancut, type Outcome, workFolder } from "./command-line.ts";

const folder = workFolder();

const runSchema = z.object({
  scenario: z.string(),
  seed: z.int(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  events: z.int().positive(),
  virtualTimeMs: z.number().positive(),
  verdicts: z.array(
    z.object({ checker: z.string(), holds: z.boolean().nullable(), sentence: z.string() }),
  ),
  trace: z.string(),
});

const shown = ["run", "word-count", "--seed", "7", "--json"] as const;

describe("word-count in which a machine dies", () => {
  let first: Outcome;
  let second: Outcome;

  beforeAll(async () => {
    [first, second] = await Promise.all([
      cleancut(folder, ...shown, "--faults", "crash", "--trace", "seven.jsonl"),
      cleancut(folder, ...shown),
    ]);
  });

  test("run --json prints one object of the documented shape, and all holds", () => {
    const run = runSchema.parse(JSON.parse(first.output));
    expect(run.verdicts.map(({ holds }) => holds)).not.toContain(false);
    expect(first).toMatchObject({ exitCode: 0, errors: "" });
  });

  test("run without the crash is asked for by name", async () => {
    const { output } = await cleancut(
      folder,
      ...shown,
      "--faults",
      "none",
      "--trace",
      "calm.jsonl",
    );
    const calm = runSchema.parse(JSON.parse(output));
    expect(calm.verdicts.map(({ holds }) => holds)).not.toContain(false);
    expect(calm.digest).not.toBe(runSchema.parse(JSON.parse(first.output)).digest);
  });

  test("run gives the same digest again, whether or not plan and trace are asked for", () => {
    const [one, two] = [first, second].map(({ output }) => runSchema.parse(JSON.parse(output)));
    expect(two?.digest).toBe(one?.digest);
    expect(two?.trace).toBe(join(".cleancut", "word-count-7.jsonl"));
    expect(readFileSync(join(folder, two?.trace ?? ""), "utf8")).toBe(
      readFileSync(join(folder, "seven.jsonl"), "utf8"),
    );
  });

  test("verify takes its own trace, and neither a changed nor a cut one", async () => {
    const text = readFileSync(join(folder, "seven.jsonl"), "utf8");
    const at = text.indexOf(',"rows":[[') + 10;
    const digit = text[at] === "1" ? "2" : "1";
    writeFileSync(join(folder, "changed.jsonl"), text.slice(0, at) + digit + text.slice(at + 1));
    writeFileSync(join(folder, "cut.jsonl"), text.slice(0, -300));
    const [own, changed, cut] = await Promise.all([
      cleancut(folder, "verify", "seven.jsonl", "--json"),
      cleancut(folder, "verify", "changed.jsonl"),
      cleancut(folder, "verify", "cut.jsonl"),
    ]);
    expect(JSON.parse(own.output)).toMatchObject({ verified: true });
    expect(own.exitCode).toBe(0);
    expect(changed.output).toMatch(
      /changed\.jsonl was changed since it was recorded, from block 0 on/,
    );
    expect(changed.output).toMatch(
      /first differing event is event 0:\n {2}recorded {2}.*\n {2}repeated {2}/,
    );
    expect(changed.exitCode).toBe(1);
    expect(cut.errors).toMatch(/^Cannot read the trace: .* cut short\n$/);
    expect(cut.exitCode).toBe(2);
  });

  test("inspect reads the pairs of a checkpoint from the simulated storage", async () => {
    const { output } = await cleancut(
      folder,
      "inspect",
      "seven.jsonl",
      "--checkpoint",
      "1",
      "--json",
    );
    const { pairs } = JSON.parse(output).checkpoint;
    expect(pairs.map(({ operator }: { operator: string }) => operator)).toEqual([
      "source",
      "count",
      "sink",
    ]);
    expect(pairs[1].state[0].keyed[0]).toMatchObject({ state: "count", value: "1" });
  });

  test.each([
    ["words", 2],
    ["counts", 1],
  ])("inspect shows each partition of %s, and none that is not there", async (log, count) => {
    const [last, none] = await Promise.all([
      cleancut(folder, "inspect", "seven.jsonl", "--log", `${log}/${count - 1}`, "--json"),
      cleancut(folder, "inspect", "seven.jsonl", "--log", `${log}/${count}`),
    ]);
    expect(JSON.parse(last.output).log.records.length).toBeGreaterThan(0);
    expect(none.errors).toContain(
      `Cannot inspect the log "${log}/${count}": "${log}" has ${count} partition`,
    );
    expect(none).toMatchObject({ exitCode: 2, output: "" });
  });

  test("inspect and diff refuse a trace that was changed", async () => {
    const text = readFileSync(join(folder, "seven.jsonl"), "utf8");
    writeFileSync(join(folder, "tampered.jsonl"), text.replace(',"rows":[[', ',"rows":[[9'));
    const [inspected, compared] = await Promise.all([
      cleancut(folder, "inspect", "tampered.jsonl"),
      cleancut(folder, "diff", "seven.jsonl", "tampered.jsonl"),
    ]);
    expect(inspected.errors).toContain("Cannot inspect tampered.jsonl: it was changed");
    expect(compared.errors).toContain("Cannot compare tampered.jsonl: it was changed");
  });
});

test("run listing prints the lines of the text's program as they are", async () => {
  const { output, exitCode } = await cleancut(folder, "run", "listing");
  expect(output).toContain("\na 0\nb 0\nc 0\na 1\n");
  expect(output).toContain(
    "The path given to RocksDBStateBackend is a place in the simulated storage",
  );
  expect(exitCode).toBe(0);
});

test("run ends with 3 where it was told to stop", async () => {
  const { output, exitCode } = await cleancut(
    folder,
    "run",
    "word-count",
    "--until",
    "checkpoint-stored",
  );
  expect(output).toContain("The run did not finish within its bound");
  expect(output).toContain("--until checkpoint-stored");
  expect(exitCode).toBe(3);
});

test("run of a case with a bug built in ends with 1: claim, proof, command", async () => {
  const [bug] = BUGS;
  const { scenario, seed, config, faults } = bug?.schedule ?? {};
  const request = { scenario, seed, config, faults, edits: [bug?.id] };
  writeFileSync(join(folder, "bug.json"), JSON.stringify(request));
  const { output, exitCode } = await cleancut(folder, "run", "bug.json");
  expect(output).toMatch(/\nViolated: .*\n {2}.*\n +1\. \d+\.\d{6} s {2}.*\(event \d+\)\n/);
  expect(output).toContain(`See it again: npx cleancut run bug.json --seed ${seed}`);
  expect(exitCode).toBe(1);
});

test("sweep refuses a path that cannot be written before it runs anything", async () => {
  writeFileSync(join(folder, "file"), "");
  const words = ["sweep", "listing", "--seeds", "1..2", "--json", "--out", join("file", "x.json")];
  const { exitCode, output, errors } = await cleancut(folder, ...words);
  expect(output).toBe("");
  expect(errors).toBe(`Cannot write ${join("file", "x.json")}: a part of the path is no folder\n`);
  expect(exitCode).toBe(2);
});

test("list and sweep print objects of the documented shapes", async () => {
  const [list, sweep] = await Promise.all([
    cleancut(folder, "list", "--json"),
    cleancut(folder, "sweep", "word-count", "--seeds", "1..4", "--out", "report.json", "--json"),
  ]);
  const names = JSON.parse(list.output).scenarios.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(["listing", "word-count"]));
  const report = JSON.parse(sweep.output);
  expect(report).toMatchObject({ scenario: "word-count", runs: 4, violations: {}, failures: [] });
  expect(report.coverage).toBeDefined();
  expect(JSON.parse(readFileSync(join(folder, "report.json"), "utf8"))).toEqual(report);
});
