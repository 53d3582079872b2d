// The page's words in both languages. Each view keeps its own lists beside this file; a list with a word missing in
// one language does not compile. Flink's terms stay English in Chinese, as in Flink's own documentation.

import type { Language } from "../../sim/trace/sentences/sentence.ts";

/** A list of words in all languages: texts, or functions that put something into one. */
export type WordLists<Words> = { readonly [language in Language]: Words };

/** Checks that both languages have the same words. */
export function wordLists<Words extends Readonly<Record<string, Word>>>(lists: {
  readonly en: Words;
  readonly zh: { readonly [name in keyof Words]: SameWord<Words[name]> };
}): WordLists<Words> {
  return lists as WordLists<Words>;
}

type Word = string | ((...parts: never[]) => string);

/** A text for a text, a function of the same parts for a function. */
type SameWord<W extends Word> = W extends string ? string : W;
