// Compares the state that a trace shows of an operator with what the reference interpreter holds, value by value.
// Both are brought into one form: texts, with maps in an order of their own.

import { canonicalText } from "../kernel/canonical-value.ts";
import { type ContentsEvent, keyedContentsOf, listContentsOf } from "./operator-contents.ts";
import type { InterpretedContents } from "./reference-interpreter.ts";
import { shortened } from "./sentence.ts";

/** The list in which a source keeps its positions. */
const SOURCE_POSITIONS = "SourceReaderState";

/** What one operator in one subtask should hold. */
export interface ExpectedState {
  readonly operator: string;
  /** By state and key. */
  readonly keyed: ReadonlyMap<string, ExpectedValue>;
  /** Elements by state. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

interface ExpectedValue {
  readonly state: string;
  readonly key: string;
  readonly value: string;
  readonly isMap: boolean;
}

/** Where the sources of a subtask should stand: the next offset by partition. */
export type Positions = ReadonlyMap<number, number>;

/** What an operator should hold; for a source with its positions. */
export function expectedStateOf(
  { operator, keyed, lists }: InterpretedContents,
  positions: Positions | undefined,
): ExpectedState {
  const values = keyed.map(({ state, key, value, isMap }): [string, ExpectedValue] => {
    const text = canonicalText(key);
    const expected = { state, key: text, value: formOf(value, isMap), isMap };
    return [addressOf(state, text), expected];
  });
  const elements = new Map([...lists].map(([name, list]) => [name, list.map(canonicalText)]));
  if (positions !== undefined) {
    const splits = [...positions].map(([partition, nextOffset]) => ({ partition, nextOffset }));
    elements.set(SOURCE_POSITIONS, splits.map(canonicalText));
  }
  return { operator, keyed: new Map(values), lists: elements };
}

/** Whether there is nothing to hold. */
export function isEmptyState({ keyed, lists }: ExpectedState): boolean {
  return keyed.size === 0 && [...lists.values()].every(({ length }) => length === 0);
}

/** The first difference between what a trace shows and what should be there, in words; undefined if there is none. */
export function differenceOf(event: ContentsEvent, expected: ExpectedState): string | undefined {
  return keyedDifference(event, expected) ?? listDifference(event, expected);
}

function keyedDifference(event: ContentsEvent, { keyed }: ExpectedState): string | undefined {
  const found = new Set<string>();
  for (const [state, key, value] of keyedContentsOf(event)) {
    const keyText = canonicalText(key);
    const address = addressOf(state, keyText);
    const expected = keyed.get(address);
    const text = formOf(value, expected?.isMap ?? false);
    if (found.has(address)) return `${nameOf(state, keyText)} is there twice`;
    found.add(address);
    if (expected === undefined) {
      return `${nameOf(state, keyText)} is ${shortened(text)}, but nothing in the failure-free run`;
    }
    if (expected.value === text) continue;
    return `${nameOf(state, keyText)} is ${shortened(text)}, but ${shortened(expected.value)} in the failure-free run`;
  }
  for (const [address, { state, key, value }] of keyed) {
    if (found.has(address)) continue;
    return `${nameOf(state, key)} is missing, but ${shortened(value)} in the failure-free run`;
  }
  return undefined;
}

function listDifference(event: ContentsEvent, { lists }: ExpectedState): string | undefined {
  const shown = listContentsOf(event);
  const found = new Map(
    shown.map(({ state, elements }) => [state, elements.map(canonicalText)] as const),
  );
  for (const name of new Set([...lists.keys(), ...found.keys()])) {
    const is = formOfList(name, found.get(name) ?? []);
    const should = formOfList(name, lists.get(name) ?? []);
    if (is !== should) {
      return `list ${name} is ${shortened(is)}, but ${shortened(should)} in the failure-free run`;
    }
  }
  return undefined;
}

/** A source's positions have no order. */
function formOfList(name: string, elements: readonly string[]): string {
  const inOrder =
    name === SOURCE_POSITIONS ? elements.toSorted((a, b) => (a < b ? -1 : 1)) : elements;
  return `[${inOrder.join(",")}]`;
}

function formOf(value: unknown, isMap: boolean): string {
  if (!isMap || !(value instanceof Map)) return canonicalText(value);
  const entries = [...value].map(([key, held]) => `${canonicalText(key)}:${canonicalText(held)}`);
  return `Map{${entries.sort((a, b) => (a < b ? -1 : 1)).join(",")}}`;
}

function addressOf(state: string, key: string): string {
  return `${state}\0${key}`;
}

function nameOf(state: string, key: string): string {
  return `state ${state} of key ${shortened(key)}`;
}
