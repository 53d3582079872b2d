// The colours of each ink, for light and for dark. Chosen by measurement: test/viz/drawing/palette.test.ts keeps the
// hues of a set apart for every kind of colour vision, and every mark visible against its background.

import type { Ink } from "./mark.ts";

/** A colour for each ink, as #RRGGBB. */
export type Palette = { readonly [ink in Ink]: string };

/** The sets whose colours stand side by side and must be told apart. */
export const INK_SETS = {
  checkpoints: ["checkpoint-0", "checkpoint-1", "checkpoint-2", "checkpoint-3"],
  statuses: ["completed", "in-progress", "failed", "savepoint"],
} as const satisfies { readonly [set: string]: readonly Ink[] };

/** The palettes, by the page's theme. */
export const PALETTES: { readonly [theme in "light" | "dark"]: Palette } = {
  light: {
    background: "#FFFFFF",
    ink: "#1B1F24",
    secondary: "#5B6470",
    grid: "#E3E7EB",
    completed: "#00805E",
    "in-progress": "#7A8590",
    failed: "#C1121F",
    savepoint: "#5B3FA8",
    "checkpoint-0": "#0072B2",
    "checkpoint-1": "#D55E00",
    "checkpoint-2": "#009E73",
    "checkpoint-3": "#CC79A7",
  },
  dark: {
    background: "#0F1419",
    ink: "#E6EAEE",
    secondary: "#8B95A1",
    grid: "#26303A",
    completed: "#2BB58D",
    "in-progress": "#97A2AE",
    failed: "#FF6B6B",
    savepoint: "#B49CFF",
    "checkpoint-0": "#56B4E9",
    "checkpoint-1": "#F0A132",
    "checkpoint-2": "#00A37A",
    "checkpoint-3": "#F2B8D8",
  },
};
