// Whether what a lesson needs is in sight on the screens it is shown on: the whole job, the lanes of its tasks, the
// lesson's buttons and its question.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { must } from "../../sim/kernel/invariant.ts";
import type { Localized } from "../../sim/teaching/localized.ts";
import { LESSONS } from "../../viz/lessons/all-lessons.ts";
import { expectCursor } from "./support/reading.ts";
import { CRASHED_WORD_COUNT, TestPages } from "./support/test-pages.ts";

let address = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.replay(CRASHED_WORD_COUNT);
});

const SCREENS = [
  { width: 1280, height: 720 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
];

test.each(["en", "zh"] as const)(
  "in %s a last row can read every drawing of a lesson",
  async (language) => {
    // Each screen has a page of its own, and while one settles another is read.
    await Promise.all(
      [SCREENS[0], SCREENS.at(-1)].map(async (viewport) => {
        const { width, height } = must(viewport, "screen");
        const { page, close } = await pages.open(address, {
          viewport: { width, height },
          reducedMotion: "reduce",
        });
        for (const [lesson, stop] of DENSE_STOPS) {
          await page.goto(`${address}#s=${lesson}&e=stop:${stop}&v=p&lang=${language}`);
          await page.getByRole("heading", { name: titleOf(lesson, stop)[language] }).waitFor();
          await settled(page);
          const { smallest, faults } = await drawnTexts(page);
          // 18 pixels of 1080 lines; the browser rounds.
          expect(smallest, `${lesson} stop ${stop}`).toBeGreaterThanOrEqual((17.9 / 1080) * height);
          expect(faults, `${lesson} stop ${stop}`).toEqual([]);
        }
        await close();
      }),
    );
  },
);

/** What the heading of a stop says. */
function titleOf(lesson: string, stop: number): Localized {
  const found = LESSONS.find(({ id }) => id === lesson);
  return must(found?.stops[stop - 1], "stop").title;
}

/** Stops with much in their drawings: a blocked channel, a cut with its orphan, records sent again, three rows of tasks. */
const DENSE_STOPS = [
  ["L1", 4],
  ["L3", 4],
  ["L5", 3],
  ["L6", 6],
  ["L7", 4],
  ["L11", 7],
  ["L13", 8],
] as const;

describe.each(["L3", "L6"])("%s", (lesson) => {
  test.each([
    ["lesson", "l"],
    ["present", "p"],
  ])("in mode %s all of the job, its lanes and the lesson are in sight", async (mode, looks) => {
    const { page, close } = await pages.open(`${address}#s=${lesson}&e=stop:3&v=${looks}`, {
      reducedMotion: "reduce",
    });
    await page.locator("button.lock").waitFor();
    for (const screen of SCREENS.slice(1)) {
      await page.setViewportSize(screen);
      await settled(page);
      expect(await hiddenParts(page), `${screen.width}`).toEqual([]);
      expect(await lessonShare(page), `${screen.width}`).toBeLessThanOrEqual(0.32);
      if (mode === "present" && screen.height >= 1080) {
        expect(await smallestText(page)).toBeGreaterThanOrEqual(18);
      }
    }
    await close();
  });
});

test.each(["l", "p"])(
  "a stop about files has the whole table in sight in mode %s",
  async (mode) => {
    const { page, close } = await pages.open(`${address}#s=L13&e=stop:7&v=${mode}`, {
      reducedMotion: "reduce",
    });
    const table = page.getByRole("table");
    await table.getByRole("row", { name: /000008\.sst/ }).waitFor();
    await page.locator("button.lock").waitFor();
    for (const screen of SCREENS) {
      await page.setViewportSize(screen);
      await settled(page);
      const [bottom, edge, size] = await table.evaluate((one) => [
        one.getBoundingClientRect().bottom,
        one.closest(".pane")?.getBoundingClientRect().bottom,
        Math.min(
          ...[...one.querySelectorAll("th, td")].map((cell) =>
            Number.parseFloat(getComputedStyle(cell).fontSize),
          ),
        ),
      ]);
      expect(bottom, `${screen.width}`).toBeLessThanOrEqual(edge ?? 0);
      if (mode === "p" && screen.height >= 1080) expect(size).toBeGreaterThanOrEqual(18);
    }
    await close();
  },
);

test.each(["l", "p"])("on a low screen, in mode %s, a question is seen whole", async (mode) => {
  const { page, close } = await pages.open(`${address}#s=L6&e=stop:3&v=${mode}`, {
    viewport: { width: 1280, height: 720 },
  });
  await page.locator("button.lock").waitFor();
  const hidden = await page.evaluate(() => {
    const pane = document.querySelector(".pane-lesson")?.getBoundingClientRect();
    return [...document.querySelectorAll(".question :is(.ask, .answer)")]
      .filter((one) => one.getBoundingClientRect().bottom > (pane?.bottom ?? 0))
      .map(({ textContent }) => textContent);
  });
  expect(hidden).toEqual([]);
  expect(await hiddenParts(page)).toEqual([]);
  await close();
});

test("on a phone the question comes to the fore, and what a stop says stands under what it shows", async () => {
  const { page, close } = await pages.open(`${address}#s=L3&e=stop:3&v=l`, {
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
  const { page, close } = await pages.open(`${address}#s=L3&v=l`);
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

describe.each(SCREENS.slice(1))("beside a branch, on $width by $height", (viewport) => {
  test("the names of tasks are whole, and for a projector the last row can read everything", async () => {
    const { page, close } = await pages.open(`${address}#e=420&sel=subtask:count-1`, {
      viewport,
    });
    await page.keyboard.press("c");
    await page.locator(".half-right").waitFor();
    await expectCursor(page, 420);
    expect(await wholeNames(page)).toHaveLength(5);
    await page.keyboard.press("p");
    await settled(page);
    // On a smaller screen letters that can be read go before whole names, which B has besides.
    if (viewport.height >= 1080) expect(await wholeNames(page)).toHaveLength(5);
    const { smallest } = await drawnTexts(page);
    expect(smallest).toBeGreaterThanOrEqual((17.9 / 1080) * viewport.height);
    await close();
  });
});

/** Waits until nothing on the page has changed for a few frames. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    let before = "";
    for (let still = 0; still < 4; still++) {
      await new Promise(requestAnimationFrame);
      const now = document.body.innerHTML;
      if (now !== before) still = 0;
      before = now;
    }
  });
}

/** The names of tasks that are written in the boxes of a branch. */
async function wholeNames(page: Page): Promise<readonly string[]> {
  await settled(page);
  const texts = await page
    .locator(".half-right text")
    .evaluateAll((marks) =>
      marks.map(
        ({ childNodes }) => [...childNodes].find(({ nodeType }) => nodeType === 3)?.nodeValue ?? "",
      ),
    );
  return texts.filter((text) => /^(source|count|sink)-\d$/.test(text));
}

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

/** The size of the smallest text in drawings, in pixels of the page; and texts cut off by an edge or lying over others. */
async function drawnTexts(
  page: Page,
): Promise<{ readonly smallest: number; readonly faults: readonly string[] }> {
  return await page.evaluate(() => {
    const scenes = [...document.querySelectorAll(".scene")].filter((one) => one.checkVisibility());
    let smallest = Number.POSITIVE_INFINITY;
    const faults: string[] = [];
    for (const scene of scenes) {
      const edge = scene.getBoundingClientRect();
      const texts = [...scene.querySelectorAll<SVGTextElement>("svg text")].flatMap((one) => {
        const said = [...one.childNodes].find(({ nodeType }) => nodeType === 3)?.nodeValue ?? "";
        const { left, right, top, bottom, height } = one.getBoundingClientRect();
        if (said === "") return [];
        const size = Number.parseFloat(getComputedStyle(one).fontSize);
        smallest = Math.min(smallest, size * (one.getScreenCTM()?.a ?? 1));
        // Letters are lower than the box of their line; a record's letter and the number beside it are one thing.
        const isOfRecord = one.getAttribute("data-entity")?.startsWith("record:") === true;
        const letters = { top: top + height * 0.28, bottom: bottom - height * 0.24 };
        return [{ said, left, right, ...letters, isOfRecord }];
      });
      for (const [index, one] of texts.entries()) {
        const isCut =
          one.left < edge.left - 2 ||
          one.right > edge.right + 2 ||
          one.top < edge.top ||
          one.bottom > edge.bottom;
        if (isCut) faults.push(`"${one.said}" is cut off`);
        for (const other of texts.slice(index + 1)) {
          const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
          const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
          if (one.isOfRecord && other.isOfRecord) continue;
          if (across > 3 && down > 3) faults.push(`"${one.said}" lies over "${other.said}"`);
        }
      }
    }
    return { smallest, faults };
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
