// Chinese in a real browser: every word is, but names and Flink's terms, and every letter is drawn. The packaged
// Chromium has no Chinese letters, so a package brings them; what the browser then says it drew with is checked.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { createRunModel } from "../../viz/model/create-run-model.ts";
import { traceOfCase } from "./model/recorded-model.ts";
import { markOf } from "./support/reading.ts";
import { CRASHED_WORD_COUNT, recordedFully, TestPages } from "./support/test-pages.ts";

let address = "";
const pages = new TestPages();

const CRASHED = recordedFully(CRASHED_WORD_COUNT);

beforeAll(async () => {
  address = await pages.replay(CRASHED);
});

test("every Chinese letter on the page is drawn, in words and in pictures", async () => {
  const { page } = await pages.open(`${address}#e=405&sel=subtask:count-1`, {
    locale: "zh-CN",
    initScript: bringsFont(),
  });
  for (const selector of [
    ".time-bar .caption-sentence",
    ".pane-topology h2 span:last-child",
    ".inspector-subtitle",
    '.half-left text[data-entity="channel:count-1->sink-1/1"]',
    ".event-row[aria-selected=true] .event-sentence",
    ".transport .looks .button-text",
  ]) {
    const text = await page.evaluate(
      (wanted) => document.querySelector(wanted)?.firstChild?.textContent ?? "",
      selector,
    );
    const chinese = text.match(/\p{Script=Han}/gu)?.length ?? 0;
    expect(chinese, selector).toBeGreaterThan(0);
    expect((await fontsOf(page, selector)).get(FONT) ?? 0, selector).toBeGreaterThanOrEqual(
      chinese,
    );
  }
  await page.context().close();
});

test("nothing is left in English once the page speaks Chinese, but names and Flink's terms", async () => {
  const model = createRunModel(traceOfCase(CRASHED), []);
  const words = { en: new Set<string>(), zh: new Set<string>() };
  for (const language of ["en", "zh"] as const) {
    const { page, close } = await pages.open(`${address}#e=405&lang=en`);
    if (language === "zh") await page.getByRole("button", { name: "中文" }).click();
    // The live region is the last to speak.
    const spoken = model.sentence(405, language);
    await page.locator("[aria-live=polite].spoken", { hasText: spoken }).waitFor();
    for (const reach of PLACES_WITH_WORDS) {
      await reach(page);
      for (const word of await wordsOn(page)) words[language].add(word);
    }
    await close();
  }
  expect(words.en.size).toBeGreaterThan(200);
  const inBoth = [...words.en].filter((word) => words.zh.has(word));
  expect(inBoth.filter((word) => !SAME_IN_CHINESE.has(word)).sort()).toEqual([]);
});

/** As the font calls itself. */
const FONT = "ZCOOL XiaoWei";

/** A script that gives a page a free font with Chinese letters, under a name that the page asks for. */
function bringsFont(): string {
  const require = createRequire(import.meta.url);
  const path = require.resolve(
    "@fontsource/zcool-xiaowei/files/zcool-xiaowei-chinese-simplified-400-normal.woff2",
  );
  const base64 = readFileSync(path).toString("base64");
  return `{
    const bytes = Uint8Array.from(atob("${base64}"), (letter) => letter.charCodeAt(0));
    const looks = { weight: "100 900", unicodeRange: "U+2E80-FFFF" };
    document.fonts.add(new FontFace("Noto Sans", bytes.buffer, looks));
  }`;
}

/** Which fonts the letters of an element were drawn with, by the browser's own account. */
async function fontsOf(page: Page, selector: string): Promise<ReadonlyMap<string, number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument");
  const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
  await session.detach();
  return new Map(fonts.map(({ familyName, glyphCount }) => [familyName, glyphCount]));
}

/** Ways to places on the page where words stand that are not always in sight, one after the other. */
const PLACES_WITH_WORDS: readonly ((page: Page) => Promise<unknown>)[] = [
  async () => {},
  (page) => markOf(page, "subtask:count-1").click(),
  (page) => markOf(page, "channel:count-1->sink-1/1").click(),
  (page) => markOf(page, "checkpoint:1").click(),
  (page) => page.keyboard.press("x"),
  (page) => page.keyboard.press("?"),
  async (page) => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("w");
  },
  async (page) => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("s");
  },
  async (page) => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
  },
  async (page) => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("m");
    await page.locator("dialog.note input").fill("7");
    await page.keyboard.press("Enter");
    await page.locator(".event-note").waitFor();
  },
  (page) => page.keyboard.press("m"),
  async (page) => {
    await page.keyboard.press("Escape");
    await page.locator(".run-button").click();
  },
  async (page) => {
    await page.keyboard.press("Escape");
    await page.locator(".event-list input").fill("chekpoint=1");
  },
  async (page) => {
    await page.locator(".event-list input").fill("");
    await page.locator("[data-mode=lesson]").click();
    await page.locator(".lesson-card").first().waitFor();
  },
  async (page) => {
    await page.locator(".lesson-card", { hasText: "L3" }).click();
    await page.locator(".lesson-stop").waitFor();
  },
  async (page) => {
    await page.keyboard.press("PageDown");
    await page.locator("button.lock").waitFor();
  },
  async (page) => {
    for (const key of ["3", "Enter"]) await page.keyboard.press(key);
    await page.locator(".locked").waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".is-revealed").waitFor();
  },
  async (page) => {
    await page.locator("[data-mode=explore]").click();
    await markOf(page, "subtask:count-1").click();
    await page.keyboard.press("c");
    await page.locator(".half-right").waitFor();
    await expect.poll(() => page.textContent(".difference")).not.toBe("");
  },
];

/** All words of two letters or more that can be seen, hovered or heard now, but for data. */
async function wordsOn(page: Page): Promise<ReadonlySet<string>> {
  const texts = await page.evaluate(async () => {
    // What was just asked for is drawn in the next frame.
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      const shown = parent?.localName === "title" ? parent.parentElement : parent;
      if (shown?.checkVisibility() === true) found.push(node.textContent ?? "");
    }
    for (const name of ["title", "aria-label", "placeholder", "aria-valuetext"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        if (element.checkVisibility()) found.push(element.getAttribute(name) ?? "");
      }
    }
    return found;
  });
  const words = texts.flatMap((text) => text.replaceAll(DATA, " ").match(/[A-Za-z]{2,}/g) ?? []);
  return new Set(words.map((word) => word.toLowerCase()));
}

/** What is quoted, the wrong word put into the filter, digests, and what is a name: words with a sign between them, such as `count-1` or `count[the]`. */
const DATA = /"[^"]*"|“chekpoint”|\b[0-9a-f]{8,}\b|\w+(?:[-./_=>[\]:]+\w+)+/g;

/** What stays as it is in Chinese: Flink's terms, then what the run, keys, files, the command line and the filter call things. */
const SAME_IN_CHINESE: ReadonlySet<string> = new Set(
  [
    "attempt barrier buffer channel checkpoint ckpt group jobmaster log offset sink source subtask task",
    "count counts failure finished flush injected machine ok running snapshot storage sum words",
    "ctrl end enter home pagedown pageup shift space",
    "case cleancut csv json lines npx png run svg trace",
    "event key kind ms place time",
  ].flatMap((line) => line.split(" ")),
);
