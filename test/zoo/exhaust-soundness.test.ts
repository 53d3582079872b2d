// The merging of crash points into classes, shown by bugs: of all points that fail, none lies in a class whose
// representative held. The gate takes a short input and one crash for each bug, the soak all of it.
import { describe, expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import type { LoadedEngine } from "../../sim/node/loaded-engine.ts";
import type { Crash, CrashCertificate } from "../../sim/search/exhaust.ts";
import { BUGS, bugNamed } from "../../sim/zoo/all-bugs.ts";
import type { Bug } from "../../sim/zoo/bug.ts";

const POWER_LOSS: Crash = { kind: "power-loss" };
const MACHINE_DIES: Crash = { kind: "task-manager-dies", taskManager: "task-manager-2" };

/** Bugs of every kind: sources, barriers, state, sinks, the coordinator and its store. */
const GATE = "T01 T05 T07 T08 T17 T18 T19 T21 FLINK-2098 FLINK-31077".split(" ");

/** A fifth of the input, slower, and checkpoints so close that it still has some. */
const SHORT = {
  config: { "execution.checkpointing.interval": "30 ms", "world.source.arrival-interval": "30 ms" },
  data: [0, 1].flatMap((partition) => {
    const offsets = Array.from({ length: 24 }, (_, index) => 6 + index);
    return offsets.map((offset) => ({ source: "words", partition, offset, drop: true as const }));
  }),
};

function caseOf({ schedule: { scenario, seed, config } }: Bug): Case {
  return { scenario, seed, config: { "recording.level": "records", ...config } };
}

function audited(engine: LoadedEngine, request: Case, crash: Crash): CrashCertificate {
  return engine.exhaust(engine.runner, request, crash, { isAudit: true, second: "none" });
}

async function auditOfShort(ticket: string, crash: Crash): Promise<CrashCertificate> {
  const bug = bugNamed(ticket);
  if (bug === undefined) throw new Error(`Cannot find the bug ${ticket}`);
  const engine = await loadEngine({ edits: bug.edits });
  const whole = caseOf(bug);
  const short = { ...whole, data: SHORT.data, config: { ...whole.config, ...SHORT.config } };
  return audited(engine, short, crash);
}

/** Every point is run, and other tests may take the processor meanwhile. */
describe("the classes of a short word-count", { timeout: 120_000 }, () => {
  test.each(GATE)("miss no point that fails with %s", async (ticket) => {
    const { audit, classes, points } = await auditOfShort(ticket, POWER_LOSS);
    expect(audit?.failing).toBeGreaterThan(0);
    expect(audit?.missed).toEqual([]);
    expect(classes).toBeLessThan(points);
  });

  // Classes by what is durable missed points of T12 here: it hangs on what the survivors have in memory.
  test("are not made for the death of a machine: every point is run, and each that fails is found", async () => {
    const { audit, classes, findings, points, runs } = await auditOfShort("T12", MACHINE_DIES);
    expect([classes, runs]).toEqual([points, points]);
    const failing = new Set(findings.map(({ point }) => point.index));
    expect(failing.size).toBe(audit?.failing);
    expect(failing.size).toBeGreaterThan(0);
  });
});

const SHOWN_BY_ONE_CRASH = BUGS.filter(({ isShownByOneCrash }) => isShownByOneCrash);

describe.runIf(process.env["CLEANCUT_SOAK"] === "1")("the classes of the whole run", () => {
  test.each(SHOWN_BY_ONE_CRASH.map((bug) => [bug.ticket, bug] as const))(
    "miss no point that fails with %s",
    async (_, bug) => {
      const engine = await loadEngine({ edits: bug.edits });
      expect(audited(engine, caseOf(bug), POWER_LOSS).audit?.missed).toEqual([]);
    },
  );
});
