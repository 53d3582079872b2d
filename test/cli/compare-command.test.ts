// `compare` from the command line: figures as a table and as JSON, charts as one whole file, wrong requests refused in a
// sentence before anything runs, and Ctrl-C keeps what was measured.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleancut, interrupted, workFolder } from "./command-line.ts";

const HASHMAP = ["--set", "state.backend.type=hashmap"];
const INCREMENTAL = [
  "--against",
  "state.backend.type=rocksdb,execution.checkpointing.incremental=true",
];
const WORDS = ["compare", "state-growth", ...HASHMAP, ...INCREMENTAL, "--over", "keys=100..1000"];

/** On a slow machine there is a line now and then, and never anything else. */
const PROGRESS: unknown = expect.stringMatching(/^(?:compare: \d+ of \d+ .*\n)*$/);

interface Printed {
  readonly runs: readonly {
    readonly at: { readonly keys: number };
    readonly setting: string;
    readonly jobStatus: string;
    readonly digest: string;
    readonly bytes: number;
    readonly recovery: number;
  }[];
  readonly rules: readonly string[];
  readonly unmeasured: readonly unknown[];
}

test("compare prints the same figures as a table and as JSON, and plots them", async () => {
  const folder = workFolder();
  const asJson = await cleancut(folder, ...WORDS, "--json", "--plot", "out.html");
  expect(asJson).toMatchObject({ exitCode: 0, errors: PROGRESS });
  const { runs, rules, unmeasured } = JSON.parse(asJson.output) as Printed;
  expect(runs.map(({ at, setting }) => [at.keys, setting])).toEqual([
    [100, "hashmap"],
    [100, "rocksdb incremental"],
    [1000, "hashmap"],
    [1000, "rocksdb incremental"],
  ]);
  for (const { jobStatus, bytes, recovery } of runs) {
    expect(jobStatus).toBe("FINISHED");
    expect(bytes).toBeGreaterThan(0);
    expect(recovery).toBeGreaterThan(0);
  }
  expect(new Set(runs.map(({ digest }) => digest)).size).toBe(4);
  expect(rules.length).toBeGreaterThan(0);
  expect(unmeasured).toEqual([]);
  const html = readFileSync(join(folder, "out.html"), "utf8");
  expect(html).toMatch(/^<!doctype html>/);
  expect(html.trimEnd()).toMatch(/<\/html>$/);
  expect(html).toContain("default-src 'none'");
  expect(html).not.toMatch(/<(?:script|link|img)[^>]* (?:src|href)="(?!data:)/);
  expect(readdirSync(folder)).toEqual(["out.html"]);

  const { output } = await cleancut(folder, ...WORDS);
  for (const rule of rules) expect(output).toContain(rule);
  expect(output).toMatch(/^ 100 {2}hashmap .*\n 100 {2}rocksdb incremental /m);
  const again = /Again: npx cleancut (.*)/.exec(output)?.[1] ?? "";
  expect((await cleancut(folder, ...again.split(" "))).output).toBe(output);
}, 120_000);

test("compare works without parameters, for any scenario", async () => {
  const outcome = await cleancut(
    workFolder(),
    ...["compare", "word-count", "--set", "execution.checkpointing.interval=50ms"],
    ...["--against", "execution.checkpointing.interval=100ms"],
  );
  expect(outcome).toMatchObject({ exitCode: 0, errors: PROGRESS });
  expect(outcome.output).toMatch(/^interval 50ms .*\ninterval 100ms /m);
}, 60_000);

test("compare tells of a job that fails under a setting", async () => {
  const outcome = await cleancut(
    workFolder(),
    ...["compare", "word-count", "--set", "restart-strategy.type=none"],
  );
  expect(outcome.exitCode).toBe(0);
  expect(outcome.output).toContain("The job is FAILED: as it is.");
}, 60_000);

test.each([
  [
    ["compare", "state-growth", "--against", "state.backend.type=lsm"],
    /found "lsm", expected one of/,
  ],
  [["compare", "state-growth", "--set", "state.backend.kind=hashmap"], /no such configuration key/],
  [
    ["compare", "state-growth", "--against", "rocksdb"],
    /Cannot take --against "rocksdb": expected key=value/,
  ],
  [["compare", "state-growth", "--over", "keys=9..3"], /Cannot take --over "keys=9\.\.3"/],
  [["compare", "state-growth", "--over", "keys=3,2"], /Cannot take --over "keys=3,2"/],
  [["compare", "state-growth", "--over", "keys=10", "--over", "keys=20"], /keys is given twice/],
  [["compare", "state-growth", "--over", "size=10"], /found the parameter "size"/],
  [["compare", "word-count", "--over", "keys=10"], /it takes none/],
  [["compare", "state-growth", "--plot", "out.html"], /found no --over/],
  [
    ["compare", "state-growth", "--set", "world.storage.bandwidth=0"],
    /found "0", expected a size .*, at least 1 b/,
  ],
  [
    ["compare", "state-growth", "--set", "world.rocksdb.open-cost=99999999999h"],
    /found "99999999999h", expected a duration/,
  ],
  [
    ["compare", "state-growth", "--against", "world.heap.serialization-bandwidth=fast"],
    /found "fast", expected a size/,
  ],
  [["compare", "state-growth", "--over", "keys=10,100.5"], /Cannot take --over "keys=10,100\.5"/],
  [["compare", "state-growth", "--over", "keys=1..10"], /found 1 as keys/],
  [["compare", "state-growth", "--against", ""], /Cannot take --against "": expected key=value/],
  [["compare", "no-such-scenario"], /no such scenario, the nearest is/],
])(
  "%o is refused in one sentence",
  async (words, sentence) => {
    const folder = workFolder();
    const { exitCode, output, errors } = await cleancut(folder, ...words);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: "" });
    expect(errors).toMatch(sentence);
    expect(errors.trimEnd().split("\n")).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
  },
  30_000,
);

test("compare keeps what was measured when it is stopped", async () => {
  const folder = workFolder();
  const words = [...WORDS, "--json", "--plot", "out.html"];
  const { exitCode, output } = await interrupted(folder, ...words);
  expect(exitCode).toBe(3);
  const { runs, unmeasured } = JSON.parse(output) as Printed;
  expect(unmeasured.length).toBeGreaterThan(0);
  expect(runs.length + unmeasured.length).toBe(4);
  expect(existsSync(join(folder, "out.html"))).toBe(true);
}, 60_000);
