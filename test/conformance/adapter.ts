// What stands between one vector file and the engine. An adapter holds no decision of its own: it translates the
// vector's words into calls of engine code, and compares what comes out with what the vector expects.

/** One case of a vector file; its other fields are the file's own. */
export interface VectorCase {
  readonly name: string;
  /** What sort of case it is, in files that have several. */
  readonly kind?: string;
  readonly [field: string]: unknown;
}

/** What became of a case: `failed` says found and expected; `notYet` names what the engine lacks, as one word or two. */
export type Outcome = "passed" | { readonly failed: string } | { readonly notYet: string };

/** Whether the engine's answer is the expected one, as JSON. */
export function compare(asked: string, found: unknown, expected: unknown): Outcome {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  return left === right ? "passed" : { failed: `${asked}: found ${left}, expected ${right}` };
}

/** A step of a script; files call what it does `op` or `do`. */
type Step = { readonly op: string } | { readonly do: string };

/** Takes the steps of a case's script, up to the first that does not pass. */
export function runScript<S extends Step>(
  vectorCase: VectorCase,
  take: (step: S) => Outcome,
): Outcome {
  for (const [index, step] of (vectorCase["script"] as readonly S[]).entries()) {
    const outcome = take(step);
    if (outcome === "passed") continue;
    if (!("failed" in outcome)) return outcome;
    const name = "op" in step ? step.op : step.do;
    return { failed: `step ${index} (${name}): ${outcome.failed}` };
  }
  return "passed";
}

/** Runs the cases of one file. */
export interface Adapter {
  /** The vector file's name: `keygroups.json`. */
  readonly file: string;
  /** If given: cases of other kinds are not run and count as not yet. */
  readonly kinds?: readonly string[];
  /** Runs one case. What it throws counts as a failure. */
  run(vectorCase: VectorCase): Outcome;
}
