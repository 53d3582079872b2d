// `cleancut replay`: a trace as one HTML file that opens from disk, with the engine inside.

import type { Command } from "commander";
import { checkedCase } from "../node/case-file.ts";
import { replayPage } from "../node/replay-page.ts";
import { readIntact } from "../node/trace-recording.ts";
import { requireOutput, writeWhole } from "../node/whole-file.ts";
import type { Trace } from "../trace/trace.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { engineFor } from "./run-request.ts";
import { print, printJson, tell } from "./terminal.ts";

interface Options {
  readonly out?: string;
  readonly json?: true;
}

/** Adds the command to the program. */
export function addReplayCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("replay")
    .description("write a trace as one HTML page that opens from disk, with the engine inside")
    .argument("<trace>", "the trace's .jsonl file")
    .option("--out <page.html>", "where to write the page (default: beside the trace)")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: Options) => {
      const out = options.out ?? path.replace(/(\.jsonl)?$/, ".html");
      requireOutput(out, path);
      const { html, trace } = await replayOf(path);
      writeWhole(out, html);
      const { events, digest } = trace.footer;
      if (options.json === true) printJson({ trace: path, page: out, events, digest });
      else print(`${out}: ${events} events, digest ${digest.slice(0, 16)}. Open it in a browser.`);
      end(EXIT_CODE.held);
    });
}

const EXAMPLES = `
Examples:
  cleancut run word-count --seed 7 --trace seven.jsonl
  cleancut replay seven.jsonl --out seven.html`;

async function replayOf(path: string): Promise<{ readonly html: string; readonly trace: Trace }> {
  const trace = readIntact(path, "replay");
  const request = checkedCase(trace.header.case, `case in the header of ${path}`);
  const { runner } = await engineFor(request);
  const run = runner.run(runner.prepare(request));
  const isSame = run.digest === trace.footer.digest;
  if (!isSame) {
    tell(
      `${path} is not what running its case comes to here: it is a beginning, or another engine's. The page shows it without verdicts.`,
    );
  }
  const verdicts = isSame ? runner.judge(run).verdicts : [];
  return { html: await replayPage(trace, verdicts), trace };
}
