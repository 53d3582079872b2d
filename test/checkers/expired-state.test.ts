// What checkers say of jobs that may see expired values: that depends on clean-ups, of which no trace tells.
import { expect, test } from "vitest";
import { sessionTtl } from "../../scenarios/session-ttl.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import type { SourceEdit } from "../../sim/zoo/source-edit.ts";

const faults = sessionTtl.plans["outage"] ?? [];
const CHECKERS = ["failure-transparency", "reachable-snapshot", "restored-state"];

/** An expired session is shown until it is cleaned up, which every record does to all: so none is, but who can know? */
const SHOWING: readonly SourceEdit[] = [
  {
    file: "scenarios/session-ttl.ts",
    find: ".setUpdateType(StateTtlConfig.UpdateType.OnReadAndWrite)",
    replace:
      ".setStateVisibility(StateTtlConfig.StateVisibility.ReturnExpiredIfNotCleanedUp).cleanupIncrementally(1000, true)",
  },
];

/** An engine that keeps expired values twice as long: with the other visibility this would be a bug. */
const LATE: readonly SourceEdit[] = [
  {
    file: "sim/runtime/state/ttl/time-to-live.ts",
    find: "    return at - lastAccess >= this.#config.timeToLive;\n",
    replace: "    return at - lastAccess >= 2 * this.#config.timeToLive;\n",
  },
];

async function saidWith(edits: readonly SourceEdit[]): Promise<ReadonlyMap<string, string[]>> {
  const { runner } = await loadEngine({ edits });
  const said = new Map<string, string[]>(CHECKERS.map((checker) => [checker, []]));
  for (const seed of [1, 2, 3, 4, 5]) {
    const config = { "recording.level": "state" };
    const prepared = runner.prepare({ scenario: "session-ttl", config, seed, faults });
    for (const { checker, kind, sentence } of runner.runChecked(prepared).verdicts) {
      said.get(checker)?.push(kind === "not-checked" ? sentence : kind);
    }
  }
  return said;
}

test("Checkers do not judge what a job saw of expired values, and say why", async () => {
  const said = await saidWith(SHOWING);
  const reason = expect.stringMatching(
    /^Not checked: a function asked for an expired value, which ReturnExpiredIfNotCleanedUp shows/,
  );
  for (const checker of CHECKERS) {
    expect(said.get(checker)).toContainEqual(reason);
    expect(said.get(checker)).not.toContain("violated");
  }
});

test("Checkers do judge a job that never sees expired values, whatever is cleaned up when", async () => {
  for (const verdicts of (await saidWith([])).values()) {
    expect(verdicts).toEqual(["holds", "holds", "holds", "holds", "holds"]);
  }
  expect((await saidWith(LATE)).get("failure-transparency")).toContain("violated");
});
