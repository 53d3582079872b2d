// The few marks of a scene as nodes of an SVG on the page, joined by their keys: a mark that stays keeps its node,
// and glides to its new place where the reader asked for movement. Only what has changed is set.

import {
  type BaseType,
  easeCubicOut,
  interrupt,
  type Selection,
  select,
  type Transition,
  transition,
} from "d3";
import { must } from "../../sim/kernel/invariant.ts";
import type { Mark, Scene } from "./mark.ts";
import {
  HATCH_PATH,
  HATCH_SIZE,
  HATCH_STROKE_WIDTH,
  type SvgNode,
  type SvgStyle,
  svgHatches,
  svgNode,
} from "./svg-node.ts";

/** How long marks glide, in milliseconds. */
const GLIDE_MS = 220;

/** An SVG element that shows marks. */
export class SvgLayer {
  readonly element: SVGSVGElement;
  readonly #hatches: Selection<SVGDefsElement, unknown, null, undefined>;
  readonly #marks: Selection<SVGGElement, unknown, null, undefined>;
  readonly #shown = new WeakMap<SVGElement, Shown>();

  constructor() {
    this.element = document.createElementNS(SVG, "svg");
    const root = select(this.element);
    this.#hatches = root.append("defs");
    this.#marks = root.append("g");
  }

  /** Shows `scene.few`; with `isGliding`, a mark that stays glides to its place. */
  show(scene: Scene, style: SvgStyle, isGliding = false): void {
    const { width, height } = scene;
    select(this.element).attr("viewBox", `0 0 ${width} ${height}`);
    this.#showHatches(scene.few, style);
    const data = scene.few.map((mark) => ({ mark, node: svgNode(mark, style) }));
    const joined = this.#marks.selectChildren<SVGElement, Drawn>().data(data, keyOf);
    joined.exit().remove();
    const all = joined
      .enter()
      .append(({ node }) => document.createElementNS(SVG, node.tag) as SVGElement)
      .merge(joined)
      .order();
    const glide = isGliding ? newGlide() : undefined;
    all.each((drawn, index, elements) => {
      this.#set(must(elements[index], "element of a mark"), drawn, glide);
    });
  }

  #showHatches(marks: readonly Mark[], style: SvgStyle): void {
    this.#hatches
      .selectChildren<SVGPatternElement, { readonly id: string }>()
      .data(svgHatches(marks, style), ({ id }) => id)
      .join((enter) => {
        const pattern = enter
          .append("pattern")
          .attr("id", ({ id }) => id)
          .attr("patternUnits", "userSpaceOnUse")
          .attr("width", HATCH_SIZE)
          .attr("height", HATCH_SIZE);
        pattern.append("rect").attr("width", HATCH_SIZE).attr("height", HATCH_SIZE);
        pattern.append("path").attr("d", HATCH_PATH).attr("stroke-width", HATCH_STROKE_WIDTH);
        return pattern;
      })
      .call((pattern) => pattern.select("rect").attr("fill", ({ under }) => under))
      .call((pattern) => pattern.select("path").attr("stroke", ({ lines }) => lines));
  }

  #set(element: SVGElement, { mark, node }: Drawn, glide: Glide | undefined): void {
    const before = this.#shown.get(element);
    const attributes = new Map(before?.attributes);
    // A glide that is cut short leaves its attributes anywhere.
    if (before?.gliding.length) interrupt(element);
    for (const name of before?.gliding ?? []) attributes.delete(name);
    const gliding: string[] = [];
    for (const [name, value] of node.attributes) {
      if (attributes.get(name) === value) continue;
      if (glide !== undefined && PLACES.has(name) && attributes.has(name)) gliding.push(name);
      else element.setAttribute(name, value);
    }
    for (const name of attributes.keys()) {
      if (!node.attributes.has(name)) element.removeAttribute(name);
    }
    if (glide !== undefined && gliding.length > 0) {
      const moving = select(element).transition(glide);
      for (const name of gliding) moving.attr(name, node.attributes.get(name) ?? null);
    }
    const text = mark.kind === "text" ? mark.text : "";
    if (before === undefined || before.text !== text || before.title !== mark.title) {
      setContent(element, text, mark.title);
    }
    this.#shown.set(element, { attributes: node.attributes, gliding, text, title: mark.title });
  }
}

/** A mark with its node's name and attributes. */
interface Drawn {
  readonly mark: Mark;
  readonly node: SvgNode;
}

/** What an element was last told to be. */
interface Shown {
  readonly attributes: ReadonlyMap<string, string>;
  /** The attributes that are on their way there. */
  readonly gliding: readonly string[];
  readonly text: string;
  readonly title: string | undefined;
}

type Glide = Transition<BaseType, unknown, null, undefined>;

const SVG = "http://www.w3.org/2000/svg";

/** The attributes that say where a mark is, and how far it reaches. */
const PLACES: ReadonlySet<string> = new Set([
  "x",
  "y",
  "width",
  "height",
  "cx",
  "cy",
  "x1",
  "y1",
  "x2",
  "y2",
]);

/** An element cannot change its name: a mark that becomes of another kind is another one. */
function keyOf({ mark }: Drawn): string {
  return `${mark.kind} ${mark.key}`;
}

function newGlide(): Glide {
  // Made by the function, not by a selection's method: bundlers drop what gives selections that method otherwise.
  return transition().duration(GLIDE_MS).ease(easeCubicOut);
}

function setContent(element: SVGElement, text: string, title: string | undefined): void {
  element.textContent = text;
  if (title === undefined) return;
  const child = document.createElementNS(SVG, "title");
  child.textContent = title;
  element.append(child);
}
