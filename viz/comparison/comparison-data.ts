// What the page of a comparison shows: sentences, and charts of figures over a parameter. sim/node/comparison-page.ts
// writes it, and the page carries it as JSON.

import type { Language } from "../../sim/trace/sentences/sentence.ts";

/** A text in each language of the page. */
export type Spoken<Text = string> = { readonly [language in Language]: Text };

/** All that the page shows. */
export interface ComparisonData {
  readonly title: string;
  /** The command that says all this again. */
  readonly command: string;
  readonly rules: Spoken<readonly string[]>;
  /** What the figures take for granted, a line each. */
  readonly costs: Spoken<readonly string[]>;
  /** The parameter along which lines run. */
  readonly parameter: string;
  /** The settings, a line of every chart each. */
  readonly settings: readonly string[];
  /** Charts by the values of the other parameters. */
  readonly groups: readonly ChartGroup[];
  /** How many runs were not measured, for the command was stopped before. */
  readonly unmeasured: number;
}

/** Charts that belong together. */
export interface ChartGroup {
  /** Empty if there is but one group. */
  readonly title: string;
  readonly charts: readonly ChartData[];
}

/** A figure over the parameter. */
export interface ChartData {
  readonly title: Spoken;
  readonly unit: "time" | "bytes";
  /** For each setting the measured points, in order. */
  readonly lines: readonly (readonly (readonly [x: number, y: number])[])[];
}
