// The property to test: a job that is stopped or canceled and started again, with other numbers of subtasks and in
// another backend, under faults or not, is still explained by one failure-free run, and commits what it should.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fault } from "../../sim/api/scenario.ts";
import { complaintsOf, replayLine, runner } from "../support/runner.ts";
import { caseOf, drawnCase } from "./generated-case.ts";

const isSoak = process.env["CLEANCUT_SOAK"] === "1";
const numRuns = isSoak ? 5_000 : 60;
const bounds = { maxEvents: 400_000 };

/** Share of all runs, in percent, in which the job is started again; with fewer the runs are no test. */
const RESUMED_MIN = 50;

const RETAINED = {
  "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
};
const CHANGELOG = {
  "state.changelog.enabled": true,
  "state.changelog.periodic-materialize.interval": "50 ms",
};
const NO_CHANGELOG = { "state.changelog.enabled": false };
const BACKENDS = [
  { "state.backend.type": "hashmap", ...NO_CHANGELOG },
  { "state.backend.type": "rocksdb", ...NO_CHANGELOG },
  {
    "state.backend.type": "rocksdb",
    "execution.checkpointing.incremental": true,
    ...NO_CHANGELOG,
  },
  { "state.backend.type": "forst", ...NO_CHANGELOG },
  { "state.backend.type": "hashmap", ...CHANGELOG },
  { "state.backend.type": "rocksdb", "execution.checkpointing.incremental": true, ...CHANGELOG },
];

interface DrawnEnding {
  /** With a savepoint, in whatever form, or by canceling it. */
  readonly how: "CANONICAL" | "NATIVE" | "cancel";
  /** After so many completed checkpoints since the last one. */
  readonly checkpoints: number;
  readonly claimMode: "CLAIM" | "NO_CLAIM" | "LEGACY";
  readonly parallelism: number;
  readonly backend: number;
}

const ending: fc.Arbitrary<DrawnEnding> = fc.record({
  how: fc.constantFrom("CANONICAL", "NATIVE", "cancel"),
  checkpoints: fc.integer({ min: 1, max: 3 }),
  claimMode: fc.constantFrom("CLAIM", "NO_CLAIM", "LEGACY"),
  parallelism: fc.integer({ min: 1, max: 4 }),
  backend: fc.nat(BACKENDS.length - 1),
});

/**
 * A backend is changed only by what is written in the form that every one reads; until the next change the job goes on with
 * it, for each configuration is that of the first start but for what it says itself.
 */
function actionsOf(endings: readonly DrawnEnding[]): readonly Fault[] {
  let stored = 0;
  let held = {};
  return endings.flatMap(({ how, checkpoints, claimMode, parallelism, backend }, at): Fault[] => {
    stored += checkpoints;
    if (how === "CANONICAL") held = BACKENDS[backend] ?? {};
    const when = { after: { event: "checkpoint-stored", place: "job-master", nth: stored } };
    const end: Fault =
      how === "cancel"
        ? { what: "job-canceled", where: "job-master", when }
        : { what: "job-stopped", where: "job-master", when, format: how };
    const config = { "parallelism.default": parallelism, ...held };
    return [
      end,
      {
        what: "job-resumed",
        where: "job-master",
        when: { after: { event: "job-ended", place: "job-master", nth: at + 1 } },
        resume: { claimMode, config },
      },
    ];
  });
}

test(
  "a job that is started again is explained by one failure-free run",
  () => {
    let resumed = 0;
    let rescaled = 0;
    const endings = fc.array(ending, { minLength: 1, maxLength: 2 });
    const starts = fc.option(fc.nat(BACKENDS.length - 1), { nil: undefined });
    const drawns = fc.tuple(drawnCase, starts, endings, fc.boolean());
    const property = fc.property(drawns, ([drawn, start, ends, isFaulty]) => {
      const faults = isFaulty ? drawn.faults : [];
      const first = start === undefined ? {} : BACKENDS[start];
      const config = { ...drawn.config, ...first, ...RETAINED };
      const request = caseOf({ ...drawn, config, faults }, actionsOf(ends));
      const checked = runner.runChecked(runner.prepare(request), { bounds });
      const submitted = checked.events.filter(({ kind }) => kind === "job-submitted");
      if (submitted.length > 0) resumed++;
      const { parallelisms } = runner.checkedJob(checked.run.job, {
        hasCome: true,
        at: undefined,
      });
      if (submitted.length > 0 && new Set(parallelisms.map(String)).size > 1) rescaled++;
      const complaints = complaintsOf(checked);
      if (complaints.length === 0) return;
      throw new Error(`${complaints.join("\n")}\n${replayLine(request)}`);
    });
    fc.assert(property, { numRuns, includeErrorInReport: true });
    console.log(
      `started again: ${resumed} of ${numRuns} runs, ${rescaled} with other parallelisms`,
    );
    expect((100 * resumed) / numRuns).toBeGreaterThanOrEqual(RESUMED_MIN);
  },
  isSoak ? 3_600_000 : 120_000,
);
