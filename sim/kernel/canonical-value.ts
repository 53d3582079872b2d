// The canonical text of a value, for traces and hashing: distinct values have distinct texts, and plain JSON data has
// exactly its JSON text with sorted keys. What JSON lacks is written as -0, NaN, Infinity, 12n, undefined,
// Map{1:"a"}, Set{1,2} and bytes(0aff); maps and sets keep their order, which is part of what they are.

import { compareText, isPlainObject, PLAIN_DATA_DEPTH_MAX, setField } from "./plain-object.ts";
import { describeValue, SerializationError } from "./serialization-error.ts";

/**
 * The canonical text of any plain data. Throws a `SerializationError` for functions, symbols, class instances and
 * values that contain themselves.
 *
 * @example canonicalText({ b: [1, -0], a: "x" }) // {"a":"x","b":[1,-0]}
 */
export function canonicalText(value: unknown): string {
  return textAt(value, 0);
}

/**
 * The value that a canonical text stands for; an object's keys come out sorted. Throws a `SerializationError` for
 * text that is none. Whoever must know that a text is canonical compares it with `canonicalText` of the result.
 */
export function parseCanonicalText(text: string): unknown {
  const parser = new CanonicalTextParser(text);
  const value = parser.parseValue(0);
  parser.expectEnd();
  return value;
}

function textAt(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return value === 0 && 1 / value < 0 ? "-0" : String(value);
    case "boolean":
      return value ? "true" : "false";
    case "undefined":
      return "undefined";
    case "bigint":
      return `${value}n`;
    case "object":
      return value === null ? "null" : textOfObject(value, depth);
    default:
      throw refusal(describeValue(value));
  }
}

function textOfObject(value: object, depth: number): string {
  if (depth > PLAIN_DATA_DEPTH_MAX) {
    throw refusal(
      `a value that contains itself or is nested more than ${PLAIN_DATA_DEPTH_MAX} deep`,
    );
  }
  if (Array.isArray(value)) return `[${textOfItems(value, depth)}]`;
  if (value instanceof Map) return `Map{${textOfEntries(value, depth)}}`;
  if (value instanceof Set) return `Set{${textOfItems(value, depth)}}`;
  if (value instanceof Uint8Array) return `bytes(${hexOf(value)})`;
  if (!isPlainObject(value)) throw refusal(describeValue(value));
  let text = "";
  for (const name of Object.keys(value).sort(compareText)) {
    text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${textAt(value[name], depth + 1)}`;
  }
  return `{${text}}`;
}

function textOfItems(items: Iterable<unknown>, depth: number): string {
  let text = "";
  for (const item of items) text += `${text === "" ? "" : ","}${textAt(item, depth + 1)}`;
  return text;
}

function textOfEntries(map: ReadonlyMap<unknown, unknown>, depth: number): string {
  let text = "";
  for (const [key, item] of map) {
    text += `${text === "" ? "" : ","}${textAt(key, depth + 1)}:${textAt(item, depth + 1)}`;
  }
  return text;
}

function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

function refusal(found: string): SerializationError {
  return new SerializationError(
    `Cannot write a value as canonical text: found ${found}, expected plain data without cycles`,
  );
}

class CanonicalTextParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parseValue(depth: number): unknown {
    if (depth > PLAIN_DATA_DEPTH_MAX) throw this.#error(`at most ${PLAIN_DATA_DEPTH_MAX} levels`);
    switch (this.#text[this.#at]) {
      case '"':
        return this.#parseString();
      case "[":
        return this.#parseItems("[", "]", depth);
      case "{":
        return this.#parseObject(depth);
      case "M":
        return this.#parseMap(depth);
      case "S":
        return new Set(this.#parseItems("Set{", "}", depth));
      case "b":
        return this.#parseBytes();
      case "t":
        return this.#parseWord("true", true);
      case "f":
        return this.#parseWord("false", false);
      case "n":
        return this.#parseWord("null", null);
      case "u":
        return this.#parseWord("undefined", undefined);
      case "N":
        return this.#parseWord("NaN", Number.NaN);
      default:
        return this.#parseNumber();
    }
  }

  expectEnd(): void {
    if (this.#at < this.#text.length) throw this.#error("the end");
  }

  #parseItems(open: string, close: string, depth: number): unknown[] {
    const items: unknown[] = [];
    this.#expect(open);
    if (this.#take(close)) return items;
    do items.push(this.parseValue(depth + 1));
    while (this.#take(","));
    this.#expect(close);
    return items;
  }

  #parseObject(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.#expect("{");
    if (this.#take("}")) return object;
    do {
      const name = this.#parseString();
      this.#expect(":");
      setField(object, name, this.parseValue(depth + 1));
    } while (this.#take(","));
    this.#expect("}");
    return object;
  }

  #parseMap(depth: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>();
    this.#expect("Map{");
    if (this.#take("}")) return map;
    do {
      const key = this.parseValue(depth + 1);
      this.#expect(":");
      map.set(key, this.parseValue(depth + 1));
    } while (this.#take(","));
    this.#expect("}");
    return map;
  }

  #parseBytes(): Uint8Array {
    this.#expect("bytes(");
    const end = this.#text.indexOf(")", this.#at);
    const digits = this.#text.slice(this.#at, end === -1 ? this.#at : end);
    if (end === -1 || !/^(?:[0-9a-f]{2})*$/.test(digits))
      throw this.#error("hexadecimal digits and )");
    this.#at = end + 1;
    const bytes = new Uint8Array(digits.length / 2);
    for (let index = 0; index < bytes.length; index++) {
      bytes[index] = Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16);
    }
    return bytes;
  }

  #parseString(): string {
    const start = this.#at;
    if (this.#text[start] !== '"') throw this.#error("a string");
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"')
      end += this.#text[end] === "\\" ? 2 : 1;
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(start, end + 1)) as string;
    } catch {
      this.#at = start;
      throw this.#error("a JSON string");
    }
  }

  #parseNumber(): number | bigint {
    if (this.#take("Infinity")) return Number.POSITIVE_INFINITY;
    if (this.#take("-Infinity")) return Number.NEGATIVE_INFINITY;
    const start = this.#at;
    let end = start;
    while (end < this.#text.length && isNumberUnit(this.#text.charCodeAt(end))) end++;
    const digits = this.#text.slice(start, end);
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]\d+)?$/.test(digits)) throw this.#error("a value");
    this.#at = end;
    if (this.#text[end] !== "n") return Number(digits);
    if (!/^-?\d+$/.test(digits)) throw this.#error("a number");
    this.#at++;
    return BigInt(digits);
  }

  #parseWord<T>(word: string, value: T): T {
    this.#expect(word);
    return value;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#error(text);
  }

  #error(expected: string): SerializationError {
    const found =
      this.#at < this.#text.length ? this.#text.slice(this.#at, this.#at + 10) : "the end";
    return new SerializationError(
      `Cannot parse canonical text: found ${found} at ${this.#at}, expected ${expected}`,
    );
  }
}

/** Digits, sign, point and the e of an exponent. */
function isNumberUnit(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    unit === 0x2d ||
    unit === 0x2b ||
    unit === 0x2e ||
    unit === 0x65
  );
}
