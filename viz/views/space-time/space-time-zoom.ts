// Zooming and moving along the axis with d3-zoom: by wheel, drag, pinch, buttons and keys. What is seen is kept in the
// axis's own units, so that it stays when the element's size changes.

import {
  type D3ZoomEvent,
  type ScaleLinear,
  type Selection,
  scaleLinear,
  select,
  type ZoomBehavior,
  type ZoomTransform,
  zoom,
  zoomIdentity,
} from "d3";
import type { TimeAxis } from "../time-axis.ts";
import type { AxisView } from "./space-time-layout.ts";

/**
 * What is seen of an axis at first: as much as about 500 events take, or all of it, with a place at a share of the way
 * across.
 */
export function firstView(
  { length, at }: TimeAxis,
  { place, share = 0.3 }: { readonly place: number; readonly share?: number },
): AxisView {
  const seen = length / Math.max(1, at.length / EVENTS_FIRST);
  const from = Math.max(0, Math.min(length - seen, place - seen * share));
  return { from, to: from + seen };
}

const EVENTS_FIRST = 500;

/** Where the plot is, in pixels of the element. */
export interface PlotEdges {
  readonly left: number;
  readonly right: number;
}

/** What of an axis is seen. */
export class AxisZoom {
  readonly #behaviour: ZoomBehavior<HTMLElement, unknown>;
  readonly #element: Selection<HTMLElement, unknown, null, undefined>;
  readonly #onChange: () => void;
  #length = 1;
  #edges: PlotEdges = { left: 0, right: 1 };
  #view: AxisView = { from: 0, to: 1 };
  /** Set while the element is told what is seen, and not the other way round. */
  #isTelling = false;

  /** `onChange` is called with each change by the reader. */
  constructor(element: HTMLElement, onChange: () => void) {
    this.#onChange = onChange;
    this.#element = select(element);
    this.#behaviour = zoom<HTMLElement, unknown>()
      .filter(isMeant)
      .on("zoom", (event: D3ZoomEvent<HTMLElement, unknown>) => this.#onZoom(event.transform));
    this.#element.call(this.#behaviour).on("dblclick.zoom", null);
  }

  get view(): AxisView {
    return this.#view;
  }

  /** Shows an axis `length` units long at these edges; what was seen of it stays as far as it can. */
  fit(length: number, edges: PlotEdges, most: number): void {
    const { left, right } = edges;
    const isSame = left === this.#edges.left && right === this.#edges.right;
    if (isSame && length === this.#length) return;
    this.#length = length;
    this.#edges = edges;
    this.#behaviour
      .extent([
        [left, 0],
        [right, 1],
      ])
      .translateExtent([
        [left, 0],
        [right, 1],
      ])
      .scaleExtent([1, Math.max(1, most)]);
    this.show(this.#view);
  }

  /** Shows a part of the axis. */
  show({ from, to }: AxisView): void {
    const { left } = this.#edges;
    const [, most] = this.#behaviour.scaleExtent();
    const scale = Math.min(most, Math.max(1, this.#length / Math.max(1e-9, to - from)));
    const seen = this.#length / scale;
    const start = Math.min(this.#length - seen, Math.max(0, from));
    this.#view = { from: start, to: start + seen };
    const at = this.#whole(start);
    this.#isTelling = true;
    this.#element.call(
      this.#behaviour.transform,
      zoomIdentity.translate(left - at * scale, 0).scale(scale),
    );
    this.#isTelling = false;
  }

  /** Shows `factor` times less, around a place that stays where it is. */
  scale(factor: number, around: number): void {
    const { from, to } = this.#view;
    const centre = around < from || around > to ? (from + to) / 2 : around;
    this.show({ from: centre - (centre - from) / factor, to: centre + (to - centre) / factor });
    this.#onChange();
  }

  /** Moves on to where a place is in sight, with room on the side it came from; says whether it had to. */
  follow(place: number): void {
    const { from, to } = this.#view;
    const width = to - from;
    if (place >= from + width * MARGIN && place <= to - width * MARGIN) return;
    if (place < from + width * MARGIN && from <= 0) return;
    if (place > to - width * MARGIN && to >= this.#length) return;
    const isAhead = place > from + width / 2;
    const start = place - width * (isAhead ? 0.3 : 0.7);
    this.show({ from: start, to: start + width });
  }

  #onZoom(transform: ZoomTransform): void {
    if (this.#isTelling) return;
    const [from = 0, to = this.#length] = transform.rescaleX(this.#whole).domain();
    this.#view = { from, to };
    this.#onChange();
  }

  /** The whole axis between the edges. */
  get #whole(): ScaleLinear<number, number> {
    const { left, right } = this.#edges;
    return scaleLinear([0, this.#length], [left, right]);
  }
}

/** How near to the edge a place may come before the view moves on, as a share of it. */
const MARGIN = 0.06;

/** Whether a gesture is meant for the axis: not for a control over it, nor to scroll what is higher than its place. */
function isMeant(event: MouseEvent): boolean {
  const { target, currentTarget, button, ctrlKey } = event;
  if (target instanceof Element && target.closest("button, select, input") !== null) return false;
  if (event.type !== "wheel") return !button && !ctrlKey;
  const isScrollable =
    currentTarget instanceof Element && currentTarget.scrollHeight > currentTarget.clientHeight + 1;
  return ctrlKey || !isScrollable;
}
