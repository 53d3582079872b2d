// Views B and F in a real browser, on the page they are made for: what pointer and keys do with the diagram, the cut and
// the scrubber.
import type { Locator, Page } from "playwright-core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { verdictOfCut } from "../../../viz/model/cut.ts";
import { CRASH_CASES, modelOfCase } from "../model/recorded-model.ts";
import { type OpenPage, TestPages } from "../support/test-pages.ts";

const request = must(CRASH_CASES[0], "case with a crash");
const model = modelOfCase(request);
const [checkpoint] = model.checkpoints;
const pages = new TestPages();
let address: string;
let open: OpenPage;
let page: Page;

beforeAll(async () => {
  address = await pages.replay(request);
});

beforeEach(async () => {
  open = await pages.open(`${address}#e=${must(checkpoint, "checkpoint").triggered}`);
  page = open.page;
  await ring().waitFor();
});

afterEach(async () => {
  await open.close();
});

describe("the space-time diagram", () => {
  test("goes to the event that is clicked", async () => {
    const there = await time();
    const place = await middleOf(ring());
    for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
    await expect.poll(time).not.toBe(there);
    await page.mouse.click(place.x, place.y);
    await expect.poll(time).toBe(there);
  });

  test("zooms by wheel, buttons and keys, drags along, and has the cursor in view again after a step", async () => {
    const whole = page.locator(".zooms button").nth(2);
    await whole.click();
    const all = await ticks();
    await page.keyboard.press("+");
    await expect.poll(ticks).not.toEqual(all);
    const closer = await ticks();
    const { x, y } = await middleOf(page.locator(".scene-space-time"));
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -400);
    await expect.poll(ticks).not.toEqual(closer);
    const closest = await ticks();
    await page.mouse.down();
    await page.mouse.move(x + 300, y, { steps: 4 });
    await page.mouse.up();
    await expect.poll(ticks).not.toEqual(closest);
    await page.keyboard.press("PageDown");
    await ring().waitFor();
    const box = must((await page.locator(".scene-space-time").boundingBox()) ?? undefined, "scene");
    const now = await middleOf(ring());
    expect(now.x).toBeGreaterThan(box.x);
    expect(now.x).toBeLessThan(box.x + box.width);
    await whole.click();
    await expect.poll(ticks).toEqual(expect.arrayContaining([all.at(0), all.at(-2)]));
  });

  test("tells nothing of what is to come while it is presented", async () => {
    const told = page.locator(".scene-space-time text[data-entity^='checkpoint:']");
    await page.locator(".zooms button").nth(2).click();
    await expect.poll(() => told.count()).toBe(model.checkpoints.length);
    await page.keyboard.press("Home");
    await page.keyboard.press("p");
    await expect.poll(() => told.count()).toBe(0);
    expect(await page.locator(".scene-scrubber [data-entity]").count()).toBe(0);
  });
});

