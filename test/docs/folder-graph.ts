// The graph of the folders as dependency-cruiser sees it, for docs/architecture.md: an arrow says "imports". Arrows that
// follow from others are left out. The trace names what others record and run, so two of its arrows are of words only
// and are dotted; one of them goes up, and no arrow is left out for it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./written-text.ts";

interface Cruise {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
}

/** The folders of `sim`, those of the runtime one by one, the door and the scenarios. */
const FOLDERS = [
  "kernel",
  "network",
  "storage",
  "runtime",
  "runtime/state",
  "runtime/checkpoint",
  "runtime/local-recovery",
  "runtime/task",
  "runtime/cluster",
  "connectors",
  "api",
  "index.ts",
  "scenarios",
  "faults",
  "trace",
  "checkers",
  "harness",
  "search",
  "testing",
  "testing.ts",
  "teaching",
  "zoo",
  "node",
  "cli",
];

/** Imports of words alone: events.ts and a type. */
const WORDS = /\/events\.ts$|^sim\/harness\/case\.ts$|^sim\/runtime\/task\/job-graph\.ts$/;

/** The graph as a Mermaid flowchart. */
export function folderGraph(): string {
  const all = arrowsOf(cruise());
  const solid = reduced(all.filter(({ isOfWords }) => !isOfWords));
  const dotted = all.filter(
    ({ from, to, isOfWords }) =>
      isOfWords && (to === "harness" || to === "runtime/cluster") && from === "trace",
  );
  const lines = [
    ...FOLDERS.map((folder) => `  ${idOf(folder)}["${folder}"]`),
    ...solid.map(({ from, to }) => `  ${idOf(from)} --> ${idOf(to)}`),
    ...dotted.map(({ from, to }) => `  ${idOf(from)} -.-> ${idOf(to)}`),
  ];
  return ["```mermaid", "flowchart TD", ...lines, "```"].join("\n");
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly isOfWords: boolean;
}

function arrowsOf({ modules }: Cruise): readonly Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const { source, dependencies } of modules) {
    const from = folderOf(source);
    for (const { resolved } of dependencies) {
      const to = folderOf(resolved);
      if (from === undefined || to === undefined || from === to) continue;
      const key = `${from} ${to}`;
      const isOfWords =
        from === "trace" && WORDS.test(resolved) && arrows.get(key)?.isOfWords !== false;
      arrows.set(key, { from, to, isOfWords });
    }
  }
  return [...arrows.values()].sort(
    (one, other) =>
      FOLDERS.indexOf(one.from) - FOLDERS.indexOf(other.from) ||
      FOLDERS.indexOf(one.to) - FOLDERS.indexOf(other.to),
  );
}

/** The arrows without those that a longer way stands for. */
function reduced(arrows: readonly Arrow[]): readonly Arrow[] {
  return arrows.filter(
    ({ from, to }) =>
      !arrows.some(
        (first) => first.from === from && first.to !== to && reaches(arrows, first.to, to),
      ),
  );
}

function reaches(arrows: readonly Arrow[], from: string, to: string): boolean {
  return arrows.some(
    (arrow) => arrow.from === from && (arrow.to === to || reaches(arrows, arrow.to, to)),
  );
}

function folderOf(path: string): string | undefined {
  return FOLDERS.filter(
    (folder) =>
      path === `sim/${folder}` ||
      path.startsWith(`sim/${folder}/`) ||
      path.startsWith(`${folder}/`),
  ).sort((one, other) => other.length - one.length)[0];
}

function idOf(folder: string): string {
  return folder.replace(/\W/g, "_");
}

function cruise(): Cruise {
  const program = join(root, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");
  const options = ["--config", ".dependency-cruiser.cjs", "--output-type", "json"];
  const { stdout } = spawnSync(process.execPath, [program, ...options, "sim", "scenarios"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout) as Cruise;
}
