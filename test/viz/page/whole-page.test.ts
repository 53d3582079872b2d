// The page as a reader has it: one file, opened from disk in a real browser without a network.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { labPage, replayPage } from "../../../sim/node/replay-page.ts";
import { LESSONS } from "../../../viz/lessons/all-lessons.ts";
import { caseOfText } from "../../../viz/page/case-text.ts";
import { type DeepLink, parseHash } from "../../../viz/page/deep-link.ts";
import { launchBrowser } from "../../support/browser.ts";
import { traceOf } from "./traces.ts";

const original = traceOf({ scenario: "word-count", seed: 7, faults: [] });
const folder = mkdtempSync(join(tmpdir(), "cleancut-page-"));
const file = join(folder, "page.html");
const lab = join(folder, "lab.html");
let browser: Browser;

beforeAll(async () => {
  writeFileSync(file, await replayPage(original, []));
  writeFileSync(lab, await labPage());
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a class walks L3 to its end by the keyboard alone", async () => {
  const page = await openPage();
  await tabTo(page, "Lesson");
  await page.keyboard.press("Enter");
  await tabTo(page, "L3");
  await page.keyboard.press("Enter");
  const stops = must(
    LESSONS.find(({ id }) => id === "L3"),
    "L3",
  ).stops;
  for (const { title, question } of stops) {
    await page.locator(".lesson h3", { hasText: title.en }).waitFor();
    if (question !== undefined) {
      const wrong = question.answers.findIndex(({ kind }) => kind === "wrong");
      await page.keyboard.press(String(wrong + 1));
      expect(await page.locator(".lesson input:checked").inputValue()).toBe(String(wrong));
      await page.keyboard.press("Enter");
      await page.locator(".lesson .locked").waitFor();
      await page.keyboard.press("Enter");
      const right = question.answers.find(({ kind }) => kind === "right");
      await page.locator(".truth", { hasText: must(right, "right answer").text.en }).waitFor();
      await page.locator(".ghost", { hasText: question.answers[wrong]?.text.en ?? "" }).waitFor();
    }
    await page.keyboard.press("PageDown");
  }
  expect(await page.locator(".exercise").isVisible()).toBe(true);
  expect(await page.locator(".lesson-where").textContent()).toContain("2 of 2 questions answered");
  await page.close();
});

test("a link leads another page to the same moment", async () => {
  const page = await openPage("#e=420&sel=subtask:count-1&lang=zh&v=k");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("x");
  await linkOnceStill(page);
  const again = await openPage(new URL(page.url()).hash);
  await linkOnceStill(again);
  expect(new URL(again.url()).hash).toBe(new URL(page.url()).hash);
  expect(await spokenBy(again)).toEqual(await spokenBy(page));
  await Promise.all([page.close(), again.close()]);
});

test("a crash in the page is the run that its link's case gives anywhere", async () => {
  const page = await openPage("#e=420&sel=subtask:count-1&lang=en");
  await page.getByRole("button", { name: "Crash here" }).click();
  await page.locator(".half-right").waitFor();
  await page.locator(".difference", { hasText: "First difference, event" }).waitFor();
  const link = await linkOnceStill(page);
  const request = must(await caseOfText(must(link.caseText, "case")), "case of the link");
  expect(request.faults).toHaveLength(1);
  expect(traceOf(request).footer.digest.startsWith(must(link.digest, "digest"))).toBe(true);
  expect(link.digest).not.toBe(original.footer.digest.slice(0, 8));
  await page.keyboard.press("Shift+B");
  await page.waitForFunction(
    (digits) => location.hash.includes(`d=${digits}`),
    original.footer.digest.slice(0, 8),
  );
  await page.close();
});

test("the lab runs a scenario and a seed to the digest they have anywhere", async () => {
  const page = await openPage("#lang=en", lab);
  await page.getByRole("button", { name: "Run…" }).click();
  await page.getByRole("combobox", { name: "Scenario" }).selectOption("bank");
  await page.getByRole("textbox", { name: "Seed" }).fill("3");
  await page.getByRole("combobox", { name: "Faults" }).selectOption("none");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const { digest } = traceOf({ scenario: "bank", seed: 3, faults: [] }).footer;
  await page.locator(".facts", { hasText: `seed 3 · trace ${digest.slice(0, 8)}` }).waitFor();
  expect(await page.locator(".facts").getAttribute("title")).toContain(digest);
  await page.close();
});

test("letter keys can be switched off, arrows stay", async () => {
  const page = await openPage("#e=420&lang=en");
  await page.keyboard.press("?");
  await page.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  const theme = await page.locator("#root").getAttribute("data-theme");
  await page.keyboard.press("t");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => !location.hash.includes("e=420"));
  expect(await page.locator("#root").getAttribute("data-theme")).toBe(theme);
  await page.close();
});

test("axe finds nothing serious, in any mode, theme or width", async () => {
  const page = await openPage("#s=L3&e=stop:2&lang=en");
  await page.locator(".lesson h3").waitFor();
  const require = createRequire(import.meta.url);
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  const states: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["lesson", async () => {}],
    ["revealed", () => pressAll(page, ["2", "Enter", "Enter"])],
    ["dark", () => page.keyboard.press("t")],
    ["present", () => page.keyboard.press("p")],
    ["help", () => pressAll(page, ["p", "?"])],
    ["branch", () => pressAll(page, ["Escape", "c"]).then(() => page.waitForTimeout(1000))],
    ["narrow", () => page.setViewportSize({ width: 390, height: 844 })],
  ];
  for (const [state, reach] of states) {
    await reach();
    await page.waitForTimeout(200);
    expect(await seriousFindings(page), state).toEqual([]);
  }
  await page.close();
});

async function openPage(hash = "#lang=en", path = file): Promise<Page> {
  const context = await browser.newContext({
    offline: true,
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(pathToFileURL(path).href + hash);
  await page.locator(".caption-sentence").first().waitFor({ state: "attached" });
  await page.waitForFunction(() => document.querySelector(".facts")?.textContent !== "");
  return page;
}

/** Moves the focus by Tab until what has it begins with `text`. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => document.activeElement?.textContent ?? "");
    if (focused.startsWith(text)) return;
  }
  throw new Error(`Cannot reach "${text}" by Tab: 80 presses did not lead there`);
}

async function pressAll(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(150);
  }
}

/** What the page's address says once it has stopped following. */
async function linkOnceStill(page: Page): Promise<DeepLink> {
  let before: string;
  do {
    before = page.url();
    await page.waitForTimeout(500);
  } while (page.url() !== before || !before.includes("case="));
  return parseHash(new URL(before).hash);
}

/** What someone who cannot see the page is told of it. */
async function spokenBy(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const labelled = [...document.querySelectorAll("[role=img], [role=slider]")];
    const captions = [...document.querySelectorAll(".caption, h1, .facts")];
    return [
      ...labelled.map((one) => one.getAttribute("aria-label") ?? ""),
      ...captions.map((one) => one.textContent ?? ""),
    ];
  });
}

async function seriousFindings(page: Page): Promise<readonly string[]> {
  return await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  });
}
