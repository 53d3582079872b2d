// The cases that the determinism tests share: each scenario with what makes it interesting, recorded whole.
import { SCENARIOS } from "../../scenarios/index.ts";
import type { Fault } from "../../sim/api/scenario.ts";
import type { Case } from "../../sim/harness/case.ts";

const WHOLE = { "recording.level": "network" };

/** One case by its title. */
export interface TitledCase {
  readonly title: string;
  readonly case: Case;
}

function planOf(scenario: string, plan: string): readonly Fault[] {
  const faults = SCENARIOS.find(({ name }) => name === scenario)?.plans[plan];
  if (faults === undefined) throw new Error(`Cannot find the plan ${plan} of ${scenario}`);
  return faults;
}

function generatedCase(shape: string, faults: readonly Fault[]): Case {
  const scenario = { name: "generated", params: { shape, parallelism: 3 } };
  return { scenario, config: WHOLE, seed: 11, faults };
}

const POWER_LOSS: Fault = {
  what: "power-loss",
  where: "cluster",
  when: { after: { event: "checkpoint-completed", place: "job-master", nth: 1 } },
};

/** Every scenario as it is, and with each of its plans; and some generated jobs. */
export const CASES: readonly TitledCase[] = [
  ...SCENARIOS.flatMap(({ name, plans }) => [
    { title: name, case: { scenario: name, config: WHOLE, seed: 7 } },
    ...Object.keys(plans).map((plan) => ({
      title: `${name} with plan ${plan}`,
      case: { scenario: name, config: WHOLE, seed: 7, faults: planOf(name, plan) },
    })),
  ]),
  { title: "generated two-inputs", case: generatedCase("two-inputs", [POWER_LOSS]) },
  { title: "generated rebalance", case: generatedCase("rebalance", [POWER_LOSS]) },
];
