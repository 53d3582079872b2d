// Scenes as the text of an SVG file that stands alone: what exports and storyboards are made of.

import type { Mark, Scene } from "./mark.ts";
import type { Palette } from "./palette.ts";
import {
  decimal,
  HATCH_PATH,
  HATCH_SIZE,
  HATCH_STROKE_WIDTH,
  type SvgStyle,
  svgHatches,
  svgNode,
} from "./svg-node.ts";

/** A drawing made of scenes. */
export interface Picture {
  /** What a reader that cannot see it hears. */
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly panels: readonly Panel[];
}

/** A scene and where its top left corner is. What reaches over the scene's edges is cut off. */
export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly scene: Scene;
}

/** A scene alone as a picture. */
export function pictureOf(scene: Scene, title: string): Picture {
  return { title, width: scene.width, height: scene.height, panels: [{ x: 0, y: 0, scene }] };
}

/** The picture as the text of a file. */
export function svgFile(picture: Picture, palette: Palette): string {
  const style = { palette, idPrefix: "" };
  const { width, height, panels } = picture;
  const marks = panels.flatMap(({ scene }) => [...scene.many, ...scene.few]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${decimal(width)}" height="${decimal(height)}" ` +
      `viewBox="0 0 ${decimal(width)} ${decimal(height)}" role="img">`,
    `<title>${escaped(picture.title)}</title>`,
    ...definitions(marks, style),
    `<rect width="100%" height="100%" fill="${palette.background}"/>`,
    ...panels.flatMap((panel) => panelLines(panel, style)),
    "</svg>",
    "",
  ].join("\n");
}

function panelLines({ x, y, scene }: Panel, style: SvgStyle): readonly string[] {
  const place = { x, y, width: scene.width, height: scene.height };
  const attributes = Object.entries(place).map(([name, number]) => `${name}="${decimal(number)}"`);
  return [
    `<svg ${attributes.join(" ")}>`,
    ...[...scene.many, ...scene.few].filter(isVisible).map((mark) => markLine(mark, style)),
    "</svg>",
  ];
}

function definitions(marks: readonly Mark[], style: SvgStyle): readonly string[] {
  const hatches = svgHatches(marks, style).map(
    ({ id, under, lines }) =>
      `<pattern id="${id}" patternUnits="userSpaceOnUse" width="${HATCH_SIZE}" height="${HATCH_SIZE}">` +
      `<rect width="${HATCH_SIZE}" height="${HATCH_SIZE}" fill="${under}"/>` +
      `<path d="${HATCH_PATH}" stroke="${lines}" stroke-width="${HATCH_STROKE_WIDTH}"/></pattern>`,
  );
  return hatches.length === 0 ? [] : ["<defs>", ...hatches, "</defs>"];
}

function markLine(mark: Mark, style: SvgStyle): string {
  const { tag, attributes } = svgNode(mark, style);
  const written = [...attributes].map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  const title = mark.title === undefined ? "" : `<title>${escaped(mark.title)}</title>`;
  const text = mark.kind === "text" ? escaped(mark.text) : "";
  const content = `${text}${title}`;
  return content === "" ? `<${tag}${written}/>` : `<${tag}${written}>${content}</${tag}>`;
}

/** Marks that are only there to be pointed at have no place in a file. */
function isVisible({ opacity }: Mark): boolean {
  return opacity !== 0;
}

/** A text as XML has it; what XML cannot hold becomes the character for that. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(NOT_XML, "�");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that have to go
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
