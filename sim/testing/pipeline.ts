// A pipeline as its author has it: a program, with as much of a scenario around it as it needs.

import { ScenarioError } from "../api/graph-builder.ts";
import type { Scenario } from "../api/scenario.ts";
import { SCENARIO_DEFAULTS } from "../api/scenario-defaults.ts";

/** A scenario of which only `build` must be there. */
export type Pipeline = Pick<Scenario, "build"> & Partial<Scenario>;

/** The scenario that a pipeline stands for. Throws {@link ScenarioError} for a value that builds nothing. */
export function scenarioOf(pipeline: Pipeline): Scenario {
  // Checked here too: those who write tests in JavaScript have no types to tell them.
  if (typeof pipeline.build !== "function") {
    throw new ScenarioError(
      "Cannot test the pipeline: found no build() in it, expected a function that returns an environment",
    );
  }
  return {
    name: "pipeline",
    title: "",
    ...SCENARIO_DEFAULTS,
    ...pipeline,
  };
}
