// The parameters of the scenario `state-growth`, as they stand in a case.

import { ScenarioError } from "../sim/index.ts";

/** How large the state grows, and how much of it changes. */
export interface StateGrowthParameters {
  /** How many keys the state comes to hold. */
  readonly keys: number;
  /** How many of them are written anew from one checkpoint to the next. */
  readonly updates: number;
  /** How long each value is. */
  readonly valueBytes: number;
}

/** What holds where a case names no parameters. */
export const DEFAULT_STATE_GROWTH: StateGrowthParameters = {
  keys: 1000,
  updates: 200,
  valueBytes: 32,
};

/** What each parameter may be: beyond the most, a run takes more memory than a machine can be asked for. */
const BOUNDS: { readonly [Name in keyof StateGrowthParameters]: readonly [number, number] } = {
  keys: [2, 4_000_000],
  updates: [0, 100_000],
  valueBytes: [8, 10_000],
};

const NAMES = Object.keys(BOUNDS) as readonly (keyof StateGrowthParameters)[];

/** Reads parameters. Throws `ScenarioError` for what cannot be; what is missing is as in {@link DEFAULT_STATE_GROWTH}. */
export function parseStateGrowth(raw: unknown): StateGrowthParameters {
  if (raw === undefined) return DEFAULT_STATE_GROWTH;
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw new ScenarioError(
      `Cannot grow state: found ${JSON.stringify(raw)} as its parameters, expected an object`,
    );
  }
  const names: readonly string[] = NAMES;
  const unknown = Object.keys(raw).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ScenarioError(
      `Cannot grow state: found the parameter "${unknown}", there are ${names.join(", ")}`,
    );
  }
  const given: { readonly [name: string]: unknown } = { ...DEFAULT_STATE_GROWTH, ...raw };
  const read = (name: keyof StateGrowthParameters): number => {
    const value = given[name];
    const [least, most] = BOUNDS[name];
    if (typeof value === "number" && Number.isSafeInteger(value)) {
      if (value >= least && value <= most) return value;
    }
    throw new ScenarioError(
      `Cannot grow state: found ${JSON.stringify(value)} as ${name}, expected a whole number from ${least} to ${most}`,
    );
  };
  return { keys: read("keys"), updates: read("updates"), valueBytes: read("valueBytes") };
}
