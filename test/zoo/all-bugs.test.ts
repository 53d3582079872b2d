// Every bug of the zoo on the engine bundled with its edits: its checker speaks under its known plan, and without
// faults nothing that can be seen outside is wrong.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { CHECKERS } from "../../sim/checkers/all-checkers.ts";
import { ROOT } from "../../sim/node/bundler.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import type { LoadedEngine } from "../../sim/node/loaded-engine.ts";
import type { SeedOutcome, SeedRequest } from "../../sim/search/sweep.ts";
import { BUGS, bugNamed } from "../../sim/zoo/all-bugs.ts";
import type { Bug } from "../../sim/zoo/bug.ts";
import {
  HASHES_UNCHECKED,
  REFUSED_ABORT_IGNORED,
  REFUSED_COMMIT_IGNORED,
  REUSED_FILES_HANDED_IN,
} from "../../sim/zoo/defences.ts";
import { applyEdit } from "../../sim/zoo/source-edit.ts";

const FAILURE_FREE_SEEDS = process.env["CLEANCUT_SOAK"] === "1" ? [1, 2, 3, 4, 5] : [1];
const ENGINE_FOLDERS = /^sim\/(kernel|network|storage|runtime|connectors|api)\//;
/** What is judged by what can be seen outside; other checkers may speak of a spoilt checkpoint without a crash. */
const OUTPUT_CHECKERS = ["failure-transparency", "committed-output", "provenance", "liveness"];
/** All that the zoo is meant to have. */
const TICKETS = [
  ..."T01 T02 T04 T05 T06 T07 T08 T10 T12 T14 T15 T17 T18 T19 T21 T25".split(" "),
  ..."2098 6284 22502 8132 17327 24773 5701 7784 10377 4417 31363"
    .split(" ")
    .map((number) => `FLINK-${number}`),
  "arroyo#224",
  // Of files that checkpoints share, restored state, and timers.
  ..."T22 T27 T28 T29 T30 T31 T32 T33 T34 T35 T36 T37 T38 T39 T40 T41 T42 T43 T44 T45 T46 T47 T48 T49 T52 T23 T24".split(
    " ",
  ),
  ..."4651 4731 5063 5667 6964 11743 12296 19142 24611 25395 26985 29913 30461 35379"
    .split(" ")
    .map((number) => `FLINK-${number}`),
];

function run(engine: LoadedEngine, request: SeedRequest): SeedOutcome {
  return engine.sweepSeed(engine.runner, request);
}

function knownPlanOf({ schedule: { scenario, seed, config, faults } }: Bug): SeedRequest {
  return { scenario, seed, config, faults };
}

function accusersOf({ violations }: SeedOutcome): readonly string[] {
  return violations.map(({ checker }) => checker);
}

test("BUGS have names of their own and checkers that exist", () => {
  expect(new Set(BUGS.map(({ id }) => id)).size).toBe(BUGS.length);
  expect(new Set(BUGS.map(({ ticket }) => ticket)).size).toBe(BUGS.length);
  const checkers = CHECKERS.map(({ name }) => name);
  for (const bug of BUGS) {
    expect(bug.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(checkers).toContain(bug.checker);
    expect(bugNamed(bug.id)).toBe(bug);
    expect(bugNamed(bug.ticket)).toBe(bug);
  }
  expect(bugNamed("none")).toBeUndefined();
});

test("BUGS are at least those that were set out for", () => {
  const tickets = BUGS.map(({ ticket }) => ticket);
  expect(TICKETS.filter((ticket) => !tickets.includes(ticket))).toEqual([]);
});

describe.each(BUGS.map((bug) => [`${bug.ticket} ${bug.id}`, bug] as const))("%s", (_, bug) => {
  let engine: LoadedEngine;

  beforeAll(async () => {
    engine = await loadEngine({ edits: bug.edits });
  });

  test("its edits fit the engine exactly once and change it", () => {
    const texts = new Map<string, string>();
    for (const edit of bug.edits) {
      expect(edit.file).toMatch(ENGINE_FOLDERS);
      const before = texts.get(edit.file) ?? readFileSync(join(ROOT, edit.file), "utf8");
      const edited = applyEdit(before, edit);
      expect(edited).not.toBe(before);
      texts.set(edit.file, edited);
    }
  });

  test("its checker speaks under its known plan, and every fault of the plan strikes", () => {
    const outcome = run(engine, knownPlanOf(bug));
    expect(accusersOf(outcome)).toContain(bug.checker);
    expect(outcome.unstruck).toEqual([]);
    expect(outcome.breakdown).toBeUndefined();
    // A job that starts over for ever is ended by the clock or by a count; all others come to rest.
    const ends = bug.checker === "liveness" ? ["time-bound", "endless-restarts"] : ["idle"];
    expect(ends).toContain(outcome.end);
  });

  test("without faults nothing outside is wrong, no invariant breaks and nothing is thrown", () => {
    const { scenario, config } = bug.schedule;
    for (const seed of FAILURE_FREE_SEEDS) {
      const outcome = run(engine, { scenario, seed, config, faults: [] });
      expect(outcome).toMatchObject({ end: "idle", jobStatus: "FINISHED", breakdown: undefined });
      for (const checker of accusersOf(outcome)) expect(OUTPUT_CHECKERS).not.toContain(checker);
    }
  });
});

test("the engine as it is survives every known plan that leaves it hope", async () => {
  const engine = await loadEngine();
  for (const bug of BUGS) {
    const outcome = run(engine, knownPlanOf(bug));
    if (bug.schedule.isHopeless === true) {
      expect(["", "liveness"]).toContain(accusersOf(outcome).join());
      continue;
    }
    expect(outcome).toMatchObject({ violations: [], end: "idle", jobStatus: "FINISHED" });
  }
});

test("an engine without the defences alone survives what a bug needs them gone for", async () => {
  const defences = [
    ...HASHES_UNCHECKED,
    REFUSED_ABORT_IGNORED,
    REFUSED_COMMIT_IGNORED,
    REUSED_FILES_HANDED_IN,
  ];
  const engine = await loadEngine({ edits: defences });
  const hidden = BUGS.filter(({ edits }) => edits.some((edit) => defences.includes(edit)));
  expect(hidden.length).toBeGreaterThan(5);
  for (const bug of hidden) {
    const outcome = run(engine, knownPlanOf(bug));
    expect(outcome).toMatchObject({ violations: [], end: "idle", jobStatus: "FINISHED" });
  }
});
