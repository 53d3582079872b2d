// keygroups.json: hashes, key groups, ranges and defaults, against sim/runtime/state/key-groups.ts.

import {
  DEFAULT_MAX_PARALLELISM_MIN,
  defaultMaxParallelism,
  hashCodeOf,
  keyGroupOf,
  keyGroupRangeOf,
  MAX_PARALLELISM_MAX,
  murmurHash,
  operatorIndexOf,
} from "../../../sim/runtime/state/key-groups.ts";
import type { Adapter, Outcome, VectorCase } from "../adapter.ts";

/** An example of any case: each field that is there is a question or an expected answer. */
interface Example {
  readonly input?: number;
  readonly output?: number;
  readonly key?: string | number;
  readonly javaHash?: number;
  readonly murmur?: number;
  readonly keyGroup?: Readonly<Record<string, number>>;
  readonly operatorIndex?: Readonly<Record<string, number>>;
  readonly parallelism?: number;
  readonly maxParallelism?: number;
  readonly ranges?: readonly (readonly [number, number])[];
  readonly allRangesSizeOne?: boolean;
  readonly pairs?: readonly (readonly [number, number])[];
  readonly lowerBoundDefault?: number;
  readonly upperBound?: number;
}

/** A question put to the engine: what was asked, its answer, the vector's. */
interface Check {
  readonly asked: string;
  readonly found: number | boolean;
  readonly expected: number | boolean;
}

/** Key groups, of Flink's KeyGroupRangeAssignment. */
export const keygroups: Adapter = {
  file: "keygroups.json",
  run(vectorCase) {
    const checks = examplesOf(vectorCase).flatMap((example) => [...checksOf(example)]);
    return outcomeOf(checks);
  },
};

function examplesOf(vectorCase: VectorCase): readonly Example[] {
  const examples = vectorCase["examples"] ?? vectorCase["pairs"] ?? [vectorCase];
  return examples as readonly Example[];
}

function outcomeOf(checks: readonly Check[]): Outcome {
  if (checks.length === 0) return { notYet: "unknown form" };
  const wrong = checks.find(({ found, expected }) => found !== expected);
  if (wrong === undefined) return "passed";
  return { failed: `${wrong.asked}: found ${wrong.found}, expected ${wrong.expected}` };
}

function* checksOf(example: Example): Generator<Check> {
  const { input, output, key, parallelism, maxParallelism } = example;
  if (input !== undefined && output !== undefined) {
    yield { asked: `murmur of ${input}`, found: murmurHash(input), expected: output };
  }
  if (key !== undefined) yield* checksOfKey(key, example);
  if (parallelism !== undefined && maxParallelism !== undefined) {
    yield* checksOfParallelism(parallelism, maxParallelism, example);
  }
  if (example.lowerBoundDefault !== undefined) {
    yield {
      asked: "lower bound of the default",
      found: DEFAULT_MAX_PARALLELISM_MIN,
      expected: example.lowerBoundDefault,
    };
  }
  if (example.upperBound !== undefined) yield* checksOfUpperBound(example.upperBound);
}

function* checksOfKey(key: string | number, example: Example): Generator<Check> {
  const { javaHash, murmur, keyGroup = {}, operatorIndex = {} } = example;
  const name = JSON.stringify(key);
  if (javaHash !== undefined) {
    yield { asked: `hash of ${name}`, found: hashCodeOf(key), expected: javaHash };
  }
  if (murmur !== undefined) {
    yield { asked: `murmur of ${name}`, found: murmurHash(hashCodeOf(key)), expected: murmur };
  }
  for (const [max, expected] of Object.entries(keyGroup)) {
    yield { asked: `group of ${name} of ${max}`, found: keyGroupOf(key, Number(max)), expected };
  }
  for (const [division, expected] of Object.entries(operatorIndex)) {
    const [max = 0, parallelism = 0] = division.split("/").map(Number);
    const found = operatorIndexOf(keyGroupOf(key, max), max, parallelism);
    yield { asked: `subtask of ${name} at ${division}`, found, expected };
  }
}

function* checksOfParallelism(
  parallelism: number,
  maxParallelism: number,
  example: Example,
): Generator<Check> {
  const { ranges, allRangesSizeOne, pairs } = example;
  const at = `${maxParallelism}/${parallelism}`;
  const rangeOf = (index: number) => keyGroupRangeOf(maxParallelism, parallelism, index);
  for (const [index, [start, end]] of (ranges ?? []).entries()) {
    const range = rangeOf(index);
    yield { asked: `start of range ${index} at ${at}`, found: range.start, expected: start };
    yield { asked: `end of range ${index} at ${at}`, found: range.end, expected: end };
  }
  if (allRangesSizeOne !== undefined) {
    const all = Array.from({ length: parallelism }, (_, index) => rangeOf(index));
    const found = all.every(({ start, end }, index) => start === index && end === index);
    yield { asked: `all ranges of size one at ${at}`, found, expected: allRangesSizeOne };
  }
  for (const [keyGroup, expected] of pairs ?? []) {
    const found = operatorIndexOf(keyGroup, maxParallelism, parallelism);
    yield { asked: `subtask of key group ${keyGroup} at ${at}`, found, expected };
  }
  if (ranges === undefined && allRangesSizeOne === undefined && pairs === undefined) {
    const found = defaultMaxParallelism(parallelism);
    yield { asked: `default for parallelism ${parallelism}`, found, expected: maxParallelism };
  }
}

function* checksOfUpperBound(upperBound: number): Generator<Check> {
  yield { asked: "upper bound", found: MAX_PARALLELISM_MAX, expected: upperBound };
  const refused: readonly (() => unknown)[] = [
    () => keyGroupRangeOf(128, 0, 0),
    () => keyGroupRangeOf(128, 129, 0),
    () => keyGroupRangeOf(upperBound + 1, 1, 0),
    () => defaultMaxParallelism(upperBound + 1),
  ];
  for (const [index, call] of refused.entries()) {
    yield { asked: `argument error ${index}`, found: throwsError(call), expected: true };
  }
}

function throwsError(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch {
    return true;
  }
}
