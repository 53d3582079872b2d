// What only a browser can tell: that files parse, that nodes stay, that canvases show what SVGs show.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Mark, Scene } from "../../../viz/drawing/mark.ts";
import { PALETTES } from "../../../viz/drawing/palette.ts";
import type { listenForPointer } from "../../../viz/drawing/pointed-entity.ts";
import type { SceneView } from "../../../viz/drawing/scene-view.ts";
import { pictureOf, svgFile } from "../../../viz/drawing/svg-file.ts";
import type { SvgLayer } from "../../../viz/drawing/svg-layer.ts";
import type { picturePng } from "../../../viz/export/png.ts";
import { launchBrowser } from "../../support/browser.ts";
import { pageWith } from "./browser-bundle.ts";

// What `pageWith` makes global on the page.
declare const window: Window & {
  SvgLayer: typeof SvgLayer;
  SceneView: typeof SceneView;
  listenForPointer: typeof listenForPointer;
  picturePng: typeof picturePng;
};

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await pageWith(browser, {
    "viz/drawing/svg-layer.ts": ["SvgLayer"],
    "viz/drawing/scene-view.ts": ["SceneView"],
    "viz/drawing/pointed-entity.ts": ["listenForPointer"],
    "viz/export/png.ts": ["picturePng"],
  });
});

afterAll(async () => {
  await browser?.close();
});

const { light } = PALETTES;
const style = { palette: light, idPrefix: "test-" };

const SAMPLE: readonly Mark[] = [
  { kind: "rect", key: "ground", x: 0, y: 0, width: 60, height: 40, fill: "checkpoint-0" },
  { kind: "rect", key: "hatched", x: 60, y: 0, width: 60, height: 40, fill: "grid", hatch: "ink" },
  { kind: "circle", key: "disc", x: 30, y: 70, radius: 12, fill: "checkpoint-1", stroke: "ink" },
  { kind: "line", key: "line", x1: 60, y1: 60, x2: 120, y2: 60, stroke: "failed", strokeWidth: 4 },
  { kind: "path", key: "path", d: "M60,80L120,80L120,95L60,95Z", fill: "completed", opacity: 0.5 },
  { kind: "path", key: "placed", d: "M0,0L6,0L6,6L0,6Z", x: 20, y: 46, fill: "in-progress" },
  {
    kind: "shapes",
    key: "many",
    lines: [12, 90, 40, 90],
    rects: [0, 85, 10, 10],
    circles: [50, 90, 5],
    fill: "failed",
    stroke: "savepoint",
    strokeWidth: 2,
  },
  { kind: "line", key: "target", x1: 0, y1: 0, x2: 9, y2: 9, stroke: "ink", opacity: 0 },
  {
    kind: "text",
    key: "words",
    x: 4,
    y: 24,
    text: 'a < b & "c" \u0007 数',
    size: 12,
    stroke: "background",
    entity: 'channel:a-1->b-1/"0"',
    title: "<tip> & more",
  },
];

function scene(few: readonly Mark[], many: readonly Mark[] = []): Scene {
  return { width: 120, height: 100, many, few };
}

