// The architecture's rules bite: for each named rule of .dependency-cruiser.cjs a violation is planted in a toy tree,
// and the tool must name it. A tool that reads no module says that all is well, so the real tree's modules are counted.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly error: number;
    readonly warn: number;
    readonly violations: readonly {
      readonly from: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);
const ruleNames: readonly string[] = require(join(root, ".dependency-cruiser.cjs")).forbidden.map(
  (rule: { readonly name: string }) => rule.name,
);

/** Each rule's planted violation: the file, and what it says. All planted in one tree, read once. */
const planted: readonly { readonly rule: string; readonly file: string; readonly text: string }[] =
  [
    plant("kernel-stands-alone", "sim/kernel/bad.ts", 'import "../network/link.ts";'),
    plant(
      "network-looks-down",
      "sim/network/bad.ts",
      'import type { Task } from "../runtime/task/task.ts";',
    ),
    plant(
      "network-and-storage-are-strangers",
      "sim/network/stranger.ts",
      'import "../storage/disk.ts";',
    ),
    plant(
      "network-and-storage-are-strangers",
      "sim/storage/stranger.ts",
      'import "../network/link.ts";',
    ),
    plant("storage-looks-down", "sim/storage/bad.ts", 'import "../runtime/task/task.ts";'),
    plant("runtime-looks-down", "sim/runtime/task/bad.ts", 'import "../../connectors/log.ts";'),
    plant(
      "runtime-looks-down",
      "sim/runtime/task/bad-api.ts",
      'import "../../api/data-stream.ts";',
    ),
    plant("connectors-look-down", "sim/connectors/bad.ts", 'import "../api/data-stream.ts";'),
    plant("api-looks-down", "sim/api/bad.ts", 'import "../harness/run.ts";'),
    plant(
      "stream-elements-stand-alone",
      "sim/runtime/stream-element-bad.ts",
      'import "./state/backend.ts";',
    ),
    plant("runtime-events-gather-events", "sim/runtime/events.ts", 'import "./task/task.ts";'),
    plant(
      "state-below-checkpoint",
      "sim/runtime/state/bad.ts",
      'import "../checkpoint/coordinator.ts";',
    ),
    plant("checkpoint-below-task", "sim/runtime/checkpoint/bad.ts", 'import "../task/task.ts";'),
    plant(
      "task-below-cluster",
      "sim/runtime/task/bad-cluster.ts",
      'import "../cluster/job-master.ts";',
    ),
    plant(
      "engine-never-sees-its-judges",
      "sim/runtime/cluster/bad.ts",
      'import type { Fault } from "../../faults/fault.ts";',
    ),
    plant(
      "engine-never-sees-its-judges",
      "sim/kernel/bad-trace.ts",
      'import "../trace/trace-event.ts";',
    ),
    plant("trace-reads-only-events", "sim/trace/bad.ts", 'import "../runtime/task/task.ts";'),
    plant(
      "checkers-see-trace-and-api-types",
      "sim/checkers/bad.ts",
      'import "../runtime/task/task.ts";',
    ),
    plant(
      "checkers-run-no-api",
      "sim/checkers/bad-api.ts",
      'import { stream } from "../api/data-stream.ts"; stream();',
    ),
    plant(
      "reference-interpreter-is-independent",
      "sim/checkers/reference-interpreter.ts",
      'import type { Instant } from "../kernel/virtual-time.ts";',
    ),
    plant("teaching-reads-traces", "sim/teaching/bad.ts", 'import "../harness/run.ts";'),
    plant("scenarios-use-the-door", "scenarios/bad.ts", 'import "../sim/kernel/virtual-time.ts";'),
    plant("scenarios-use-the-door", "scenarios/bad-peer.ts", 'import "./word-count.ts";'),
    plant("registry-lists-scenarios", "scenarios/index.ts", 'import "../sim/harness/run.ts";'),
    plant("registry-is-handed-in", "sim/search/bad.ts", 'import "../../scenarios/word-count.ts";'),
    plant("inside-uses-no-door", "sim/faults/bad.ts", 'import "../index.ts";'),
    plant("viz-sees-trace-registry-bundle", "viz/bad.ts", 'import "../sim/runtime/task/task.ts";'),
    plant(
      "only-the-edge-touches-node",
      "sim/harness/bad.ts",
      'import { readFileSync } from "node:fs"; readFileSync("a");',
    ),
    plant("nothing-imports-the-edge", "sim/harness/bad-edge.ts", 'import "../node/files.ts";'),
    plant("node-below-cli", "sim/node/bad.ts", 'import "../cli/main.ts";'),
    plant("no-test-code-in-sim", "sim/harness/bad-test.ts", 'import "../../test/support/fake.ts";'),
    plant(
      "one-source-of-chance",
      "sim/harness/bad-chance.ts",
      'import alea from "seedrandom/lib/alea.js"; alea();',
    ),
    plant(
      "seedrandom-lib-only",
      "sim/kernel/random.ts",
      'import seedrandom from "seedrandom"; seedrandom();',
    ),
    plant(
      "no-cycles",
      "sim/harness/egg.ts",
      'import type { Hen } from "./hen.ts"; export type Egg = Hen;',
    ),
    plant("every-import-resolves", "sim/harness/bad-path.ts", 'import "./nowhere.ts";'),
    plant("every-package-is-declared", "sim/harness/bad-package.ts", 'import "undeclared";'),
    plant("what-ships-needs-no-dev-package", "sim/harness/bad-dev.ts", 'import "tool";'),
  ];

