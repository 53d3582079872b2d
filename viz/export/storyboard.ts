// A storyboard: a run's job at chosen events, each with its sentence, in one SVG file for slides and for paper.

import { timeText } from "../../sim/trace/duration-text.ts";
import type { Language } from "../../sim/trace/sentences/sentence.ts";
import type { Mark, Scene } from "../drawing/mark.ts";
import type { Palette } from "../drawing/palette.ts";
import { type Panel, svgFile } from "../drawing/svg-file.ts";
import type { RunModel } from "../model/run-model.ts";
import { TopologyDrawer } from "../views/topology/topology-drawer.ts";
import { wrappedText } from "./wrapped-text.ts";

/** One picture of a storyboard. */
export interface StoryboardStep {
  readonly scene: Scene;
  /** Which event it shows, and when it is. */
  readonly heading: string;
  readonly caption: string;
}

/** The steps of a run's storyboard: its job after each of the events. */
export function storyboardSteps(
  model: RunModel,
  events: readonly number[],
  language: Language,
): readonly StoryboardStep[] {
  const drawer = new TopologyDrawer(model);
  return events.map((index) => {
    const world = model.world(index);
    const before = model.world(model.step(index, "beat", -1));
    return {
      scene: drawer.scene({ world, before, size: SCENE_SIZE, language }),
      heading: `${index} · ${timeText(world.time)}`,
      caption: model.sentence(index, language),
    };
  });
}

/** The storyboard as the text of an SVG file, two steps beside each other. */
export function storyboard(
  steps: readonly StoryboardStep[],
  { title, palette }: { readonly title: string; readonly palette: Palette },
): string {
  const width = Math.max(...steps.map(({ scene }) => scene.width), SCENE_SIZE.width);
  const columns = Math.min(2, Math.max(1, steps.length));
  const panels: Panel[] = [{ x: MARGIN, y: MARGIN, scene: titleScene(title, width) }];
  let top = MARGIN + TITLE_HEIGHT;
  for (let first = 0; first < steps.length; first += columns) {
    const row = steps.slice(first, first + columns);
    const captions = row.map((step) => captionScene(step, width));
    const drawn = Math.max(...row.map(({ scene }) => scene.height));
    for (const [column, { scene }] of row.entries()) {
      const x = MARGIN + column * (width + GAP);
      panels.push({ x, y: top, scene });
    }
    for (const [column, caption] of captions.entries()) {
      panels.push({ x: MARGIN + column * (width + GAP), y: top + drawn + 6, scene: caption });
    }
    top += drawn + 6 + Math.max(...captions.map(({ height }) => height)) + GAP;
  }
  const picture = {
    title,
    width: 2 * MARGIN + columns * width + (columns - 1) * GAP,
    height: top - GAP + MARGIN,
    panels,
  };
  return svgFile(picture, palette);
}

const SCENE_SIZE = { width: 860, height: 400 };
const MARGIN = 24;
const GAP = 36;
const TITLE_HEIGHT = 40;
const CAPTION_SIZE = 15;
const CAPTION_LINE = 21;

function titleScene(title: string, width: number): Scene {
  const mark: Mark = {
    kind: "text",
    key: "title",
    x: 0,
    y: 20,
    text: title,
    size: 20,
    weight: "bold",
  };
  return { width, height: TITLE_HEIGHT, many: [], few: [mark] };
}

function captionScene({ heading, caption }: StoryboardStep, width: number): Scene {
  const lines = wrappedText(caption, CAPTION_SIZE, width - 8);
  const few: readonly Mark[] = [
    { kind: "text", key: "heading", x: 4, y: 14, text: heading, size: 12, fill: "secondary" },
    ...lines.map(
      (text, line): Mark => ({
        kind: "text",
        key: `line ${line}`,
        x: 4,
        y: 35 + line * CAPTION_LINE,
        text,
        size: CAPTION_SIZE,
      }),
    ),
  ];
  return { width, height: 26 + lines.length * CAPTION_LINE, many: [], few };
}
