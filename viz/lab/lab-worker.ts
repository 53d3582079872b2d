// The worker's side of the lab: the engine, its checkers and all scenarios, run on request. It is the same code that
// runs in Node; only the SHA-256 is another, equal one.

import {
  type Case,
  portableSha256,
  Runner,
  type ScenarioFamilies,
  traceOfRun,
} from "../../sim/harness/bundle.ts";
import type { Scenario } from "../../sim/index.ts";
import type { LabAnswer, LabRequest } from "./lab-messages.ts";

/** What a worker's engine is made of. */
export interface LabOptions {
  /** The engine's version, for headers of traces. */
  readonly engine: string;
  /** Ids of the zoo's edits it was built with. */
  readonly edits: readonly string[];
  readonly scenarios: readonly Scenario[];
  readonly families: ScenarioFamilies;
}

/** Tells the page what can be run, and runs what it asks for. */
export function serveLab({ engine, edits, scenarios, families }: LabOptions): void {
  const runner = new Runner(scenarios, portableSha256, { families });
  const answer = (message: LabAnswer): void => postMessage(message);
  const answerTo = ({ id, request }: LabRequest): LabAnswer => {
    try {
      requireSameEdits(request, edits);
      const { run, verdicts } = runner.runChecked(runner.prepare(recordedFully(request)));
      const trace = traceOfRun(run, { engine, runtime: "browser" });
      if (trace === undefined) throw new Error("Cannot show a run whose recording is off");
      return { kind: "ran", id, run: { trace, verdicts } };
    } catch (error) {
      return { kind: "refused", id, sentence: error instanceof Error ? error.message : `${error}` };
    }
  };
  addEventListener("message", ({ data }: MessageEvent<LabRequest>) => answer(answerTo(data)));
  answer({
    kind: "ready",
    scenarios: scenarios.map(({ name, title, description, plans }) => ({
      name,
      title,
      description,
      plans: Object.keys(plans),
    })),
  });
}

/** As on the command line: unless the case says otherwise, all that can be seen is recorded. */
function recordedFully(request: Case): Case {
  return { ...request, config: { "recording.level": "network", ...request.config } };
}

function requireSameEdits({ edits = [] }: Case, built: readonly string[]): void {
  if (edits.join() === built.join()) return;
  const has = built.length === 0 ? "none" : built.join(", ");
  throw new Error(
    `Cannot run the case in this page: it asks for the edits ${edits.join(", ") || "none"}, this page's engine has ${has}`,
  );
}
