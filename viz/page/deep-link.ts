// A link to one moment: the page's state as the part of an address after #, and back. The same link shows the same
// moment anywhere, or says why it cannot: it names the run's digest. Which run that is, the case in it says.

import type { Language } from "../../sim/trace/sentences/sentence.ts";
import type { StepSize } from "../model/run-model.ts";
import { type Entity, entityKey, parseEntity } from "./entity.ts";
import { FIRST_STATE, type MovedEnds, type PageState } from "./page-state.ts";
import type { EventNotes } from "./run-notes.ts";

/** All that a link can say. What is undefined it does not say. */
export interface DeepLink {
  readonly lesson?: string | undefined;
  readonly seed?: number | undefined;
  readonly moment?: Moment | undefined;
  readonly selection?: Entity | undefined;
  readonly look?: LinkedLook | undefined;
  /** Ends of the look's cut that are elsewhere than the checkpoint has them. */
  readonly movedEnds?: MovedEnds | undefined;
  readonly filter?: string | undefined;
  readonly language?: Language | undefined;
  /** The first digits of the digest of the run it was made with. */
  readonly digest?: string | undefined;
  /** The case, as {@link caseText} in case-text.ts writes it. */
  readonly caseText?: string | undefined;
  readonly branch?: LinkedBranch | undefined;
  /** The notes of the run with the cursor, and of the one beside it. */
  readonly notes?: EventNotes | undefined;
  readonly notesBeside?: EventNotes | undefined;
}

/** Says that the case is a branch's, shown beside its original. */
export interface LinkedBranch {
  /** How many of the case's faults are the original's. */
  readonly faultCount: number;
  /** Which of the two the cursor is on. */
  readonly cursorOn: "branch" | "original";
}

/** Where the cursor is to be. */
export type Moment =
  | { readonly kind: "event"; readonly index: number }
  /** In seconds of virtual time, or the number of a lesson's stop, from 1. */
  | { readonly kind: "time"; readonly seconds: number }
  | { readonly kind: "stop"; readonly number: number };

/** How things are shown, as far as a link carries it. */
export type LinkedLook = Pick<
  PageState,
  "mode" | "theme" | "stepSize" | "timeAxis" | "cut" | "isConeShown"
>;

/** How many digits of a digest a link names. */
export const LINKED_DIGEST_LENGTH = 8;

/**
 * The link as it stands after #.
 *
 * @example hashOf({ seed: 7, moment: { kind: "event", index: 412 } }) // "#seed=7&e=412"
 */
export function hashOf(link: DeepLink): string {
  const parts: [string, string | number | undefined][] = [
    ["s", link.lesson],
    ["seed", link.seed],
    ["e", link.moment === undefined ? undefined : momentText(link.moment)],
    ["sel", link.selection === undefined ? undefined : entityKey(link.selection)],
    ["v", link.look === undefined ? undefined : lookText(link.look)],
    ["m", link.movedEnds === undefined ? undefined : endsText(link.movedEnds)],
    ["f", link.filter === "" ? undefined : link.filter],
    ["lang", link.language],
    ["d", link.digest],
    ["b", link.branch === undefined ? undefined : branchText(link.branch)],
    ["n", link.notes === undefined ? undefined : notesText(link.notes)],
    ["nb", link.notesBeside === undefined ? undefined : notesText(link.notesBeside)],
    ["case", link.caseText],
  ];
  const said = parts.flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escaped(String(value))}`],
  );
  return `#${said.join("&")}`;
}

/** What a link says. Parts that say nothing this page understands are passed over. */
export function parseHash(hash: string): DeepLink {
  const parts = new Map<string, string>();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [key = "", ...value] = part.split("=");
    const text = unescaped(value.join("="));
    if (text !== undefined && text !== "") parts.set(key, text);
  }
  const get = <Value>(key: string, read: (text: string) => Value | undefined): Value | undefined =>
    mapped(parts.get(key), read);
  return {
    lesson: parts.get("s"),
    seed: get("seed", parseSeed),
    moment: get("e", parseMoment),
    selection: get("sel", parseEntity),
    look: get("v", parseLook),
    movedEnds: get("m", parseEnds),
    filter: parts.get("f"),
    language: get("lang", (text) => (text === "en" || text === "zh" ? text : undefined)),
    digest: get("d", (text) => (/^[0-9a-f]+$/.test(text) ? text : undefined)),
    branch: get("b", parseBranch),
    notes: get("n", parseNotes),
    notesBeside: get("nb", parseNotes),
    caseText: get("case", (text) => (/^[jz][\w-]+$/.test(text) ? text : undefined)),
  };
}

/** Whether a link is known to be of another run than the one with `digest`. */
export function isOfOtherRun(link: DeepLink, digest: string): boolean {
  return link.digest !== undefined && !digest.startsWith(link.digest);
}

function momentText(moment: Moment): string {
  switch (moment.kind) {
    case "event":
      return String(moment.index);
    case "time":
      return `t:${moment.seconds}`;
    case "stop":
      return `stop:${moment.number}`;
  }
}

