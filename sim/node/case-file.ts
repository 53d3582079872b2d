// Cases and fault plans as files: read, checked for their shape, and refused in one sentence that says where. What
// the names in them stand for is checked by whoever prepares the run.

import * as z from "zod";
import type { Fault } from "../api/scenario.ts";
import { faultPlanSchema, faultSchema } from "../faults/fault-plan.ts";
import type { Case } from "../harness/case.ts";
import { RequestError } from "./request-error.ts";
import { readJson } from "./whole-file.ts";

const wholeNumber = z.int();

const dataEditSchema = z.strictObject({
  source: z.string().describe("the outside log that is edited"),
  partition: wholeNumber.nonnegative(),
  offset: wholeNumber.nonnegative(),
  drop: z.literal(true).optional().describe("leaves the record out"),
  value: z.json().optional().describe("stands there instead"),
});

/** A case, as JSON. */
const caseSchema = z.strictObject({
  scenario: z
    .union([z.string(), z.strictObject({ name: z.string(), params: z.json() })])
    .describe("a scenario's name, a path to one, or a name with parameters"),
  config: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe("values of options by key; they beat the program's and the scenario's"),
  seed: wholeNumber.optional(),
  faults: z.array(faultSchema).optional().describe("absent: the scenario's own; empty: none"),
  overrides: z
    .array(z.strictObject({ key: z.string(), value: wholeNumber.nonnegative() }))
    .optional()
    .describe("choices fixed in advance, by their written address"),
  data: z.array(dataEditSchema).optional().describe("records of the input left out or changed"),
  edits: z.array(z.string()).optional().describe("ids of the zoo's bugs that are built in"),
});

/** The case in a file. Throws a {@link RequestError}. */
export function readCase(path: string): Case {
  return checkedCase(readJson(path, "case"), `case ${path}`);
}

/** A case from elsewhere, such as a trace's header; `source` names it in errors. Throws a {@link RequestError}. */
export function checkedCase(value: unknown, source: string): Case {
  // The schema lets through what a case may be; JSON's optional keys are absent, never undefined.
  return parsed(caseSchema, value, source) as Case;
}

/** The faults of a plan in a file. Throws a {@link RequestError}. */
export function readFaultPlan(path: string): readonly Fault[] {
  return parsed(faultPlanSchema, readJson(path, "fault plan"), `fault plan ${path}`).faults;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, source: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RequestError(`Cannot read the ${source}: ${problemText(result.error.issues)}`);
}

type Issue = z.core.$ZodIssue;

/** The first problem, where it lies and what would be right. */
function problemText(issues: readonly Issue[]): string {
  const issue = deepest(issues[0]);
  if (issue === undefined) return "it does not have the right shape";
  const where = issue.path.map((step) =>
    typeof step === "number" ? `[${step}]` : `.${String(step)}`,
  );
  const place = where.join("").replace(/^\./, "");
  const message = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return place === "" ? message : `${place}: ${message}`;
}

/** Inside a choice between shapes: the problem of the shape that came closest. */
function deepest(issue: Issue | undefined): Issue | undefined {
  if (issue?.code !== "invalid_union") return issue;
  const inner = issue.errors
    .map((errors) => deepest(errors[0]))
    .filter((found) => found !== undefined)
    .sort((one, other) => other.path.length - one.path.length)[0];
  if (inner === undefined) return issue;
  return { ...inner, path: [...issue.path, ...inner.path] };
}