/** What the rules allow, so that a rule that forbids too much is seen as well. */
const allowed: readonly (readonly [file: string, text: string])[] = [
  ["sim/index.ts", 'export { stream } from "./api/data-stream.ts";'],
  ["sim/kernel/virtual-time.ts", "export type Instant = number;"],
  [
    "sim/network/link.ts",
    'import type { Instant } from "../kernel/virtual-time.ts"; export type Link = Instant;',
  ],
  ["sim/storage/disk.ts", 'import "../kernel/virtual-time.ts";'],
  ["sim/runtime/stream-element.ts", 'import "../kernel/virtual-time.ts";'],
  [
    "sim/runtime/state/backend.ts",
    'import "../stream-element.ts"; import "../../storage/disk.ts";',
  ],
  ["sim/runtime/checkpoint/coordinator.ts", 'import "../state/backend.ts";'],
  [
    "sim/runtime/task/task.ts",
    'import "../checkpoint/coordinator.ts"; import "../../network/link.ts"; export type Task = 1;',
  ],
  ["sim/runtime/task/events.ts", "export const taskEvents = {};"],
  ["sim/runtime/cluster/job-master.ts", 'import "../task/task.ts";'],
  ["sim/connectors/log.ts", 'import "../runtime/task/task.ts";'],
  [
    "sim/api/data-stream.ts",
    'import "../connectors/log.ts"; export function stream(): void {} export type Job = 1;',
  ],
  [
    "sim/trace/trace-event.ts",
    'import "../runtime/task/events.ts"; import "../kernel/virtual-time.ts";',
  ],
  ["sim/faults/fault.ts", 'import "../runtime/cluster/job-master.ts"; export type Fault = 1;'],
  [
    "sim/checkers/checker.ts",
    'import "../trace/trace-event.ts"; import type { Job } from "../api/data-stream.ts"; export type C = Job;',
  ],
  [
    "sim/checkers/reference-interpreter-ok.ts",
    'import type { Job } from "../api/data-stream.ts"; export type R = Job;',
  ],
  [
    "sim/harness/run.ts",
    'import "../api/data-stream.ts"; import "../checkers/checker.ts"; import "../faults/fault.ts";',
  ],
  ["sim/harness/hen.ts", 'import type { Egg } from "./egg.ts"; export type Hen = Egg;'],
  ["sim/node/files.ts", 'import { readFileSync } from "node:fs"; readFileSync("a");'],
  [
    "sim/cli/main.ts",
    'import "../node/files.ts"; import "../../scenarios/index.ts"; import "declared";',
  ],
  [
    "scenarios/word-count.ts",
    'import "../sim/index.ts"; import words from "./data/words.json" with { type: "json" }; words.a;',
  ],
  ["scenarios/data/words.json", '{ "a": 1 }'],
  [
    "test/support/fake.ts",
    'import "../../sim/runtime/task/task.ts"; import "../../scenarios/index.ts"; import "tool";',
  ],
  [
    "package.json",
    '{ "name": "toy", "type": "module", "dependencies": { "declared": "1", "seedrandom": "1" }, "devDependencies": { "tool": "1" } }',
  ],
  ...["declared", "undeclared", "tool", "seedrandom"].flatMap((name): [string, string][] => [
    [`node_modules/${name}/package.json`, `{ "name": "${name}", "main": "index.js" }`],
    [`node_modules/${name}/index.js`, "module.exports = () => 1;"],
  ]),
  ["node_modules/seedrandom/lib/alea.js", "module.exports = () => 1;"],
];

