// The frames that views show: a run's model and the page's state at one moment. Views that show the same run at the
// same moment get the same frame, made once.

import type { Frame } from "../views/view.ts";
import type { PageController } from "./page-controller.ts";
import type { PageState } from "./page-state.ts";
import { indexBeside, type ShownRun } from "./run-shelf.ts";

/** Makes frames. */
export class Frames {
  readonly #page: PageController;
  readonly #made = new Map<ShownRun, Frame>();
  #state: PageState | undefined = undefined;
  #current: ShownRun | undefined = undefined;

  constructor(page: PageController) {
    this.#page = page;
  }

  /** The present frame of a run: at the cursor, or at the same moment beside it. */
  of(run: ShownRun): Frame {
    const { state } = this.#page.store;
    const current = this.#page.shelf.current ?? run;
    if (state !== this.#state || current !== this.#current) this.#made.clear();
    this.#state = state;
    this.#current = current;
    const frame =
      this.#made.get(run) ?? frameAt(run, indexBeside(current, run, state.cursor), state);
    this.#made.set(run, frame);
    return frame;
  }
}

function frameAt({ model }: ShownRun, cursor: number, state: PageState): Frame {
  return {
    model,
    world: model.world(cursor),
    before: model.world(model.step(cursor, state.stepSize, -1)),
    state: cursor === state.cursor ? state : { ...state, cursor },
    isMotionReduced: matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}
