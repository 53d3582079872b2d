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

/** Runs the cases of one file. */
export interface Adapter {
  /** The vector file's name: `keygroups.json`. */
  readonly file: string;
  /** If given: cases of other kinds are not run and count as not yet. */
  readonly kinds?: readonly string[];
  /** Runs one case. What it throws counts as a failure. */
  run(vectorCase: VectorCase): Outcome;
}
