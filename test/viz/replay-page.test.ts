// The replay page in a real browser, opened from disk without a network: what a teacher and an engineer do with it.
import { readFileSync } from "node:fs";
import type { BrowserContextOptions, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { parseCase } from "../../sim/harness/case-schema.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { project } from "../../sim/trace/projection.ts";
import { decodeEvents } from "../../sim/trace/trace.ts";
import { traceLines } from "../../sim/trace/trace-file.ts";
import { PALETTES } from "../../viz/drawing/palette.ts";
import { createRunModel } from "../../viz/model/create-run-model.ts";
import { naturalStops } from "../../viz/page/navigation.ts";
import { runner } from "../support/runner.ts";
import { traceOfCase } from "./model/recorded-model.ts";
import {
  expectCaption,
  expectCursor,
  jobPicture,
  markOf,
  sharedHash,
  slider,
} from "./support/reading.ts";
import { CRASHED_WORD_COUNT, recordedFully, TestPages } from "./support/test-pages.ts";

const CRASHED = recordedFully(CRASHED_WORD_COUNT);
const trace = traceOfCase(CRASHED);
const events = decodeEvents(trace.blocks, trace.header.kinds);
const model = createRunModel(trace, []);

let address = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.replay(CRASHED);
});

describe("stepping", () => {
  test("the page opens from disk and shows the run it was made for", async () => {
    await opened("", async (page) => {
      const header = await page.textContent("header");
      expect(header).toContain("word-count");
      expect(header).toContain(trace.footer.digest.slice(0, 8));
      expect(await slider(page).getAttribute("aria-valuemax")).toBe(String(events.length));
      await expectCursor(page, -1);
      await page.keyboard.press("End");
      await expectCursor(page, events.length - 1);
      await page.keyboard.press("Home");
      await expectCursor(page, -1);
    });
  });

  test("channels are blocked and tasks are lost, phase by phase, as a fresh projection has it", async () => {
    await opened("", async (page) => {
      let blockedMoments = 0;
      let lostMoments = 0;
      for (const index of phasesUntil("restore")) {
        await page.keyboard.press("Control+ArrowRight");
        await expectCursor(page, index);
        await expectCaption(page, model.sentence(index, "en"));
        const world = project(trace.header.topology, events, index);
        const blocked = world.channels.filter(({ blockedFor }) => blockedFor !== undefined);
        const lost = world.subtasks.filter(({ phase }) => phase.kind === "lost");
        const shown = await jobPicture(page);
        expect(shown.blocked, `event ${index}`).toEqual(blocked.map(({ name }) => name).sort());
        const shownLost = Object.keys(shown.tasks).filter((task) =>
          shown.tasks[task]?.includes("lost"),
        );
        expect(shownLost.sort(), `event ${index}`).toEqual(lost.map(({ name }) => name).sort());
        blockedMoments += Math.sign(blocked.length);
        lostMoments += Math.sign(lost.length);
      }
      expect(blockedMoments).toBeGreaterThan(10);
      expect(lostMoments).toBeGreaterThan(2);
    });
  });

  test("page-down goes by the crash to the restore, and the arrow keys lead on from there", async () => {
    await opened("", async (page) => {
      for (const stop of naturalStops(model)) {
        await page.keyboard.press("PageDown");
        await expectCursor(page, stop);
        await expectCaption(page, model.sentence(stop, "en"));
      }
      const restore = landmark("restore");
      for (let stop = naturalStops(model).at(-1) ?? 0; stop > restore; ) {
        await page.keyboard.press("PageUp");
        stop = Math.max(...naturalStops(model).filter((other) => other < stop));
        await expectCursor(page, stop);
      }
      await expectCaption(page, "The job master starts to restore the tasks from checkpoint 1.");
      const restoring = project(trace.header.topology, events, restore);
      expect(restoring.subtasks.every(({ phase }) => phase.kind !== "running")).toBe(true);
      let index = restore;
      while (!isRestoringAt(index)) {
        await page.keyboard.press("Shift+ArrowRight");
        index = model.step(index, "event", 1);
      }
      await expectCursor(page, index);
      const boxes = Object.values((await jobPicture(page)).tasks).flat();
      expect(boxes).toContain("restoring ckpt 1");
      expect(boxes).toContain("#1");
    });
  });

  test("every step is spoken, by the slider at once and by the live region when it rests", async () => {
    await opened("", async (page) => {
      const spoken = new Set<string>();
      let index = -1;
      for (let step = 0; step < 20; step++) {
        await page.keyboard.press("ArrowRight");
        index = model.step(index, "beat", 1);
        await expectCursor(page, index);
        spoken.add((await slider(page).getAttribute("aria-valuetext")) ?? "");
      }
      expect(spoken.size).toBe(20);
      const live = page.locator("[aria-live=polite].spoken");
      await expect.poll(() => live.textContent()).toContain(model.sentence(index, "en"));
    });
  });

  test("letter keys can be switched off, arrows stay", async () => {
    await opened("#e=420", async (page) => {
      await page.keyboard.press("?");
      await page.locator("dialog.help").getByRole("checkbox").uncheck();
      await page.keyboard.press("Escape");
      await page.locator("dialog.help").waitFor({ state: "hidden" });
      await page.keyboard.press("t");
      await page.keyboard.press("Shift+ArrowRight");
      await expectCursor(page, 421);
      expect(await page.getAttribute("#root", "data-theme")).toBe("light");
    });
  });
});

