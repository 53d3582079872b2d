// How often the properties of the tree and its backend are tried: few faults show at once.

/** For fast-check. */
export const manyRuns = { numRuns: process.env["CLEANCUT_SOAK"] === "1" ? 5_000 : 200 };
