// The guarantee itself: the same case gives the same digest, run twice in one process with other runs in between, and
// run in a process with another time zone, locale, hash seed, working folder and order of keys.
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import type { Run } from "../../sim/harness/run.ts";
import { bundle } from "../../sim/node/bundler.ts";
import { runner } from "../support/runner.ts";
import { ALL_SCENARIOS } from "./cases.ts";
import type { ChildAnswer, ChildQuestion } from "./child.ts";
import { differenceOf, eventsOf } from "./first-difference.ts";

let child = "";
let folder = "";

beforeAll(async () => {
  child = await bundle({ entry: 'import "./test/determinism/child.ts";', platform: "node" });
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cleancut-child-")));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(ALL_SCENARIOS)("$title: run twice in one process, the digest is the same", (titled) => {
  const [first, , second] = [titled.case, BETWEEN, titled.case].map(runHere);
  if (first === undefined || second === undefined) throw new Error("Cannot compare: no runs");
  if (first.digest !== second.digest) {
    throw new Error(differenceOf(eventsOf(first), eventsOf(second)) ?? "Only the digests differ");
  }
});

test.each(ALL_SCENARIOS)("$title: run in another process, the digest is the same", (titled) => {
  const here = runHere(titled.case);
  const { digest, surroundings } = runInChild(titled.case);
  expect(surroundings).toEqual({ timeZone: -765, folder });
  if (digest === here.digest) return;
  const { events } = runInChild(titled.case, { wantsEvents: true });
  throw new Error(differenceOf(eventsOf(here), events) ?? "Only the digests differ");
});

test("run with another seed, the digest is another", () => {
  const [one, other] = [1, 2].map((seed) => runHere({ scenario: "word-count", seed }));
  expect(one?.digest).not.toBe(other?.digest);
});

/** Another run between the two, which must not be noticed. */
const BETWEEN: Case = { scenario: "word-count", seed: 99 };

function runHere(request: Case): Run {
  return runner.run(runner.prepare(request));
}

function runInChild(request: Case, { wantsEvents } = { wantsEvents: false }): ChildAnswer {
  const question: ChildQuestion = { case: reversedKeys(request) as Case, wantsEvents };
  const output = execFileSync(process.execPath, ["--random-seed=4242", child], {
    input: JSON.stringify(question),
    cwd: folder,
    env: { TZ: "Pacific/Chatham", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(output) as ChildAnswer;
}

/** The same value with the keys of every object in reverse. */
function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, inner]) => [key, reversedKeys(inner)]));
}
