// What is wrong with a JSON value that a schema refuses, as the end of a sentence: where, what was found, what would
// be right.

import type * as z from "zod";

/** `found 7 at "stops[0].title.en", expected string` for the first problem that a schema found. */
export function schemaProblem(error: z.ZodError, json: unknown): string {
  const issue = error.issues[0] as z.core.$ZodIssue;
  const where = issue.path.length === 0 ? "" : ` at "${pathText(issue.path)}"`;
  if (issue.code === "unrecognized_keys") {
    return `found the unknown key "${issue.keys[0]}"${where}, expected only those of the schema`;
  }
  return `found ${shortText(valueAt(json, issue.path))}${where}, expected ${expectedText(issue)}`;
}

function expectedText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return issue.errors.length === 0 ? "a kind that the schema has" : "another shape";
    case "too_small":
      return issue.origin === "string" ? "a text" : `at least ${issue.minimum}`;
    case "invalid_format":
      return `the form ${issue.pattern ?? issue.format}`;
    default:
      return issue.message;
  }
}

/** A path as one would write it in code: `stops[2].question.answers`. */
function pathText(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return steps.join("").replace(/^\./, "");
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const step of path) {
    value = (value as { readonly [step: PropertyKey]: unknown } | undefined)?.[step];
  }
  return value;
}

function shortText(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
