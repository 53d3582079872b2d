// What the event list is narrowed to: terms that all must hold, such as `checkpoint=3 place=count-1 kind=barrier-*`
// and words that the event's sentence, or the note at it, must have. A star stands for anything; quotes keep words
// together.

import type { RunModel } from "../../model/run-model.ts";
import type { PageState } from "../../page/page-state.ts";
import { notesOf } from "../../page/run-notes.ts";

/** A filter, read. */
export type EventFilter =
  | { readonly kind: "filter"; readonly terms: readonly FilterTerm[] }
  /** A term with a field that no event has. */
  | { readonly kind: "unknown-field"; readonly field: string; readonly known: readonly string[] }
  /** A term that compares a number with something else. */
  | { readonly kind: "wrong-number"; readonly field: string; readonly found: string };

/** One of the things that must hold. */
export type FilterTerm =
  | { readonly kind: "words"; readonly text: string; readonly isNegated: boolean }
  | {
      readonly kind: "name";
      readonly field: "place" | "kind";
      readonly pattern: RegExp;
      readonly isNegated: boolean;
    }
  | {
      readonly kind: "number";
      readonly field: NumberField;
      readonly comparison: Comparison;
      readonly value: number;
    };

type NumberField = "checkpoint" | "attempt" | "event" | "time";
type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** Fields by the names that may be written for them. */
const FIELDS: ReadonlyMap<string, NumberField | "place" | "kind"> = new Map([
  ["checkpoint", "checkpoint"],
  ["ckpt", "checkpoint"],
  ["place", "place"],
  ["kind", "kind"],
  ["attempt", "attempt"],
  ["event", "event"],
  ["time", "time"],
]);

/**
 * Reads a filter.
 *
 * @example parseFilter("checkpoint=3 -kind=buffer-*")
 */
export function parseFilter(text: string): EventFilter {
  const terms: FilterTerm[] = [];
  for (const word of wordsOf(text)) {
    const term = termOf(word);
    if (term.kind === "unknown-field" || term.kind === "wrong-number") return term;
    terms.push(term);
  }
  return { kind: "filter", terms };
}

/** What a reader sees of events, and may look for: sentences in a language, and notes. */
export type ReadersView = Pick<PageState, "language" | "notes">;

/** Whether an event is let through, as a function of its index. */
export function filterTest(
  terms: readonly FilterTerm[],
  model: RunModel,
  view: ReadersView,
): (index: number) => boolean {
  // What needs no sentence comes first: most events fall at it.
  const inOrder = terms.toSorted((one, other) => costOf(one) - costOf(other));
  const tests = inOrder.map((term) => testOf(term, model, view));
  return (index) => tests.every((test) => test(index));
}

/** Whether an event's sentence, or the note at it, has a text in it, whatever the case of its letters. */
export function searchTest(
  text: string,
  model: RunModel,
  { language, notes }: ReadersView,
): (index: number) => boolean {
  const wanted = text.trim().toLowerCase();
  const own = notesOf(notes, model.digest);
  const isIn = (found: string): boolean => found.toLowerCase().includes(wanted);
  return (index) => isIn(model.sentence(index, language)) || isIn(own.get(index) ?? "");
}

type ReadTerm = FilterTerm | Exclude<EventFilter, { readonly kind: "filter" }>;

/** Words apart from each other, quoted ones together; a quote is kept at the start, as what it quotes is no field. */
function wordsOf(text: string): readonly string[] {
  return text.match(/-?"[^"]*"?|\S+/g) ?? [];
}

function termOf(word: string): ReadTerm {
  const isNegated = word.startsWith("-") && word.length > 1;
  const bare = isNegated ? word.slice(1) : word;
  if (bare.startsWith('"'))
    return { kind: "words", text: bare.replaceAll('"', "").toLowerCase(), isNegated };
  const match = /^([a-z]+)(!=|<=|>=|=|<|>)(.*)$/i.exec(bare);
  if (match === null) return { kind: "words", text: bare.toLowerCase(), isNegated };
  const [, name = "", comparison = "=", value = ""] = match;
  return fieldTerm(name, comparison as Comparison, value, isNegated);
}

function fieldTerm(
  name: string,
  comparison: Comparison,
  value: string,
  isNegated: boolean,
): ReadTerm {
  const field = FIELDS.get(name.toLowerCase());
  if (field === undefined)
    return { kind: "unknown-field", field: name, known: [...new Set(FIELDS.values())] };
  if (field === "place" || field === "kind") {
    const isOther = comparison === "!=";
    return { kind: "name", field, pattern: patternOf(value), isNegated: isNegated !== isOther };
  }
  const number = Number(value);
  if (value === "" || Number.isNaN(number))
    return { kind: "wrong-number", field: name, found: value };
  const wanted = isNegated ? OPPOSITES[comparison] : comparison;
  return { kind: "number", field, comparison: wanted, value: number };
}

const OPPOSITES: { readonly [comparison in Comparison]: Comparison } = {
  "=": "!=",
  "!=": "=",
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
};

/** A name in which a star stands for anything. */
function patternOf(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is");
}

function costOf(term: FilterTerm): number {
  if (term.kind === "words") return 2;
  return term.kind === "name" || term.field === "attempt" ? 1 : 0;
}

function testOf(term: FilterTerm, model: RunModel, view: ReadersView): (index: number) => boolean {
  switch (term.kind) {
    case "words": {
      const test = searchTest(term.text, model, view);
      return (index) => test(index) !== term.isNegated;
    }
    case "name":
      return (index) => isNamed(term, model, index) !== term.isNegated;
    case "number":
      return (index) => isCompared(numberOf(term.field, model, index), term);
  }
}

/** A place is where an event happened, or the lane it lies on: a blocked channel is also at its consumer. */
function isNamed(
  { field, pattern }: FilterTerm & { readonly kind: "name" },
  model: RunModel,
  index: number,
): boolean {
  const event = model.event(index);
  if (field === "kind") return pattern.test(event.kind);
  const lane = model.lanes[model.laneOf[index] ?? -1]?.name;
  return pattern.test(event.place) || (lane !== undefined && pattern.test(lane));
}

function numberOf(field: NumberField, model: RunModel, index: number): number {
  switch (field) {
    case "checkpoint":
      return model.checkpointOf[index] ?? 0;
    case "attempt":
      return model.event(index).incarnation;
    case "event":
      return index;
    case "time":
      // In seconds, as times are written.
      return (model.times[index] ?? 0) / 1_000_000;
  }
}

function isCompared(
  found: number,
  { comparison, value }: FilterTerm & { readonly kind: "number" },
): boolean {
  switch (comparison) {
    case "=":
      return found === value;
    case "!=":
      return found !== value;
    case "<":
      return found < value;
    case "<=":
      return found <= value;
    case ">":
      return found > value;
    case ">=":
      return found >= value;
  }
}
