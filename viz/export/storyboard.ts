// A storyboard: a run at chosen events, each with its pictures and its sentence, in one SVG file for slides and for
// paper.

import type { Mark, Scene } from "../drawing/mark.ts";
import type { Palette } from "../drawing/palette.ts";
import { type Panel, svgFile } from "../drawing/svg-file.ts";
import type { RunModel } from "../model/run-model.ts";
import { ownCut, type PageState } from "../page/page-state.ts";
import { MomentDrawer } from "./moment-scenes.ts";

/** A stop of a storyboard. */
export interface StoryboardStop {
  readonly event: number;
  /** The checkpoint whose cut is to be seen. */
  readonly cut?: number | undefined;
}

/** One step of a storyboard: its scenes, from the top. */
export type StoryboardStep = readonly Scene[];

/** The steps of a run's storyboard: after each stop, with nothing of what is to come. */
export function storyboardSteps(
  model: RunModel,
  stops: readonly StoryboardStop[],
  state: PageState,
): readonly StoryboardStep[] {
  const drawer = new MomentDrawer(model);
  return stops.map(({ event, cut }) => {
    const world = model.world(event);
    const before = model.world(model.step(event, "beat", -1));
    const seen = { ...state, mode: "present", cursor: event, selection: undefined } as const;
    return drawer.scenes({ world, before, state: { ...seen, ...ownCut(cut) } }, STEP_WIDTH);
  });
}

/** The storyboard as the text of an SVG file, two steps beside each other. */
export function storyboard(
  steps: readonly StoryboardStep[],
  { title, palette }: { readonly title: string; readonly palette: Palette },
): string {
  const width = Math.max(...steps.flat().map((scene) => scene.width), STEP_WIDTH);
  const columns = Math.min(2, Math.max(1, steps.length));
  const panels: Panel[] = [{ x: MARGIN, y: MARGIN, scene: titleScene(title, width) }];
  let top = MARGIN + TITLE_HEIGHT;
  for (let first = 0; first < steps.length; first += columns) {
    const row = steps.slice(first, first + columns);
    const ends = row.map((step, column) => {
      const stacked = stackedPanels(step, { x: MARGIN + column * (width + GAP), y: top });
      panels.push(...stacked);
      return endOf(stacked);
    });
    top = Math.max(...ends) + GAP;
  }
  const picture = {
    title,
    width: 2 * MARGIN + columns * width + (columns - 1) * GAP,
    height: top - GAP + MARGIN,
    panels,
  };
  return svgFile(picture, palette);
}

/** Scenes one under the other, from a place on. */
export function stackedPanels(
  scenes: readonly Scene[],
  { x, y }: { readonly x: number; readonly y: number },
): readonly Panel[] {
  return scenes.map((scene, at) => {
    const above = scenes.slice(0, at).reduce((sum, { height }) => sum + height, 0);
    return { x, y: y + above, scene };
  });
}

function endOf(panels: readonly Panel[]): number {
  return Math.max(0, ...panels.map(({ y, scene }) => y + scene.height));
}

const STEP_WIDTH = 860;
const MARGIN = 24;
const GAP = 36;
const TITLE_HEIGHT = 40;

function titleScene(title: string, width: number): Scene {
  const look = { size: 20, weight: "bold" } as const;
  const mark: Mark = { kind: "text", key: "title", x: 0, y: 20, text: title, ...look };
  return { width, height: TITLE_HEIGHT, many: [], few: [mark] };
}
