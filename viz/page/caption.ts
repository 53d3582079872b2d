// What just happened, in one sentence, with what the reader has noted there: written under the picture, and spoken once
// the cursor rests.

import { timeText } from "../../sim/trace/duration-text.ts";
import type { Frame } from "../views/view.ts";
import type { PageWords } from "../words/page-words.ts";
import { element } from "./element.ts";
import { notesOf } from "./run-notes.ts";

/** How long the cursor has to rest before its sentence is spoken, in milliseconds. */
const REST = 300;

/** The sentence of the cursor's event; of a beat, its last. */
function captionOf({ model, state }: Frame, words: PageWords): string {
  return state.cursor < 0 ? words.beforeFirst : model.sentence(state.cursor, state.language);
}

/** Where the cursor is: event and time. */
function positionOf({ model, state }: Frame, words: PageWords): string {
  const { cursor } = state;
  if (cursor < 0) return words.eventCount(model.count);
  return `${words.position(cursor, model.count)} · ${timeText(model.times[cursor] ?? 0)}`;
}

/** What the reader has written at the cursor's event. */
function noteAt({ model, state }: Frame): string | undefined {
  return notesOf(state.notes, model.digest).get(state.cursor);
}

/** All of it, as it is spoken. */
export function spokenAt(frame: Frame, words: PageWords): string {
  const note = noteAt(frame);
  const said = note === undefined ? "" : ` ${words.noted(note)}`;
  return `${captionOf(frame, words)}${said} ${positionOf(frame, words)}`;
}

/** A line with position, sentence and note. */
export class Caption {
  readonly element: HTMLElement;
  readonly #position = element("span", { class: "caption-position" });
  readonly #sentence = element("span", { class: "caption-sentence" });
  readonly #note = element("span", { class: "caption-note" });

  constructor() {
    const parts = [this.#position, this.#sentence, this.#note];
    this.element = element("p", { class: "caption" }, ...parts);
  }

  show(frame: Frame, words: PageWords): void {
    setText(this.#position, positionOf(frame, words));
    setText(this.#sentence, captionOf(frame, words));
    const note = noteAt(frame);
    setText(this.#note, note === undefined ? "" : words.noted(note));
    this.#note.title = note ?? "";
  }
}

/** Speaks the caption through a polite live region. */
export class Speaker {
  readonly element = element("div", { class: "spoken", "aria-live": "polite", role: "status" });
  #text = "";
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;

  /** Speaks `text` unless another comes soon; a text that was spoken last is not repeated. */
  say(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => setText(this.element, text), REST);
  }
}

/** Writes a text if it is another. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
