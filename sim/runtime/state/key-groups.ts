// Keys, key groups and who owns them, with Flink's exact arithmetic (Flink: KeyGroupRangeAssignment, MathUtils and
// Java's hashCode), so that a key lands where it would land there.

import { compareText, isPlainObject, PLAIN_DATA_DEPTH_MAX } from "../../kernel/plain-object.ts";
import { describeValue, SerializationError } from "../../kernel/serialization-error.ts";

/** The most key groups a job can have, and so the highest parallelism. */
export const MAX_PARALLELISM_MAX = 32768;

/** The fewest key groups a job gets if it does not say. */
export const DEFAULT_MAX_PARALLELISM_MIN = 128;

/** Neighbouring key groups, both ends included. */
export interface KeyGroupRange {
  readonly start: number;
  readonly end: number;
}

/** A parallelism that cannot be: not a whole number from 1 to 32768, or above the max parallelism. */
export class ParallelismError extends Error {
  override readonly name = "ParallelismError";
}

/**
 * The 32-bit `hashCode` that Java would give the key: whole numbers of 32 bits as Integer, others and bigints (their
 * low 64 bits) as Long, fractions, -0, NaN and infinities as Double, strings, booleans, arrays as List, bytes as by
 * Arrays.hashCode. Objects, maps and sets have no counterpart: they hash as the list of their keys and values, an
 * object's keys sorted. Throws a `SerializationError` for what is not plain data.
 *
 * @example hashCodeOf("flink") // 97520992
 */
export function hashCodeOf(key: unknown): number {
  return hashAt(key, 0);
}

/** Spreads a 32-bit hash: never negative (Flink: MathUtils.murmurHash). */
export function murmurHash(code: number): number {
  let hash = Math.imul(code, 0xcc9e2d51);
  hash = (hash << 15) | (hash >>> 17);
  hash = Math.imul(hash, 0x1b873593);
  hash = (hash << 13) | (hash >>> 19);
  hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  hash ^= 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  if (hash >= 0) return hash;
  return hash === -0x80000000 ? 0 : -hash;
}

/** The key group of a key, from 0 to `maxParallelism` - 1. */
export function keyGroupOf(key: unknown, maxParallelism: number): number {
  return murmurHash(hashCodeOf(key)) % maxParallelism;
}

/** The index of the subtask that owns a key group. Throws a {@link ParallelismError}. */
export function operatorIndexOf(
  keyGroup: number,
  maxParallelism: number,
  parallelism: number,
): number {
  checkParallelism(maxParallelism, parallelism);
  return Math.floor((keyGroup * parallelism) / maxParallelism);
}

/** The key groups that the subtask with this index owns. Throws a {@link ParallelismError}. */
export function keyGroupRangeOf(
  maxParallelism: number,
  parallelism: number,
  index: number,
): KeyGroupRange {
  checkParallelism(maxParallelism, parallelism);
  return {
    start: Math.floor((index * maxParallelism + parallelism - 1) / parallelism),
    end: Math.floor(((index + 1) * maxParallelism - 1) / parallelism),
  };
}

/** How many key groups an operator gets if its job does not say. Throws a {@link ParallelismError}. */
export function defaultMaxParallelism(parallelism: number): number {
  checkParallelism(MAX_PARALLELISM_MAX, parallelism);
  const wanted = parallelism + Math.floor(parallelism / 2);
  const roundedUp = wanted <= 1 ? 1 : 1 << (32 - Math.clz32(wanted - 1));
  return Math.min(Math.max(roundedUp, DEFAULT_MAX_PARALLELISM_MIN), MAX_PARALLELISM_MAX);
}

function checkParallelism(maxParallelism: number, parallelism: number): void {
  if (
    !Number.isInteger(maxParallelism) ||
    maxParallelism < 1 ||
    maxParallelism > MAX_PARALLELISM_MAX
  ) {
    throw new ParallelismError(
      `Cannot divide key groups: max parallelism is ${maxParallelism}, expected a whole number from 1 to ${MAX_PARALLELISM_MAX}`,
    );
  }
  if (!Number.isInteger(parallelism) || parallelism < 1 || parallelism > maxParallelism) {
    throw new ParallelismError(
      `Cannot divide key groups: parallelism is ${parallelism}, expected a whole number from 1 to the max parallelism ${maxParallelism}`,
    );
  }
}

function hashAt(key: unknown, depth: number): number {
  switch (typeof key) {
    case "string":
      return hashOfString(key);
    case "number":
      return hashOfNumber(key);
    case "bigint":
      return Number(BigInt.asIntN(32, key ^ (key >> 32n)));
    case "boolean":
      return key ? 1231 : 1237;
    case "undefined":
      return 0;
    case "object":
      return key === null ? 0 : hashOfItems(itemsOf(key), depth);
    default:
      throw unhashable(describeValue(key));
  }
}

function hashOfString(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return hash;
}

function hashOfNumber(value: number): number {
  if ((value | 0) === value && !Object.is(value, -0)) return value;
  if (Number.isSafeInteger(value) && value !== 0) {
    return Math.floor(value / 0x1_0000_0000) ^ value;
  }
  if (Number.isNaN(value)) return 0x7ff80000;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  return bits.getInt32(0) ^ bits.getInt32(4);
}

function hashOfItems(items: Iterable<unknown>, depth: number): number {
  if (depth > PLAIN_DATA_DEPTH_MAX) throw unhashable("a value that contains itself");
  let hash = 1;
  for (const item of items) hash = (Math.imul(hash, 31) + hashAt(item, depth + 1)) | 0;
  return hash;
}

function itemsOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) return value;
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Uint8Array) return new Int8Array(value);
  if (!isPlainObject(value)) throw unhashable(describeValue(value));
  return Object.keys(value)
    .sort(compareText)
    .flatMap((name) => [name, value[name]]);
}

function unhashable(found: string): SerializationError {
  return new SerializationError(`Cannot hash a key: found ${found}, expected plain data`);
}
