// Digests that only change on purpose. Outcome digests (what was committed, how each checkpoint ended) rarely do; full
// digests do whenever a run differs in anything. To take the new ones, and name the change in CHANGELOG.md:
//
//   CLEANCUT_UPDATE_DIGESTS=1 npx vitest run test/determinism/pinned-digests.test.ts
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { sha256 } from "../../sim/node/sha256.ts";
import { outcomeDigest } from "../../sim/trace/outcome-digest.ts";
import { runChecked } from "../support/runner.ts";
import { ALL_PLANS } from "./cases.ts";

interface PinnedDigests {
  /** The version of the engine that gave them. */
  readonly engine: string;
  /** By title of the case: over committed output and checkpoint table. */
  readonly outcomes: { [title: string]: string };
  /** By title of the case: of the whole trace, at level network. */
  readonly traces: { [title: string]: string };
}

/** Few, since they change with every detail. */
const TRACES_PINNED = ["listing", "word-count with plan crash"];

const isUpdate = process.env["CLEANCUT_UPDATE_DIGESTS"] === "1";
const file = fileURLToPath(new URL("pinned-digests.json", import.meta.url));
const engine = versionOf(fileURLToPath(new URL("../..", import.meta.url)));
const pinned: PinnedDigests =
  isUpdate || !existsSync(file)
    ? { engine, outcomes: {}, traces: {} }
    : (JSON.parse(readFileSync(file, "utf8")) as PinnedDigests);

afterAll(() => {
  if (isUpdate) writeFileSync(file, `${JSON.stringify(pinned, undefined, 2)}\n`);
});

test.each(ALL_PLANS)(
  "$title: the digests are those that are pinned",
  ({ title, case: request }) => {
    const { run, events } = runChecked(request);
    const outcome = outcomeDigest(events, sha256);
    const isTracePinned = TRACES_PINNED.includes(title);
    if (isUpdate) {
      pinned.outcomes[title] = outcome;
      if (isTracePinned) pinned.traces[title] = run.digest;
    }
    expect(outcome, "what came of the run").toBe(pinned.outcomes[title]);
    if (isTracePinned) expect(run.digest, "the whole trace").toBe(pinned.traces[title]);
  },
);

test("the pinned digests are of this engine, and of these cases", () => {
  expect(pinned.engine).toBe(engine);
  expect(Object.keys(pinned.outcomes)).toEqual(ALL_PLANS.map(({ title }) => title));
  expect(Object.keys(pinned.traces).sort()).toEqual([...TRACES_PINNED].sort());
});

function versionOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}
