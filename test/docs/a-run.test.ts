// The picture of the README is that of the run which `npm start` shows, drawn from its trace.
import { expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { runChecked } from "../support/runner.ts";
import { drawRun } from "./a-run.ts";
import { expectWritten } from "./written-text.ts";

test("docs/a-run.svg shows the run of word-count in which a machine dies", () => {
  const faults = SCENARIOS.find(({ name }) => name === "word-count")?.plans["crash"];
  expect(faults, "word-count has no plan crash").toBeDefined();
  const { events } = runChecked({ scenario: "word-count", seed: 1, faults: faults ?? [] });
  expectWritten("docs/a-run.svg", drawRun(events));
});