test("each named import rule catches its planted violation, and allowed imports pass", () => {
  const toy = mkdtempSync(join(tmpdir(), "cleancut-rules-"));
  try {
    for (const file of [".dependency-cruiser.cjs", "tsconfig.json"]) {
      cpSync(join(root, file), join(toy, file));
    }
    for (const [file, text] of allowed) write(toy, file, text);
    for (const { file, text } of planted) write(toy, file, text);

    const { violations } = cruise(toy).summary;
    const found = violations.map(({ from, rule }) => `${rule.name} in ${from}`);
    for (const { rule, file } of planted) expect(found).toContain(`${rule} in ${file}`);

    const plantedFiles = new Set(planted.map(({ file }) => file));
    expect(violations.filter(({ from }) => !plantedFiles.has(from))).toEqual([]);
  } finally {
    rmSync(toy, { recursive: true, force: true });
  }
});

test("each import rule has a planted violation", () => {
  expect(new Set(planted.map(({ rule }) => rule))).toEqual(new Set(ruleNames));
});

test("the import rules read every module of sim, and find it clean", () => {
  const { modules, summary } = cruise(root);
  const read = new Set(modules.map(({ source }) => source));
  const sources = readdirSync(join(root, "sim"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => `sim/${file}`);
  expect(sources.length).toBeGreaterThan(0);
  expect(sources.filter((file) => !read.has(file))).toEqual([]);
  expect(summary.violations.map(({ from, rule }) => `${rule.name} in ${from}`)).toEqual([]);
});

test("npm run check:imports ends with a failure where a rule is broken", () => {
  const toy = mkdtempSync(join(tmpdir(), "cleancut-rules-"));
  try {
    for (const file of [".dependency-cruiser.cjs", "tsconfig.json"]) {
      cpSync(join(root, file), join(toy, file));
    }
    write(toy, "sim/kernel/bad.ts", 'import "../network/link.ts";');
    write(toy, "sim/network/link.ts", "export {};");
    const { status, stdout } = spawnSync("sh", ["-c", checkImports()], {
      cwd: toy,
      encoding: "utf8",
      env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}` },
    });
    expect(stdout).toContain("kernel-stands-alone");
    expect(status).not.toBe(0);
  } finally {
    rmSync(toy, { recursive: true, force: true });
  }
});

function plant(rule: string, file: string, text: string): (typeof planted)[number] {
  return { rule, file, text };
}

function write(folder: string, file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The gate's own command, so that what is tried here is what runs there. */
function checkImports(): string {
  return require(join(root, "package.json")).scripts["check:imports"];
}

function cruise(folder: string): Cruise {
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", `${checkImports()} --output-type json`],
    {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}` },
    },
  );
  if (stdout === "")
    throw new Error(`Cannot read the import rules' answer: exit ${status}, ${stderr}`);
  return JSON.parse(stdout);
}
