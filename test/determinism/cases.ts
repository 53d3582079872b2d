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

function generatedCase(shape: string, faults: readonly Fault[]): Case {
  const scenario = { name: "generated", params: { shape, parallelism: 3 } };
  return { scenario, config: WHOLE, seed: 11, faults };
}

const POWER_LOSS: Fault = {
  what: "power-loss",
  where: "cluster",
  when: { after: { event: "checkpoint-completed", place: "job-master", nth: 1 } },
};

/** A few that show what there is to show: crashes, a failing job, two sources, state of an operator's own. */
export const CASES: readonly TitledCase[] = [
  ...["listing", "word-count", "failing-job"].map(asItIs),
  withPlan("listing", "crash-later"),
  withPlan("word-count", "crash"),
  { title: "generated two-inputs", case: generatedCase("two-inputs", [POWER_LOSS]) },
  { title: "generated rebalance", case: generatedCase("rebalance", [POWER_LOSS]) },
];

/** Those few, and every other scenario as it is. */
export const ALL_SCENARIOS: readonly TitledCase[] = [
  ...CASES,
  ...otherThan(
    CASES,
    SCENARIOS.map(({ name }) => asItIs(name)),
  ),
];

/** Those, and every scenario with each of its plans. */
export const ALL_PLANS: readonly TitledCase[] = [
  ...ALL_SCENARIOS,
  ...otherThan(
    CASES,
    SCENARIOS.flatMap(({ name, plans }) => Object.keys(plans).map((plan) => withPlan(name, plan))),
  ),
];

function otherThan(
  known: readonly TitledCase[],
  others: readonly TitledCase[],
): readonly TitledCase[] {
  return others.filter(({ title }) => known.every((one) => one.title !== title));
}

function asItIs(scenario: string): TitledCase {
  return { title: scenario, case: { scenario, config: WHOLE, seed: 7 } };
}

function withPlan(scenario: string, plan: string): TitledCase {
  const faults = SCENARIOS.find(({ name }) => name === scenario)?.plans[plan];
  if (faults === undefined) throw new Error(`Cannot find the plan ${plan} of ${scenario}`);
  const title = `${scenario} with plan ${plan}`;
  return { title, case: { scenario, config: WHOLE, seed: 7, faults } };
}