describe("finding and selecting", () => {
  test("a filter narrows the list to the events it names, and a row takes the cursor there", async () => {
    const wanted = events.flatMap(({ kind }, index) =>
      kind === "barrier-received" && model.checkpointOf[index] === 2 ? [index] : [],
    );
    expect(wanted.length).toBeGreaterThan(4);
    await opened("", async (page) => {
      const filter = page.getByRole("searchbox", { name: "Filter" });
      await filter.fill("kind=barrier-received checkpoint=2");
      const rows = page.getByRole("listbox", { name: "Events" }).getByRole("option");
      await expect.poll(() => rows.count()).toBe(wanted.length);
      expect(await rows.first().getAttribute("aria-setsize")).toBe(String(wanted.length));
      await rows.nth(1).click();
      await expectCursor(page, wanted[1] ?? -1);
      await filter.fill("chekpoint=2");
      const problem = page.locator(".event-problem");
      await expect.poll(() => problem.textContent()).toContain("found “chekpoint”, expected");
      await filter.fill("");
      await expect.poll(() => rows.first().getAttribute("aria-setsize")).toBe(`${events.length}`);
    });
  });

  test("a search goes from hit to hit and round", async () => {
    const hits = events.flatMap((_, index) =>
      model.sentence(index, "en").toLowerCase().includes("crashes") ? [index] : [],
    );
    expect(hits.length).toBeGreaterThan(0);
    await opened("", async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("Crashes");
      for (const hit of [...hits, hits[0] ?? -1]) {
        await page.keyboard.press("Enter");
        await expectCursor(page, hit);
      }
      await page.keyboard.press("Escape");
      await page.keyboard.press("Shift+N");
      await expectCursor(page, hits.at(-1) ?? -1);
      const bar = page.locator(".event-hit-bar");
      expect(await bar.textContent()).toContain(`hit ${hits.length} of ${hits.length}`);
      await page.getByRole("searchbox", { name: "Search events" }).fill("no such words");
      await page.keyboard.press("Enter");
      await page.locator(".notice", { hasText: "no such words" }).waitFor();
    });
  });

  test("what is clicked in the job, in the list and in the time bar is selected, and the inspector follows", async () => {
    await opened("#e=405", async (page) => {
      const title = page.locator(".inspector h3");
      const channel = "count-1->sink-1/1";
      await markOf(page, "subtask:count-1").click();
      await expect.poll(() => title.textContent()).toContain("count-1");
      expect(await page.locator(".inspector").textContent()).toContain("task-manager-1");
      await markOf(page, `channel:${channel}`).click();
      await expect.poll(() => title.textContent()).toContain(channel);
      expect(await page.locator(".inspector").textContent()).toMatch(/blocked/);
      expect(await sharedHash(page)).toContain(`sel=channel:${channel.replace(">", "%3E")}`);
      await markOf(page, "checkpoint:1").click();
      await expect.poll(() => title.textContent()).toContain("1");
      await page.getByRole("button", { name: "Clear the selection" }).click();
      await expect.poll(() => title.textContent()).toBe("The run");
    });
  });
});

describe("looks", () => {
  test("the theme is the reader's, and changes all that is drawn", async () => {
    await opened(
      "#e=405",
      async (page) => {
        for (const theme of ["dark", "light", "dark"] as const) {
          await expectColours(page, theme);
          await page.keyboard.press("t");
        }
      },
      { colorScheme: "dark" },
    );
  });
});

