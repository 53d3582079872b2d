// What the page offers to save: pictures, the trace, the events of the list, the case.

import { portableSha256 } from "../../sim/harness/portable-sha256.ts";
import type { Language } from "../../sim/trace/sentences/sentence.ts";
import { traceLines } from "../../sim/trace/trace-file.ts";
import type { Scene } from "../drawing/mark.ts";
import { PALETTES } from "../drawing/palette.ts";
import { pictureOf, svgFile } from "../drawing/svg-file.ts";
import type { RunModel } from "../model/run-model.ts";
import type { ExportedFile, ExportedMoment, ExportItem } from "../page/export-item.ts";
import { naturalStops } from "../page/navigation.ts";
import { filterTest, parseFilter } from "../views/event-list/event-filter.ts";
import { TopologyDrawer } from "../views/topology/topology-drawer.ts";
import type { Frame } from "../views/view.ts";
import { EXPORT_WORDS } from "../words/export-words.ts";
import { eventsCsv } from "./events-csv.ts";
import { scenePng } from "./png.ts";
import { storyboard, storyboardSteps } from "./storyboard.ts";

/** All that can be exported, in the order of the menu. */
export const PAGE_EXPORTS: readonly ExportItem[] = [
  item("storyboard", ({ frame, session }) => {
    const { model, state } = frame;
    const stops = session?.stopEvents ?? naturalStops(model);
    const steps = storyboardSteps(model, stops, state.language);
    const text = storyboard(steps, { title: nameOf(model), palette: PALETTES[state.theme] });
    return { name: `${nameOf(model)}-storyboard.svg`, content: svgBlob(text) };
  }),
  item("svg", ({ frame }) => {
    const picture = pictureOf(sceneAt(frame), sentenceAt(frame));
    const text = svgFile(picture, PALETTES[frame.state.theme]);
    return { name: `${momentName(frame)}.svg`, content: svgBlob(text) };
  }),
  item("png", ({ frame }) => ({
    name: `${momentName(frame)}.png`,
    content: scenePng(sceneAt(frame), PALETTES[frame.state.theme]),
  })),
  item("csv", ({ frame }) => {
    const { model, state } = frame;
    const text = eventsCsv(model, listedEvents(frame), state.language);
    return { name: `${nameOf(model)}.csv`, content: new Blob([text], { type: "text/csv" }) };
  }),
  item("trace", ({ run, frame }) => {
    const lines = Array.from(traceLines(run.trace, portableSha256), (line) => `${line}\n`);
    return {
      name: `${nameOf(frame.model)}.jsonl`,
      content: new Blob(lines, { type: "application/jsonl" }),
    };
  }),
  item("case", ({ frame: { model } }) => ({
    name: `${nameOf(model)}.json`,
    content: new Blob([`${JSON.stringify(model.header.case, undefined, 2)}\n`], {
      type: "application/json",
    }),
  })),
];

function item(
  id: keyof (typeof EXPORT_WORDS)["en"],
  make: (moment: ExportedMoment) => Promise<ExportedFile> | ExportedFile,
): ExportItem {
  return { id, title: (language: Language) => EXPORT_WORDS[language][id], make };
}

/** `word-count-7`: the scenario and the seed. */
function nameOf({ header }: RunModel): string {
  const { scenario, seed } = header.case;
  const name = typeof scenario === "string" ? scenario : scenario.name;
  return `${name.replaceAll(/[^\w-]+/g, "-")}-${seed}`;
}

function momentName({ model, world }: Frame): string {
  return `${nameOf(model)}-event-${world.index}`;
}

/** Width and height of a saved picture, in pixels: it fits a slide. */
const PICTURE_SIZE = { width: 1280, height: 600 };

function sceneAt({ model, world, before, state }: Frame): Scene {
  const { language, selection: selected } = state;
  return new TopologyDrawer(model).scene({
    world,
    before,
    size: PICTURE_SIZE,
    language,
    selected,
  });
}

function sentenceAt({ model, world, state }: Frame): string {
  return world.index < 0 ? nameOf(model) : model.sentence(world.index, state.language);
}

/** The events that pass the list's filter; all of them while it cannot be read. */
function* listedEvents({ model, state }: Frame): Generator<number, void> {
  const filter = parseFilter(state.filter);
  const passes =
    filter.kind === "filter"
      ? filterTest(filter.terms, model, state.language)
      : (): boolean => true;
  for (let index = 0; index < model.count; index++) if (passes(index)) yield index;
}

function svgBlob(text: string): Blob {
  return new Blob([text], { type: "image/svg+xml" });
}
