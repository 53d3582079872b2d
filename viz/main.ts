// The page's entry: unpacks what its file carries and starts.

import type { Verdict } from "../sim/harness/bundle.ts";
import { portableSha256 } from "../sim/harness/portable-sha256.ts";
import type { Trace } from "../sim/trace/trace.ts";
import { linesOf, verifyChain } from "../sim/trace/trace-file.ts";
import { embeddedText } from "./embedded.ts";
import { PAGE_EXPORTS } from "./export/page-exports.ts";
import { startEngine } from "./lab/worker-engine.ts";
import { LESSONS } from "./lessons/all-lessons.ts";
import { startPage } from "./page/start-page.ts";

/** The embedded run; undefined for a page without one. */
async function embeddedRun(): Promise<
  { readonly trace: Trace; readonly verdicts: readonly Verdict[] } | undefined
> {
  const [text, verdicts] = await Promise.all([embeddedText("trace"), embeddedText("verdicts")]);
  if (text === undefined || verdicts === undefined) return undefined;
  const read = verifyChain(linesOf(text), portableSha256);
  if (read.kind === "tampered") {
    throw new Error(`This page's file was changed since it was made: ${read.reason}`);
  }
  return { trace: read.trace, verdicts: JSON.parse(verdicts) };
}

/** Shows the run as soon as it is there; the engine, which is only needed later, starts meanwhile. */
async function start(root: HTMLElement): Promise<void> {
  const program = embeddedText("engine").then((text) => {
    if (text === undefined) throw new Error("This page's file carries no engine");
    return text;
  });
  const engine = startEngine(program);
  const data = { run: await embeddedRun(), lessons: LESSONS, engine };
  startPage({ root, data, exports: PAGE_EXPORTS });
}

const root = document.getElementById("root");
if (root !== null) {
  start(root).catch((error: unknown) => {
    root.textContent = error instanceof Error ? error.message : String(error);
  });
}
