// How far apart two colours are to whom: Machado, Oliveira and Fernandes (2009) for dichromats, CIEDE2000 (Sharma, Wu
// and Dalal 2005) for the distance, WCAG 2 for contrast. The page shows nothing of this: tests check palettes by it.

import { must } from "../../sim/kernel/invariant.ts";

/** Kinds of colour vision: all three cones, or one of them (long, medium, short) missing. */
export const VISIONS = ["normal", "protan", "deutan", "tritan"] as const;

/** A kind of colour vision. */
export type Vision = (typeof VISIONS)[number];

/**
 * The CIEDE2000 distance of two colours (`#RRGGBB`) as seen with `vision`; about 1 is the least that is seen at all.
 *
 * @example colourDistance("#52C41A", "#FAAD14", "protan") // hardly more than nothing
 */
export function colourDistance(one: string, other: string, vision: Vision): number {
  return labDistance(labOf(seen(linearOf(one), vision)), labOf(seen(linearOf(other), vision)));
}

/** The least distance of any two of a set of colours, as seen with `vision`. */
export function leastDistance(colours: readonly string[], vision: Vision): number {
  const distances = colours.flatMap((one, index) =>
    colours.slice(index + 1).map((other) => colourDistance(one, other, vision)),
  );
  return Math.min(...distances);
}

/** The contrast of two colours by WCAG 2, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [first, second] = [luminance(one), luminance(other)];
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

/** Three coordinates: of linear RGB, of XYZ or of Lab. */
type Triple = readonly [number, number, number];

/** By the paper's table for severity 1; rows make red, green and blue. */
const SEEN_BY: {
  readonly [vision in Exclude<Vision, "normal">]: readonly [Triple, Triple, Triple];
} = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** From linear sRGB to XYZ under D65, the white of both. */
const XYZ: readonly [Triple, Triple, Triple] = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];

const WHITE: Triple = [0.95047, 1, 1.08883];

function seen(colour: Triple, vision: Vision): Triple {
  if (vision === "normal") return colour;
  const [red, green, blue] = product(SEEN_BY[vision], colour);
  return [withinUnit(red), withinUnit(green), withinUnit(blue)];
}

/** The colour in linear light, each part from 0 to 1. */
function linearOf(colour: string): Triple {
  const parts = must(
    /^#(..)(..)(..)$/.exec(colour) ?? undefined,
    `colour as #RRGGBB in ${colour}`,
  ).slice(1);
  const [red, green, blue] = parts.map((part) => {
    const share = Number.parseInt(part, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return [must(red, "red"), must(green, "green"), must(blue, "blue")];
}

function luminance(colour: string): number {
  const [red, green, blue] = linearOf(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function labOf(linear: Triple): Triple {
  const [x, y, z] = product(XYZ, linear);
  const [fx, fy, fz] = [root(x / WHITE[0]), root(y / WHITE[1]), root(z / WHITE[2])];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

/** CIE's cube root, straight near black. */
function root(share: number): number {
  return share > 216 / 24389 ? Math.cbrt(share) : ((24389 / 27) * share + 16) / 116;
}

/** CIEDE2000 with all weights 1; names as in the paper. */
function labDistance([l1, a1, b1]: Triple, [l2, a2, b2]: Triple): number {
  const g = 0.5 * (1 - chromaShare((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2));
  const [a1p, a2p] = [(1 + g) * a1, (1 + g) * a2];
  const [c1, c2] = [Math.hypot(a1p, b1), Math.hypot(a2p, b2)];
  const [h1, h2] = [degrees(a1p, b1), degrees(a2p, b2)];
  const isGrey = c1 * c2 === 0;
  const hueStep = isGrey ? 0 : ((h2 - h1 + 540) % 360) - 180;
  const deltaL = l2 - l1;
  const deltaC = c2 - c1;
  const deltaH = 2 * Math.sqrt(c1 * c2) * sine(hueStep / 2);

  const l = (l1 + l2) / 2;
  const c = (c1 + c2) / 2;
  const h = isGrey ? h1 + h2 : (h1 + hueStep / 2 + 360) % 360;
  const t =
    1 -
    0.17 * cosine(h - 30) +
    0.24 * cosine(2 * h) +
    0.32 * cosine(3 * h + 6) -
    0.2 * cosine(4 * h - 63);
  const sl = 1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2);
  const sc = 1 + 0.045 * c;
  const sh = 1 + 0.015 * c * t;
  const rt = -2 * chromaShare(c) * sine(60 * Math.exp(-(((h - 275) / 25) ** 2)));
  const [dl, dc, dh] = [deltaL / sl, deltaC / sc, deltaH / sh];
  return Math.sqrt(dl ** 2 + dc ** 2 + dh ** 2 + rt * dc * dh);
}

function chromaShare(chroma: number): number {
  return Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7));
}

function degrees(a: number, b: number): number {
  return ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
}

function sine(angle: number): number {
  return Math.sin((angle * Math.PI) / 180);
}

function cosine(angle: number): number {
  return Math.cos((angle * Math.PI) / 180);
}

function product(matrix: readonly [Triple, Triple, Triple], [x, y, z]: Triple): Triple {
  const row = ([a, b, c]: Triple): number => a * x + b * y + c * z;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function withinUnit(share: number): number {
  return Math.min(1, Math.max(0, share));
}
