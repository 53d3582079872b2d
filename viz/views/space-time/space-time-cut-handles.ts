// The ends of a cut as handles on their lanes: dragged, or focused and moved event by event with the arrow keys.

import { element } from "../../page/element.ts";
import type { Row } from "./space-time-layout.ts";

/** A handle to be shown. */
export interface CutHandle {
  readonly lane: number;
  readonly x: number;
  readonly row: Row;
  /** Where along the lane's events it is, from 0 for before the first; and how many there are. */
  readonly position: number;
  readonly count: number;
  readonly label: string;
  readonly valueText: string;
  /** True for a lane where the cut has no place yet. */
  readonly isMissing: boolean;
  /** As the style sheet names the checkpoint's hue. */
  readonly ink: string;
}

/** What a reader does with a handle. */
export interface HandleMoves {
  /** To a place across, in pixels of the drawing. */
  drag(lane: number, x: number): void;
  /** By so many events of the lane. */
  step(lane: number, by: number): void;
  /** It has the focus, so its lane should be in sight. */
  focus(lane: number): void;
}

/** The handles, beside the drawing that they lie over: a drawing is an image, and has no controls in it. */
export class CutHandles {
  readonly element = element("div", { class: "cut-handles" });
  readonly #buttons = new Map<number, HTMLElement>();
  readonly #moves: HandleMoves;
  #zoom = 1;

  constructor(moves: HandleMoves) {
    this.#moves = moves;
  }

  /** Moves all with the drawing, which is scrolled by `top` pixels. */
  scroll(top: number): void {
    this.element.style.setProperty("--scrolled", `${-top}px`);
  }

  /** Shows these handles, `zoom` pixels of the page to each of the drawing's. */
  show(handles: readonly CutHandle[], zoom: number): void {
    this.#zoom = zoom;
    const shown = new Set(handles.map(({ lane }) => lane));
    for (const [lane, button] of this.#buttons) {
      if (shown.has(lane)) continue;
      button.remove();
      this.#buttons.delete(lane);
    }
    for (const handle of handles) this.#place(handle, zoom);
  }

  #place(handle: CutHandle, zoom: number): void {
    const { lane, x, row } = handle;
    let button = this.#buttons.get(lane);
    if (button === undefined) {
      button = this.#make(lane);
      this.#buttons.set(lane, button);
      this.element.append(button);
    }
    button.style.left = `${x * zoom}px`;
    button.style.top = `${row.y * zoom}px`;
    button.style.setProperty("--hue", `var(--${handle.ink})`);
    button.dataset["missing"] = String(handle.isMissing);
    button.setAttribute("aria-label", handle.label);
    button.setAttribute("aria-valuemin", "0");
    button.setAttribute("aria-valuemax", String(handle.count));
    button.setAttribute("aria-valuenow", String(handle.position));
    button.setAttribute("aria-valuetext", handle.valueText);
    button.title = `${handle.label}: ${handle.valueText}`;
  }

  #make(lane: number): HTMLElement {
    const button = element("div", { class: "cut-handle", role: "slider", tabindex: 0 });
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      button.setPointerCapture(event.pointerId);
      button.dataset["dragged"] = "true";
    });
    button.addEventListener("pointermove", (event) => {
      if (!button.hasPointerCapture(event.pointerId)) return;
      const { left } = this.element.getBoundingClientRect();
      this.#moves.drag(lane, (event.clientX - left) / this.#zoom);
    });
    button.addEventListener("lostpointercapture", () => delete button.dataset["dragged"]);
    button.addEventListener("focus", () => this.#moves.focus(lane));
    button.addEventListener("keydown", (event) => {
      const by = STEPS.get(event.key);
      if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.#moves.step(lane, event.shiftKey ? by * 10 : by);
    });
    return button;
  }
}

/** How many events a key moves a handle by. */
const STEPS: ReadonlyMap<string, number> = new Map([
  ["ArrowLeft", -1],
  ["ArrowDown", -1],
  ["ArrowRight", 1],
  ["ArrowUp", 1],
  ["Home", Number.NEGATIVE_INFINITY],
  ["End", Number.POSITIVE_INFINITY],
]);
