// `cleancut bench`: measures the figures of docs/performance.md on this machine, on the bundle.

import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import type * as bench from "../node/bench.ts";
import { bundle } from "../node/bundler.ts";
import { RequestError } from "../node/request-error.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { listenForInterruption } from "./interruption.ts";
import { print, printJson, tell } from "./terminal.ts";

/** Adds the command to the program. */
export function addBenchCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("bench")
    .description("measure how fast the simulator is on this machine (about a minute)")
    .option("--only <prefix>", "only the figures whose name begins so, such as kernel/hold")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (options: { readonly only?: string; readonly json?: true }) => {
      const figures: bench.Figure[] = [];
      const interruption = listenForInterruption();
      for await (const figure of (await loadBench()).measure(options.only)) {
        figures.push(figure);
        if (options.json === true) tell(figureLine(figure));
        else print(figureLine(figure));
        if (interruption.isRequested) break;
      }
      interruption.release();
      if (figures.length === 0) {
        throw new RequestError(
          `Cannot measure "${options.only}": no figure's name begins so, there are kernel/, engine/, reference-job/, cost-per-record/, trace/`,
        );
      }
      if (options.json === true) printJson({ figures });
      end(interruption.isRequested ? EXIT_CODE.unfinished : EXIT_CODE.held);
    });
}

const EXAMPLES = `
Examples:
  cleancut bench
  cleancut bench --json > figures.json
  cleancut bench --only kernel/hold`;

async function loadBench(): Promise<typeof bench> {
  const entry = 'export * from "./sim/node/bench.ts";';
  const path = await bundle({ entry, platform: "node" });
  return import(pathToFileURL(path).href);
}

function figureLine({ name, value, unit }: bench.Figure): string {
  return `${name.padEnd(44)} ${String(value).padStart(10)} ${unit}`;
}
