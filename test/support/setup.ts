// Runs before each test file: gives fast-check the run's one seed and, in a soak, a larger count.
// A failing property prints its own seed and path; CLEANCUT_SEED repeats the whole run.
import fc from "fast-check";

const isSoak = process.env["CLEANCUT_SOAK"] === "1";

fc.configureGlobal({
  seed: Number(process.env["CLEANCUT_SEED"]),
  numRuns: isSoak ? 2_000 : 100,
});
