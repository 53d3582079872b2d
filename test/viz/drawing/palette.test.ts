// The colours of drawings: told apart by everyone, visible to everyone, and measured as the design measured them.
import { expect, test } from "vitest";
import {
  colourDistance,
  contrast,
  leastDistance,
  VISIONS,
} from "../../../viz/drawing/colour-vision.ts";
import type { Ink } from "../../../viz/drawing/mark.ts";
import { INK_SETS, PALETTES, type Palette } from "../../../viz/drawing/palette.ts";

const DISTANCE_MIN = 10;
const CONTRAST_MIN = 3;

test.each(["light", "dark"] as const)("the %s palette can be told apart and seen", (theme) => {
  expect(flawsOf(PALETTES[theme])).toEqual([]);
});

test("a palette with two hues alike for some, or with a faint mark, is found out", () => {
  // Flink's own colours for completed and in progress, which a protanope cannot tell apart.
  const alike: Palette = {
    ...PALETTES.light,
    "checkpoint-0": "#52C41A",
    "checkpoint-1": "#FAAD14",
  };
  expect(flawsOf(alike)).toContain("checkpoint-0 and checkpoint-1 for protan: 0.3");
  const faint: Palette = { ...PALETTES.dark, secondary: "#3A4048" };
  expect(flawsOf(faint)).toEqual(["secondary on its background: 1.8"]);
});

// The first two sets are of Flink's dashboard, the third of the page's table of phases.
test.each([
  [
    ["#52C41A", "#722ED1", "#FAAD14", "#F5222D"],
    [39.0, 0.3, 8.2, 21.7],
  ],
  [
    ["#B8C0CC", "#91CAFF", "#FA8C16", "#52C41A"],
    [14.0, 7.8, 3.9, 12.5],
  ],
  [
    ["#BFC7D1", "#0072B2", "#D55E00", "#4FB99F"],
    [25.0, 14.7, 11.6, 19.1],
  ],
  [coloursOf("light", INK_SETS.checkpoints), [37.0, 12.2, 15.9, 12.4]],
  [coloursOf("dark", INK_SETS.checkpoints), [33.5, 10.5, 19.3, 10.6]],
  [coloursOf("light", INK_SETS.statuses), [23.1, 17.5, 16.2, 17.1]],
])("leastDistance of %s is as measured", (colours, measured) => {
  expect(VISIONS.map((vision) => rounded(leastDistance(colours, vision), 10))).toEqual(measured);
});

test("contrast is as measured", () => {
  const { light, dark } = PALETTES;
  const contrasts = ({ background }: Palette, colours: readonly string[]): readonly number[] =>
    colours.map((colour) => rounded(contrast(colour, background), 100));
  expect(contrasts(light, coloursOf("light", INK_SETS.checkpoints))).toEqual([
    5.19, 3.87, 3.42, 3.06,
  ]);
  expect(contrasts(dark, coloursOf("dark", INK_SETS.checkpoints))).toEqual([
    8.02, 8.68, 5.75, 11.13,
  ]);
  expect(contrasts(light, ["#FFFFFF", "#000000"])).toEqual([1, 21]);
});

test("colourDistance is no distance from a colour to itself, and the same both ways", () => {
  for (const vision of VISIONS) {
    expect(colourDistance("#5B6470", "#5B6470", vision)).toBe(0);
    const [there, back] = [
      colourDistance("#C1121F", "#7A8590", vision),
      colourDistance("#7A8590", "#C1121F", vision),
    ];
    expect(there).toBeCloseTo(back, 10);
  }
});

// The grid is no mark: nothing is read off it.
function flawsOf(palette: Palette): readonly string[] {
  const { background, grid: _, ...marks } = palette;
  const faint = Object.entries(marks).flatMap(([ink, colour]) => {
    const found = contrast(colour, background);
    return found < CONTRAST_MIN ? [`${ink} on its background: ${rounded(found, 10)}`] : [];
  });
  return [...faint, ...Object.values(INK_SETS).flatMap((inks) => confusions(palette, inks))];
}

function confusions(palette: Palette, inks: readonly Ink[]): readonly string[] {
  return VISIONS.flatMap((vision) =>
    inks.flatMap((one, index) =>
      inks.slice(index + 1).flatMap((other) => {
        const found = colourDistance(palette[one], palette[other], vision);
        const text = `${one} and ${other} for ${vision}: ${rounded(found, 10)}`;
        return found < DISTANCE_MIN ? [text] : [];
      }),
    ),
  );
}

function coloursOf(theme: "light" | "dark", inks: readonly Ink[]): readonly string[] {
  return inks.map((ink) => PALETTES[theme][ink]);
}

function rounded(number: number, parts: number): number {
  return Math.round(number * parts) / parts;
}
