// `cleancut lab`: the page with the engine inside, served on this machine. Also `--out`, as a file to hand on.

import type { Command } from "commander";
import { serveLabPage } from "../node/lab-server.ts";
import { labPage } from "../node/replay-page.ts";
import { writeWhole } from "../node/whole-file.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { wholeNumber } from "./option-values.ts";
import { print } from "./terminal.ts";

interface Options {
  readonly port: number;
  readonly out?: string;
}

/** Adds the command to the program. */
export function addLabCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("lab")
    .description("serve the live lab on this machine: run, crash and step through any scenario")
    .option("--port <n>", "the port; 0 takes a free one", wholeNumber("--port", 0, 65_535), 4173)
    .option("--out <lab.html>", "write the lab as one file that opens from disk, and serve nothing")
    .addHelpText("after", EXAMPLES)
    .action(async ({ port, out }: Options) => {
      const html = await labPage();
      if (out === undefined) await serve(html, port);
      else {
        writeWhole(out, html);
        print(`${out}: open it in a browser.`);
      }
      end(EXIT_CODE.held);
    });
}

const EXAMPLES = `
Examples:
  cleancut lab
  cleancut lab --port 0
  cleancut lab --out lab.html

Stop it with Ctrl-C.`;

/** Serves until Ctrl-C. */
async function serve(html: string, port: number): Promise<void> {
  const server = await serveLabPage(html, port);
  print(`The lab is at ${server.url} (Ctrl-C stops it)`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  server.close();
}
