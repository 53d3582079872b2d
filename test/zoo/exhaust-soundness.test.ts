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
const GATE: readonly (readonly [ticket: string, crash: Crash])[] = [
  ["T01", POWER_LOSS],
  ["T05", MACHINE_DIES],
  ["T07", POWER_LOSS],
  ["T08", MACHINE_DIES],
  ["T17", POWER_LOSS],
  ["T18", MACHINE_DIES],
  ["T19", POWER_LOSS],
  ["T21", POWER_LOSS],
  ["FLINK-2098", MACHINE_DIES],
  ["FLINK-31077", POWER_LOSS],
];

/** A third of the input, slower, and checkpoints so close that it still has some. */
const SHORT = {
  config: { "execution.checkpointing.interval": "40 ms", "world.source.arrival-interval": "20 ms" },
  data: [0, 1].flatMap((partition) => {
    const offsets = Array.from({ length: 20 }, (_, index) => 10 + index);
    return offsets.map((offset) => ({ source: "words", partition, offset, drop: true as const }));
  }),
};

/**
 * What follows the death of a machine hangs on what the others and the job master hold in memory, down to how many
 * requests they have made; the classes hold only what is durable. With these bugs that shows.
 */
const MEMORY_MATTERS: ReadonlySet<string> = new Set(["T04", "T10", "T12"]);

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
  test.each(GATE)("miss no point that fails with %s", async (ticket, crash) => {
    const { audit, classes, points } = await auditOfShort(ticket, crash);
    expect(audit?.failing).toBeGreaterThan(0);
    expect(audit?.missed).toEqual([]);
    expect(classes).toBeLessThan(points);
  });

  test("miss points that fail with T12, and the audit tells of them", async () => {
    const { audit, findings } = await auditOfShort("T12", MACHINE_DIES);
    expect(audit?.missed.length).toBeGreaterThan(0);
    expect(findings.length).toBeGreaterThan(0);
  });
});

const SHOWN_BY_ONE_CRASH = BUGS.filter(({ isShownByOneCrash }) => isShownByOneCrash);

describe.runIf(process.env["CLEANCUT_SOAK"] === "1")("the classes of the whole run", () => {
  test.each(SHOWN_BY_ONE_CRASH.map((bug) => [bug.ticket, bug] as const))(
    "miss no point that fails with %s, whatever crashes",
    async (ticket, bug) => {
      const engine = await loadEngine({ edits: bug.edits });
      const machines = engine.taskManagersOf(engine.runner, caseOf(bug));
      const deaths = machines.map((taskManager): Crash => {
        return { kind: "task-manager-dies", taskManager };
      });
      let failing = 0;
      for (const crash of [POWER_LOSS, ...deaths]) {
        const { audit } = audited(engine, caseOf(bug), crash);
        failing += audit?.failing ?? 0;
        if (crash === POWER_LOSS || !MEMORY_MATTERS.has(ticket)) expect(audit?.missed).toEqual([]);
      }
      expect(failing).toBeGreaterThan(0);
    },
  );
});
