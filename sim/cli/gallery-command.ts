// `cleancut gallery`: a folder with one replay page a scenario, and a page that lists them. It opens from disk, so
// that a class can be given the folder.

import { join } from "node:path";
import type { Command } from "commander";
import type { Scenario } from "../api/scenario.ts";
import { loadEngine } from "../node/engine-bundle.ts";
import { type GalleryEntry, galleryHtml } from "../node/gallery-page.ts";
import type { LoadedEngine } from "../node/loaded-engine.ts";
import { replayPage } from "../node/replay-page.ts";
import { RequestError } from "../node/request-error.ts";
import { traceOf } from "../node/trace-recording.ts";
import { writeWhole } from "../node/whole-file.ts";
import { nearest } from "../runtime/configuration.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { listenForInterruption } from "./interruption.ts";
import { wholeNumber } from "./option-values.ts";
import { print } from "./terminal.ts";

interface Options {
  readonly out: string;
  readonly seed: number;
}

/** Adds the command to the program. */
export function addGalleryCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("gallery")
    .description("write a folder with one replay page a scenario, and a page that lists them")
    .argument("[scenario...]", "the scenarios, all of them without")
    .option("--out <folder>", "the folder", "gallery")
    .option("--seed <n>", "the seed of all runs", wholeNumber("--seed", 0), 7)
    .addHelpText("after", EXAMPLES)
    .action(async (names: readonly string[], options: Options) => {
      end(await writeGallery(names, options));
    });
}

const EXAMPLES = `
Examples:
  cleancut gallery
  cleancut gallery --out class --seed 42
  cleancut gallery word-count bank`;

async function writeGallery(names: readonly string[], { out, seed }: Options): Promise<ExitCode> {
  const engine = await loadEngine();
  const scenarios = chosenScenarios(names, engine.SCENARIOS);
  const interruption = listenForInterruption();
  const entries: GalleryEntry[] = [];
  try {
    for (const scenario of scenarios) {
      if (interruption.isRequested) break;
      const entry = await writeReplay(engine, scenario, { out, seed });
      entries.push(entry);
      print(`${join(out, entry.file)}: ${entry.events} events`);
      // Lets Ctrl-C in between two pages.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    interruption.release();
  }
  const index = join(out, "index.html");
  writeWhole(index, galleryHtml(entries, seed));
  print(`${index}: ${entries.length} scenarios. Open it in a browser.`);
  return interruption.isRequested ? EXIT_CODE.unfinished : EXIT_CODE.held;
}

/** The scenarios of these names, in the order of lists; all of them for no name. */
function chosenScenarios(names: readonly string[], all: readonly Scenario[]): readonly Scenario[] {
  const known = all.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RequestError(
      `Cannot make a page of "${unknown}": no such scenario, the nearest is "${nearest(unknown, known)}"`,
    );
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

/** Runs a scenario, under its first fault plan if it has one, and writes its page. */
async function writeReplay(
  { runner }: LoadedEngine,
  scenario: Scenario,
  { out, seed }: Options,
): Promise<GalleryEntry> {
  const { name, title, description, plans } = scenario;
  const [plan] = Object.entries(plans);
  const job = runner.prepare({
    scenario: name,
    seed,
    config: { "recording.level": "network" },
    ...(plan === undefined ? {} : { faults: plan[1] }),
  });
  const { run, verdicts } = runner.runChecked(job);
  const trace = traceOf(run);
  if (trace === undefined) throw new Error(`A run of ${name} with recording on left no trace`);
  const file = `${name}.html`;
  writeWhole(join(out, file), await replayPage(trace, verdicts));
  return { file, name, title, description, plan: plan?.[0], events: trace.footer.events };
}
