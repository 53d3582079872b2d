// Exhaustive crashes from the command line: what each crash came to is printed and saved before the next is tried.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleancut, interrupted, workFolder } from "./command-line.ts";

const folder = workFolder();

test.concurrent("exhaust of a job that keeps its claims certifies every crash", async () => {
  const { exitCode, output } = await cleancut(folder, "exhaust", "listing");
  expect(output).toMatch(/Certificate 1, power loss\n.* all pass /);
  expect(output).toMatch(/Certificate 2, task-manager-1 dies\n.* all pass /);
  expect(output).not.toContain("Not tried");
  expect(exitCode).toBe(0);
});

test.concurrent("exhaust that is interrupted says what it has learnt and ends with 3", async () => {
  const { exitCode, output } = await interrupted(folder, "exhaust", "listing");
  expect(output).toMatch(/Certificate 1, power loss\n.* all pass /);
  expect(output).toMatch(/\nNot tried: task-manager-1 dies\n$/);
  expect(exitCode).toBe(3);
});

test.concurrent("exhaust --json saves the cases of its findings too, by seed and crash", async () => {
  const words = ["exhaust", "word-count", "--seed", "2", "--bug", "T08", "--json"];
  const { exitCode, output } = await interrupted(folder, ...words);
  expect(exitCode).toBe(1);
  const { certificates, untried } = JSON.parse(output);
  expect(untried).toEqual([
    { kind: "task-manager-dies", taskManager: "task-manager-1" },
    { kind: "task-manager-dies", taskManager: "task-manager-2" },
  ]);
  const [{ findings, saved }] = certificates;
  expect(saved[0]).toBe(join(".cleancut", "failures", "word-count-2-power-loss-1.json"));
  expect(saved).toHaveLength(Math.min(findings.length, 5));
  const kept = JSON.parse(readFileSync(join(folder, saved[0]), "utf8"));
  expect(kept).toEqual(findings[0].case);
  expect(kept).toMatchObject({ seed: 2, edits: ["T08"] });
});
