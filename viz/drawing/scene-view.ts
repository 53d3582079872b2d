// An element that shows a scene: a canvas for the many marks, an SVG over it for the few. It says how large it is;
// whoever owns it draws a scene of that size.

import { CanvasPainter } from "./canvas-painter.ts";
import type { Scene } from "./mark.ts";
import type { Palette } from "./palette.ts";
import { SvgLayer } from "./svg-layer.ts";

/** Width and height in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a scene is to be shown. */
export interface Showing {
  readonly palette: Palette;
  /** What a reader that cannot see the scene hears. */
  readonly label: string;
  /** Marks that stay glide to their places: only after an act of the reader, and never if motion is reduced. */
  readonly isGliding?: boolean;
  /** How many pixels of the page one of the scene takes, 1 unless said. */
  readonly zoom?: number;
}

/** The element of one drawing. */
export class SceneView {
  readonly element: HTMLElement;
  readonly #painter = new CanvasPainter();
  readonly #layer = new SvgLayer();
  readonly #idPrefix: string;
  /** Of one name there may be several on a page, and ids are the page's. */
  static #made = 0;
  #size: Size = { width: 0, height: 0 };

  /** `name` is for the style sheet; `onResize` is called with each new size, once the element is on the page. */
  constructor(name: string, onResize: (size: Size) => void) {
    this.#idPrefix = `${name}-${++SceneView.#made}-`;
    this.element = document.createElement("div");
    this.element.className = `scene scene-${name}`;
    this.element.setAttribute("role", "img");
    this.element.style.position = "relative";
    for (const layer of [this.#painter.element, this.#layer.element]) {
      layer.style.position = "absolute";
      layer.style.inset = "0";
      this.element.append(layer);
    }
    new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      this.#size = { width, height };
      onResize(this.#size);
    }).observe(this.element);
  }

  /** How large the element is; nothing by nothing before it is on the page. */
  get size(): Size {
    return this.#size;
  }

  /** Shows a scene in place of the one before. */
  show(scene: Scene, { palette, label, isGliding = false, zoom = 1 }: Showing): void {
    if (this.element.getAttribute("aria-label") !== label) {
      this.element.setAttribute("aria-label", label);
    }
    const isHigher = scene.height * zoom > this.#size.height + 1;
    this.element.style.overflow = isHigher ? "auto" : "hidden";
    // What scrolls must be reached by keyboard.
    this.element.tabIndex = isHigher ? 0 : -1;
    for (const { style } of [this.#painter.element, this.#layer.element]) {
      style.width = `${scene.width * zoom}px`;
      style.height = `${scene.height * zoom}px`;
    }
    this.#painter.show(scene, palette, window.devicePixelRatio * zoom);
    this.#layer.show(scene, { palette, idPrefix: this.#idPrefix }, isGliding);
  }
}
