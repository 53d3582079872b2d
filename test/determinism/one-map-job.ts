// The smallest job around one map, for tests of what a user's function may do.
import { ScenarioError } from "../../sim/api/graph-builder.ts";
import type { Scenario } from "../../sim/api/scenario.ts";
import { StreamExecutionEnvironment } from "../../sim/api/stream-execution-environment.ts";
import type { PreparedJob } from "../../sim/harness/prepared-job.ts";
import { prepareJob } from "../../sim/harness/prepared-job.ts";
import { type Run, run } from "../../sim/harness/run.ts";
import { sha256 } from "../../sim/node/sha256.ts";

/** A job that maps a few elements with `mapper`, in an operator called `suspect`. */
export function oneMapJob(mapper: (value: string) => unknown): PreparedJob {
  const scenario: Scenario = {
    name: "one-map",
    title: "one map",
    group: "tests",
    description: "One map between elements and a printer.",
    build: () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment();
      env.fromElements("a", "b", "c").map(mapper).name("suspect").print();
      return env.execute("one-map");
    },
    // A function that only fails ends the job at once.
    config: { "restart-strategy.type": "none" },
    logs: {},
    faults: [],
    plans: {},
    isConfluent: true,
    endsIn: "FINISHED",
    sometimes: [],
  };
  return prepareJob(scenario, { scenario: "one-map" });
}

/** Runs {@link oneMapJob}. */
export function runOneMap(mapper: (value: string) => unknown): Run {
  return run(oneMapJob(mapper), { sha256 });
}

/** What a run of {@link oneMapJob} throws. */
export function refusalOf(mapper: (value: string) => unknown): Error {
  try {
    runOneMap(mapper);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new ScenarioError("Cannot give the refusal: the run was not refused");
}
