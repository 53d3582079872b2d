// Cases and fault plans as files. Their shape is checked here, by the schema of a case, of which a plan is the
// `faults` alone; what the names in them stand for is checked by whoever prepares the run.

import type { Fault } from "../api/scenario.ts";
import type { Case } from "../harness/case.ts";
import { CaseError, parseCase } from "../harness/case-schema.ts";
import { isObject } from "../trace/json-line.ts";
import { RequestError } from "./request-error.ts";
import { readJson } from "./whole-file.ts";

/** The case in a file. Throws a {@link RequestError}. */
export function readCase(path: string): Case {
  return checkedCase(readJson(path, "case"), `case ${path}`);
}

/** A case from elsewhere, such as a trace's header; `source` names it in errors. Throws a {@link RequestError}. */
export function checkedCase(value: unknown, source: string): Case {
  try {
    return parseCase(value);
  } catch (error) {
    if (!(error instanceof CaseError)) throw error;
    const problem = error.message.replace(/^Cannot read the case/, `Cannot read the ${source}`);
    throw new RequestError(problem);
  }
}

/** The faults of a plan in a file. Throws a {@link RequestError}. */
export function readFaultPlan(path: string): readonly Fault[] {
  const plan = readJson(path, "fault plan");
  const keys = isObject(plan) ? Object.keys(plan).join(", ") : "no object";
  if (!isObject(plan) || keys !== "faults") {
    throw new RequestError(
      `Cannot read the fault plan ${path}: found ${keys || "no keys"}, expected an object with the one key "faults"`,
    );
  }
  const { faults } = plan;
  return checkedCase({ scenario: "any", faults }, `fault plan ${path}`).faults ?? [];
}