test("svgFile writes a file that parses back to what the page shows, but for what is only a target", async () => {
  const text = svgFile(pictureOf(scene(SAMPLE), 'A "picture" & <more>'), light);
  const found = await page.evaluate(
    ({ text, sample, style }) => {
      const file = new DOMParser().parseFromString(text, "image/svg+xml");
      const layer = new window.SvgLayer();
      layer.show(sample, style);
      const look = (element: Element): unknown => [
        element.tagName,
        Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
        element.firstChild?.nodeValue ?? "",
        element.querySelector("title")?.textContent ?? "",
      ];
      const inFile = [...(file.querySelector("svg > svg")?.children ?? [])].map(look);
      const onPage = [...(layer.element.querySelector("g")?.children ?? [])]
        .filter((element) => element.getAttribute("opacity") !== "0")
        .map(look);
      return {
        errors: file.querySelectorAll("parsererror").length,
        title: file.documentElement.firstElementChild?.textContent,
        hatches: [...file.querySelectorAll("pattern")].map(({ id }) => id),
        inFile,
        onPage,
      };
    },
    { text, sample: scene(SAMPLE), style },
  );
  expect(found.errors).toBe(0);
  expect(found.title).toBe('A "picture" & <more>');
  expect(found.hatches).toEqual(["hatch-grid-ink"]);
  expect(found.inFile).toHaveLength(SAMPLE.length - 1);
  const asInFile = JSON.parse(JSON.stringify(found.onPage).replaceAll("test-", ""), (_, value) =>
    // XML cannot hold the control character that the page's node has.
    typeof value === "string" ? value.replace("\u0007", "\ufffd") : value,
  );
  expect(found.inFile).toEqual(asInFile);
  expect(found.inFile.at(-1)).toEqual([
    "text",
    expect.objectContaining({ "data-entity": 'channel:a-1->b-1/"0"', fill: light.ink }),
    'a < b & "c" \ufffd 数',
    "<tip> & more",
  ]);
});

test("SvgLayer keeps the node of a mark that stays, in the order of the scene", async () => {
  const [ground, hatched, disc] = SAMPLE as [Mark, Mark, Mark];
  const moved: Mark = { ...disc, kind: "circle", x: 90, y: 70, radius: 12 };
  const other: Mark = { kind: "rect", key: "disc", x: 1, y: 1, width: 5, height: 5 };
  const found = await page.evaluate(
    ({ first, second, third, style }) => {
      const layer = new window.SvgLayer();
      const nodes = (): Element[] => [...(layer.element.querySelector("g")?.children ?? [])];
      layer.show(first, style);
      const [one, two, disc] = nodes();
      layer.show(second, style);
      const after = nodes();
      layer.show(third, style);
      return {
        isKept: after[0] === disc && after[1] === one,
        isGone: two?.isConnected === false && !after.includes(two),
        cx: disc?.getAttribute("cx"),
        stroke: disc?.hasAttribute("stroke"),
        tags: nodes().map(({ tagName }) => tagName),
      };
    },
    {
      first: scene([ground, hatched, disc]),
      second: scene([{ ...moved, stroke: "ink" }, ground]),
      third: scene([ground, other]),
      style,
    },
  );
  expect(found).toEqual({
    isKept: true,
    isGone: true,
    cx: "90",
    stroke: true,
    tags: ["rect", "rect"],
  });
});

test("SvgLayer glides when asked, arrives, and can be cut short", async () => {
  const at = (x: number): Scene => scene([{ kind: "circle", key: "disc", x, y: 20, radius: 5 }]);
  const found = await page.evaluate(
    async ({ scenes: [first, second, third], style }) => {
      const layer = new window.SvgLayer();
      document.body.append(layer.element);
      const place = (): number => Number(layer.element.querySelector("circle")?.getAttribute("cx"));
      const wait = (ms: number): Promise<void> => new Promise((end) => setTimeout(end, ms));
      layer.show(first, style);
      layer.show(second, style, true);
      const atOnce = place();
      await wait(400);
      const arrived = place();
      layer.show(first, style, true);
      await wait(30);
      layer.show(third, style);
      const cut = place();
      await wait(400);
      return { atOnce, arrived, cut, end: place() };
    },
    { scenes: [at(10), at(100), at(60)] as [Scene, Scene, Scene], style },
  );
  expect(found).toEqual({ atOnce: 10, arrived: 100, cut: 60, end: 60 });
});

