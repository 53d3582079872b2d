// Notes in a real browser: one is written by keyboard, seen where its event is, and travels in the link.
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { expectCursor, sharedHash, tabTo } from "./support/reading.ts";
import { CRASHED_WORD_COUNT, TestPages } from "./support/test-pages.ts";

let address = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.replay(CRASHED_WORD_COUNT);
});

test("a note written by keyboard stands in caption, list and scrubber, is spoken, and comes back with the link", async () => {
  const text = "Why here, and not ~before? 注";
  const first = await pages.open(`${address}#e=405`);
  const { page } = first;
  await page.keyboard.press("m");
  await page.locator("dialog.note input").waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await page.locator("dialog.note").waitFor({ state: "hidden" });
  await expectNote(page, text);
  const live = page.locator("[aria-live=polite].spoken");
  await expect.poll(() => live.textContent()).toContain(`Note: ${text}`);
  await page.keyboard.press("Shift+ArrowRight");
  await expectCursor(page, 406);
  await expect.poll(() => captionNote(page)).toBe("");
  await page.keyboard.press("Shift+ArrowLeft");
  const hash = await sharedHash(page);
  await first.close();

  const second = await pages.open(address + hash);
  await expectNote(second.page, text);
  expect(await sharedHash(second.page)).toBe(hash);
  // It is found as a sentence is.
  await second.page.keyboard.press("End");
  await second.page.locator(".bar .search").fill("NOT ~before");
  await second.page.keyboard.press("Enter");
  await expectCursor(second.page, 405);
  await second.page.keyboard.press("Escape");
  // What is written is there to be changed, and to be taken away.
  await second.page.keyboard.press("m");
  await tabTo(second.page, "Take away");
  await second.page.keyboard.press("Enter");
  await expect.poll(() => captionNote(second.page)).toBe("");
  expect(await second.page.locator(".event-note").count()).toBe(0);
  expect(await sharedHash(second.page)).not.toContain("&n=");
  await second.close();
});

async function captionNote(page: Page): Promise<string | null> {
  return await page.textContent(".time-bar .caption-note");
}

/** Waits until the note of event 405 stands in all three places. */
async function expectNote(page: Page, text: string): Promise<void> {
  await expectCursor(page, 405);
  await expect.poll(() => captionNote(page)).toBe(`Note: ${text}`);
  const row = page.locator('.event-row[data-event="405"]');
  const sign = row.getByRole("img", { name: `Note: ${text}` });
  expect(await sign.getAttribute("title")).toBe(text);
  const pennants = page.locator(".scene-scrubber svg title", { hasText: `Note: ${text}` });
  await expect.poll(() => pennants.count()).toBe(1);
}
