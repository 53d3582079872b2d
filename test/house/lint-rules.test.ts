// The linter's bans bite: each is tried with a line that breaks it, in an engine folder, with the project's own
// biome.json. The first is the canary of docs/determinism.md: an operator that reads the clock.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

interface Diagnostic {
  readonly severity: string;
  readonly message: string;
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);

/** [rule, or the start of a plugin's message; a line that breaks it]. */
const bannedInEngine: readonly (readonly [string, string])[] = [
  ["lint/style/noRestrictedGlobals", "export const now = Date.now();"],
  ["lint/style/noRestrictedGlobals", "export const today = new Date();"],
  ["lint/style/noRestrictedGlobals", "export const tick = performance.now();"],
  ["lint/style/noRestrictedGlobals", "setTimeout(() => {}, 1);"],
  ["lint/style/noRestrictedGlobals", "setInterval(() => {}, 1);"],
  ["lint/style/noRestrictedGlobals", "setImmediate(() => {});"],
  ["lint/style/noRestrictedGlobals", "queueMicrotask(() => {});"],
  ["lint/style/noRestrictedGlobals", 'export const order = new Intl.Collator("en");'],
  ["lint/style/noRestrictedGlobals", "export const weak = new WeakRef({});"],
  ["lint/style/noRestrictedGlobals", "export const last = new FinalizationRegistry(() => {});"],
  ["lint/style/noRestrictedGlobals", "export const copy = structuredClone({});"],
  ["lint/style/noRestrictedGlobals", "export const id = crypto.randomUUID();"],
  ["lint/style/noRestrictedGlobals", "export const home = process.env;"],
  ["lint/style/noRestrictedGlobals", "export const around = globalThis.Date;"],
  ["lint/style/noRestrictedGlobals", 'console.log("seen");'],
  ["lint/correctness/noNodejsModules", 'import "node:fs";'],
  ["lint/suspicious/noForIn", "for (const key in {}) String(key);"],
  ["Math.random is not repeatable", "export const chance = Math.random();"],
  ...["sin", "cos", "tan", "exp", "expm1", "log", "log2", "log10", "log1p"].map(approximated),
  ...["pow", "sqrt", "cbrt", "hypot", "sinh", "cosh", "tanh", "atan2"].map(approximated),
  ["A computed power is approximated", "export const power = (n: number): number => 2 ** n;"],
  ["localeCompare depends on locale", 'export const after = "a".localeCompare("b");'],
  ["The toLocale methods depend", "export const shown = (12).toLocaleString();"],
  ["Sorting without a comparator", "export const sorted = [10, 2].sort();"],
  ["Sorting without a comparator", "export const sortedCopy = [10, 2].toSorted();"],
  ["Promises order themselves", "export const later = Promise.resolve(1);"],
  ["The engine has no async functions", "export async function f() {}"],
  ["The engine has no async functions", "export const f = async () => 1;"],
  ["The engine has no async functions", "export const o = { async f() {} };"],
  ["The engine has no async functions", "export class C { static async f() {} }"],
  ["The engine has no async functions", "export const f = async function* () {};"],
  ["The engine never awaits", "export const f = async () => await 1;"],
  [
    "The engine never awaits",
    "export const f = async () => { for await (const x of []) String(x); };",
  ],
];

/** Bans of style, everywhere. */
const bannedEverywhere: readonly (readonly [string, string])[] = [
  ["lint/style/noEnum", "export enum Colour { Red }"],
  ["lint/style/noDefaultExport", "export default 1;"],
  ["lint/style/noNonNullAssertion", "export const first = (list: number[]): number => list[0]!;"],
  ["lint/style/noParameterProperties", "export class C { constructor(readonly x: number) {} }"],
  ["lint/style/useImportType", 'import { Other } from "./other.ts"; export type Mine = Other;'],
  ["lint/suspicious/noExplicitAny", "export const f = (value: any): string => String(value);"],
  ["lint/correctness/useImportExtensions", 'import "./other";'],
  ["lint/performance/noBarrelFile", 'export { other } from "./other.ts";'],
  ["lint/performance/noReExportAll", 'export * from "./other.ts";'],
  [
    "lint/nursery/noFloatingPromises",
    "async function f(): Promise<void> {} export const g = (): void => { f(); };",
  ],
  [
    "lint/nursery/useExhaustiveSwitchCases",
    'export const f = (x: "a" | "b"): void => { switch (x) { case "a": String(x); } };',
  ],
];