test("a canvas shows the colours that the palette has, hatches included", async () => {
  const url = await pngUrl(scene([], SAMPLE));
  const colours = await pixels(url, [
    [30, 5],
    [30, 70],
    [90, 60],
    [23, 49],
    [5, 90],
    [26, 90],
    [50, 90],
  ]);
  expect(colours.at).toEqual([
    light["checkpoint-0"],
    light["checkpoint-1"],
    light.failed,
    light["in-progress"],
    light.failed,
    light.savepoint,
    light.failed,
  ]);
  const hatched = await pixels(url, area({ x: 64, y: 4, width: 50, height: 30 }));
  expect(new Set(hatched.at)).toContain(light.grid);
  expect(hatched.at.filter((colour) => colour !== light.grid).length).toBeGreaterThan(50);
});

test("picturePng is twice the picture's size, on the background, without targets", async () => {
  const target: Mark = { ...(SAMPLE[0] as Mark), opacity: 0 };
  const found = await pixels(await pngUrl(scene([target])), [[30, 20]]);
  expect(found).toEqual({ width: 240, height: 200, at: [light.background] });
});

test("marks that stand for something are found by the pointer, and a SceneView says its size", async () => {
  await page.setViewportSize({ width: 500, height: 400 });
  await page.evaluate(
    ({ palette, shown }) => {
      const heard: unknown[] = [];
      Object.assign(window, { heard });
      const view = new window.SceneView("probe", (size) => {
        heard.push(["size", size.width, size.height]);
        view.show(shown, { palette, label: "a drawing" });
      });
      window.listenForPointer(view.element, {
        hover: (entity) => heard.push(["hover", entity ?? "nothing"]),
        select: (entity) => heard.push(["select", entity ?? "nothing"]),
      });
      view.element.style.cssText += ";position:fixed;left:0;top:0;width:300px;height:200px";
      document.body.append(view.element);
    },
    {
      palette: light,
      shown: scene([
        { ...(SAMPLE[0] as Mark), entity: "subtask:count-1" },
        { ...(SAMPLE[1] as Mark) },
      ]),
    },
  );
  await page.waitForFunction(() => document.querySelector(".scene-probe rect") !== null);
  await page.mouse.click(20, 20);
  await page.mouse.click(90, 20);
  await page.mouse.move(400, 300);
  const heard = await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard);
  const count = { kind: "subtask", name: "count-1" };
  expect(heard).toEqual([
    ["size", 300, 200],
    ["hover", count],
    ["select", count],
    ["hover", "nothing"],
    ["select", "nothing"],
    ["hover", "nothing"],
  ]);
  const drawing = page.getByRole("img", { name: "a drawing" });
  expect(await drawing.count()).toBe(1);
});

async function pngUrl(shown: Scene): Promise<string> {
  return await page.evaluate(
    async ({ shown, palette }) => {
      const blob = window.picturePng(shown, palette);
      if (blob.type !== "image/png") throw new Error(`Found ${blob.type}`);
      const reader = new FileReader();
      reader.readAsDataURL(blob);
      await new Promise((end) => reader.addEventListener("load", end));
      return String(reader.result);
    },
    { shown: pictureOf(shown, ""), palette: light },
  );
}

/** A picture's size, and its colours at places of the scene. */
async function pixels(
  url: string,
  places: readonly (readonly [number, number])[],
): Promise<{ width: number; height: number; at: string[] }> {
  return await page.evaluate(
    async ({ url, places }) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = image.width;
      canvas.height = image.height;
      const context = canvas.getContext("2d");
      if (context === null) throw new Error("Found no context");
      context.drawImage(image, 0, 0);
      const at = places.map(([x, y]) => {
        const [red = 0, green = 0, blue = 0] = context.getImageData(2 * x, 2 * y, 1, 1).data;
        const parts = [red, green, blue].map((part) => part.toString(16).padStart(2, "0"));
        return `#${parts.join("")}`.toUpperCase();
      });
      return { width: image.width, height: image.height, at };
    },
    { url, places },
  );
}

function area(rect: { x: number; y: number; width: number; height: number }): [number, number][] {
  return Array.from({ length: rect.width * rect.height }, (_, index) => [
    rect.x + (index % rect.width),
    rect.y + Math.floor(index / rect.width),
  ]);
}
