// What a user's own scenario may leave out.

import type { Scenario } from "./scenario.ts";

/** All of a scenario but its name, its title and its job: no faults, nothing claimed of its output. */
export const SCENARIO_DEFAULTS: Omit<Scenario, "name" | "title" | "build"> = {
  group: "own",
  description: "",
  config: {},
  logs: {},
  faults: [],
  plans: {},
  isConfluent: false,
  endsIn: "FINISHED",
  sometimes: [],
};
