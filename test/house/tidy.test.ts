// What no other tool says of our sources. Each ban has its reason and what to write instead; an exemption is a line
// `// tidy-ignore <ban>: <reason>` right above. The linter holds the rest of the bans (lint-rules.test.ts).
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

interface Source {
  readonly path: string;
  readonly text: string;
}

interface Ban {
  readonly id: string;
  readonly pattern: RegExp;
  readonly reason: string;
  readonly instead: string;
  readonly where: RegExp;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const sources = readSources();
const code = sources.filter(({ path }) => /\.(?:ts|mjs|cjs)$/.test(path));
const shipped = code.filter(({ path }) => /^(?:sim|scenarios|viz)\//.test(path));

// All that sim/index.ts reaches, and the scenarios.
const simulated = /^(?:sim\/(?!node\/|cli\/)|scenarios\/)/;

const bans: readonly Ban[] = [
  {
    id: "math",
    pattern: /\bMath\b(?!\.(?:abs|ceil|clz32|floor|fround|imul|max|min|round|sign|trunc)\b)/,
    reason:
      "only these functions of Math are exact on every engine, and taking Math apart hides the others from the lint",
    instead: "integers, ratios, an integer table; call the exact functions as Math.name",
    where: simulated,
  },
  {
    id: "mutable-module",
    pattern: /^(?:export )?(?:let|var) /,
    reason: "two simulations in one process would see each other",
    instead: "a field of an actor, made by its constructor",
    where: simulated,
  },
  {
    id: "mutable-module",
    pattern:
      /^(?:export )?const \w+(?:: [^=]+)? = (?:new (?:Map|Set|WeakMap|WeakSet)(?:<.*>)?\(\)|\[\]|\{\});/,
    reason:
      "an empty collection of a module is there to be filled, and two simulations would see each other",
    instead: "a field of an actor, made by its constructor",
    where: simulated,
  },
  {
    id: "late-import",
    pattern: /\bimport\(/,
    reason: "it answers with a promise, and the bundle cannot hold it",
    instead: "an import at the top, or have the thing handed in",
    where: simulated,
  },
  {
    id: "stack",
    pattern: /\b(?:error|err|cause)\.stack\b/,
    reason: "line numbers and inlining differ between builds, and what is read may reach a trace",
    instead: "error.message",
    where: simulated,
  },
  {
    id: "last-index",
    pattern: /\.lastIndex\b/,
    reason: "a regular expression that remembers is hidden state",
    instead: "matchAll, or a position of your own",
    where: simulated,
  },
  {
    id: "code-from-text",
    pattern: /\b(?:new )?Function\(/,
    reason: "code from text escapes every check, and the page may forbid it",
    instead: "a function",
    where: /./,
  },
  {
    id: "focused-test",
    pattern: /\b(?:test|it|describe)\.(?:only|skip|todo)\b/,
    reason: "a test that does not run says nothing",
    instead: "the test, or no test; skipIf(condition) where a platform lacks something",
    where: /^test\//,
  },
];

describe("bans that the linter cannot express", () => {
  test.each(bans)("$id: $reason", ({ id, pattern, reason, instead, where }) => {
    const found = code
      .filter(({ path }) => where.test(path))
      .flatMap(({ path, text }) => linesWith(pattern, id, text).map((line) => `${path}:${line}`));
    expect(found, `${reason}; write ${instead}`).toEqual([]);
  });

  test.each([
    ["math", "const { random } = Math;"],
    ["math", 'Math["random"]()'],
    ["math", "const m = Math;"],
    ["mutable-module", "let count = 0;"],
    ["mutable-module", "export const cache: Map<string, number> = new Map();"],
    ["mutable-module", "const seen = new Set<string>();"],
    ["late-import", 'const late = import("./late.ts");'],
    ["stack", "report(error.stack);"],
    ["last-index", "pattern.lastIndex = 0;"],
    ["code-from-text", 'new Function("return 1")'],
    ["focused-test", 'test.only("x", () => {});'],
  ])("%s catches: %s", (id, line) => {
    const lines = bans.flatMap((ban) => (ban.id === id ? linesWith(ban.pattern, id, line) : []));
    expect(lines).toEqual([1]);
  });

  test("comments, texts and exemptions with a reason are passed over", () => {
    const text = [
      '// Math.random is banned, and so is "import("',
      'const message = "import(";',
      "/* Function( */",
      "// tidy-ignore late-import: the bundle's loader is the one place that may",
      "const late = import(name);",
    ].join("\n");
    expect(bans.flatMap(({ id, pattern }) => linesWith(pattern, id, text))).toEqual([]);
    expect(
      linesWith(/\bimport\(/, "late-import", "// tidy-ignore late-import:\nimport(name);"),
    ).toEqual([2]);
  });
});

test("the sources are there to be read", () => {
  expect(shipped.length).toBeGreaterThan(0);
});

test("each source file opens with a comment that says what it is", () => {
  const opened = /^(?:#!.*\n)?\/\/ \S/;
  expect(paths(code.filter(({ text }) => !opened.test(text)))).toEqual([]);
});

test("no file is named for being a drawer", () => {
  const drawer = /^(?:types|constants|common|misc|(?:.+-)?(?:utils?|helpers?))$/;
  const stem = (path: string): string => basename(path).replace(/\..*$/, "");
  expect(paths(code.filter(({ path }) => drawer.test(stem(path))))).toEqual([]);
});

test("nothing is put off in a comment", () => {
  const putOff = /\b(?:TO(?:DO)|FIX(?:ME)|XX(?:X)|HA(?:CK))\b/;
  expect(paths(sources.filter(({ text }) => putOff.test(text)))).toEqual([]);
});

test("no absolute path of one machine", () => {
  const absolute = /(?:^|[\s"'`(=:,[])\/(?:work|root|home|Users)\//m;
  expect(paths(sources.filter(({ text }) => absolute.test(text)))).toEqual([]);
});

test("each exemption from a check carries its reason", () => {
  const exemption =
    /(?:@ts-(?:expect-error|ignore|nocheck)|biome-ignore(?:-all|-start)?\s+\S+?:?|tidy-ignore\s+[\w-]+:?|(?:v8|c8|istanbul) ignore(?: (?:next|start|file|if|else))?)(?<rest>[^\n]*)/g;
  const bare = code.flatMap(({ path, text }) =>
    commentsOf(text).flatMap((comment) =>
      [...comment.matchAll(exemption)]
        .filter(({ groups }) => !/[A-Za-z]{2,}(?:\s+\S+){2,}/.test(groups?.["rest"] ?? ""))
        .map(([found]) => `${path}: ${found}`),
    ),
  );
  expect(bare).toEqual([]);
});

test("package.json pins every version, and names none twice", () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Record<"dependencies" | "devDependencies", Record<string, string>>;
  const all = [...Object.entries(dependencies), ...Object.entries(devDependencies)];
  // A package of another's name says whose version it is.
  const pinned = /^(?:npm:[a-z-]+@)?\d+\.\d+\.\d+$/;
  expect(all.filter(([, version]) => !pinned.test(version))).toEqual([]);
  expect(new Set(all.map(([name]) => name)).size).toBe(all.length);
  expect(devDependencies["vitest"]).toBe(devDependencies["@vitest/coverage-v8"]);
});

// npx links to the launcher as it is: without the bit, `npx cleancut` ends with "Permission denied".
test.skipIf(process.platform === "win32")("the launcher and .ci/run may be executed", () => {
  for (const path of ["sim/cli/cleancut.mjs", ".ci/run"]) {
    expect(statSync(join(root, path)).mode & 0o111, path).not.toBe(0);
  }
});

function readSources(): readonly Source[] {
  const folders = ["sim", "scenarios", "viz", "test", "docs", "biome-plugins", ".ci"];
  const inside = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) =>
        join(folder, path),
      ),
    );
  const read = /^(?:\.ts|\.mjs|\.cjs|\.json|\.md|\.grit|\.html|\.css|)$/;
  return [...inside, ...readdirSync(root)]
    .filter((path) => path !== "package-lock.json" && read.test(extname(path)))
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** Line numbers where the pattern is in code: not in comments or quoted text, and not exempted on the line above. */
function linesWith(pattern: RegExp, id: string, text: string): readonly number[] {
  const exempt = new RegExp(`// tidy-ignore ${id}: \\S+`);
  const written = text.split("\n");
  return withoutCommentsAndTexts(text)
    .split("\n")
    .flatMap((line, index) =>
      pattern.test(line) && !exempt.test(written[index - 1] ?? "") ? [index + 1] : [],
    );
}

// A comment or a quoted text, whichever starts first. Templates are kept, with the code inside them.
const commentOrText = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

function withoutCommentsAndTexts(text: string): string {
  return text.replace(commentOrText, (found) =>
    found.replace(/[^\n]/g, found.startsWith("/") ? " " : "_"),
  );
}

function commentsOf(text: string): readonly string[] {
  return [...text.matchAll(commentOrText)]
    .map(([found]) => found)
    .filter((found) => found.startsWith("/"));
}

function paths(found: readonly Source[]): readonly string[] {
  return found.map(({ path }) => path);
}
