// What the pages name is there: every link, every file and type of the architecture and the glossary, every command.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { readDocument, root } from "./written-text.ts";

const PAGES = [
  "README.md",
  "CHANGELOG.md",
  ...filesIn("docs").filter((path) => path.endsWith(".md")),
];
/** Pages whose every word in code type that looks like one of our names must be one. */
const MAPS = ["docs/architecture.md", "docs/glossary.md"];

const sources = ["sim", "scenarios", "viz", "test", "biome-plugins", "docs"].flatMap(filesIn);
/** Everything that the code declares: types, functions, constants, methods and fields. */
const declared = new Set(
  sources
    .filter((path) => /^(?:sim|scenarios|viz|test)\/.*\.(?:ts|mjs)$/.test(path))
    .flatMap((path) => [
      ...readDocument(path).matchAll(
        /(?:class|interface|type|const|function\*?|readonly) (\w+)|^ {2}\*?(?:static )?(\w+)[(<]/gm,
      ),
    ])
    .map(([, name, method]) => name ?? method),
);

test.each(PAGES)("%s: every link leads somewhere", (page) => {
  const links = [...readDocument(page).matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
    .map(([, link, source]) => link ?? source ?? "")
    .filter((link) => !/^[a-z]+:/.test(link));
  const broken = links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(readDocument(target)).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test.each([...MAPS, "docs/determinism.md"])("%s: every file it names is there", (page) => {
  const named = wordsOf(page).filter((word) =>
    /^[\w./-]+\.(?:ts|mjs|cjs|json|md|grit)$/.test(word),
  );
  const missing = named.filter(
    (name) =>
      !existsSync(join(root, name)) && !sources.some((path) => `/${path}`.endsWith(`/${name}`)),
  );
  expect(missing).toEqual([]);
  const folders = wordsOf(page).filter((word) =>
    /^(?:sim|scenarios|viz|test|docs)\/[\w/-]+$/.test(word),
  );
  expect(folders.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
});

test.each(MAPS)("%s: every type and function it names is there", (page) => {
  const named = wordsOf(page).filter((word) =>
    /^(?:[A-Z]+[a-z]\w*|[A-Z]{3,}|[a-z]+[A-Z]\w*)$/.test(word),
  );
  const missing = named.filter((name) => !isOurs(name) && !isOfFlink(page, name));
  expect(missing).toEqual([]);
});

test.each(PAGES)("%s: every command it shows can be given", (page) => {
  const commands = [...readDocument(page).matchAll(/npx cleancut ([^\n`]+)/g)].map(
    ([, words = ""]) => words,
  );
  const scripts = Object.keys(manifest().scripts);
  const npm = [...readDocument(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
  expect(npm.filter((name) => !scripts.includes(name))).toEqual([]);
  expect(commands.flatMap((words) => problemsOf(words.split(/\s+/)))).toEqual([]);
});

test("npm start runs a scenario and a plan that are there", () => {
  const [, words = ""] = /cleancut\.mjs (.*)/.exec(manifest().scripts["start"] ?? "") ?? [];
  expect(problemsOf(words.split(" "))).toEqual([]);
});

/** What is wrong with a command of ours: its name, the scenario or the plan. */
function problemsOf(words: readonly string[]): readonly string[] {
  const [command = "", target = ""] = words;
  const commands = filesIn("sim/cli").flatMap((path) => /(\w+)-command\.ts$/.exec(path)?.[1] ?? []);
  if (command.startsWith("-") || command.startsWith("<")) return [];
  if (!commands.includes(command)) return [`there is no command ${command}`];
  if (!["run", "sweep"].includes(command) || /^<|\.(?:json|ts)$/.test(target)) return [];
  const scenario = SCENARIOS.find(({ name }) => name === target);
  if (scenario === undefined) return [`there is no scenario ${target}`];
  const plan = words[words.indexOf("--faults") + 1] ?? "";
  const isKnown = plan === "none" || plan.endsWith(".json") || plan in scenario.plans;
  return !words.includes("--faults") || isKnown ? [] : [`${target} has no plan ${plan}`];
}

/** Words in code type, without what is called on them: `foo(...)` counts as foo. */
function wordsOf(page: string): readonly string[] {
  const text = readDocument(page).replaceAll(/```[\s\S]*?```/g, "");
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, word = ""]) => word.replace(/\(.*\)$/, ""));
}

function isOurs(name: string): boolean {
  return declared.has(name);
}

/** The second column of the glossary has Flink's names, which need not be ours. */
function isOfFlink(page: string, name: string): boolean {
  if (page !== "docs/glossary.md") return false;
  const lines = readDocument(page).split("\n");
  return lines.some((line) => (line.split("|")[2] ?? "").includes(`\`${name}\``));
}

/** The anchors that headings get. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}

function manifest(): { readonly scripts: { readonly [name: string]: string } } {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) =>
    `${folder}/${path}`.replaceAll("\\", "/"),
  );
}
