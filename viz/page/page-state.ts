// What the page shows, apart from the runs themselves: one cursor and one selection for all views. A value that is
// replaced when it changes; the store tells who listens.

import type { Language } from "../../sim/trace/sentences/sentence.ts";
import type { StepSize } from "../model/run-model.ts";
import type { Entity } from "./entity.ts";
import type { Notes } from "./run-notes.ts";

/** By the name of a lane, the last of its events within a cut; -1 for none. */
export type MovedEnds = ReadonlyMap<string, number>;

/** The state of the page. */
export interface PageState {
  /** The event shown, after it has happened; -1 is before the first. */
  readonly cursor: number;
  readonly selection: Entity | undefined;
  /** What the pointer rests on. */
  readonly hovered: Entity | undefined;
  /** How far an arrow key goes. */
  readonly stepSize: StepSize;
  readonly isPlaying: boolean;
  /** Beats a second. */
  readonly speed: number;
  readonly timeAxis: "virtual" | "logical";
  /** The checkpoint whose cut lies over the space-time diagram; undefined for none. */
  readonly cut: number | undefined;
  /** Ends of that cut which the reader has moved. */
  readonly movedEnds: MovedEnds;
  /** Whether what is before and after the cursor's event is told from what is neither. */
  readonly isConeShown: boolean;
  /** What the event list is narrowed to. */
  readonly filter: string;
  readonly search: string;
  readonly mode: "explore" | "lesson" | "present";
  readonly theme: "light" | "dark";
  readonly language: Language;
  /** Expressions to keep an eye on, as the inspector understands them. */
  readonly watches: readonly string[];
  /** What the reader has written at events of the runs on the page. */
  readonly notes: Notes;
  /** Single-letter keys can be switched off (WCAG 2.1.4). */
  readonly hasLetterKeys: boolean;
}

/** A page at the beginning of its run. */
export const FIRST_STATE: PageState = {
  cursor: -1,
  selection: undefined,
  hovered: undefined,
  stepSize: "beat",
  isPlaying: false,
  speed: 2,
  timeAxis: "virtual",
  cut: undefined,
  movedEnds: new Map(),
  isConeShown: false,
  filter: "",
  search: "",
  mode: "explore",
  theme: "light",
  language: "en",
  watches: [],
  notes: new Map(),
  hasLetterKeys: true,
};

/** Another cut, or none: as the checkpoint has it. */
export function ownCut(cut: number | undefined): Pick<PageState, "cut" | "movedEnds"> {
  return { cut, movedEnds: FIRST_STATE.movedEnds };
}

/** Holds the page's state and says when it changes. */
export class PageStore {
  #state: PageState;
  readonly #listeners = new Set<(state: PageState, before: PageState) => void>();

  constructor(state: PageState = FIRST_STATE) {
    this.#state = state;
  }

  get state(): PageState {
    return this.#state;
  }

  /** Changes some of the state; listeners hear of it unless all of it is as before. */
  change(change: Partial<PageState>): void {
    const before = this.#state;
    const next = { ...before, ...change };
    const keys = Object.keys(change) as (keyof PageState)[];
    if (keys.every((key) => Object.is(before[key], next[key]))) return;
    this.#state = next;
    for (const listener of this.#listeners) listener(next, before);
  }

  /** Has `listener` hear of every change. */
  listen(listener: (state: PageState, before: PageState) => void): void {
    this.#listeners.add(listener);
  }
}
