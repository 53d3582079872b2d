// Every scenario that lists show can be read about in Chinese.
import { expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { scenarioTitle } from "../../sim/teaching/scenario-title.ts";

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  "scenarioTitle has %s in Chinese, and in English as the scenario says it",
  (_, scenario) => {
    expect(scenarioTitle(scenario, "en")).toBe(scenario.title);
    const chinese = scenarioTitle(scenario, "zh");
    expect(chinese.match(/\p{Script=Han}/gu)?.length ?? 0).toBeGreaterThan(10);
  },
);

test("scenarioTitle says no two scenarios in the same words", () => {
  const titles = SCENARIOS.map((scenario) => scenarioTitle(scenario, "zh"));
  expect(new Set(titles).size).toBe(SCENARIOS.length);
});

test("scenarioTitle leaves a job of the reader's own as it is", () => {
  expect(scenarioTitle({ name: "./my-job.ts", title: "my own job" }, "zh")).toBe("my own job");
});
