// What every part of the page's frame is built with.

import type { KeyboardWords } from "../words/keyboard-words.ts";
import type { PageWords } from "../words/page-words.ts";
import type { Frames } from "./frame.ts";
import type { Command } from "./keyboard.ts";
import type { PageController } from "./page-controller.ts";
import type { WordBinder } from "./word-binder.ts";

/** The page, its words, and the way to tell it something. */
export interface PageContext {
  readonly page: PageController;
  readonly frames: Frames;
  readonly words: WordBinder<PageWords>;
  readonly keyboardWords: WordBinder<KeyboardWords>;
  /** Carries out a command, as its key would. */
  readonly perform: (command: Command) => void;
}