describe("the cut", () => {
  test("names the orphan when an end is dragged past it, and goes back to the checkpoint's", async () => {
    const { id, cut } = must(checkpoint, "checkpoint");
    await page.locator(".cut-choice select").selectOption(String(id));
    await expect.poll(verdict).toContain("consistent, and all channels are empty");
    const handle = page.getByRole("slider", { name: "The cut on count-1" });
    await drag(handle, 260);
    await expect.poll(verdict).toContain("inconsistent: count-1 has counted");
    // What the page says is what the model says of the same cut.
    const lane = model.lanes.findIndex(({ name }) => name === "count-1");
    const position = Number(await handle.getAttribute("aria-valuenow"));
    const events = [...model.laneOf.keys()].filter((index) => model.laneOf[index] === lane);
    const moved = new Map([...cut, [lane, must(events[position - 1], "event")]]);
    const [orphan] = verdictOfCut(model, moved).orphans;
    const sender = must(model.lanes[must(orphan, "orphan").from], "lane").name;
    expect(await verdict()).toContain(
      `count-1 has counted ${orphan?.label}, which ${sender} sends only after the cut`,
    );
    await page.locator(".cut-reset").click();
    await expect.poll(verdict).toContain("consistent, and all channels are empty");
    expect(await page.locator(".cut-reset").isVisible()).toBe(false);
  });

  test("is moved event by event with the keys, which leave the cursor alone", async () => {
    const before = await time();
    await page.keyboard.press("x");
    const handle = page.getByRole("slider", { name: "The cut on source-1" });
    await handle.focus();
    const position = Number(await handle.getAttribute("aria-valuenow"));
    for (let step = 0; step < 30; step++) await page.keyboard.press("ArrowLeft");
    await expect.poll(() => handle.getAttribute("aria-valuenow")).toBe(String(position - 30));
    expect(await handle.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await verdict()).toContain("which source-1 sends only after the cut");
    expect(await time()).toBe(before);
    const { width, height } = must((await handle.boundingBox()) ?? undefined, "handle");
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  });
});

describe("the scrubber", () => {
  test("is a slider that says where it is, and follows the pointer", async () => {
    const slider = page.getByRole("slider", { name: "Position in the run" }).first();
    const box = must((await slider.boundingBox()) ?? undefined, "scrubber");
    await page.mouse.move(box.x + 20, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 30, { steps: 5 });
    await page.mouse.up();
    const middle = Number(await slider.getAttribute("aria-valuenow"));
    expect(middle).toBeGreaterThan(model.count * 0.1);
    expect(middle).toBeLessThan(model.count * 0.95);
    await slider.focus();
    await page.keyboard.press("ArrowUp");
    await expect
      .poll(async () => Number(await slider.getAttribute("aria-valuenow")))
      .toBe(model.step(middle - 1, "beat", 1) + 1);
    await page.keyboard.press("End");
    const end = model.count.toLocaleString("en");
    await expect
      .poll(() => slider.getAttribute("aria-valuetext"))
      .toMatch(`event ${end} of ${end}, `);
    expect(await slider.getAttribute("aria-valuetext")).toContain(
      model.sentence(model.count - 1, "en"),
    );
    await page.keyboard.press("Home");
    await expect.poll(() => slider.getAttribute("aria-valuetext")).toBe("before the first event");
  });

  test("goes to the crash whose sign is pressed", async () => {
    const crash = must(
      model.landmarks.find(({ what }) => what === "crash"),
      "crash",
    );
    await page
      .locator(`.scene-scrubber [data-entity="event:${crash.index}"]`)
      .first()
      .click({ force: true });
    const slider = page.getByRole("slider", { name: "Position in the run" }).first();
    await expect.poll(() => slider.getAttribute("aria-valuenow")).toBe(String(crash.index + 1));
  });
});

/** The ring around the cursor's event. */
function ring(): Locator {
  return page.locator(".scene-space-time svg circle[r='6.5']");
}

/** The time that the cursor's flag says. */
async function time(): Promise<string> {
  return (
    (await page
      .locator(".scene-space-time svg text[font-weight=bold]", { hasText: /\d s$/ })
      .textContent()) ?? ""
  );
}

async function ticks(): Promise<readonly string[]> {
  const texts = page.locator(".axis-layer .tick text");
  return await texts.filter({ hasText: /\d s$/ }).allTextContents();
}

async function verdict(): Promise<string> {
  return (await page.locator(".cut-verdict").textContent()) ?? "";
}

async function middleOf(thing: Locator): Promise<{ readonly x: number; readonly y: number }> {
  const { x, y, width, height } = must((await thing.boundingBox()) ?? undefined, "box");
  return { x: x + width / 2, y: y + height / 2 };
}

async function drag(thing: Locator, by: number): Promise<void> {
  const { x, y } = await middleOf(thing);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by, y, { steps: 8 });
  await page.mouse.up();
}