describe("exports", () => {
  test("the storyboard is an SVG with every stop's picture and sentence", async () => {
    await opened("", async (page) => {
      const { name, content } = await exported(page, "storyboard");
      expect(name).toBe("word-count-7-storyboard.svg");
      const picture = await svgIn(page, content.toString());
      expect(picture.root).toBe("svg");
      for (const stop of naturalStops(model)) {
        const [firstWords = ""] = /^(?:\S+ ){3}\S+/.exec(model.sentence(stop, "en")) ?? [];
        expect(picture.text).toContain(firstWords);
      }
    });
  });

  test("the moment is saved as SVG and as PNG", async () => {
    await opened("#e=405&lang=en", async (page) => {
      const svg = await svgIn(page, (await exported(page, "svg")).content.toString());
      expect(svg.text).toContain("blocked · ckpt 1");
      for (const lane of ["job-master", "source-1", "sink-1"]) expect(svg.text).toContain(lane);
      expect(svg.text).toMatch(/^0\.1\d s$/m);
      expect(svg.text).toContain(exactTime(405));
      expect(svg.text).toContain(model.sentence(405, "en").slice(0, 20));
      expect(svg.cuts).toBe(0);
      const png = (await exported(page, "png")).content;
      expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
      // Twice the picture's size.
      expect(png.readUInt32BE(16)).toBe(2 * svg.width);
      expect(png.readUInt32BE(20)).toBe(2 * svg.height);
      expect(await colourCount(page, png)).toBeGreaterThan(8);
    });
  });

  test("the moved cut that is seen is in the picture, with what the page says of it", async () => {
    await opened("#e=405&lang=en&v=x1&m=sink-1:-1", async (page) => {
      const verdict = (await page.locator(".cut-verdict").textContent()) ?? "";
      expect(verdict).toContain("moved");
      const svg = await svgIn(page, (await exported(page, "svg")).content.toString());
      expect(svg.cuts).toBe(1);
      expect(svg.text.replaceAll(/\s/g, "")).toContain(verdict.replaceAll(/\s/g, ""));
    });
  });

  test("the listed events are rows, the trace is the file, and the case runs to the same digest", async () => {
    await opened("", async (page) => {
      await page.getByRole("searchbox", { name: "Filter" }).fill("kind=checkpoint-completed");
      const csv = (await exported(page, "csv")).content.toString();
      const completed = events.filter(({ kind }) => kind === "checkpoint-completed").length;
      expect(csv.split("\r\n").filter((row) => row !== "")).toHaveLength(completed + 1);
      const lines = [...traceLines(trace, sha256)].map((line) => `${line}\n`).join("");
      expect((await exported(page, "trace")).content.toString()).toBe(lines);
      const request = parseCase(JSON.parse((await exported(page, "case")).content.toString()));
      expect(runner.run(runner.prepare(request)).digest).toBe(trace.footer.digest);
    });
  });
});

/** Opens the page at a link, hands it to `use`, and fails if it complained of anything. */
async function opened(
  hash: string,
  use: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const open = await pages.open(address + hash, options);
  await use(open.page);
  await open.close();
}

function exactTime(index: number): string {
  return `${((model.times[index] ?? 0) / 1_000_000).toFixed(6)} s`;
}

function landmark(what: string): number {
  return model.landmarks.find((mark) => mark.what === what)?.index ?? -1;
}

/** Where steps of a phase lead, up to the first landmark of a kind. */
function phasesUntil(what: string): readonly number[] {
  const phases: number[] = [];
  for (let index = model.step(-1, "phase", 1); index < landmark(what); ) {
    phases.push(index);
    index = model.step(index, "phase", 1);
  }
  return phases;
}

function isRestoringAt(index: number): boolean {
  const { subtasks } = project(trace.header.topology, events, index);
  return subtasks.some(({ phase }) => phase.kind === "restoring");
}

async function expectColours(page: Page, theme: "light" | "dark"): Promise<void> {
  const { background, ink } = PALETTES[theme];
  await expect.poll(() => page.getAttribute("#root", "data-theme")).toBe(theme);
  const shown = await page.evaluate(() => {
    const { backgroundColor } = getComputedStyle(document.body);
    const box = document.querySelector('.half-left text[data-entity="subtask:count-1"]');
    return { page: backgroundColor, text: box?.getAttribute("fill") };
  });
  expect(shown).toEqual({ page: rgb(background), text: ink });
}

function rgb(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${red}, ${green}, ${blue})`;
}

/** The file that an item of the export menu saves. */
async function exported(
  page: Page,
  id: string,
): Promise<{ readonly name: string; readonly content: Buffer }> {
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.locator(`[data-export=${id}]`).click();
  const download = await saving;
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

/** What an SVG file says to the browser's own parser. */
async function svgIn(
  page: Page,
  file: string,
): Promise<{
  readonly root: string;
  readonly text: string;
  readonly cuts: number;
  readonly width: number;
  readonly height: number;
}> {
  return await page.evaluate((text) => {
    const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
    const texts = [...documentElement.querySelectorAll("text")];
    return {
      root: documentElement.localName,
      // The cut's own line, by its width.
      cuts: documentElement.querySelectorAll("path[stroke-width='2.4']").length,
      width: Number(documentElement.getAttribute("width")),
      height: Number(documentElement.getAttribute("height")),
      text: texts.map(({ textContent }) => textContent).join("\n"),
    };
  }, file);
}

/** How many colours a picture has, as the browser reads it. */
async function colourCount(page: Page, file: Buffer): Promise<number> {
  return await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("Cannot read a picture: the canvas has no context");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }, file.toString("base64"));
}
