// What a reader of the page sees and hears, for tests to ask: where the cursor is, what the caption says, what the
// job's picture shows, and what a link to the moment would be. Whatever follows the page with a delay is waited for.
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** The scrubber of the run that has the cursor. */
export function slider(page: Page): Locator {
  return page.locator(".scrubber-row[data-active=true]").getByRole("slider");
}

/** Waits until the cursor is on event `index`; -1 is before the first. */
export async function expectCursor(page: Page, index: number): Promise<void> {
  await expect.poll(() => slider(page).getAttribute("aria-valuenow")).toBe(String(index + 1));
}

/** Waits until the sentence under the picture is this one. */
export async function expectCaption(page: Page, sentence: string): Promise<void> {
  await expect.poll(() => page.textContent(".time-bar .caption-sentence")).toBe(sentence);
}

/** The part after # of a link to this moment, as the share dialog gives it once the case is written. */
export async function sharedHash(page: Page): Promise<string> {
  let link = "";
  await expect
    .poll(async () => {
      await page.locator(".tools button", { hasText: /^(?:Share|分享)$/ }).click();
      link = await page.locator("dialog.share textarea").first().inputValue();
      await page.keyboard.press("Escape");
      return link;
    })
    .toContain("case=");
  return new URL(link).hash;
}

/** Moves the focus by Tab until what has it begins with `text`. */
export async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 100; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => document.activeElement?.textContent ?? "");
    if (focused.startsWith(text)) return;
  }
  throw new Error(`Cannot reach "${text}" by Tab: 100 presses did not lead there`);
}

/** The first text in the job's picture that stands for an entity. */
export function markOf(page: Page, entity: string): Locator {
  return page.locator(`.half-left text[data-entity="${entity}"]`).first();
}

/** What the job's picture says of its channels and tasks. */
export interface JobPicture {
  /** Names of the channels with a gate before them. */
  readonly blocked: readonly string[];
  /** What stands in each task's box. */
  readonly tasks: Readonly<Record<string, readonly string[]>>;
}

/** Reads the job's picture of one side. */
export async function jobPicture(page: Page, side: "left" | "right" = "left"): Promise<JobPicture> {
  return await page.evaluate((half) => {
    const blocked: string[] = [];
    const tasks: Record<string, string[]> = {};
    for (const text of document.querySelectorAll(`.half-${half} svg text[data-entity]`)) {
      const [kind = "", name = ""] = (text.getAttribute("data-entity") ?? "").split(/:(.*)/s);
      const written = text.firstChild?.textContent ?? "";
      if (kind === "channel" && written.startsWith("blocked")) blocked.push(name);
      if (kind === "subtask") tasks[name] = [...(tasks[name] ?? []), written];
    }
    return { blocked: blocked.sort(), tasks };
  }, side);
}
