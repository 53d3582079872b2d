// How fast the page is with a hundred thousand events: measured and reported, never judged, as machines differ. What
// it should be: first paint within 1.5 s, half of a scrub's frames within 17 ms, a jump within 4 ms.
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { createRunModel } from "../../viz/model/create-run-model.ts";
import { diamond, dies, numbersBelow, traceOfCase } from "./model/recorded-model.ts";
import { TestPages } from "./support/test-pages.ts";

const LARGE = diamond(800, [dies("task-manager-2", 400_000)]);

let address = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.replay(LARGE);
});

test("a page of a hundred thousand events is painted, scrubbed and sought through; the report says how fast", async () => {
  const trace = traceOfCase(LARGE);
  expect(trace.footer.events).toBeGreaterThan(100_000);
  const model = createRunModel(trace, []);
  while (model.prepare());
  const jumps = numbersBelow(model.count, 1000).map((index) => spent(() => model.world(index)));

  const { page, close } = await pages.open(address, { initScript: `(${noteFirstPaint})()` });
  const paint = await page.waitForFunction(() => performance.getEntriesByName("run painted")[0]);
  const painted = await paint.evaluate((entry) => entry?.startTime ?? Number.NaN);
  // Sooner nobody finds the key.
  await page.waitForTimeout(500);
  const firstJump = await jumpedToEnd(page);
  const right = await scrubbed(page);
  const back = await scrubbed(page);
  expect([...right, ...back].every((frame) => frame > 0)).toBe(true);
  expect(painted).toBeGreaterThan(0);

  const figures: readonly (readonly [string, number])[] = [
    ["events", trace.footer.events],
    ["page, MB", statSync(fileURLToPath(address)).size / 2 ** 20],
    ["first paint, ms", painted],
    ["first jump, to the end, half a second after first paint, ms until it is shown", firstJump],
    ["the same in a browser that is never idle", await unpreparedJump()],
    ["scrub to the end, median ms a frame", quantile(right, 0.5)],
    ["scrub to the end, p99", quantile(right, 0.99)],
    ["scrub again, median", quantile(back, 0.5)],
    ["scrub again, p99", quantile(back, 0.99)],
    ["jump, median ms", quantile(jumps, 0.5)],
    ["jump, p99", quantile(jumps, 0.99)],
  ];
  console.log(figures.map(([what, value]) => `${what}: ${Number(value.toFixed(1))}`).join("\n"));
  await close();
});

/** In the page, before its own script: marks the time at which the first picture of the run was on the screen. */
function noteFirstPaint(): void {
  const observer = new MutationObserver(() => {
    if (document.querySelector(".scene-topology svg text") === null) return;
    observer.disconnect();
    // Its frame is painted when the next one begins.
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("run painted")));
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** {@link jumpedToEnd} on a page whose browser is never idle. */
async function unpreparedJump(): Promise<number> {
  const initScript = `window.requestIdleCallback = () => 0; (${noteFirstPaint})()`;
  const { page, close } = await pages.open(address, { initScript });
  await page.waitForFunction(() => performance.getEntriesByName("run painted")[0]);
  const took = await jumpedToEnd(page);
  await close();
  return took;
}

/** Goes to the run's end by key, and gives how long it took until the frame that shows it, in milliseconds. */
async function jumpedToEnd(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const slider = document.querySelector(".scrubber-row[data-active=true] [role=slider]");
    const end = slider?.getAttribute("aria-valuemax");
    const start = performance.now();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
    while (slider?.getAttribute("aria-valuenow") !== end) {
      await new Promise(requestAnimationFrame);
      if (performance.now() - start > 5000) throw new Error("Cannot jump: the cursor stayed");
    }
    return performance.now() - start;
  });
}

/** Drags the cursor from the start of the run to its end in 60 frames, and gives how long each took, in milliseconds. */
async function scrubbed(page: Page): Promise<readonly number[]> {
  const frames = await page.evaluate(async () => {
    const slider = document.querySelector(".scrubber-row[data-active=true] [role=slider]");
    if (slider === null) throw new Error("Cannot scrub: found no slider");
    const { left, top, width } = slider.getBoundingClientRect();
    const point = (type: string, part: number): void => {
      const clientX = left + 20 + (width - 40) * part;
      const place = { clientX, clientY: top + 30, pointerId: 1, bubbles: true, buttons: 1 };
      slider.dispatchEvent(new PointerEvent(type, place));
    };
    const nextFrame = (): Promise<number> => new Promise(requestAnimationFrame);
    // An event made by a script captures no pointer.
    slider.hasPointerCapture = () => true;
    slider.setPointerCapture = () => {};
    point("pointerdown", 0);
    const took: number[] = [];
    let before = await nextFrame();
    for (let frame = 1; frame <= 60; frame++) {
      point("pointermove", frame / 60);
      const now = await nextFrame();
      took.push(now - before);
      before = now;
    }
    return took;
  });
  const cursor = page.locator(".scrubber-row[data-active=true] [role=slider]");
  await expect
    .poll(async () => Number(await cursor.getAttribute("aria-valuenow")))
    .toBeGreaterThan(100_000);
  return frames;
}

function spent(act: () => unknown): number {
  const start = performance.now();
  act();
  return performance.now() - start;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
