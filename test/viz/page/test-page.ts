// A page without a browser: the controller with the real engine behind it, run here instead of in a worker.

import { FaultPlanError } from "../../../sim/faults/fault-plan.ts";
import type { Case } from "../../../sim/harness/case.ts";
import { CaseError } from "../../../sim/harness/case-schema.ts";
import { ScenarioError } from "../../../sim/index.ts";
import { CaseRefusal, type LabEngine, type LabRun } from "../../../viz/lab/lab-engine.ts";
import { LESSONS } from "../../../viz/lessons/all-lessons.ts";
import { PageController } from "../../../viz/page/page-controller.ts";
import type { PageData } from "../../../viz/page/page-data.ts";
import { PageStore } from "../../../viz/page/page-state.ts";
import { traceOf } from "./traces.ts";

/** Runs a case; nothing judges it, as the page's parts tested here do not ask. */
function labRun(request: Case): LabRun {
  return { trace: traceOf(request), verdicts: [] };
}

/** The engine, in this thread. */
const engine: LabEngine = {
  scenarios: async () => [{ name: "word-count", title: "word-count", description: "", plans: [] }],
  run: async (request) => {
    try {
      return labRun(request);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw new CaseRefusal(error.message);
    }
  },
};

/** A page about a short run without faults. */
export function testPage(): PageController {
  return new PageController({ ...WITHOUT_ENGINE, engine }, new PageStore());
}

/** The same, in which nothing else can be run. */
export function testPageWithoutEngine(): PageController {
  return new PageController(WITHOUT_ENGINE, new PageStore());
}

/** The run that test pages are about. */
export const ORIGINAL: LabRun = labRun({ scenario: "word-count", seed: 7, faults: [] });

const WITHOUT_ENGINE: PageData = { run: ORIGINAL, lessons: LESSONS };

function isRefusal(error: unknown): error is Error {
  return (
    error instanceof CaseError || error instanceof ScenarioError || error instanceof FaultPlanError
  );
}
