// Playing: one step after another at the chosen speed, from the reader's word until the end, a stop or another word.
// Nothing plays by itself.

import type { PageState, PageStore } from "./page-state.ts";

/** Speeds to choose from, in steps a second. */
const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const;

/** The next speed up or down; the same at either end. */
export function speedBeside(speed: number, by: 1 | -1): number {
  const faster = SPEEDS.find((other) => other > speed);
  const slower = SPEEDS.findLast((other) => other < speed);
  return (by === 1 ? faster : slower) ?? speed;
}

/** Steps while the page's state says that it plays. */
export class Playback {
  readonly #store: PageStore;
  /** Makes a step and says whether to go on. */
  readonly #step: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;

  constructor(store: PageStore, step: () => boolean) {
    this.#store = store;
    this.#step = step;
    store.listen((state, before) => this.#onChange(state, before));
  }

  #onChange(state: PageState, before: PageState): void {
    if (state.isPlaying === before.isPlaying && state.speed === before.speed) return;
    clearTimeout(this.#timer);
    if (state.isPlaying) this.#schedule();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      if (this.#step()) this.#schedule();
      else this.#store.change({ isPlaying: false });
    }, 1000 / this.#store.state.speed);
  }
}
