// The page of one run: its trace, what the checkers say of it, and an engine in which its case can be run on.

import type { Verdict } from "../checkers/checker.ts";
import { scenarioName } from "../harness/case.ts";
import type { Trace } from "../trace/trace.ts";
import { traceLines } from "../trace/trace-file.ts";
import { isJobFile } from "./engine-bundle.ts";
import { engineProgram, pageProgram } from "./page-builder.ts";
import { pageHtml } from "./page-file.ts";
import { sha256 } from "./sha256.ts";

/** The page's HTML. */
export async function replayPage(trace: Trace, verdicts: readonly Verdict[]): Promise<string> {
  const { seed, edits } = trace.header.case;
  const name = scenarioName(trace.header.case);
  const [program, engine] = await Promise.all([
    pageProgram(),
    engineProgram({ edits, jobFile: isJobFile(name) ? name : undefined }),
  ]);
  return pageHtml(program, {
    title: `${name}, seed ${seed} - Cleancut`,
    engine,
    texts: new Map([
      ["trace", [...traceLines(trace, sha256)].join("\n")],
      ["verdicts", JSON.stringify(verdicts)],
    ]),
  });
}

/** The HTML of a page without a run: whoever opens it chooses one. */
export async function labPage(): Promise<string> {
  const [program, engine] = await Promise.all([pageProgram(), engineProgram({ edits: [] })]);
  return pageHtml(program, { title: "Cleancut", engine, texts: new Map() });
}
