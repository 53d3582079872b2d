// Swarms over every scenario, on the bundle and over worker threads: a few hundred runs in the gate, a hundred thousand
// in `npm run soak`. Prints what the number of runs supports, and what faults met.
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import type { SwarmProfile } from "../../sim/faults/swarm-plan.ts";
import { engineBundle } from "../../sim/node/engine-bundle.ts";
import { importEngine } from "../../sim/node/loaded-engine.ts";
import { sweepInParallel } from "../../sim/node/parallel-sweep.ts";
import { coverageTableLines } from "../../sim/search/coverage-table.ts";
import { mergeReports, reportsOf, type SweepReport } from "../../sim/search/sweep.ts";

const isSoak = process.env["CLEANCUT_SOAK"] === "1";

/** Runs over all scenarios together. */
const RUNS: { readonly [Profile in SwarmProfile]: number } = isSoak
  ? { inside: 100_000, beyond: 10_000 }
  : { inside: 160, beyond: 64 };

const firstSeed = Number(process.env["CLEANCUT_SEED"]);

/** Outcomes are kept only so many seeds at a time. */
const SEEDS_AT_ONCE = 1000;

test.each(["inside", "beyond"] as const)(
  "a swarm %s the promise holds in every scenario",
  async (profile) => {
    const path = await engineBundle({});
    const { SCENARIOS: scenarios } = await importEngine(path);
    const seeds = Math.ceil(RUNS[profile] / scenarios.length);
    const begunAt = performance.now();
    const reports: SweepReport[] = [];
    for (let done = 0; done < seeds; done += SEEDS_AT_ONCE) {
      const last = Math.min(seeds, done + SEEDS_AT_ONCE) - 1;
      const outcomes = await sweepInParallel({
        ...{ engine: path, jobFile: undefined, config: {}, swarm: profile },
        scenarios: scenarios.map(({ name }) => name),
        seeds: { first: firstSeed + done, last: firstSeed + last },
        jobs: availableParallelism(),
        isStopped: () => false,
        onProgress: () => {},
      });
      reports.push(...reportsOf(scenarios, outcomes));
    }
    const report = mergeReports(reports);
    const seconds = (performance.now() - begunAt) / 1000;
    if (isSoak) console.log([...linesOf(report), `${seconds.toFixed(0)} s`].join("\n"));
    expect(report.failures.map(replayOf)).toEqual([]);
    expect(report.runs).toBe(seeds * scenarios.length);
    if (profile === "beyond") expect(report.refusals).toBeGreaterThan(report.runs / 10);
    if (!isSoak || profile === "beyond") return;
    for (const scenario of scenarios) {
      const own = mergeReports(reports.filter((part) => part.scenario === scenario.name));
      const missing = scenario.sometimes.filter((name) => !(name in own.coverage.sometimes));
      expect(missing, `never seen in ${scenario.name}`).toEqual([]);
    }
    for (const { kind, struck } of report.table.rows) expect(struck, kind).toBeGreaterThan(0);
  },
  isSoak ? 3_600_000 : 120_000,
);

/** One line that replays a failure. */
function replayOf({ checker, sentence, case: failing }: SweepReport["failures"][number]): string {
  return `${checker}: ${sentence}: echo '${JSON.stringify(failing)}' > case.json; npx cleancut run case.json`;
}

function linesOf(report: SweepReport): readonly string[] {
  return [
    `${report.claim}; ${report.refusals} jobs refused`,
    ...Object.entries(report.coverage.sometimes).map(([name, count]) => `  ${count} ${name}`),
    ...coverageTableLines(report.table),
  ];
}
