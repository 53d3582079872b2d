// Links in a real browser: an address that was copied shows the same moment in another page, or the page says why not.
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { must } from "../../sim/kernel/invariant.ts";
import { expectCursor, jobPicture, sharedHash, slider } from "./support/reading.ts";
import { CRASHED_WORD_COUNT, TestPages } from "./support/test-pages.ts";

let address = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.replay(CRASHED_WORD_COUNT);
});

test("an address copied from a branch, with selection, looks and filter, shows the same moment elsewhere", async () => {
  const first = await pages.open(`${address}#e=405&sel=subtask:count-1`);
  const { page } = first;
  for (const key of ["x", "h", "v", "t"]) await page.keyboard.press(key);
  await page.locator(".event-list input").fill("place=count-1");
  await page.locator(".event-list input").blur();
  await page.locator(".transport").getByRole("button", { name: "Crash here" }).click();
  await page.locator(".half-right").waitFor();
  for (let step = 0; step < 7; step++) await page.keyboard.press("Shift+ArrowRight");
  await expectCursor(page, 412);
  const hash = await sharedHash(page);
  // The page's own address comes after it by itself.
  await expect.poll(() => new URL(page.url()).hash).toBe(hash);
  expect(hash).toMatch(/^#seed=7&e=412&sel=subtask:count-1&v=konx1&f=.*&b=1&case=z/);

  const second = await pages.open(address + hash);
  await second.page.locator(".half-right").waitFor();
  await expectCursor(second.page, 412);
  await expect.poll(() => new URL(second.page.url()).hash).toBe(hash);
  await expect.poll(() => momentOn(second.page)).toEqual(await momentOn(page));
  await first.close();
  await second.close();
});

test("a cut whose ends were moved is the same cut elsewhere, with the same verdict", async () => {
  const first = await pages.open(`${address}#e=405&v=x1`);
  const { page } = first;
  const consistent = await verdictOn(page);
  const end = page.getByRole("slider", { name: "The cut on count-1" });
  const box = must((await end.boundingBox()) ?? undefined, "handle");
  await page.mouse.move(box.x + 12, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + 132, box.y + 12, { steps: 6 });
  await page.mouse.up();
  await page.getByRole("slider", { name: "The cut on sink-1" }).press("Home");
  await expect.poll(() => verdictOn(page)).toContain("sends only after the cut");
  const dragged = await verdictOn(page);
  const ends = await endsOn(page);
  expect(dragged).not.toBe(consistent);
  const hash = await sharedHash(page);
  expect(hash).toMatch(/&v=x1&m=count-1:\d+,sink-1:-1&/);
  await first.close();

  const second = await pages.open(address + hash);
  await expect.poll(() => verdictOn(second.page)).toBe(dragged);
  expect(await endsOn(second.page)).toEqual(ends);
  expect(await sharedHash(second.page)).toBe(hash);
  // Another cut is the checkpoint's own, and so is the same one after it.
  await second.page.locator(".cut-choice select").selectOption("3");
  await second.page.locator(".cut-choice select").selectOption("1");
  await expect.poll(() => verdictOn(second.page)).toBe(consistent);
  expect(await sharedHash(second.page)).not.toContain("&m=");
  await second.close();
});

test("at a lesson's stop the moved cut of a link is shown, not the stop's own", async () => {
  const { page, close } = await pages.open(`${address}#s=L1&e=stop:4&v=lx1&m=count-1:-1`);
  await page.locator(".lesson-where", { hasText: "Stop 4 of" }).waitFor();
  await expect.poll(() => verdictOn(page)).toContain("moved");
  await close();
});

test("an end that names no event of its lane moves nothing", async () => {
  const { page, close } = await pages.open(`${address}#e=700&v=x1&m=count-1:3,nobody:7`);
  await expect.poll(() => verdictOn(page)).toContain("consistent");
  expect(await page.locator(".cut-reset").isVisible()).toBe(false);
  await close();
});

test("another moment is told from this one", async () => {
  const { page, close } = await pages.open(`${address}#e=405`);
  const before = await momentOn(page);
  expect(before.marks.length).toBeGreaterThan(100);
  await page.keyboard.press("Shift+ArrowRight");
  await expectCursor(page, 406);
  expect(await momentOn(page)).not.toEqual(before);
  await close();
});

test("a moment can be given as a time, and as a stop of a lesson", async () => {
  const timed = await pages.open(`${address}#e=t:0.110221`);
  await expect
    .poll(() => timed.page.textContent(".time-bar .caption-position"))
    .toContain("event 405 ");
  await timed.close();
  const stop = await pages.open(`${address}#s=L3&e=stop:2`);
  await stop.page.locator(".lesson-where", { hasText: "Stop 2 of" }).waitFor();
  await stop.close();
});

test("an address entered while the page is open is followed", async () => {
  const { page, close } = await pages.open(`${address}#e=10`);
  await expectCursor(page, 10);
  await page.evaluate(() => {
    location.hash = "#e=600&lang=zh";
  });
  await expectCursor(page, 600);
  await page.getByRole("button", { name: "导出" }).waitFor();
  await close();
});

test("an address entered just when the page writes its own is followed all the same", async () => {
  const { page, close } = await pages.open(`${address}#e=10`);
  await page.evaluate(() => {
    const own = location.href;
    location.hash = "#e=600";
    history.replaceState(null, "", own);
  });
  await expectCursor(page, 600);
  await close();
});

test("of two addresses entered one after the other the second is what is shown in the end", async () => {
  const { page, close } = await pages.open(`${address}#e=10`);
  await page.evaluate(() => {
    // The lesson's run has to be made first, which takes a while.
    location.hash = "#s=L6&e=stop:2";
    setTimeout(() => {
      location.hash = "#e=600";
    }, 20);
  });
  const isIdle = (): Promise<boolean> => page.locator(".notice").isHidden();
  await expect
    .poll(async () => [await isIdle(), await slider(page).getAttribute("aria-valuenow")])
    .toEqual([true, "601"]);
  await close();
});

test("a link with another run's digest says so and shows its moment in this run", async () => {
  const { page, close } = await pages.open(`${address}#e=405&d=00c0ffee`);
  const notice = page.locator(".notice", {
    hasText: "This link was made with another run (trace 00c0ffee…",
  });
  await notice.waitFor();
  await expectCursor(page, 405);
  await notice.getByRole("button", { name: "Dismiss" }).click();
  await notice.waitFor({ state: "hidden" });
  await close();
});

test("a link whose case was cut off, or that no engine can run, says so and shows this page's run", async () => {
  const cut = await pages.open(`${address}#e=405&case=zAAAA`);
  await cut.page.locator(".notice", { hasText: "The link's case cannot be read" }).waitFor();
  await expectCursor(cut.page, 405);
  await cut.close();
  const unknown = Buffer.from(JSON.stringify({ scenario: "no-such" })).toString("base64url");
  const refused = await pages.open(`${address}#e=405&case=j${unknown}`);
  await refused.page.locator(".notice", { hasText: "The engine refused the case." }).waitFor();
  await expectCursor(refused.page, 405);
  await refused.close();
});

async function verdictOn(page: Page): Promise<string> {
  return (await page.locator(".cut-verdict").textContent()) ?? "";
}

/** Where the cut is on each lane: how many of the lane's events are within it. */
async function endsOn(page: Page): Promise<readonly string[]> {
  // Only ends in sight have handles.
  await page.getByRole("button", { name: "Whole run" }).click();
  await expect.poll(() => page.locator(".cut-handle").count()).toBe(5);
  return await page
    .locator(".cut-handle")
    .evaluateAll((ends) =>
      ends.map((end) => `${end.getAttribute("aria-label")}: ${end.getAttribute("aria-valuenow")}`),
    );
}

/**
 * What a page shows of its moment: the pictures of job and time, mark by mark, and all that stands in words or is
 * heard. How far something is scrolled is no part of it.
 */
async function momentOn(page: Page) {
  // What a pointer rests on lights up.
  await page.mouse.move(720, 20);
  const shown = await page.evaluate(() => {
    const all = (selector: string) => [...document.querySelectorAll(selector)];
    const texts = (selector: string) => all(selector).map(({ textContent }) => textContent);
    const mark = (element: Element): string => {
      const looks = [...element.attributes].map(({ name, value }) => `${name}=${value}`).sort();
      return [element.localName, ...looks, element.firstChild?.textContent ?? ""].join(" ");
    };
    return {
      header: texts("h1, .facts"),
      inspector: texts(".inspector"),
      captions: texts(".caption"),
      row: texts(".event-row[aria-selected=true]"),
      cut: texts(".cut-verdict"),
      pressed: texts("[aria-pressed=true]"),
      marks: all(":is(.scene-topology, .scene-scrubber) svg > g > *").map(mark),
    };
  });
  const [left, right] = [await jobPicture(page, "left"), await jobPicture(page, "right")];
  return { ...shown, left, right, said: await slider(page).getAttribute("aria-valuetext") };
}
