// What the page offers to save: pictures, the trace, the events of the list, the case.

import { portableSha256 } from "../../sim/harness/portable-sha256.ts";
import type { Language } from "../../sim/trace/sentences/sentence.ts";
import { traceLines } from "../../sim/trace/trace-file.ts";
import { PALETTES } from "../drawing/palette.ts";
import { type Picture, svgFile } from "../drawing/svg-file.ts";
import type { RunModel } from "../model/run-model.ts";
import type { ExportedFile, ExportedMoment, ExportItem } from "../page/export-item.ts";
import { naturalStops } from "../page/navigation.ts";
import { notesOf } from "../page/run-notes.ts";
import { filterTest, parseFilter } from "../views/event-list/event-filter.ts";
import type { Frame } from "../views/view.ts";
import { EXPORT_WORDS } from "../words/export-words.ts";
import { eventsCsv } from "./events-csv.ts";
import { MomentDrawer } from "./moment-scenes.ts";
import { picturePng } from "./png.ts";
import { type StoryboardStop, stackedPanels, storyboard, storyboardSteps } from "./storyboard.ts";

/** All that can be exported, in the order of the menu. */
export const PAGE_EXPORTS: readonly ExportItem[] = [
  item("storyboard", ({ frame, session }) => {
    const { model, state } = frame;
    const steps = storyboardSteps(model, stopsOf(model, session), state);
    const text = storyboard(steps, { title: nameOf(model), palette: PALETTES[state.theme] });
    return { name: `${nameOf(model)}-storyboard.svg`, content: svgBlob(text) };
  }),
  item("svg", ({ frame }) => {
    const text = svgFile(pictureAt(frame), PALETTES[frame.state.theme]);
    return { name: `${momentName(frame)}.svg`, content: svgBlob(text) };
  }),
  item("png", ({ frame }) => ({
    name: `${momentName(frame)}.png`,
    content: picturePng(pictureAt(frame), PALETTES[frame.state.theme]),
  })),
  item("csv", ({ frame }) => {
    const { model, state } = frame;
    const text = eventsCsv(model, listedEvents(frame), {
      language: state.language,
      notes: notesOf(state.notes, model.digest),
    });
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

/** The lesson's stops with the cuts they show; where there is no lesson, checkpoints end with their cut. */
function stopsOf(model: RunModel, session: ExportedMoment["session"]): readonly StoryboardStop[] {
  if (session !== undefined) {
    const { stopEvents, lesson } = session;
    return stopEvents.map((event, at) => ({ event, cut: lesson.stops[at]?.see?.cut }));
  }
  return naturalStops(model).map((event) => {
    const completed = model.checkpoints.find((span) => {
      return span.ended === event && span.outcome === "completed";
    });
    return { event, cut: completed?.id };
  });
}

/** How wide a saved picture is, in pixels: it fits a slide. */
const PICTURE_WIDTH = 1280;
const PICTURE_MARGIN = 12;

function pictureAt(frame: Frame): Picture {
  const scenes = new MomentDrawer(frame.model).scenes(frame, PICTURE_WIDTH - 2 * PICTURE_MARGIN);
  const panels = stackedPanels(scenes, { x: PICTURE_MARGIN, y: 0 });
  return {
    title: sentenceAt(frame),
    width: Math.max(...scenes.map(({ width }) => width)) + 2 * PICTURE_MARGIN,
    height: scenes.reduce((sum, { height }) => sum + height, PICTURE_MARGIN),
    panels,
  };
}

function sentenceAt({ model, world, state }: Frame): string {
  return world.index < 0 ? nameOf(model) : model.sentence(world.index, state.language);
}

/** The events that pass the list's filter; all of them while it cannot be read. */
function* listedEvents({ model, state }: Frame): Generator<number, void> {
  const filter = parseFilter(state.filter);
  const passes =
    filter.kind === "filter" ? filterTest(filter.terms, model, state) : (): boolean => true;
  for (let index = 0; index < model.count; index++) if (passes(index)) yield index;
}

function svgBlob(text: string): Blob {
  return new Blob([text], { type: "image/svg+xml" });
}
