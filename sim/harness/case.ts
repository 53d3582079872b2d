// A case: everything a run depends on, as one JSON value. A link, a regression file, the shrinker's output
// and `cleancut run case.json` are all a case.

import type { Fault } from "../api/scenario.ts";
import type { ChoiceOverride } from "../kernel/chooser.ts";
import type { ConfigValues } from "../runtime/configuration.ts";

/** One record of a source's input left out or changed. */
export interface DataEdit {
  readonly source: string;
  readonly partition: number;
  readonly offset: number;
  readonly drop?: true;
  readonly value?: unknown;
}

/** Everything a run depends on. Every key but `scenario` may be missing; saved cases write all of them. */
export interface Case {
  /** A scenario's name, a path to one, or a name with parameters. */
  readonly scenario: string | { readonly name: string; readonly params: unknown };
  readonly config?: ConfigValues;
  readonly seed?: number;
  /** Absent: the scenario's own plan. Empty: none. */
  readonly faults?: readonly Fault[];
  readonly overrides?: readonly ChoiceOverride[];
  readonly data?: readonly DataEdit[];
  /** Ids of zoo bugs the engine was built with. */
  readonly edits?: readonly string[];
}

/** The name of a case's scenario, whatever its parameters. */
export function scenarioName({ scenario }: Case): string {
  return typeof scenario === "string" ? scenario : scenario.name;
}