const fine = [
  "export const whole = Math.floor(Math.imul(3, 5) / 2);",
  "export const limit = 2 ** 53;",
  "export const sorted = [10, 2].sort((left, right) => left - right);",
  "export function* waits(): Generator<number, void, void> { yield 1; }",
].join("\n");

let folder = "";
let diagnostics: readonly Diagnostic[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cleancut-lint-"));
  for (const file of ["biome.json", "biome-plugins", ".gitignore"]) {
    cpSync(join(root, file), join(folder, file), { recursive: true });
  }
  for (const [index, [, line]] of bannedInEngine.entries()) {
    write(`sim/runtime/banned-${index}.ts`, line);
    write(`scenarios/banned-${index}.ts`, line);
    write(`sim/cli/free-${index}.ts`, line);
  }
  for (const [index, [, line]] of bannedEverywhere.entries()) {
    write(`sim/cli/style-${index}.ts`, line);
  }
  write("sim/runtime/fine.ts", fine);
  write("sim/runtime/camelCase.ts", fine);
  write("sim/cli/other.ts", "export type Other = 1;\nexport const other = 1;");
  write("sim/index.ts", 'export { other } from "./cli/other.ts";');
  write("sim/kernel/event-queue.ts", "export const first = (list: number[]): number => list[0]!;");
  write("sim/search/sweep.ts", "export const f = async (): Promise<number> => await 1;");
  write("sim/search/clock.ts", "export const f = (): number => Date.now();");
  diagnostics = lint();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("an operator that reads the clock is caught by the lint", () => {
  expect(found("sim/runtime/banned-0.ts")).toContain("lint/style/noRestrictedGlobals");
});

test.each(bannedInEngine.map(([rule, line], index) => ({ rule, line, index })))(
  "the engine and the scenarios may not say: $line",
  ({ rule, index }) => {
    expect(found(`sim/runtime/banned-${index}.ts`)).toContainEqual(expect.stringContaining(rule));
    expect(found(`scenarios/banned-${index}.ts`)).toContainEqual(expect.stringContaining(rule));
  },
);

test("the command line may read the clock, wait and use Node", () => {
  const rules = new Set(
    bannedInEngine.map(([rule]) => rule).filter((rule) => !rule.includes("noForIn")),
  );
  const caught = bannedInEngine.flatMap((_, index) => found(`sim/cli/free-${index}.ts`));
  expect(caught.filter((rule) => [...rules].some((banned) => rule.includes(banned)))).toEqual([]);
});

test.each(bannedEverywhere.map(([rule, line], index) => ({ rule, line, index })))(
  "no file may say: $line",
  ({ rule, index }) => {
    expect(found(`sim/cli/style-${index}.ts`)).toContain(rule);
  },
);

test("file names are kebab-case", () => {
  expect(found("sim/runtime/camelCase.ts")).toContain("lint/style/useFilenamingConvention");
});

test("what is allowed is not reported: integers, literal powers, comparators, generators", () => {
  expect(found("sim/runtime/fine.ts")).toEqual([]);
});

test("the exemptions hold: the doors re-export, the queue asserts, a search waits but reads no clock", () => {
  expect(found("sim/index.ts")).not.toContain("lint/performance/noBarrelFile");
  expect(found("sim/kernel/event-queue.ts")).toEqual([]);
  expect(found("sim/search/sweep.ts")).toEqual([]);
  expect(found("sim/search/clock.ts")).toContain("lint/style/noRestrictedGlobals");
});

test("a lint exemption without a reason is itself an error", () => {
  write("sim/runtime/exempt.ts", "// biome-ignore lint/style/noEnum:\nexport enum Colour { Red }");
  expect(lint("sim/runtime/exempt.ts").map(({ category }) => category)).toContain(
    "suppressions/parse",
  );
});

function approximated(name: string): readonly [string, string] {
  return ["This function is approximated", `export const value = Math.${name}(1, 2);`];
}

function write(file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
}

function lint(path = "."): readonly Diagnostic[] {
  const biome = require.resolve("@biomejs/biome/bin/biome");
  const options = ["lint", "--max-diagnostics=none", "--reporter=json", path];
  const { stdout, stderr } = spawnSync(process.execPath, [biome, ...options], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (stdout === "") throw new Error(`Cannot read the linter's answer: ${stderr}`);
  return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
}

/** What was reported of a file: rules by name, plugins by message. */
function found(file: string): readonly string[] {
  return diagnostics
    .filter(({ location }) => location.path.endsWith(file))
    .map(({ category, message }) => (category === "plugin" ? message : category));
}
