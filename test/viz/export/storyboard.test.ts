// The storyboard, parsed back by a browser.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PALETTES } from "../../../viz/drawing/palette.ts";
import { storyboard, storyboardSteps } from "../../../viz/export/storyboard.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
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
    const events = model.landmarks.map(({ index }) => index);
    expect(events.length).toBeGreaterThan(2);
    const title = "A crash & <what> came of it";
    const steps = storyboardSteps(model, events, language);
    const text = storyboard(steps, { title, palette: PALETTES.light });
    const found = await page.evaluate((file) => {
      const parsed = new DOMParser().parseFromString(file, "image/svg+xml");
      const panels = [...parsed.querySelectorAll("svg > svg")].map((panel) => ({
        at: ["x", "y", "width", "height"].map((name) => Number(panel.getAttribute(name))),
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
    expect(others).toHaveLength(2 * events.length);
    const withoutSpace = (one: string): string => one.replaceAll(/\s/g, "");
    const captions = others.filter(({ texts }) => / · .* s$/.test(texts[0] ?? ""));
    expect(captions.map(({ texts }) => withoutSpace(texts.slice(1).join("")))).toEqual(
      events.map((index) => withoutSpace(model.sentence(index, language))),
    );
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
