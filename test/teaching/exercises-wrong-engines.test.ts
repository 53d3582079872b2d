// Two criteria hold in every run of the right engine, whatever a student plans: that is what their exercises are there
// to show. Engines with a bug built in say that they can fail.
import { expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { SOUND } from "../../sim/teaching/exercises/grade.ts";
import { exerciseNamed, solutionOf } from "./exercise-runs.ts";
import { runOf } from "./lesson-runs.ts";

/** The first run of an engine with edits has to be bundled first. */
const TIMEOUT_MS = 60_000;
const LEVEL = { config: { "recording.level": "network" } };

const BROKEN: readonly (readonly [exercise: string, request: Case, found: string])[] = [
  [
    "one-line-twice",
    { ...solutionOf("one-line-twice"), ...LEVEL, edits: ["offset-off-by-one"] },
    "The counts add up to 5, for 4 records.",
  ],
  [
    "crash-in-restore",
    { scenario: "bank", seed: 4, ...LEVEL, faults: [], edits: ["snapshot-after-barrier"] },
    "The checker conservation does not agree, over 4 completed checkpoints.",
  ],
];

test.each(BROKEN)(
  "%s notices the bug in %j",
  async (id, request, found) => {
    const run = await runOf(request);
    const missed = exerciseNamed(id)
      .criteria.map(({ holds }) => holds(run))
      .filter(({ isMet }) => !isMet);
    expect(missed.map((finding) => finding.found.en)).toContain(found);
    const sound = SOUND.holds(run);
    expect(sound.isMet).toBe(false);
    expect(sound.found.en).toMatch(/^The job is FINISHED; \d+ of 11 checkers hold, .* objects\.$/);
  },
  TIMEOUT_MS,
);
