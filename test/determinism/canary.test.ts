// The canary: an operator that reads the clock is caught three times over, by each catcher with the others off. The
// lint sees its source only; the guard and run-twice see it run, and run-twice gets it past the guard first.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { run } from "../../sim/harness/run.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { NondeterminismError } from "../../sim/runtime/task/user-code.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { differenceOf, eventsOf } from "./first-difference.ts";
import { oneMapJob, refusalOf } from "./one-map-job.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the lint catches an operator that reads the clock", () => {
  const canary = "export const stamp = (value: string): string => value + Date.now();\n";
  const innocent = "export const stamp = (value: string): string => value.trim();\n";
  expect(lintErrorsOf(canary)).toContain("lint/style/noRestrictedGlobals");
  expect(lintErrorsOf(innocent)).toEqual([]);
});

test("the guard catches an operator that reads the clock", () => {
  const refusal = refusalOf((value) => `${value} at ${Date.now()}`);
  expect(refusal).toBeInstanceOf(NondeterminismError);
  expect(refusal.message).toContain('"suspect"');
});

// A clock that was taken hold of before the run: the guard shuts the door behind it.
const realClock = performance.now.bind(performance);

test("run-twice catches an operator that reads the clock, and points at the event", () => {
  const stamping = (value: string): string => `${value} at ${realClock()}`;
  const [one, other] = [0, 1].map(() => runOf(stamping));
  expect(one?.digest).not.toBe(other?.digest);
  const difference = differenceOf(one?.events ?? [], other?.events ?? []);
  expect(difference).toMatch(/^Event \d+ is the first that differs:/);
  expect(difference).toMatch(/one run: +\{.*"a at [0-9.]+/);
  expect(difference).toMatch(/the other: +\{.*"a at [0-9.]+/);
});

test("run-twice lets an innocent operator pass", () => {
  const [one, other] = [0, 1].map(() => runOf((value) => `${value} at last`));
  expect(one?.digest).toBe(other?.digest);
  expect(differenceOf(one?.events ?? [], other?.events ?? [])).toBe(undefined);
});

function runOf(mapper: (value: string) => unknown): {
  readonly digest: string;
  readonly events: readonly TraceEvent[];
} {
  const finished = run(oneMapJob(mapper), { sha256 });
  return { digest: finished.digest, events: eventsOf(finished) };
}

/** The rules that a file of scenarios/ with this text would break. */
function lintErrorsOf(text: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "cleancut-canary-"));
  try {
    for (const file of ["biome.json", "biome-plugins", ".gitignore"]) {
      cpSync(join(root, file), join(folder, file), { recursive: true });
    }
    mkdirSync(join(folder, "scenarios"));
    writeFileSync(join(folder, "scenarios", "canary.ts"), text);
    const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
    const { stdout } = spawnSync(process.execPath, [biome, "lint", "--reporter=json", "."], {
      cwd: folder,
      encoding: "utf8",
    });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { readonly category: string }[] };
    return diagnostics.map(({ category }) => category);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
