// `cleancut list`: the scenarios, by group, one line each.

import type { Command } from "commander";
import type { Scenario } from "../api/scenario.ts";
import { loadEngine } from "../node/engine-bundle.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { heading, print, printJson } from "./terminal.ts";

/** Adds the command to the program. */
export function addListCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("list")
    .description("list the scenarios")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (options: { readonly json?: true }) => {
      const { SCENARIOS } = await loadEngine();
      if (options.json === true) printJson({ scenarios: SCENARIOS.map(jsonOf) });
      else print(...listLines(SCENARIOS));
      end(EXIT_CODE.held);
    });
}

const EXAMPLES = `
Examples:
  cleancut list
  cleancut list --json`;

function jsonOf(scenario: Scenario): unknown {
  const { name, title, group, description, plans, endsIn } = scenario;
  const { isConfluent, always = [], eventually = [], sometimes } = scenario;
  const expectations = { isConfluent, always, eventually, sometimes };
  return { name, title, group, description, plans: Object.keys(plans), endsIn, ...expectations };
}

function listLines(scenarios: readonly Scenario[]): readonly string[] {
  const groups = new Map<string, Scenario[]>();
  for (const scenario of scenarios) {
    groups.set(scenario.group, [...(groups.get(scenario.group) ?? []), scenario]);
  }
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const lines = [...groups].flatMap(([group, members]) => [
    heading(group),
    ...members.flatMap((scenario) => scenarioLines(scenario, width)),
    "",
  ]);
  return [...lines, "Run one with: npx cleancut run <name> [--faults <plan>]"];
}

function scenarioLines(scenario: Scenario, width: number): readonly string[] {
  const { name, title, plans, shownPlan } = scenario;
  const names = Object.keys(plans).map((plan) => (plan === shownPlan ? `${plan} (default)` : plan));
  const line = `  ${name.padEnd(width)}  ${title}`;
  return names.length === 0 ? [line] : [line, `  ${"".padEnd(width)}  plans: ${names.join(", ")}`];
}
