// The storyboard, parsed back by a browser.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { PALETTES } from "../../../viz/drawing/palette.ts";
import { storyboard, storyboardSteps } from "../../../viz/export/storyboard.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
import { FIRST_STATE } from "../../../viz/page/page-state.ts";
import { withNote } from "../../../viz/page/run-notes.ts";
import { shownCut, verdictText } from "../../../viz/views/space-time/space-time-cut.ts";
import { PAGE_WORDS } from "../../../viz/words/page-words.ts";
import { SPACE_TIME_WORDS } from "../../../viz/words/space-time-words.ts";
import { launchBrowser } from "../../support/browser.ts";
import { CRASH_CASES, modelOfCase } from "../model/recorded-model.ts";

let browser: Browser;
let page: Page;
let model: RunModel;

beforeAll(async () => {
  const [request] = CRASH_CASES;
  if (request === undefined) throw new Error("Cannot find a case: there is none");
  model = modelOfCase(request);
  browser = await launchBrowser();
  page = await browser.newPage();
});

afterAll(async () => {
  await browser?.close();
});

test.each(["en", "zh"] as const)(
  "storyboard is one file with a drawing and a sentence a step, in %s",
  async (language) => {
    const stops = model.checkpoints.map(({ id, ended, triggered }) => {
      return { event: ended ?? triggered, cut: id };
    });
    expect(stops.length).toBeGreaterThan(1);
    const title = "A crash & <what> came of it";
    const note = { digest: model.digest, event: must(stops[0], "stop").event, text: "Why <here>?" };
    const notes = withNote(new Map(), note);
    const steps = storyboardSteps(model, stops, { ...FIRST_STATE, language, notes });
    const text = storyboard(steps, { title, palette: PALETTES.light });
    const found = await page.evaluate((file) => {
      const parsed = new DOMParser().parseFromString(file, "image/svg+xml");
      const panels = [...parsed.querySelectorAll("svg > svg")].map((panel) => ({
        at: ["x", "y", "width", "height"].map((name) => Number(panel.getAttribute(name))),
        cuts: panel.querySelectorAll("path[stroke-width='2.4']").length,
        texts: [...panel.querySelectorAll("text")].map((node) => node.firstChild?.nodeValue ?? ""),
      }));
      const size = ["width", "height"].map((name) =>
        Number(parsed.documentElement.getAttribute(name)),
      );
      return { errors: parsed.querySelectorAll("parsererror").length, panels, size };
    }, text);
    expect(found.errors).toBe(0);
    const [heading, ...others] = found.panels;
    expect(heading?.texts).toEqual([title]);
    expect(others).toHaveLength(3 * stops.length);
    const diagrams = others.filter((_, at) => at % 3 === 1);
    const words = SPACE_TIME_WORDS[language];
    for (const [at, { texts, cuts }] of diagrams.entries()) {
      for (const lane of model.lanes) {
        if (lane.kind === "subtask") expect(texts).toContain(lane.name);
      }
      expect(texts).toContain(words.virtualTime);
      // The axis has its times besides the cursor's own.
      expect(texts.filter((text) => /^\d+\.\d+ s$/.test(text)).length).toBeGreaterThan(2);
      expect(cuts, `cut of step ${at}`).toBe(1);
    }
    const withoutSpace = (one: string): string => one.replaceAll(/\s/g, "");
    const captions = others.filter((_, at) => at % 3 === 2);
    for (const [at, { texts }] of captions.entries()) {
      const { event, cut } = must(stops[at], "stop");
      const said = withoutSpace(texts.slice(1).join(""));
      expect(texts[0]).toMatch(/^\d+ · .* s$/);
      expect(said).toContain(withoutSpace(model.sentence(event, language)));
      const shown = must(shownCut(model, cut, new Map(), event), "cut");
      expect(said).toContain(withoutSpace(verdictText(shown, model, words)));
      const noted = withoutSpace(PAGE_WORDS[language].noted(note.text));
      expect(said.endsWith(noted)).toBe(at === 0);
    }
    const [width = 0, height = 0] = found.size;
    for (const [index, { at }] of found.panels.entries()) {
      const [x = 0, y = 0, wide = 0, high = 0] = at;
      expect(x >= 0 && y >= 0 && x + wide <= width && y + high <= height).toBe(true);
      for (const { at: other } of found.panels.slice(index + 1)) {
        const [ox = 0, oy = 0, owide = 0, ohigh = 0] = other;
        expect(x < ox + owide && ox < x + wide && y < oy + ohigh && oy < y + high).toBe(false);
      }
    }
  },
);
