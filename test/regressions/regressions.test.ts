// Replays every failure that was ever found, and shows that a corrupt or stale regression cannot pass unseen.
import { expect, test } from "vitest";
import { editsOf } from "../../sim/node/zoo-edits.ts";
import {
  parseRegression,
  type Regression,
  RegressionError,
  readRegressions,
  replay,
} from "./regression.ts";

const REGRESSIONS = readRegressions(import.meta.dirname);
const [first] = REGRESSIONS;
if (first === undefined) throw new Error("Cannot test: there are no regressions");

/** A regression with something wrong about it. */
function spoilt(change: Partial<Regression["case"]>): Regression {
  return { ...named("t08"), case: { ...named("t08").case, ...change } };
}

function named(ticket: string): Regression {
  return REGRESSIONS.find(({ name }) => name.startsWith(ticket)) ?? (first as Regression);
}

test.each(REGRESSIONS.map((regression) => [regression.name, regression] as const))(
  "%s is as it was found",
  async (_, regression) => {
    await replay(regression);
  },
);

test("readRegressions finds those of the zoo's first bugs", () => {
  const edits = REGRESSIONS.flatMap(({ case: { edits: built } }) => built);
  expect(edits).toEqual(expect.arrayContaining(["T01", "T02", "T07", "T08", "T19"]));
});

test.each([
  ["no JSON", "{", "Cannot replay bad.json: it is no JSON object"],
  [
    "an unknown key",
    JSON.stringify({ title: "a", checker: "liveness", case: {}, seed: 7 }),
    "found the keys case, checker, seed, title, expected case, checker, mode, title",
  ],
  [
    "no checker of ours",
    JSON.stringify({ title: "a", checker: "oracle", mode: "timed", case: named("t08").case }),
    'found the checker "oracle", there are failure-transparency, ',
  ],
  [
    "no mode of ours",
    JSON.stringify({ title: "a", checker: "liveness", mode: "any", case: named("t08").case }),
    'found the mode "any", expected "timed" or "untimed"',
  ],
  [
    "an unknown key in its case",
    JSON.stringify({
      title: "a",
      checker: "liveness",
      mode: "timed",
      case: { ...named("t08").case, sed: 1 },
    }),
    'Cannot read the case: found the key "sed", expected no keys but scenario, ',
  ],
  [
    "a key of the case missing",
    JSON.stringify({
      title: "a",
      checker: "liveness",
      mode: "timed",
      case: { scenario: "word-count", seed: 1 },
    }),
    "its case does not write config, faults, overrides, data, edits",
  ],
])("parseRegression refuses a file with %s", (_, text, complaint) => {
  expect(() => parseRegression("bad.json", text)).toThrow(RegressionError);
  expect(() => parseRegression("bad.json", text)).toThrow(complaint);
});

test("replay refuses an edit that the zoo does not have", async () => {
  await expect(replay(spoilt({ edits: ["T0815"] }))).rejects.toThrow(
    'Cannot find the bug "T0815": the zoo has none of that name',
  );
});

test("replay refuses an edit that no longer fits the engine", async () => {
  const edit = { file: "sim/connectors/log-reader.ts", find: "of another day", replace: "" };
  await expect(replay(named("t08"), () => [edit])).rejects.toThrow(
    "Cannot edit sim/connectors/log-reader.ts: found its text 0 times, expected it exactly once",
  );
});

test("replay refuses a case in which the checker has fallen silent", async () => {
  await expect(replay(spoilt({ faults: [] }))).rejects.toThrow(
    "with T08 built in failure-transparency is silent, expected it to speak",
  );
});

test("replay refuses a case whose checker is not the one that speaks", async () => {
  const regression = { ...named("t08"), checker: "liveness" };
  await expect(replay(regression)).rejects.toThrow("with T08 built in liveness is silent");
});

test("replay refuses a case with a fault that never strikes", async () => {
  const { faults } = named("t08").case;
  const late = { what: "task-throws", where: "count-1", when: { at: 50_000_000 } };
  await expect(replay(spoilt({ faults: [...faults, late] }))).rejects.toThrow(
    "its fault task-throws at count-1 never strikes: the case is stale",
  );
});

test("replay refuses a case with an overridden choice that never comes up", async () => {
  const overrides = [{ key: "tie@nowhere#0:0", value: 1 }];
  await expect(replay(spoilt({ overrides }))).rejects.toThrow(
    "its overridden choice tie@nowhere#0:0 never comes up: the case is stale",
  );
});

test("replay lets a fixed bug pass as long as it does not come back", async () => {
  const fixed = spoilt({ edits: [] });
  await replay(fixed);
  await expect(replay(fixed, () => editsOf(["T08"]))).rejects.toThrow(
    "the engine as it is fails it. failure-transparency: Record read twice",
  );
});

test("replay refuses a scenario that is gone", async () => {
  await expect(replay(spoilt({ scenario: "word-counts" }))).rejects.toThrow(
    'Cannot run "word-counts": no such scenario',
  );
});
