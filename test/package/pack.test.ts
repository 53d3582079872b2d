// The package as others get it: packed, installed into an empty project, and walked through there with the page on
// property testing. What the page shows of a report is what was printed; CLEANCUT_WRITE_DOCS=1 writes it anew.
//
// The project gets its packages from this checkout, by overrides, so that nothing is fetched; npm still sees to it that
// each is there only if something declares it.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectWritten, readDocument, root } from "../docs/written-text.ts";

const page = "docs/property-testing.md";

/** Of all that is strict, everything; and no types but those that are imported. */
const COMPILER = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    types: [],
    noEmit: true,
    allowImportingTsExtensions: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noImplicitOverride: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
  },
};

let folder: string;
let project: string;
let tarball: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cleancut-package-"));
  project = join(folder, "project");
  mkdirSync(project);
  npm(root, "pack", "--pack-destination", folder);
  tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  writeFileSync(join(project, "package.json"), JSON.stringify(manifestOfProject()));
  npm(project, "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts");
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(COMPILER));
  for (const [, name = "", body = ""] of files()) writeFileSync(join(project, name), body);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package has what its parts need, and nothing of the tests", () => {
  const packed = execFileSync("tar", ["-tzf", join(folder, tarball)], { encoding: "utf8" })
    .split("\n")
    .map((path) => path.replace(/^package\//, ""));
  expect(packed).toEqual(
    expect.arrayContaining([
      "LICENSE",
      "dist/index.js",
      "dist/testing.js",
      "dist/types/index.d.ts",
      "dist/types/testing.d.ts",
      "docs/case.schema.json",
      "package.json",
      "scenarios/word-count.ts",
      "sim/cli/cleancut.mjs",
      "sim/index.ts",
    ]),
  );
  expect(packed.filter((path) => path.startsWith("test/"))).toEqual([]);
});

test("both doors open onto the same classes", () => {
  const script = `
    import { ScenarioError } from "cleancut";
    import { holds } from "cleancut/testing";
    try { holds({}); } catch (error) { console.log(error instanceof ScenarioError); }`;
  const { stdout, stderr } = run(process.execPath, "--input-type=module", "--eval", script);
  expect(stdout, stderr).toBe("true\n");
});

test("the types are there, for every file of the page", () => {
  // The newest compiler, which this project uses, and the one before it.
  const older = join(root, "node_modules", "typescript", "bin", "tsc");
  for (const compiler of [bin("tsc"), older]) {
    const { status, stdout } = run(compiler, "-p", ".");
    expect(stdout).toBe("");
    expect(status).toBe(0);
  }
});

test("a pipeline's test of three lines passes, and so does all else that is right", () => {
  const { status, stdout } = vitest("pipeline", "own-checker", "own-faults", "drawn");
  expect(stdout).toMatch(/Tests {2}6 passed \(6\)/);
  expect(status).toBe(0);
}, 60_000);

test("a pipeline whose sink commits too early fails, with the minimal plan of the page", () => {
  const { status, stderr } = vitest("early");
  expect(status).toBe(1);
  const report = /FailureReport: ([\s\S]*?--faults plan\.json)$/m.exec(stderr)?.[1] ?? stderr;
  const plan = /^\{\n[\s\S]*?^\}$/m.exec(report)?.[0] ?? "";
  expect((JSON.parse(plan) as { readonly faults: readonly unknown[] }).faults).toHaveLength(1);
  writeFileSync(join(project, "plan.json"), plan);
  const shown = run(bin("cleancut"), "run", "./early-job.ts", "--faults", "plan.json");
  expect(shown.status).toBe(1);
  const verdicts = /^Verdicts\n([\s\S]*?)\n\n/m.exec(shown.stdout)?.[1] ?? "";
  expect(verdicts).toMatch(/^✗ failure-transparency/m);
  const written = readDocument(page)
    .replace(/^```text report\n[\s\S]*?^```$/m, () => `\`\`\`text report\n${report}\n\`\`\``)
    .replace(/^```json plan\.json\n[\s\S]*?^```$/m, () => `\`\`\`json plan.json\n${plan}\n\`\`\``)
    .replace(/^```text verdicts\n[\s\S]*?^```$/m, () => `\`\`\`text verdicts\n${verdicts}\n\`\`\``);
  const isSame = withoutNumbers(written) === withoutNumbers(readDocument(page));
  if (!isSame || process.env["CLEANCUT_WRITE_DOCS"] === "1") expectWritten(page, written);
}, 60_000);

test("cleancut run and cleancut list work there", () => {
  const ran = run(bin("cleancut"), "run", "./pipeline.ts", "--seed", "3", "--json");
  expect(ran.status, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    scenario: "./pipeline.ts",
    jobStatus: "FINISHED",
  });
  const listed = run(bin("cleancut"), "list");
  expect(listed.stdout).toContain("word-count");
}, 60_000);

/** Numbers may differ from engine to engine, words may not. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+(?:\.\d+)?/g, "#").replaceAll(/ +/g, " ");
}

/** The blocks of the page that name a file: text and name. */
function files(): readonly RegExpExecArray[] {
  return [...readDocument(page).matchAll(/^```(?:ts|json) (\S+)\n([\s\S]*?)^```$/gm)];
}

function manifestOfProject(): unknown {
  const { dependencies } = JSON.parse(readDocument("package.json")) as {
    readonly dependencies: { readonly [name: string]: string };
  };
  const linked = (names: readonly string[]): unknown =>
    Object.fromEntries(names.map((name) => [name, `file:${join(root, "node_modules", name)}`]));
  return {
    name: "project",
    private: true,
    type: "module",
    dependencies: { cleancut: `file:${join(folder, tarball)}` },
    devDependencies: linked(["fast-check", "typescript-native", "vitest"]),
    overrides: linked(Object.keys(dependencies)),
  };
}

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, ...words: readonly string[]): Outcome {
  return spawnSync(command, words, {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
  });
}

function vitest(...filters: readonly string[]): Outcome {
  // Other tests have the processor too.
  return run(bin("vitest"), "run", "--testTimeout=60000", ...filters);
}

/** A command that the project's packages brought. */
function bin(name: string): string {
  return join(project, "node_modules", ".bin", name);
}

function npm(cwd: string, ...words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync("npm", words, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${words.join(" ")} failed:\n${stdout}\n${stderr}`);
}
