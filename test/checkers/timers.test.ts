// Engines whose timers are wrong, each in one way, and what the checkers say of them.
import { expect, test } from "vitest";
import { inactivityTimer } from "../../scenarios/inactivity-timer.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import type { SourceEdit } from "../../sim/zoo/source-edit.ts";

const SERVICE = "sim/runtime/task/timers/internal-timer-service.ts";
const faults = inactivityTimer.plans["outage"] ?? [];

const RIGHT: readonly SourceEdit[] = [];
/** Restored timers stay in the state, but never fire. */
const FORGOTTEN: readonly SourceEdit[] = [
  {
    file: "sim/runtime/task/stream-operator.ts",
    find: "    if (restored !== undefined) timers.restore();\n",
    replace: "",
  },
];
/** Timers fire when the clock shows their timestamp, a millisecond early. */
const EARLY: readonly SourceEdit[] = [
  { file: SERVICE, find: "(first.timestamp + 1) * MICROS", replace: "first.timestamp * MICROS" },
];
/** What fired stays in the state, and fires again after a restore. */
const KEPT: readonly SourceEdit[] = [
  {
    file: SERVICE,
    find: "    this.#state.remove(timer.timestamp);\n    return timer;\n",
    replace: "    return timer;\n",
  },
];
/** A timer that is taken back fires all the same. */
const NOT_DELETED: readonly SourceEdit[] = [
  {
    file: SERVICE,
    find: "    if (this.#queue.remove(timer)) this.#state.remove(timer.timestamp);\n",
    replace: "    this.#state.remove(timer.timestamp);\n",
  },
];
/** The state of timers is left out of it when one is set. */
const NOT_STORED: readonly SourceEdit[] = [
  { file: SERVICE, find: "    this.#state.put(timer.timestamp, true);\n", replace: "" },
];
/** Timers go off only when there is nothing else to do. */
const LAST: readonly SourceEdit[] = [
  {
    file: "sim/runtime/task/stream-task.ts",
    find: "    if (this.#mayFireTimer()) {\n",
    replace: "    if (this.#mayFireTimer() && !this.#mayTakeInput()) {\n",
  },
];

/** The first word of each checker that objects, over a few seeds. */
async function objections(edits: readonly SourceEdit[]): Promise<ReadonlyMap<string, string>> {
  const { runner } = await loadEngine({ edits });
  const said = new Map<string, string>();
  for (const seed of [1, 2, 3, 4, 5]) {
    const config = { "recording.level": "state" };
    const prepared = runner.prepare({ scenario: "inactivity-timer", config, seed, faults });
    for (const { checker, kind, sentence } of runner.runChecked(prepared).verdicts) {
      if (kind === "violated" && !said.has(checker)) said.set(checker, sentence);
    }
  }
  return said;
}

test("Checkers have nothing against timers as they should be", async () => {
  expect([...(await objections(RIGHT))]).toEqual([]);
});

test.each([
  ["that restored ones never fire", FORGOTTEN, "failure-transparency", /is due and fires first$/],
  ["that they fire early", EARLY, "failure-transparency", /run the clock shows \d+ ms$/],
  ["that those that fired are kept", KEPT, "reachable-snapshot", /nothing in the failure-free run/],
  ["that those taken back fire", NOT_DELETED, "failure-transparency", /no such timer is set$/],
  ["that they are not in snapshots", NOT_STORED, "reachable-snapshot", /is missing, but/],
  [
    "that they wait for records to run out",
    LAST,
    "failure-transparency",
    /is due and fires first$/,
  ],
] as const)("Checkers see of timers %s", async (_, edits, checker, sentence) => {
  expect((await objections(edits)).get(checker)).toMatch(sentence);
});
