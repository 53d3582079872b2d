// Builds what every page is made of: the views as one classic script with one style sheet (vite), and the engine as
// the program of the page's worker (the bundler that builds every other engine). An installed package has neither
// vite nor the views' sources: it carries both built.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundle, ROOT } from "./bundler.ts";
import type { PageProgram } from "./page-file.ts";
import { RequestError } from "./request-error.ts";
import { ENGINE_VERSION } from "./trace-recording.ts";
import { writeWhole } from "./whole-file.ts";
import { editsOf } from "./zoo-edits.ts";

/** Which engine a page is to have. */
export interface PageEngine {
  /** Ids of the zoo's bugs. */
  readonly edits: readonly string[];
  /** A job's file, whose scenario joins the others under the path as given. */
  readonly jobFile?: string | undefined;
}

/** The views, built or carried. */
export function pageProgram(): Promise<PageProgram> {
  return programOf("page");
}

/** The views of a comparison, built or carried. */
export function comparisonProgram(): Promise<PageProgram> {
  return programOf("comparison");
}

/** The program of the worker in which the page runs the engine. Throws a {@link RequestError} if it cannot be built. */
export async function engineProgram({ edits, jobFile }: PageEngine): Promise<string> {
  if (!existsSync(VIEWS)) {
    const missing = [...edits, ...(jobFile === undefined ? [] : [jobFile])];
    if (missing.length > 0) {
      throw new RequestError(
        `Cannot build a page with ${missing.join(", ")}: an installed package has only the engine as it is`,
      );
    }
    return readFileSync(join(CARRIED, "engine.js"), "utf8");
  }
  const options = JSON.stringify({ engine: ENGINE_VERSION, edits });
  const entry = [
    'import { FAMILIES, SCENARIOS } from "./scenarios/index.ts";',
    'import { jobScenario } from "./sim/harness/job-scenario.ts";',
    'import { serveLab } from "./viz/lab/lab-worker.ts";',
    jobFile === undefined
      ? "const jobs = [];"
      : `import * as JOB_FILE from ${JSON.stringify(resolve(jobFile))};
         const jobs = [jobScenario(JOB_FILE, ${JSON.stringify(jobFile)})];`,
    `serveLab({ ...${options}, scenarios: [...SCENARIOS, ...jobs], families: FAMILIES });`,
  ].join("\n");
  const path = await bundle({ entry, platform: "neutral", edits: editsOf(edits) });
  return readFileSync(path, "utf8");
}

/** Writes what an installed package carries. */
export async function carryPage(): Promise<void> {
  mkdirSync(CARRIED, { recursive: true });
  for (const name of Object.keys(ENTRIES) as readonly ProgramName[]) {
    const { script, style } = await builtProgram(name);
    writeWhole(join(CARRIED, `${name}.js`), script);
    writeWhole(join(CARRIED, `${name}.css`), style);
  }
  writeWhole(join(CARRIED, "engine.js"), await engineProgram({ edits: [] }));
}

const VIEWS = join(ROOT, "viz");
const CARRIED = join(ROOT, "dist", "page");

/** Where the programs of the pages start. */
const ENTRIES = {
  page: join(VIEWS, "main.ts"),
  comparison: join(VIEWS, "comparison", "main.ts"),
} as const;

type ProgramName = keyof typeof ENTRIES;

async function programOf(name: ProgramName): Promise<PageProgram> {
  return existsSync(VIEWS) ? await builtProgram(name) : carriedProgram(name);
}

const building = new Map<ProgramName, Promise<PageProgram>>();

/** Once a process: building takes a second, and a gallery asks for it once a scenario. */
function builtProgram(name: ProgramName): Promise<PageProgram> {
  const begun =
    building.get(name) ??
    import("./views-builder.ts").then(({ buildViews }) => buildViews(ENTRIES[name]));
  building.set(name, begun);
  return begun;
}

function carriedProgram(name: ProgramName): PageProgram {
  const part = (ending: string): string => readFileSync(join(CARRIED, `${name}.${ending}`), "utf8");
  return { script: part("js"), style: part("css") };
}
