// The replay page in a real browser, opened from disk without a network: what a teacher and an engineer do with it.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { runner } from "../support/runner.ts";
import { type OpenPage, openPage, PageFolder, recordedFully } from "./support/open-page.ts";

const WORD_COUNT = { scenario: "word-count", seed: 7 };

let browser: Browser;
let address = "";
const folder = new PageFolder();

beforeAll(async () => {
  browser = await launchBrowser();
  address = await folder.replay("word-count", WORD_COUNT);
});

afterAll(async () => {
  await browser.close();
  folder.remove();
});

test("the page opens from disk and shows the run it was made for", async () => {
  await opened(address, async ({ page }) => {
    const { digest, eventCount } = runner.run(runner.prepare(recordedFully(WORD_COUNT)));
    const header = await page.textContent("header");
    expect(header).toContain("word-count");
    expect(header).toContain(digest.slice(0, 8));
    expect(await slider(page).getAttribute("aria-valuemax")).toBe(String(eventCount));
    expect(await slider(page).getAttribute("aria-valuenow")).toBe("0");
  });
});

test("arrow keys step through the run, and every step is spoken", async () => {
  await opened(address, async ({ page }) => {
    const spoken = new Set<string>();
    for (let step = 0; step < 20; step++) {
      await page.keyboard.press("ArrowRight");
      spoken.add((await slider(page).getAttribute("aria-valuetext")) ?? "");
    }
    expect(spoken.size).toBe(20);
    await page.keyboard.press("Home");
    await expectCursor(page, 0);
    await page.keyboard.press("End");
    await expectCursor(page, runner.run(runner.prepare(recordedFully(WORD_COUNT))).eventCount);
  });
});

async function opened(at: string, use: (open: OpenPage) => Promise<void>): Promise<void> {
  const open = await openPage(browser, at);
  await open.page.getByRole("slider").first().waitFor();
  await use(open);
  await open.close();
}

function slider(page: Page) {
  return page.getByRole("slider", { name: "Position in the run" }).first();
}

async function expectCursor(page: Page, events: number): Promise<void> {
  await expect.poll(() => slider(page).getAttribute("aria-valuenow")).toBe(String(events));
}
