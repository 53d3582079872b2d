// The parameters of the scenario `generated`, as they stand in a case: plain JSON, small enough to be shrunk and
// read. Everything about a run that is not the shape of its job stays in the case itself.

import { ScenarioError } from "../sim/index.ts";

/** The shapes a generated job can have. */
export const SHAPE_NAMES = [
  "chain",
  "two-inputs",
  "diamond",
  "union",
  "fan-out",
  "two-sinks",
  "two-stages",
  "broadcast",
  "broadcast-state",
  "rebalance",
  "append-list",
  "state-kinds",
] as const;

/** The name of a shape. */
export type ShapeName = (typeof SHAPE_NAMES)[number];

/** The parameters of a generated job. */
export interface GeneratedParameters {
  readonly shape: ShapeName;
  /** Parallelism of everything between sources and sinks. */
  readonly parallelism: number;
  /** Parallelism of each source. */
  readonly sources: number;
  /** Parallelism of each sink. */
  readonly sinks: number;
  /** Contents of the log `left`: of each partition the keys of its records, in order. */
  readonly left: readonly (readonly number[])[];
  /** Contents of the log `right`, which only the shapes with two sources read. */
  readonly right: readonly (readonly number[])[];
}

/** What holds where a case names no parameters. */
export const DEFAULT_PARAMETERS: GeneratedParameters = {
  shape: "chain",
  parallelism: 2,
  sources: 2,
  sinks: 2,
  left: [
    [0, 1, 2, 0, 1, 0],
    [1, 1, 3, 2],
  ],
  right: [[0, 2, 1, 3]],
};

const PARALLELISM_MAX = 8;
const KEY_MAX = 999;

/** Ids of a partition's records begin at its number times this, so it can hold no more. */
export const IDS_PER_PARTITION = 1000;
/** Ids of `left` begin at 0, so that the partitions up to this number end before those of `right` begin. */
const PARTITIONS_MAX = 500;
/** The first id of `right`. */
export const FIRST_ID_RIGHT = PARTITIONS_MAX * IDS_PER_PARTITION;

/** Reads parameters. Throws `ScenarioError` for what cannot be; what is missing is as in {@link DEFAULT_PARAMETERS}. */
export function parseParameters(raw: unknown): GeneratedParameters {
  if (raw === undefined) return DEFAULT_PARAMETERS;
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw new ScenarioError(
      `Cannot generate a job: found ${JSON.stringify(raw)} as its parameters, expected an object`,
    );
  }
  const names = Object.keys(DEFAULT_PARAMETERS);
  const unknown = Object.keys(raw).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ScenarioError(
      `Cannot generate a job: found the parameter "${unknown}", there are ${names.join(", ")}`,
    );
  }
  const given = { ...DEFAULT_PARAMETERS, ...raw };
  return {
    shape: parseShape(given.shape),
    parallelism: parseParallelism("parallelism", given.parallelism),
    sources: parseParallelism("sources", given.sources),
    sinks: parseParallelism("sinks", given.sinks),
    left: parsePartitions("left", given.left),
    right: parsePartitions("right", given.right),
  };
}

function parseShape(raw: unknown): ShapeName {
  const shape = SHAPE_NAMES.find((name) => name === raw);
  if (shape === undefined) throw wrong("shape", raw, `one of ${SHAPE_NAMES.join(", ")}`);
  return shape;
}

function parseParallelism(name: string, raw: unknown): number {
  if (isWhole(raw, 1, PARALLELISM_MAX)) return raw;
  throw wrong(name, raw, `a whole number from 1 to ${PARALLELISM_MAX}`);
}

function parsePartitions(name: string, raw: unknown): readonly (readonly number[])[] {
  const isRight =
    Array.isArray(raw) &&
    raw.length > 0 &&
    raw.every((keys) => Array.isArray(keys) && keys.every((key) => isWhole(key, 0, KEY_MAX)));
  if (!isRight) {
    throw wrong(
      name,
      raw,
      `at least one list of keys, which are whole numbers from 0 to ${KEY_MAX}`,
    );
  }
  requireAtMost(PARTITIONS_MAX, raw.length, `partitions in "${name}"`);
  for (const [partition, keys] of raw.entries()) {
    requireAtMost(IDS_PER_PARTITION, keys.length, `records in partition ${partition} of "${name}"`);
  }
  return raw;
}

/** Beyond it two records would have the same id. */
function requireAtMost(most: number, count: number, what: string): void {
  if (count <= most) return;
  throw new ScenarioError(
    `Cannot generate a job: found ${count} ${what}, expected at most ${most}`,
  );
}

function isWhole(raw: unknown, least: number, most: number): raw is number {
  return typeof raw === "number" && Number.isInteger(raw) && raw >= least && raw <= most;
}

function wrong(name: string, raw: unknown, expected: string): ScenarioError {
  return new ScenarioError(
    `Cannot generate a job: found ${JSON.stringify(raw)} as "${name}", expected ${expected}`,
  );
}
