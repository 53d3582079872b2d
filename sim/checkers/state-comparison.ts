// Compares the state that a trace shows of an operator with what the reference interpreter holds, value by value.
// Both are brought into one form: texts, with maps in an order of their own. What has expired by the time of the event is
// left out on both sides: the engine may have cleaned it up or not, and no function sees it again.

import { canonicalText } from "../kernel/canonical-value.ts";
import { type ContentsEvent, keyedContentsOf, listContentsOf } from "./operator-contents.ts";
import { copyOf } from "./reference-interpreter-copy.ts";
import type { InterpretedContents } from "./reference-interpreter-operator.ts";
import type { InterpretedValue } from "./reference-interpreter-state.ts";
import { type AgedValue, isPast } from "./reference-interpreter-ttl.ts";
import { shortened } from "./sentence.ts";

/** The list in which a source keeps its positions. */
const SOURCE_POSITIONS = "SourceReaderState";

/** What one operator in one subtask should hold. */
export interface ExpectedState {
  readonly operator: string;
  /** By state and key. */
  readonly keyed: ReadonlyMap<string, ExpectedValue>;
  /** Forms by state. */
  readonly lists: ReadonlyMap<string, ExpectedList>;
  /** Microseconds after which values expire, for each state that has a time to live. */
  readonly timesToLive: ReadonlyMap<string, number>;
}

interface ExpectedList {
  readonly mode: string;
  readonly elements: readonly string[];
}

interface ExpectedValue {
  readonly state: string;
  readonly key: string;
  /** The value's form at an instant, in microseconds; undefined once all of it has expired. */
  readonly formAt: (now: number) => string | undefined;
  readonly isMap: boolean;
}

/** Where the sources of a subtask should stand: the next offset by partition. */
export type Positions = ReadonlyMap<number, number>;

/** What an operator should hold; for a source with its positions. */
export function expectedStateOf(
  { operator, keyed, timesToLive, lists }: InterpretedContents,
  positions: Positions | undefined,
): ExpectedState {
  const values = keyed.map((held): [string, ExpectedValue] => {
    const { state, isMap } = held;
    const key = canonicalText(held.key);
    return [addressOf(state, key), { state, key, formAt: formInTime(held), isMap }];
  });
  const expected = new Map<string, ExpectedList>();
  for (const [name, { mode, elements }] of lists) {
    expected.set(name, { mode, elements: elements.map(canonicalText) });
  }
  if (positions !== undefined) {
    const splits = [...positions].map(([partition, nextOffset]) => ({ partition, nextOffset }));
    const elements = splits.map(canonicalText);
    expected.set(SOURCE_POSITIONS, { mode: "split-distribute", elements });
  }
  return { operator, keyed: new Map(values), lists: expected, timesToLive };
}

/** Whether there is nothing to hold at an instant, in microseconds. */
export function isEmptyState({ keyed, lists }: ExpectedState, now: number): boolean {
  return (
    [...keyed.values()].every(({ formAt }) => formAt(now) === undefined) &&
    [...lists.values()].every(({ elements }) => elements.length === 0)
  );
}

/** The first difference between what a trace shows and what should be there, in words; undefined if there is none. */
export function differenceOf(event: ContentsEvent, expected: ExpectedState): string | undefined {
  return keyedDifference(event, expected) ?? listDifference(event, expected);
}

function keyedDifference(
  event: ContentsEvent,
  { keyed, timesToLive }: ExpectedState,
): string | undefined {
  const found = new Set<string>();
  for (const [state, key, value] of keyedContentsOf(event)) {
    const keyText = canonicalText(key);
    const address = addressOf(state, keyText);
    const expected = keyed.get(address);
    const timeToLive = timesToLive.get(state);
    const alive = timeToLive === undefined ? value : unexpired(value, timeToLive, event.time);
    if (alive === undefined && timeToLive !== undefined) continue;
    const text = formOf(alive, expected?.isMap ?? false);
    if (found.has(address)) return `${nameOf(state, keyText)} is there twice`;
    found.add(address);
    const expectedText = expected?.formAt(event.time);
    if (expectedText === undefined) {
      return `${nameOf(state, keyText)} is ${shortened(text)}, but nothing in the failure-free run`;
    }
    if (expectedText === text) continue;
    return `${nameOf(state, keyText)} is ${shortened(text)}, but ${shortened(expectedText)} in the failure-free run`;
  }
  for (const [address, { state, key, formAt }] of keyed) {
    const text = formAt(event.time);
    if (text === undefined || found.has(address)) continue;
    return `${nameOf(state, key)} is missing, but ${shortened(text)} in the failure-free run`;
  }
  return undefined;
}

function listDifference(event: ContentsEvent, { lists }: ExpectedState): string | undefined {
  const found = new Map<string, ExpectedList>();
  for (const { state, mode, elements } of listContentsOf(event)) {
    found.set(state, { mode, elements: elements.map(canonicalText) });
  }
  for (const name of new Set([...lists.keys(), ...found.keys()])) {
    const is = formOfList(name, found.get(name));
    const should = formOfList(name, lists.get(name));
    if (is !== should) {
      return `list ${name} is ${shortened(is)}, but ${shortened(should)} in the failure-free run`;
    }
  }
  return undefined;
}

/** A source's positions have no order, and neither have the entries of broadcast state. */
function formOfList(name: string, list: ExpectedList | undefined): string {
  const { mode, elements } = list ?? { mode: "", elements: [] };
  const isOrdered = name !== SOURCE_POSITIONS && mode !== "broadcast";
  const inOrder = isOrdered ? elements : elements.toSorted((a, b) => (a < b ? -1 : 1));
  return `[${inOrder.join(",")}]`;
}

/** The form of a value that the interpreter may change later. */
function formInTime({ value, isMap, timeToLive }: InterpretedValue): ExpectedValue["formAt"] {
  if (timeToLive === undefined) {
    const text = formOf(value, isMap);
    return () => text;
  }
  const held = copyOf(value);
  return (now) => {
    const alive = unexpired(held, timeToLive, now);
    return alive === undefined ? undefined : formOf(alive, isMap);
  };
}

/** What of a stored value, of its elements or entries if it is a list or a map, has not expired. */
function unexpired(held: unknown, timeToLive: number, now: number): unknown {
  const isAlive = (aged: AgedValue): boolean => !isPast(aged, timeToLive, now);
  if (Array.isArray(held)) {
    const alive = (held as readonly AgedValue[]).filter(isAlive);
    return alive.length === 0 ? undefined : alive;
  }
  if (held instanceof Map) {
    const alive = [...(held as ReadonlyMap<unknown, AgedValue>)].filter(([, aged]) =>
      isAlive(aged),
    );
    return alive.length === 0 ? undefined : new Map(alive);
  }
  return isAlive(held as AgedValue) ? held : undefined;
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
