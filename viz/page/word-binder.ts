// Keeps the words of fixed parts of the page in the reader's language.

import type { Language } from "../../sim/trace/sentences/sentence.ts";
import type { WordLists } from "../words/words.ts";

/** Puts words into elements, and again when the language changes. */
export class WordBinder<Words> {
  readonly #lists: WordLists<Words>;
  readonly #uses: ((words: Words) => void)[] = [];
  #language: Language;

  constructor(lists: WordLists<Words>, language: Language) {
    this.#lists = lists;
    this.#language = language;
  }

  get words(): Words {
    return this.#lists[this.#language];
  }

  /** Has `use` put words where they belong, now and after each change of language. */
  bind(use: (words: Words) => void): void {
    this.#uses.push(use);
    use(this.words);
  }

  /** Changes the language. */
  speak(language: Language): void {
    if (language === this.#language) return;
    this.#language = language;
    for (const use of this.#uses) use(this.words);
  }
}
