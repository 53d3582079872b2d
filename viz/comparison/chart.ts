// One chart: a line for each setting over the parameter, both axes logarithmic, so that a line that rises as steeply as
// the diagonal grows as fast as the parameter does.

import {
  axisBottom,
  axisLeft,
  extent,
  line,
  type ScaleContinuousNumeric,
  type Selection,
  scaleLinear,
  scaleLog,
  select,
  symbol,
  symbolsFill,
} from "d3";
import type { Language } from "../../sim/trace/sentences/sentence.ts";
import { measuredTimeText, sizeText } from "../../sim/trace/size-text.ts";
import { COMPARISON_WORDS } from "../words/comparison-words.ts";
import type { ChartData, ComparisonData } from "./comparison-data.ts";

const WIDTH = 400;
const HEIGHT = 250;
const MARGIN = { top: 12, right: 32, bottom: 40, left: 64 };

type Scale = ScaleContinuousNumeric<number, number>;
type Point = readonly [x: number, y: number];

/** Adds the chart to `parent`. */
export function drawChart(
  parent: HTMLElement,
  { title, unit, lines }: ChartData,
  {
    parameter,
    settings,
    language,
  }: Pick<ComparisonData, "parameter" | "settings"> & { readonly language: Language },
): void {
  const words = COMPARISON_WORDS[language];
  const figure = select(parent).append("figure");
  figure.append("figcaption").text(title[language]);
  const shown = lines.map((points) => points.filter(([, y]) => y > 0));
  const points = shown.flat();
  if (points.length === 0) {
    figure.append("p").text(words.nothing);
    return;
  }
  const x = scaleOf(
    points.map(([at]) => at),
    [MARGIN.left, WIDTH - MARGIN.right],
  );
  const y = scaleOf(
    points.map(([, at]) => at),
    [HEIGHT - MARGIN.bottom, MARGIN.top],
  ).nice();
  const textOf = unit === "time" ? measuredTimeText : sizeText;
  const svg = figure
    .append("svg")
    .attr("viewBox", `0 0 ${WIDTH} ${HEIGHT}`)
    .attr("role", "img")
    .attr("aria-label", words.over(title[language], parameter));
  const places = [...new Set(points.map(([at]) => at))];
  drawAxes(svg, { x, y, places, textOf, parameter });
  shown.forEach((measured, setting) => {
    drawLine(svg, measured, { x, y, setting });
    drawPoints(svg, measured, {
      x,
      y,
      setting,
      told: ([at, value]) => `${settings[setting]}, ${at} ${parameter}: ${textOf(value)}`,
    });
  });
}

/** Draws the sign of a setting, for the legend. */
export function drawSign(parent: HTMLElement, setting: number): void {
  const svg = select(parent).append("svg").attr("viewBox", "0 0 32 12").attr("aria-hidden", "true");
  const place: Scale = scaleLinear([0, 1], [0, 1]);
  drawLine(
    svg,
    [
      [0, 6],
      [32, 6],
    ],
    { x: place, y: place, setting },
  );
  drawPoints(svg, [[16, 6]], { x: place, y: place, setting });
}

/** Logarithmic but for a parameter that can be nothing. A lone value gets a decade around it. */
function scaleOf(values: readonly number[], range: readonly [number, number]): Scale {
  const [least = 1, most = 1] = extent(values);
  if (least <= 0) return scaleLinear([least, Math.max(most, 1)], range);
  return least === most ? scaleLog([least / 3, least * 3], range) : scaleLog([least, most], range);
}

interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  readonly places: readonly number[];
  readonly textOf: (value: number) => string;
  readonly parameter: string;
}

type Svg = Selection<SVGSVGElement, unknown, null, undefined>;

function drawAxes(svg: Svg, { x, y, places, textOf, parameter }: Axes): void {
  const bottom = HEIGHT - MARGIN.bottom;
  const rows = roundOnes(y.ticks(4));
  svg
    .append("g")
    .attr("class", "grid")
    .selectAll("line")
    .data(rows)
    .join("line")
    .attr("x1", MARGIN.left)
    .attr("x2", WIDTH - MARGIN.right)
    .attr("y1", (tick) => y(tick))
    .attr("y2", (tick) => y(tick));
  svg
    .append("g")
    .attr("transform", `translate(0,${bottom})`)
    .call(
      axisBottom<number>(x)
        .tickValues(places)
        .tickFormat((tick) => tick.toLocaleString("en")),
    );
  svg
    .append("g")
    .attr("transform", `translate(${MARGIN.left},0)`)
    .call(axisLeft<number>(y).tickValues(rows).tickFormat(textOf));
  svg
    .append("text")
    .attr("class", "parameter")
    .attr("x", (MARGIN.left + WIDTH - MARGIN.right) / 2)
    .attr("y", HEIGHT - 6)
    .text(parameter);
}

/** Of many values the powers of ten, or all where fewer than two are. */
function roundOnes(ticks: readonly number[]): readonly number[] {
  const powers = ticks.filter((tick) => Number.isInteger(Math.log10(tick)));
  return ticks.length > 6 && powers.length >= 2 ? powers : ticks;
}

interface Place {
  readonly x: Scale;
  readonly y: Scale;
  readonly setting: number;
}

function drawLine(svg: Svg, points: readonly Point[], { x, y, setting }: Place): void {
  const path = line<Point>(
    ([at]) => x(at),
    ([, value]) => y(value),
  );
  svg
    .append("path")
    .attr("class", `line setting-${setting % COLOURS}`)
    // More settings than colours: the next ones are dashed.
    .attr("stroke-dasharray", setting < COLOURS ? null : DASHES)
    // Where lines lie on each other, those below stand out on both sides.
    .attr("stroke-width", Math.max(2, 6 - 2 * setting))
    .attr("d", path(points));
}

function drawPoints(
  svg: Svg,
  points: readonly Point[],
  { x, y, setting, told }: Place & { readonly told?: (point: Point) => string },
): void {
  const shape = symbolsFill[setting % symbolsFill.length];
  const path = shape === undefined ? symbol() : symbol(shape, 44);
  const marks = svg
    .append("g")
    .selectAll("path")
    .data(points)
    .join("path")
    .attr("class", `point setting-${setting % COLOURS}`)
    .attr("transform", ([at, value]) => `translate(${x(at)},${y(value)})`)
    .attr("d", path());
  if (told !== undefined) marks.append("title").text(told);
}

/** Colours of lines there are: comparison.css has one for each. */
const COLOURS = 4;
const DASHES = "6 4";
