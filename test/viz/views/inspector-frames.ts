// Frames of real runs, for views' pure parts.
import type { RunModel } from "../../../viz/model/run-model.ts";
import { FIRST_STATE, type PageState } from "../../../viz/page/page-state.ts";
import type { Frame } from "../../../viz/views/view.ts";

/** The frame after event `cursor`, with some of the page's state changed. */
export function frameAt(model: RunModel, cursor: number, change: Partial<PageState> = {}): Frame {
  const state = { ...FIRST_STATE, ...change, cursor };
  return {
    model,
    world: model.world(cursor),
    before: model.world(model.step(cursor, state.stepSize, -1)),
    state,
    isMotionReduced: true,
  };
}
