// Whether what a lesson needs is in sight on the screens it is shown on: the whole job, the lanes of its tasks, the
// lesson's buttons and its question.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { openPage, PageFolder, planOf, recordedFully } from "./support/open-page.ts";
import { expectCursor } from "./support/reading.ts";

let browser: Browser;
let address = "";
const folder = new PageFolder();

beforeAll(async () => {
  browser = await launchBrowser();
  const faults = planOf("word-count", "crash");
  address = await folder.replay("run", recordedFully({ scenario: "word-count", seed: 7, faults }));
});

afterAll(async () => {
  await browser?.close();
  folder.remove();
});

const SCREENS = [
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
];

describe.each(["L3", "L6"])("%s", (lesson) => {
  describe.each(SCREENS)("on $width by $height", (viewport) => {
    test.each([
      ["lesson", "l"],
      ["present", "p"],
    ])("in mode %s all of the job, its lanes and the lesson are in sight", async (mode, looks) => {
      const { page, close } = await openPage(
        browser,
        `${address}#s=${lesson}&e=stop:3&v=${looks}`,
        { viewport, reducedMotion: "reduce" },
      );
      await page.locator("button.lock").waitFor();
      await page.waitForTimeout(300);
      expect(await hiddenParts(page)).toEqual([]);
      expect(await lessonShare(page)).toBeLessThanOrEqual(0.32);
      if (mode === "present" && viewport.height >= 1080) {
        expect(await smallestText(page)).toBeGreaterThanOrEqual(18);
      }
      await close();
    });
  });
});

test("on a phone the question comes to the fore, and what a stop says stands under what it shows", async () => {
  const { page, close } = await openPage(browser, `${address}#s=L3&e=stop:3&v=l`, {
    viewport: { width: 390, height: 844 },
  });
  await page.locator(".question .ask").waitFor();
  expect(await page.locator(".pane-topology").isVisible()).toBe(false);
  await page.keyboard.press("PageDown");
  await page.locator(".lesson-head", { hasText: "Stop 4 of" }).waitFor();
  expect(await page.locator(".pane-topology").isVisible()).toBe(true);
  expect(await page.locator(".lesson-say").isVisible()).toBe(true);
  await close();
});

test("a presenter's remote control goes on while the search field has the focus", async () => {
  const { page, close } = await openPage(browser, `${address}#s=L3&v=l`);
  await page.locator(".lesson-head", { hasText: "Stop 1 of" }).waitFor();
  await page.locator(".bar .search").focus();
  await page.keyboard.press("PageDown");
  await page.locator(".lesson-head", { hasText: "Stop 2 of" }).waitFor();
  await page.keyboard.type("kb");
  expect(await page.locator(".bar .search").inputValue()).toBe("kb");
  await page.keyboard.press("PageUp");
  await page.locator(".lesson-head", { hasText: "Stop 1 of" }).waitFor();
  await close();
});

test("beside a branch the names of tasks are whole", async () => {
  const { page, close } = await openPage(browser, `${address}#e=420&sel=subtask:count-1`);
  await page.keyboard.press("c");
  await page.locator(".half-right").waitFor();
  await expectCursor(page, 420);
  for (const mode of ["explore", "present"]) {
    if (mode === "present") await page.keyboard.press("p");
    await page.waitForTimeout(300);
    const names = await page
      .locator(".half-right text")
      .evaluateAll((texts) =>
        texts.map(
          ({ childNodes }) =>
            [...childNodes].find(({ nodeType }) => nodeType === 3)?.nodeValue ?? "",
        ),
      );
    expect(names.filter((name) => /^(source|count|sink)-\d$/.test(name))).toHaveLength(5);
  }
  await close();
});

/** What should be in sight at once and is not. */
async function hiddenParts(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const scrolling = [".panes", ".scene-topology", ".scene-space-time"].filter((selector) => {
      const found = document.querySelector(selector);
      return found === null || found.scrollHeight > found.clientHeight + 1;
    });
    const isInside = (inner: DOMRect, outer: DOMRect): boolean =>
      inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
    const lesson = document.querySelector(".pane-lesson")?.getBoundingClientRect();
    const buttons = [...document.querySelectorAll(".lesson button")].filter(
      (one) => lesson === undefined || !isInside(one.getBoundingClientRect(), lesson),
    );
    const plot = document.querySelector(".pane-space-time")?.getBoundingClientRect();
    const tasks = [...document.querySelectorAll(".half-left rect[data-entity^='subtask:']")].map(
      (box) => box.getAttribute("data-entity")?.slice("subtask:".length) ?? "",
    );
    const lanes = [...document.querySelectorAll(".scene-space-time text")]
      .filter((name) => plot !== undefined && isInside(name.getBoundingClientRect(), plot))
      // Besides its text a mark has its title.
      .map(({ childNodes }) => [...childNodes].find(({ nodeType }) => nodeType === 3)?.nodeValue);
    return [
      ...scrolling,
      ...buttons.map((one) => `button ${one.textContent}`),
      ...["job-master", ...new Set(tasks)].filter((task) => !lanes.includes(task)),
    ];
  });
}

/** How much of the height the lesson takes. */
async function lessonShare(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const { height } = document.querySelector(".pane-lesson")?.getBoundingClientRect() ?? {};
    return (height ?? 1) / window.innerHeight;
  });
}

/** The size of the smallest text that is seen outside of drawings. */
async function smallestText(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const texts = [...document.querySelectorAll(".page *")].filter((one) => {
      const hasText = [...one.childNodes].some(
        ({ nodeType, nodeValue }) => nodeType === 3 && (nodeValue ?? "").trim() !== "",
      );
      return hasText && one.closest("svg") === null && one.checkVisibility();
    });
    return Math.min(...texts.map((one) => Number.parseFloat(getComputedStyle(one).fontSize)));
  });
}
