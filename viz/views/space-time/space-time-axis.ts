// The time axis with its grid: d3-axis on an SVG that lies under everything else of the diagram.

import { axisTop, type ScaleLinear, type Selection, select, tickFormat } from "d3";
import type { Mark } from "../../drawing/mark.ts";
import type { Palette } from "../../drawing/palette.ts";
import { FONT_FAMILY, textWidth } from "../../drawing/text-width.ts";
import { type TickWish, ticksOf } from "../time-axis.ts";
import type { SpaceTimeMoment } from "./space-time-moment.ts";

/** The element of the axis. */
export class AxisLayer {
  readonly element: SVGSVGElement;
  readonly #root: Selection<SVGSVGElement, unknown, null, undefined>;
  readonly #axis: Selection<SVGGElement, unknown, null, undefined>;
  /** What is shown, as text: a step of the cursor mostly leaves the axis as it is. */
  #shown = "";

  constructor() {
    this.element = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.#root = select(this.element).attr("class", "axis-layer");
    this.#axis = this.#root.append("g");
  }

  /** Shows a picture's axis, `zoom` times as large. */
  show(moment: SpaceTimeMoment, palette: Palette, zoom: number): void {
    const { width, height, top, bottom, axisBase, type } = moment.layout;
    const { scale, values, names } = axisTicks(moment);
    const places = [scale.domain(), scale.range(), values, names];
    const shown = [width, height, bottom, zoom, type.small, palette.grid, ...places].join();
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#root
      .attr("viewBox", `0 0 ${width} ${height}`)
      .style("width", `${width * zoom}px`)
      .style("height", `${height * zoom}px`);
    const line = top - OVER_ROWS;
    const axis = axisTop(scale)
      .tickValues(values)
      .tickFormat((_, tick) => names[tick] ?? "")
      .tickSizeInner(line - bottom)
      .tickSizeOuter(0)
      .tickPadding(line - axisBase)
      .offset(0);
    this.#axis
      .attr("transform", `translate(0,${line})`)
      .call(axis)
      .attr("font-size", type.small)
      .attr("font-family", FONT_FAMILY);
    this.#axis.select(".domain").remove();
    this.#axis.selectAll(".tick line").attr("stroke", palette.grid);
    this.#axis.selectAll(".tick text").attr("fill", palette.secondary);
  }
}

/** The axis with its grid as marks, for pictures that are written. */
export function tickMarks(moment: SpaceTimeMoment): readonly Mark[] {
  const { top, bottom, axisBase, type } = moment.layout;
  const { scale, values, names } = axisTicks(moment);
  return values.flatMap((value, tick): readonly Mark[] => {
    const x = scale(value);
    const line = { x1: x, x2: x, y1: top - OVER_ROWS, y2: bottom, stroke: "grid" } as const;
    const text = { x, y: axisBase, text: names[tick] ?? "", size: type.small } as const;
    return [
      { key: `tick ${value}`, kind: "line", ...line },
      { key: `time ${value}`, kind: "text", ...text, anchor: "middle", fill: "secondary" },
    ];
  });
}

/** Where the axis has ticks, and what is written at them. */
export interface AxisTicks {
  /** From the values of the axis, such as times, to pixels. */
  readonly scale: ScaleLinear<number, number>;
  readonly values: readonly number[];
  /** Nothing where the cursor's flag is. */
  readonly names: readonly string[];
}

/** The ticks that have room for their names. */
export function axisTicks({ index, layout, cursor }: SpaceTimeMoment): AxisTicks {
  const { axis } = index;
  const from = Math.max(0, layout.view.from);
  const to = Math.min(axis.length, layout.view.to);
  const scale = axis.scale.copy().range(axis.scale.range().map((unit) => layout.x(unit)));
  const size = layout.type.small;
  const count = Math.min(to - from, Math.max(2, (layout.right - layout.left) / (TICK_ROOM * size)));
  const name =
    axis.kind === "virtual" ? secondsFormat({ from, to, count }) : tickFormat(from, to, count, "d");
  let free = Number.NEGATIVE_INFINITY;
  const values = ticksOf(axis, { from, to, count }).filter((value) => {
    const x = scale(value);
    const half = textWidth(name(value), size) / 2;
    if (x - half < free || x + half > layout.width) return false;
    free = x + half + 10;
    return true;
  });
  const hasFlag = cursor >= 0;
  const now = layout.x(axis.at[cursor] ?? 0);
  const names = values.map((value) =>
    !hasFlag || Math.abs(scale(value) - now) > FLAG_ROOM * size ? name(value) : "",
  );
  return { scale, values, names };
}

/** Microseconds in seconds, to as many digits as neighbours differ in. */
function secondsFormat({ from, to, count }: TickWish): (micros: number) => string {
  const format = tickFormat(from / SECOND, to / SECOND, count, "f");
  return (micros) => `${format(micros / SECOND)} s`;
}

const SECOND = 1_000_000;
/** From tick to tick, in sizes of the text. */
const TICK_ROOM = 8.8;
/** How near to the cursor's flag no other text has room. */
const FLAG_ROOM = 6.1;
/** How far the grid reaches over the first row. */
const OVER_ROWS = 4;