function parseMoment(text: string): Moment | undefined {
  const [kind = "", value = ""] = text.split(":");
  if (kind === "t") {
    const seconds = /^\d/.test(value) ? Number(value) : Number.NaN;
    return Number.isFinite(seconds) ? { kind: "time", seconds } : undefined;
  }
  if (kind === "stop") return mapped(wholeNumber(value), (number) => ({ kind: "stop", number }));
  // Before the first event is -1.
  if (text === "-1") return { kind: "event", index: -1 };
  return mapped(wholeNumber(text), (index) => ({ kind: "event", index }));
}

/** "1" for a branch of a case with one fault, "1o" with the cursor on the original. */
function branchText({ faultCount, cursorOn }: LinkedBranch): string {
  return `${faultCount}${cursorOn === "original" ? "o" : ""}`;
}

function parseBranch(text: string): LinkedBranch | undefined {
  const cursorOn = text.endsWith("o") ? "original" : "branch";
  return mapped(wholeNumber(text.replace(/o$/, "")), (faultCount) => ({ faultCount, cursorOn }));
}

// A letter for each way to look that differs from the usual: "p" present, "l" lesson, "k" dark, "e" event steps,
// "h" phase steps, "o" logical time, "n" cone, and "x3" for the cut of checkpoint 3.
function lookText(look: LinkedLook): string | undefined {
  const letters = [
    ...LETTERS.flatMap(([letter, key, value]) => (look[key] === value ? [letter] : [])),
    ...(look.cut === undefined ? [] : [`x${look.cut}`]),
  ];
  return letters.length === 0 ? "-" : letters.join("");
}

function parseLook(text: string): LinkedLook | undefined {
  if (!/^(?:-|[a-wyz]*(?:x\d+)?)$/.test(text)) return undefined;
  const { mode, theme, stepSize, timeAxis, isConeShown } = FIRST_STATE;
  const usual: LinkedLook = { mode, theme, stepSize, timeAxis, isConeShown, cut: undefined };
  const cut = mapped(/x(\d+)$/.exec(text)?.[1], wholeNumber);
  const said = LETTERS.filter(([letter]) => text.replace(/x.*/, "").includes(letter));
  return { ...usual, ...Object.fromEntries(said.map(([, key, value]) => [key, value])), cut };
}

/** "count-1:412,sink-1:-1"; what would part a name or an end is escaped in names. */
function endsText(ends: MovedEnds): string | undefined {
  const texts = [...ends].map(([lane, event]) => `${encodeURIComponent(lane)}:${event}`);
  return texts.length === 0 ? undefined : texts.join(",");
}

/** All ends or none: a cut with only some of them moved would be another one. */
function parseEnds(text: string): MovedEnds | undefined {
  const ends = text.split(",").map((end): readonly [string, number] | undefined => {
    const [, lane, at = ""] = /^([^:]+):([^:]+)$/.exec(end) ?? [];
    const name = lane === undefined ? undefined : unescaped(lane);
    const event = at === "-1" ? -1 : wholeNumber(at);
    return name === undefined || event === undefined ? undefined : [name, event];
  });
  const read = ends.filter((end) => end !== undefined);
  return read.length === ends.length ? new Map(read) : undefined;
}

/** "412:here,430:and here"; what would part two notes is written as JSON pointers do, which leaves other letters alone. */
function notesText(notes: EventNotes): string | undefined {
  const texts = [...notes].map(([event, text]) => {
    return `${event}:${text.replaceAll("~", "~0").replaceAll(",", "~1")}`;
  });
  return texts.length === 0 ? undefined : texts.join(",");
}

/** All notes or none, as with the ends of a cut. */
function parseNotes(text: string): EventNotes | undefined {
  const notes = text.split(",").map((note): readonly [number, string] | undefined => {
    const [, at = "", written] = /^(\d+):((?:[^~]|~[01])+)$/.exec(note) ?? [];
    const event = wholeNumber(at);
    if (event === undefined || written === undefined) return undefined;
    return [event, written.replaceAll("~1", ",").replaceAll("~0", "~")];
  });
  const read = notes.filter((note) => note !== undefined);
  return read.length === notes.length ? new Map(read) : undefined;
}

type Letter = readonly [
  letter: string,
  key: keyof LinkedLook,
  value: PageState["mode"] | PageState["theme"] | StepSize | PageState["timeAxis"] | true,
];

const LETTERS: readonly Letter[] = [
  ["l", "mode", "lesson"],
  ["p", "mode", "present"],
  ["k", "theme", "dark"],
  ["e", "stepSize", "event"],
  ["h", "stepSize", "phase"],
  ["o", "timeAxis", "logical"],
  ["n", "isConeShown", true],
];

function parseSeed(text: string): number | undefined {
  const size = wholeNumber(text.replace(/^-(?!0)/, ""));
  return mapped(size, (seed) => (text.startsWith("-") ? -seed : seed));
}

function wholeNumber(text: string): number | undefined {
  const number = /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function mapped<In, Out>(value: In | undefined, map: (value: In) => Out | undefined) {
  return value === undefined ? undefined : map(value);
}

/** Escapes what would end a part or an address, and leaves `:`, `/` and `,` as they are, for people. */
function escaped(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%3A", ":")
    .replaceAll("%2F", "/")
    .replaceAll("%2C", ",");
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
