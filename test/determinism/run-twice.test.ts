// The guarantee itself: the same case gives the same digest, run twice in one process with other runs in between, and
// run in a process with another time zone, locale, hash seed, working folder and order of keys.
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { bundle } from "../../sim/node/bundler.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { runChecked } from "../support/runner.ts";
import { ALL_CASES } from "./cases.ts";
import type { ChildAnswer } from "./child.ts";
import { differenceOf } from "./first-difference.ts";

let child = "";
let folder = "";

beforeAll(async () => {
  child = await bundle({ entry: 'import "./test/determinism/child.ts";', platform: "node" });
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cleancut-child-")));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(ALL_CASES)(
  "$title: run twice in one process, the digest is the same",
  ({ case: request }) => {
    const first = runChecked(request);
    runChecked({ scenario: "word-count", seed: 99 });
    const second = runChecked(request);
    expectSame(first, second);
  },
);

test.each(ALL_CASES)(
  "$title: run in another process, the digest is the same",
  ({ case: request }) => {
    const here = runChecked(request);
    const { events, digest, surroundings } = runInChild(request);
    expectSame(here, { events, run: { digest } });
    expect(surroundings).toEqual({ timeZone: -765, folder });
  },
);

test("run with another seed, the digest is another", () => {
  const [one, other] = [1, 2].map((seed) => runChecked({ scenario: "word-count", seed }));
  expect(one?.run.digest).not.toBe(other?.run.digest);
});

interface Seen {
  readonly run: { readonly digest: string };
  readonly events: readonly TraceEvent[];
}

function expectSame(one: Seen, other: Seen): void {
  const difference = differenceOf(one.events, other.events);
  if (difference !== undefined) throw new Error(difference);
  expect(other.run.digest).toBe(one.run.digest);
}

function runInChild(request: Case): ChildAnswer {
  const output = execFileSync(process.execPath, ["--random-seed=4242", child], {
    input: JSON.stringify(reversedKeys(request)),
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
