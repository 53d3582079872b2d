// The line of one block in a trace's file. A row is written as a list of its numbers; the numbers that JSON lacks
// are written as texts. Reading checks everything that decoding later takes for granted.

import { must } from "../kernel/invariant.ts";
import { canonicalBlockBytes, ROW_HEAD, type Sha256, type TraceBlock } from "../kernel/recorder.ts";
import { isHexDigest, isListOf, isObject, NOT_CANONICAL, parseJson } from "./json-line.ts";
import { bytesOfHex, hexOf } from "./text-digest.ts";
import type { TracedKind } from "./trace.ts";

/** The line of one block, for callers that stream blocks out as they are sealed. */
export function blockLine(block: TraceBlock, kinds: readonly TracedKind[]): string {
  const lengths = kinds.map((kind) => ROW_HEAD + kind.fields.length);
  const { words } = block;
  const rows: string[] = [];
  for (let at = 0; at < words.length; ) {
    const end = at + must(lengths[must(words[at], "kind")], "kind of an event");
    let row = "";
    for (; at < end; at++) row += `${row === "" ? "" : ","}${wordText(must(words[at], "word"))}`;
    rows.push(`[${row}]`);
  }
  const choices = block.choices.map(
    ({ key, value }) => `{"key":${JSON.stringify(key)},"value":${wordText(value)}}`,
  );
  return (
    `{"choices":[${choices.join(",")}],"count":${block.count},"first":${block.first},` +
    `"link":"${hexOf(block.link)}","rows":[${rows.join(",")}],` +
    `"texts":${JSON.stringify(block.texts)},"values":${JSON.stringify(block.values)}}`
  );
}

/** Reads block lines in order and keeps what the next one needs. */
export class BlockReader {
  readonly blocks: TraceBlock[] = [];
  /** Events so far. */
  events = 0;
  /** The last link of the chain so far. */
  link: Uint8Array = new Uint8Array(32);
  #texts = 0;
  readonly #kinds: readonly TracedKind[];
  readonly #sha256: Sha256;

  constructor(kinds: readonly TracedKind[], sha256: Sha256) {
    this.#kinds = kinds;
    this.#sha256 = sha256;
  }

  /** Takes in a block's line, or says in a sentence why it cannot. */
  read(line: string): string | undefined {
    const value = parseJson(line);
    if (value === undefined) return "The line does not parse as JSON.";
    if (!isBlockLine(value)) return "The line is not that of a block.";
    const count = value.rows.length;
    const wrong = this.#wrongRow(value);
    if (wrong !== undefined) return wrong;
    const contents = {
      words: Float64Array.from(value.rows.flat(), wordOf),
      texts: value.texts,
      values: value.values,
      choices: value.choices,
    };
    const link = bytesOfHex(value.link);
    const block: TraceBlock = { first: this.events, count, ...contents, link };
    if (blockLine(block, this.#kinds) !== line) return NOT_CANONICAL;
    const sealed = this.#sha256([this.link, ...canonicalBlockBytes(contents)]);
    if (hexOf(sealed) !== value.link) {
      return `The block hashes to ${hexOf(sealed)}, but its link is ${value.link}.`;
    }
    this.blocks.push(block);
    this.events += count;
    this.#texts += value.texts.length;
    this.link = link;
    return undefined;
  }

  /** What is wrong with the first row that cannot be decoded, if there is one. */
  #wrongRow(block: BlockLine): string | undefined {
    const texts = this.#texts + block.texts.length;
    for (const [position, row] of block.rows.entries()) {
      const kind = this.#kinds[Number(row[0])];
      if (kind === undefined) return `Row ${position} is of no kind that the header names.`;
      if (row.length !== ROW_HEAD + kind.fields.length) {
        return `Row ${position} has ${row.length} numbers, but a ${kind.name} has ${ROW_HEAD + kind.fields.length}.`;
      }
      if (!isBelow(row[2], texts)) return `Row ${position} names a place that has no text.`;
      if (!isBelow(Number(row[4]) + 1, this.events + position + 1)) {
        return `Row ${position} names a cause that does not come before it.`;
      }
      for (const [index, field] of kind.fields.entries()) {
        if (field.type === "number") continue;
        const bound = field.type === "text" ? texts : block.values.length;
        if (!isBelow(row[ROW_HEAD + index], bound)) {
          return `Row ${position} names a ${field.type} that is not there.`;
        }
      }
    }
    return undefined;
  }
}

/** A block as its line has it. */
interface BlockLine {
  readonly choices: TraceBlock["choices"];
  readonly link: string;
  readonly rows: readonly (readonly (number | string)[])[];
  readonly texts: readonly string[];
  readonly values: readonly string[];
}

function isBlockLine(value: unknown): value is BlockLine {
  return (
    isObject(value) &&
    isHexDigest(value["link"]) &&
    isListOf(value["choices"], isChoice) &&
    isListOf(value["rows"], (row) => isListOf(row, isWord)) &&
    isListOf(value["texts"], (text) => typeof text === "string") &&
    isListOf(value["values"], (text) => typeof text === "string")
  );
}

function isChoice(value: unknown): boolean {
  return isObject(value) && typeof value["key"] === "string" && typeof value["value"] === "number";
}

function isWord(value: unknown): boolean {
  return typeof value === "number" || NOT_FINITE.some((text) => text === value);
}

/** How numbers that JSON lacks are written, as texts. */
const NOT_FINITE = ["NaN", "Infinity", "-Infinity"] as const;

function wordText(word: number): string {
  if (Number.isFinite(word)) return Object.is(word, -0) ? "-0" : String(word);
  return `"${word}"`;
}

function wordOf(word: number | string): number {
  return Number(word);
}

function isBelow(word: number | string | undefined, bound: number): boolean {
  return typeof word === "number" && Number.isSafeInteger(word) && word >= 0 && word < bound;
}
