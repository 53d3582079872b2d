// What a view is: an element that shows a frame. Views know nothing of each other; what a reader does in one
// becomes an action, changes the page's state and comes back to all of them as the next frame.

import type { WorldProgress } from "../../sim/trace/projection.ts";
import type { RunModel, StepSize } from "../model/run-model.ts";
import type { Entity } from "../page/entity.ts";
import type { PageState } from "../page/page-state.ts";

/** All that a view needs to show one moment. */
export interface Frame {
  readonly model: RunModel;
  /** The world at the cursor, and one step (of the page's size) before it. */
  readonly world: WorldProgress;
  readonly before: WorldProgress;
  readonly state: PageState;
  /** No movement but what the reader asked for (prefers-reduced-motion). */
  readonly isMotionReduced: boolean;
}

/** A part of the page. */
export interface View {
  readonly element: HTMLElement;
  /** Called at most once for each frame the browser draws. */
  show(frame: Frame): void;
}

/** What a reader can do in a view. */
export interface Actions {
  /** Puts the cursor on an event. */
  moveTo(index: number): void;
  step(size: StepSize, direction: 1 | -1): void;
  select(entity: Entity | undefined): void;
  hover(entity: Entity | undefined): void;
  change(change: Partial<PageState>): void;
  /** Starts a branch in which what is named (a task or a host) crashes right after the cursor's event. */
  crash(target: Entity & { readonly kind: "subtask" | "host" }): void;
}
