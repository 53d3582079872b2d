// Runs every vector file of a folder through its adapter and sums up: passed, failed, not yet.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Adapter, Outcome, VectorCase } from "./adapter.ts";

/** Vectors that cannot be read: a wrong folder or file, not a failed case. */
export class VectorFormatError extends Error {
  override readonly name = "VectorFormatError";
}

/** What became of one file's cases. */
export interface FileReport {
  readonly file: string;
  readonly passed: number;
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** How many cases wait for each missing thing. */
  readonly notYet: ReadonlyMap<string, number>;
}

/** Runs all `.json` files of the folder, by name. Throws a {@link VectorFormatError}. */
export function runVectors(folder: string, adapters: readonly Adapter[]): readonly FileReport[] {
  return filesOf(folder).map((file) => {
    const adapter = adapters.find((candidate) => candidate.file === file);
    return runCases(file, readCases(join(folder, file)), adapter);
  });
}

/** Runs the cases of one file; without an adapter they all count as not yet. */
export function runCases(
  file: string,
  cases: readonly VectorCase[],
  adapter: Adapter | undefined,
): FileReport {
  let passed = 0;
  const failed: { readonly name: string; readonly reason: string }[] = [];
  const notYet = new Map<string, number>();
  for (const vectorCase of cases) {
    const outcome = outcomeOf(vectorCase, adapter);
    if (outcome === "passed") passed++;
    else if ("failed" in outcome) failed.push({ name: vectorCase.name, reason: outcome.failed });
    else notYet.set(outcome.notYet, (notYet.get(outcome.notYet) ?? 0) + 1);
  }
  return { file, passed, failed, notYet };
}

/** One line for the file, and one for each failed case. */
export function describeReport(report: FileReport): string {
  const { file, passed, failed, notYet } = report;
  const missing = [...notYet].map(([what, count]) => `${what} ${count}`).join(", ");
  const waiting = [...notYet.values()].reduce((sum, count) => sum + count, 0);
  const line = `${file}: ${passed} passed, ${failed.length} failed, ${waiting} not yet`;
  return [
    missing === "" ? line : `${line} (${missing})`,
    ...failed.map(({ name, reason }) => `  failed ${name}: ${reason}`),
  ].join("\n");
}

function outcomeOf(vectorCase: VectorCase, adapter: Adapter | undefined): Outcome {
  const { kind } = vectorCase;
  if (adapter === undefined) return { notYet: kind ?? "no adapter" };
  if (adapter.kinds !== undefined && (kind === undefined || !adapter.kinds.includes(kind))) {
    return { notYet: kind ?? "no kind" };
  }
  try {
    return adapter.run(vectorCase);
  } catch (error) {
    return { failed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

function filesOf(folder: string): readonly string[] {
  let files: string[];
  try {
    files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  } catch (error) {
    throw new VectorFormatError(`Cannot read vectors from ${folder}: ${messageOf(error)}`);
  }
  if (files.length === 0) {
    throw new VectorFormatError(
      `Cannot read vectors from ${folder}: found no .json file, expected some`,
    );
  }
  return files.sort((left, right) => (left < right ? -1 : 1));
}

function readCases(path: string): readonly VectorCase[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new VectorFormatError(`Cannot read vector file ${path}: ${messageOf(error)}`);
  }
  const cases = isRecord(content) ? content["cases"] : undefined;
  if (!Array.isArray(cases)) {
    throw new VectorFormatError(
      `Cannot read vector file ${path}: it has no list "cases", expected {source, license, cases: [...]}`,
    );
  }
  for (const [index, item] of cases.entries()) {
    if (!isRecord(item) || typeof item["name"] !== "string") {
      throw new VectorFormatError(
        `Cannot read vector file ${path}: case ${index} has no name, expected one`,
      );
    }
  }
  return cases as readonly VectorCase[];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
