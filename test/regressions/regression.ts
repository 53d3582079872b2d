// Failures that were found once, in their smallest form, and how they are replayed. A regression of the zoo must
// still fail on the engine with its edits, and hold on the engine as it is; one without edits, of a bug that was
// fixed, must hold.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKERS } from "../../sim/checkers/all-checkers.ts";
import type { Case } from "../../sim/harness/case.ts";
import { parseCase } from "../../sim/harness/case-schema.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import { editsOf } from "../../sim/node/zoo-edits.ts";
import { type CaseOutcome, failureOf, runCase } from "../../sim/search/case-outcome.ts";
import { isObject, parseJson } from "../../sim/trace/json-line.ts";

/** One regression file. */
export interface Regression {
  /** The file's name. */
  readonly name: string;
  /** What went wrong, in one line. */
  readonly title: string;
  /** Who spoke of it. */
  readonly checker: string;
  /** Whether the kernel kept to the clock, or picked among everything that could happen next. */
  readonly mode: "timed" | "untimed";
  /** With every key written. */
  readonly case: Required<Case>;
}

/** A file that is no regression, or one that has gone stale. */
export class RegressionError extends Error {
  override readonly name = "RegressionError";
}

/** All regressions of a folder, by name. Throws a {@link RegressionError} for a file that is none. */
export function readRegressions(folder: string): readonly Regression[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names
    .sort()
    .map((name) => parseRegression(name, readFileSync(join(folder, name), "utf8")));
}

/** The regression that a file's text is. Throws a {@link RegressionError}. */
export function parseRegression(name: string, text: string): Regression {
  const value = parseJson(text);
  if (!isObject(value)) throw refusal(name, "it is no JSON object");
  const keys = Object.keys(value).sort().join(", ");
  if (keys !== KEYS) throw refusal(name, `found the keys ${keys || "none"}, expected ${KEYS}`);
  const { title, checker, mode } = value;
  if (typeof title !== "string" || title === "") throw refusal(name, "its title is no text");
  const checkers = CHECKERS.map((known) => known.name);
  if (typeof checker !== "string" || !checkers.includes(checker)) {
    throw refusal(
      name,
      `found the checker ${JSON.stringify(checker)}, there are ${checkers.join(", ")}`,
    );
  }
  if (mode !== "timed" && mode !== "untimed") {
    throw refusal(name, `found the mode ${JSON.stringify(mode)}, expected "timed" or "untimed"`);
  }
  return { name, title, checker, mode, case: writtenCase(name, value["case"]) };
}

/**
 * Replays a regression; `lookUp` finds the edits of the zoo's bugs. Throws a {@link RegressionError} that says what is
 * no longer as it was.
 */
export async function replay(regression: Regression, lookUp = editsOf): Promise<void> {
  const { checker, case: failing } = regression;
  const { edits } = failing;
  const plain = await outcomeOf(regression, { ...failing, edits: [] }, lookUp);
  const [failure] = plain.failures;
  const { name } = regression;
  if (failure !== undefined) {
    throw refusal(name, `the engine as it is fails it. ${failure.checker}: ${failure.sentence}`);
  }
  if (edits.length === 0) return requireFresh(name, plain);
  const outcome = await outcomeOf(regression, failing, lookUp);
  if (failureOf(outcome, checker) === undefined) {
    throw refusal(
      name,
      `with ${edits.join(", ")} built in ${checker} is silent, expected it to speak: the case is stale or the checker has gone blind`,
    );
  }
  return requireFresh(name, outcome);
}

const KEYS = "case, checker, mode, title";

/** Saved cases write every key, so that no default can change under them. */
function writtenCase(name: string, value: unknown): Required<Case> {
  const read = caseOf(name, value);
  const missing = CASE_KEYS.filter((key) => read[key] === undefined);
  if (missing.length > 0) throw refusal(name, `its case does not write ${missing.join(", ")}`);
  // Looked at just now.
  return read as Required<Case>;
}

const CASE_KEYS = ["scenario", "config", "seed", "faults", "overrides", "data", "edits"] as const;

function caseOf(name: string, value: unknown): Case {
  try {
    return parseCase(value);
  } catch (error) {
    throw refusal(name, messageOf(error));
  }
}

async function outcomeOf(
  { name, mode }: Regression,
  request: Required<Case>,
  lookUp: typeof editsOf,
): Promise<CaseOutcome> {
  try {
    const { runner } = await loadEngine({ edits: lookUp(request.edits) });
    return runCase(runner, request, undefined, mode);
  } catch (error) {
    throw refusal(name, messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What never comes about any more was needed once. */
function requireFresh(name: string, { unstruck, unusedOverrides }: CaseOutcome): void {
  const [fault] = unstruck;
  if (fault !== undefined) {
    throw refusal(
      name,
      `its fault ${fault.what} at ${fault.where} never strikes: the case is stale`,
    );
  }
  const [choice] = unusedOverrides;
  if (choice === undefined) return;
  throw refusal(name, `its overridden choice ${choice} never comes up: the case is stale`);
}

function refusal(name: string, problem: string): RegressionError {
  return new RegressionError(`Cannot replay ${name}: ${problem}`);
}
