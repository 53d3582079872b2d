// The vectors against the engine, as `npm run conformance` runs them, and the runner's own behaviour.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VectorCase } from "./adapter.ts";
import { adapters } from "./adapters/index.ts";
import { describeReport, runCases, runVectors, VectorFormatError } from "./runner.ts";

const vectors = join(import.meta.dirname, "vectors");
const files = readdirSync(vectors).filter((file) => file.endsWith(".json"));

/** How many cases pass; none of the files that are not named. An adapter that answers "not yet" to all fails too. */
const PASSED: ReadonlyMap<string, number> = new Map([
  ["2pc.json", 6],
  ["barrier-aligned.json", 12],
  ["barrier-tracker.json", 15],
  ["coordinator.json", 29],
  ["failure-manager.json", 4],
  ["keygroups.json", 7],
  ["request-decider.json", 8],
  ["rescale.json", 14],
  ["restart.json", 11],
  ["sharedstate.json", 6],
]);

describe("vectors", () => {
  const reports = runVectors(vectors, adapters);

  test.each(files)("%s has no failure, and as many passes as ever", (file) => {
    const report = reports.find((candidate) => candidate.file === file);
    expect(report?.failed).toEqual([]);
    expect(report?.passed).toBe(PASSED.get(file) ?? 0);
  });

  test("every adapter has its file, and only one", () => {
    expect(new Set(adapters.map((adapter) => adapter.file)).size).toBe(adapters.length);
    for (const { file } of adapters) expect(files).toContain(file);
  });

  test("keygroups.json passes as a whole", () => {
    const report = reports.find(({ file }) => file === "keygroups.json");
    expect(report).toEqual({ file: "keygroups.json", passed: 7, failed: [], notYet: new Map() });
  });

  test("a wrong expectation in a vector makes its case fail, and no other", () => {
    const adapter = adapters.find(({ file }) => file === "keygroups.json");
    const { cases } = JSON.parse(readFileSync(join(vectors, "keygroups.json"), "utf8"));
    cases[1].examples[1].keyGroup["128"] += 1;
    const report = runCases("keygroups.json", cases as VectorCase[], adapter);
    expect(report.passed).toBe(6);
    expect(report.failed).toEqual([
      { name: "keyGroupOfStringKey", reason: 'group of "a" of 128: found 81, expected 82' },
    ]);
  });
});

describe("the runner", () => {
  const one: readonly VectorCase[] = [{ name: "one", kind: "valve" }];

  test("counts a case without adapter, or of another kind, as not yet under its kind", () => {
    const line = "w.json: 0 passed, 0 failed, 1 not yet (valve 1)";
    const other = { file: "w.json", kinds: ["other"], run: () => "passed" as const };
    expect(describeReport(runCases("w.json", one, undefined))).toBe(line);
    expect(describeReport(runCases("w.json", one, other))).toBe(line);
  });

  test("counts what an adapter throws as a failure", () => {
    const report = runCases("w.json", one, {
      file: "w.json",
      run() {
        throw new RangeError("too far");
      },
    });
    expect(describeReport(report)).toBe(
      "w.json: 0 passed, 1 failed, 0 not yet\n  failed one: RangeError: too far",
    );
  });

  test("refuses a folder that is not there", () => {
    expect(() => runVectors(join(vectors, "nowhere"), adapters)).toThrow(VectorFormatError);
  });
});

describe("npm run conformance", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "vectors-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ["--import", "tsx", join(import.meta.dirname, "run.ts"), ...args], {
      encoding: "utf8",
    });

  test("ends with 1 on a failure, 2 on input it cannot read, else 0", () => {
    const write = (text: string) => writeFileSync(join(folder, "keygroups.json"), text);
    const vector = (output: number) =>
      JSON.stringify({ cases: [{ name: "zero", pairs: [{ input: 0, output }] }] });

    write(vector(593689054));
    expect(run("--vectors", folder)).toMatchObject({
      status: 0,
      stdout: "keygroups.json: 1 passed, 0 failed, 0 not yet\n",
    });

    write(vector(1));
    expect(run("--vectors", folder)).toMatchObject({
      status: 1,
      stdout:
        "keygroups.json: 0 passed, 1 failed, 0 not yet\n  failed zero: murmur of 0: found 593689054, expected 1\n",
    });

    write("{");
    const unreadable = run("--vectors", folder);
    expect(unreadable.status).toBe(2);
    expect(unreadable.stderr).toMatch(/^Cannot read vector file .*keygroups\.json: .+\n$/);

    const misspelt = run("--vector", folder);
    expect(misspelt.status).toBe(2);
    expect(misspelt.stderr).toMatch(/^Cannot run conformance: .+\n$/);
  });
});
