// The view in a browser: it answers to the pointer, to sizes and to who wants no movement.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { portableSha256 } from "../../../sim/harness/portable-sha256.ts";
import { sha256 } from "../../../sim/node/sha256.ts";
import { traceLines, type verifyChain } from "../../../sim/trace/trace-file.ts";
import type { createRunModel } from "../../../viz/model/create-run-model.ts";
import type { FIRST_STATE, PageState } from "../../../viz/page/page-state.ts";
import type { topologyView } from "../../../viz/views/topology/topology.ts";
import type { View } from "../../../viz/views/view.ts";
import { launchBrowser } from "../../support/browser.ts";
import { pageWith } from "../drawing/browser-bundle.ts";
import { CRASH_CASES, traceOfCase } from "../model/recorded-model.ts";

declare const window: Window & {
  portableSha256: typeof portableSha256;
  verifyChain: typeof verifyChain;
  createRunModel: typeof createRunModel;
  FIRST_STATE: typeof FIRST_STATE;
  topologyView: typeof topologyView;
  model: ReturnType<typeof createRunModel>;
  view: View;
  heard: unknown[];
};

let browser: Browser;
let page: Page;

beforeAll(async () => {
  const [request] = CRASH_CASES;
  if (request === undefined) throw new Error("Cannot find a case: there is none");
  browser = await launchBrowser();
  page = await pageWith(browser, {
    "sim/harness/portable-sha256.ts": ["portableSha256"],
    "sim/trace/trace-file.ts": ["verifyChain"],
    "viz/model/create-run-model.ts": ["createRunModel"],
    "viz/page/page-state.ts": ["FIRST_STATE"],
    "viz/views/topology/topology.ts": ["topologyView"],
  });
  await page.setViewportSize({ width: 1000, height: 500 });
  const lines = [...traceLines(traceOfCase(request), sha256)];
  await page.evaluate((text) => {
    const read = window.verifyChain(text, window.portableSha256);
    if (read.kind !== "intact") throw new Error("Found a trace that was changed");
    window.model = window.createRunModel(read.trace, []);
  }, lines);
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  await page.evaluate(() => {
    window.heard = [];
    window.view = window.topologyView({
      hover: (entity) => window.heard.push(["hover", entity?.kind]),
      select: (entity) => window.heard.push(["select", entity]),
    });
    window.view.element.style.cssText += ";position:fixed;left:0;top:0;width:900px;height:420px";
    document.body.replaceChildren(window.view.element);
  });
  await page.waitForFunction(() => window.view.element.clientWidth === 900);
});

test("topologyView shows the job, says what happened, and lets a box and a channel be clicked", async () => {
  await show(200);
  const sentence = await page.evaluate(() => window.model.sentence(200, "en"));
  await page.getByRole("img", { name: sentence }).waitFor();
  await clickAt('rect[data-entity="subtask:count-1"]', 0.5);
  // Where nothing is in the pipe: a record there would be what is clicked.
  await clickAt('path[data-entity="channel:source-2->count-1/0"]', 0.85);
  const heard = await page.evaluate(() =>
    window.heard.filter((one) => String(one).startsWith("sel")),
  );
  expect(heard).toEqual([
    ["select", { kind: "subtask", name: "count-1" }],
    ["select", { kind: "channel", name: "source-2->count-1/0" }],
  ]);
});

test("topologyView draws anew for another size, without anyone asking", async () => {
  await show(200);
  const boxOf = async (): Promise<number> =>
    (await page.locator('rect[data-entity="subtask:sink-1"]').first().boundingBox())?.x ?? -1;
  const wide = await boxOf();
  await page.evaluate(() => {
    window.view.element.style.width = "330px";
  });
  await expect.poll(boxOf).toBeLessThan(wide / 2);
});

test("topologyView glides from step to step, and jumps where motion is reduced or the way is long", async () => {
  const moves = await page.evaluate(async () => {
    const settled = (): Promise<void> => new Promise((end) => setTimeout(end, 20));
    await settled();
    const frame = (cursor: number, isMotionReduced: boolean) => ({
      model: window.model,
      world: window.model.world(cursor),
      before: window.model.world(window.model.step(cursor, "event", -1)),
      state: { ...window.FIRST_STATE, cursor },
      isMotionReduced,
    });
    // Whether any disc is elsewhere a while later than at once: it is gliding.
    const places = (): string =>
      [...window.view.element.querySelectorAll("circle")]
        .map((disc) => `${disc.getAttribute("cx")},${disc.getAttribute("cy")}`)
        .join(" ");
    const isGliding = async (cursor: number, isReduced: boolean): Promise<boolean> => {
      window.view.show(frame(cursor, isReduced));
      const atOnce = places();
      await new Promise((end) => setTimeout(end, 280));
      return places() !== atOnce;
    };
    const found = { steps: 0, reduced: 0, jumps: 0 };
    for (let cursor = 300; cursor < 305; cursor++)
      if (await isGliding(cursor, false)) found.steps++;
    for (let cursor = 305; cursor < 308; cursor++)
      if (await isGliding(cursor, true)) found.reduced++;
    for (const cursor of [200, 330]) if (await isGliding(cursor, false)) found.jumps++;
    return found;
  });
  expect(moves.steps).toBeGreaterThan(0);
  expect(moves).toMatchObject({ reduced: 0, jumps: 0 });
});

/** Clicks a thing at a share of its width: near the top for a pipe that goes up to its end, else in the middle. */
async function clickAt(selector: string, share: number): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`Cannot click ${selector}: it is not there`);
  const down = share === 0.5 ? box.height / 2 : 12;
  await page.mouse.click(box.x + box.width * share, box.y + down);
}

async function show(cursor: number, change: Partial<PageState> = {}): Promise<void> {
  await page.evaluate(
    ({ cursor, change }) => {
      window.view.show({
        model: window.model,
        world: window.model.world(cursor),
        before: window.model.world(cursor - 1),
        state: { ...window.FIRST_STATE, cursor, ...change },
        isMotionReduced: true,
      });
    },
    { cursor, change },
  );
  await page.locator("svg rect").first().waitFor();
}
