// What a student may change of an exercise's starting case, and the one sentence for a case in which more is changed.

import type { Case } from "../../harness/case.ts";
import { canonicalText } from "../../kernel/canonical-value.ts";
import type { Localized } from "../localized.ts";
import { type Allowance, type Exercise, ExerciseError } from "./exercise.ts";

/** How much is recorded changes nothing that happens, so every case may say it. */
const LEVEL_KEY = "recording.level";

/** What may be changed, as a sentence. */
export function allowanceText({ faults, faultsMax, config }: Allowance): Localized {
  const kinds = faults.join(", ");
  const count = faultsMax === 1 ? "one fault" : `up to ${faultsMax} faults`;
  const keys = config.join(", ");
  return {
    en: `You may plan ${count} (${kinds})${keys === "" ? "" : ` and set ${keys}`}.`,
    zh: `可以设置${faultsMax === 1 ? "一个" : `至多 ${faultsMax} 个`}故障（${kinds}）${keys === "" ? "" : `，并设置 ${keys}`}。`,
  };
}

/** Refuses a case that is not the starting case of `exercise` with only what is allowed changed. Throws {@link ExerciseError}. */
export function checkAllowed(exercise: Exercise, request: Case): void {
  const problem =
    otherRun(exercise, request) ?? otherConfig(exercise, request) ?? otherFaults(exercise, request);
  if (problem === undefined) return;
  const { found, expected } = problem;
  throw new ExerciseError(`Cannot grade "${exercise.id}": found ${found}, expected ${expected}`);
}

interface Problem {
  readonly found: string;
  readonly expected: string;
}

/** What makes it a run of something else. */
function otherRun({ base }: Exercise, request: Case): Problem | undefined {
  const { scenario, seed = 1 } = request;
  if (canonicalText(scenario) !== canonicalText(base.scenario)) {
    return {
      found: `the scenario ${canonicalText(scenario)}`,
      expected: canonicalText(base.scenario),
    };
  }
  if (seed !== base.seed) {
    return { found: `the seed ${seed}`, expected: `${base.seed}, as in the starting case` };
  }
  const keys = ["overrides", "data", "edits"] as const;
  const key = keys.find((name) => (request[name] ?? []).length > 0);
  return key === undefined ? undefined : { found: `"${key}" in the case`, expected: "none" };
}

function otherConfig({ base, allowed }: Exercise, { config = {} }: Case): Problem | undefined {
  const free = [...allowed.config, LEVEL_KEY];
  const keys = new Set([...Object.keys(base.config), ...Object.keys(config)]);
  const changed = [...keys].find(
    (key) => !free.includes(key) && textOf(config[key]) !== textOf(base.config[key]),
  );
  if (changed === undefined) return undefined;
  return {
    found: `${textOf(config[changed])} for "${changed}"`,
    expected: `${textOf(base.config[changed])}, ${freedom(allowed.config)}`,
  };
}

function freedom(keys: readonly string[]): string {
  if (keys.length === 0) return "no option may be changed";
  return `only ${keys.join(" and ")} may be changed`;
}

function textOf(value: string | number | boolean | undefined): string {
  return value === undefined ? "nothing" : `"${value}"`;
}

function otherFaults({ base, allowed }: Exercise, request: Case): Problem | undefined {
  const { faults = base.faults } = request;
  const other = faults.find(({ what }) => !allowed.faults.includes(what));
  if (other !== undefined) {
    return {
      found: `the fault "${other.what}"`,
      expected: `no kinds but ${allowed.faults.join(", ")}`,
    };
  }
  if (faults.length <= allowed.faultsMax) return undefined;
  return { found: `${faults.length} faults`, expected: `at most ${allowed.faultsMax}` };
}
