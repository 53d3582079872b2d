// The sentence of each rule of thumb, in both languages of the page.

import { unreachable } from "../kernel/invariant.ts";
import type { Language } from "../trace/sentences/sentence.ts";
import { measuredTimeText } from "../trace/size-text.ts";
import type { Point } from "./compare.ts";
import type {
  AddingFigure,
  BestFigure,
  GrowingFigure,
  Part,
  RuleOfThumb,
  Stretch,
} from "./rule-of-thumb.ts";

/** What a rule says. */
export function ruleSentence(rule: RuleOfThumb, language: Language): string {
  const words = WORDS[language];
  switch (rule.kind) {
    case "growth": {
      const { axis, factor, figure, parts } = rule;
      const told = tell(parts, words, (value) => words.times(value));
      return words.growth(placeOf(rule.at, words), axis, words.times(factor), figure, told);
    }
    case "addition": {
      const told = tell(rule.parts, words, (value) => words.added(value));
      return words.addition(placeOf(rule.at, words), rule.figure, told);
    }
    case "best":
      return words.best(placeOf(rule.at, words), rule.figure, stretchesOf(rule, words));
    default:
      return unreachable(rule);
  }
}

interface RuleWords {
  readonly growth: (
    place: string,
    axis: string,
    factor: string,
    ...[figure, told]: readonly [GrowingFigure, string]
  ) => string;
  readonly addition: (place: string, figure: AddingFigure, told: string) => string;
  readonly best: (place: string, figure: BestFigure, told: string) => string;
  /** Where on the other axes; empty for no others. */
  readonly place: (places: string) => string;
  readonly times: (factor: number | undefined) => string;
  readonly added: (micros: number | undefined) => string;
  /** What holds for some settings. */
  readonly under: (text: string, labels: string) => string;
  readonly listed: (labels: readonly string[]) => string;
  readonly joined: (parts: readonly string[]) => string;
  readonly all: string;
  readonly stretch: (labels: string, axis: string, stretch: Stretch) => string;
  readonly between: string;
}

const EN: RuleWords = {
  growth: (place, axis, factor, figure, told) =>
    sentence(place, `While ${axis} grow ${factor}, ${GROWING[figure]} ${told}`),
  addition: (place, figure, told) =>
    sentence(place, `Each megabyte of state adds to ${ADDING[figure]}: ${told}`),
  best: (place, figure, told) => sentence(place, `${BEST[figure]}: ${told}`),
  place: (places) => `With ${places}`,
  times: (factor) => (factor === undefined ? "not at all" : `${twoDigits(factor)}-fold`),
  added: (micros) => (micros === undefined ? "nothing" : measuredTimeText(micros)),
  under: (text, labels) => `${text} with ${labels}`,
  listed: (labels) => inARow(labels, " and "),
  joined: (parts) => inARow(parts, ", and "),
  all: "all alike",
  stretch: (labels, axis, { from, to }) =>
    from === to ? `${labels} at ${from} ${axis}` : `${labels} from ${from} to ${to} ${axis}`,
  between: "; ",
};

const GROWING: { readonly [figure in GrowingFigure]: string } = {
  duration: "the time of a checkpoint grows",
  bytes: "the bytes of a checkpoint grow",
  pause: "the pause grows",
  recovery: "the time of a recovery grows",
};

const ADDING: { readonly [figure in AddingFigure]: string } = {
  duration: "a checkpoint",
  recovery: "a recovery",
};

const BEST: { readonly [figure in BestFigure]: string } = {
  duration: "The shortest checkpoints",
  bytes: "The fewest bytes a checkpoint",
  pause: "The shortest pauses",
  recovery: "The shortest recoveries",
  memory: "The least memory",
  disk: "The least disk",
};

const ZH: RuleWords = {
  growth: (place, axis, factor, figure, told) =>
    `${place}${axis} 变为 ${factor}时，${GROWING_ZH[figure]}：${told}。`,
  addition: (place, figure, told) => `${place}每增加 1 MB 状态，${ADDING_ZH[figure]}：${told}。`,
  best: (place, figure, told) => `${place}${BEST_ZH[figure]}：${told}。`,
  place: (places) => `${places} 时，`,
  times: (factor) => (factor === undefined ? "不变" : `${twoDigits(factor)} 倍`),
  added: (micros) => (micros === undefined ? "不增加" : measuredTimeText(micros)),
  under: (text, labels) => `${labels} ${text}`,
  listed: (labels) => labels.join("、"),
  joined: (parts) => parts.join("，"),
  all: "都一样",
  stretch: (labels, axis, { from, to }) =>
    from === to ? `${labels}（${from} ${axis}）` : `${labels}（${from} 至 ${to} ${axis}）`,
  between: "；",
};

const GROWING_ZH: { readonly [figure in GrowingFigure]: string } = {
  duration: "checkpoint 耗时变为",
  bytes: "checkpoint 写入的字节数变为",
  pause: "停顿变为",
  recovery: "恢复耗时变为",
};

const ADDING_ZH: { readonly [figure in AddingFigure]: string } = {
  duration: "checkpoint 耗时增加",
  recovery: "恢复耗时增加",
};

const BEST_ZH: { readonly [figure in BestFigure]: string } = {
  duration: "checkpoint 最短",
  bytes: "每个 checkpoint 写入最少",
  pause: "停顿最短",
  recovery: "恢复最快",
  memory: "内存最少",
  disk: "磁盘最少",
};

const WORDS: { readonly [language in Language]: RuleWords } = { en: EN, zh: ZH };

function placeOf(at: Point, words: RuleWords): string {
  const places = Object.entries(at).map(([name, value]) => `${value} ${name}`);
  return places.length === 0 ? "" : words.place(words.listed(places));
}

function tell<Value>(
  parts: readonly Part<Value>[],
  words: RuleWords,
  textOf: (value: Value) => string,
): string {
  return words.joined(
    parts.map(({ value, labels }) => words.under(textOf(value), words.listed(labels))),
  );
}

function stretchesOf(
  { axis, stretches }: Extract<RuleOfThumb, { readonly kind: "best" }>,
  words: RuleWords,
): string {
  const textOf = (labels: Stretch["labels"]): string =>
    labels === undefined ? words.all : words.listed(labels);
  const [only] = stretches;
  if (stretches.length === 1 && only !== undefined) return textOf(only.labels);
  return stretches
    .map((stretch) => words.stretch(textOf(stretch.labels), axis, stretch))
    .join(words.between);
}

/** After a place the sentence goes on in small letters. */
function sentence(place: string, text: string): string {
  if (place === "") return `${text}.`;
  return `${place}: ${text.charAt(0).toLowerCase()}${text.slice(1)}.`;
}

function inARow(parts: readonly string[], last: string): string {
  return parts.length < 2
    ? parts.join("")
    : `${parts.slice(0, -1).join(", ")}${last}${parts.at(-1) ?? ""}`;
}

function twoDigits(factor: number): number {
  return factor >= 10 ? Math.round(factor) : Math.round(factor * 10) / 10;
}
