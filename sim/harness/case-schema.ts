// The shape of a case as JSON, and the one sentence that says what is wrong with a value that is none. Only the shape
// is checked here: whether a scenario, an option or a place of that name exists is known to whoever prepares the run.

import * as z from "zod";
import { faultSchema } from "../faults/fault-plan.ts";
import type { Case } from "./case.ts";

/** A value that is no case. The message names the key, what was found there and what was expected. */
export class CaseError extends Error {
  override readonly name = "CaseError";
}

const wholeNumber = z.int();

const dataEditSchema = z.strictObject({
  source: z.string().describe("the outside log that is edited, as the scenario names it"),
  partition: wholeNumber.nonnegative(),
  offset: wholeNumber.nonnegative().describe("the record's place before any edit"),
  drop: z.literal(true).optional().describe("leaves the record out"),
  value: z.json().optional().describe("stands in the record's place"),
});

/** A case, as JSON. */
export const caseSchema = z.strictObject({
  scenario: z
    .union([z.string(), z.strictObject({ name: z.string(), params: z.json() })])
    .describe("a scenario's name, the path of a job's file, or a name with parameters"),
  config: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe("options by key; they beat the scenario's, which beat the program's"),
  seed: wholeNumber.optional().describe("the seed of every choice; 1 if absent"),
  faults: z
    .array(faultSchema)
    .optional()
    .describe("absent: the scenario's own plan; empty: no faults"),
  overrides: z
    .array(z.strictObject({ key: z.string(), value: wholeNumber.nonnegative() }))
    .optional()
    .describe("choices fixed in advance, by their written address"),
  data: z.array(dataEditSchema).optional().describe("records of the input left out or changed"),
  edits: z.array(z.string()).optional().describe("ids of the zoo's bugs that are built in"),
});

/**
 * The case that a JSON value is. Throws a {@link CaseError}.
 *
 * @example parseCase(JSON.parse(text))
 */
export function parseCase(json: unknown): Case {
  const result = caseSchema.safeParse(json);
  // JSON has no undefined, so what the schema calls optional is absent.
  if (result.success) return result.data as Case;
  const issue = closest(result.error.issues);
  const { found, expected } = problemOf(issue, json);
  const where = issue.path.length === 0 ? "" : ` at "${pathText(issue.path)}"`;
  throw new CaseError(`Cannot read the case: found ${found}${where}, expected ${expected}`);
}

type Issue = z.core.$ZodIssue;

/** The first problem; inside a choice between shapes, that of the shape which came closest. */
function closest(issues: readonly Issue[]): Issue {
  const issue = issues[0] as Issue;
  if (issue.code !== "invalid_union") return issue;
  const shapes = issue.errors.filter((errors) => errors.length > 0);
  if (shapes.every((errors) => errors[0]?.path.length === 0 && isWrongType(errors))) return issue;
  const [best] = shapes.toSorted(
    (one, other) => depthOf(other) - depthOf(one) || one.length - other.length,
  );
  const inner = closest(best ?? []);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function isWrongType(errors: readonly Issue[]): boolean {
  return errors[0]?.code === "invalid_type";
}

function depthOf(errors: readonly Issue[]): number {
  return errors.reduce((depth, { path }) => Math.max(depth, path.length), 0);
}

function problemOf(
  issue: Issue,
  json: unknown,
): { readonly found: string; readonly expected: string } {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(z.toJSONSchema(caseSchema), issue.path);
    return { found: `the key "${issue.keys[0]}"`, expected: `no keys but ${known.join(", ")}` };
  }
  return { found: shortText(valueAt(json, issue.path)), expected: expectedText(issue) };
}

function expectedText(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPE_NAMES.get(issue.expected) ?? issue.expected;
    case "invalid_value":
      return `${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return issue.errors.map((errors) => expectedText(closest(errors))).join(" or ");
    case "too_small":
      // All bounds here are those of whole numbers.
      return `at least ${Number(issue.minimum) + (issue.inclusive === false ? 1 : 0)}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ["int", "a whole number"],
  ["number", "a number"],
  ["string", "a text"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "an object"],
  ["record", "an object"],
]);

type Step = PropertyKey;

/** The keys that an object at `path` may have, in every shape that fits there. */
function keysAt(schema: z.core.JSONSchema._JSONSchema, path: readonly Step[]): readonly string[] {
  if (typeof schema !== "object") return [];
  const shapes = schema.anyOf ?? [schema];
  return shapes.flatMap((shape) => {
    if (typeof shape !== "object") return [];
    const [step, ...rest] = path;
    if (step === undefined) return Object.keys(shape.properties ?? {});
    const next = typeof step === "number" ? shape.items : shape.properties?.[String(step)];
    return next === undefined || Array.isArray(next) ? [] : keysAt(next, rest);
  });
}

function valueAt(json: unknown, path: readonly Step[]): unknown {
  let value = json;
  for (const step of path)
    value = (value as { readonly [step: Step]: unknown } | undefined)?.[step];
  return value;
}

/** A path as one would write it in code: `faults[2].when.after`. */
function pathText(path: readonly Step[]): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return steps.join("").replace(/^\./, "");
}

function shortText(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
