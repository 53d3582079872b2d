// The page of a comparison in a browser: every measured point is drawn and told, logarithmically, in light and in dark.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { comparisonPage } from "../../../sim/node/comparison-page.ts";
import { Configuration } from "../../../sim/runtime/configuration.ts";
import { namedSettings } from "../../../sim/search/compare.ts";
import { FIGURES, type FigureName, figuresOf } from "../../../sim/search/run-figures.ts";
import { launchBrowser } from "../../support/browser.ts";

let browser: Browser;
let html = "";

const SETTINGS = namedSettings([{ s: "one" }, { s: "other" }]);
const KEYS = [10, 100, 1000];

beforeAll(async () => {
  browser = await launchBrowser();
  const nothing = figuresOf([], Configuration.of({}));
  const runs = SETTINGS.flatMap((setting, index) =>
    KEYS.map((keys) => ({
      at: { keys },
      setting,
      jobStatus: "FINISHED",
      digest: "",
      // The other's bytes grow as the keys do, its disk is none; of the rest nothing is known.
      figures: { ...nothing, bytes: index === 0 ? 50 : 50 * keys, disk: 0 },
    })),
  );
  html = await comparisonPage({
    title: "a </script> comparison",
    command: "npx cleancut compare nothing",
    rules: { en: ["Take the one."], zh: ["选 one。"] },
    costs: { en: ["nothing = 0"], zh: ["无 = 0"] },
    unmeasured: 2,
    settings: SETTINGS.map(({ label }) => label),
    axes: [{ name: "keys", values: KEYS }],
    runs,
  });
});

function numberOf(figure: FigureName): number {
  return FIGURES.findIndex(({ name }) => name === figure);
}

afterAll(async () => {
  await browser?.close();
});

test.each(["light", "dark"] as const)("a comparison is drawn in %s", async (colorScheme) => {
  const page = await browser.newPage({ colorScheme });
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  await page.setContent(html);
  await page.locator("figure").first().waitFor();
  expect(await page.locator("h1").textContent()).toBe("a </script> comparison");
  expect(await page.locator(".legend li").allTextContents()).toEqual(["one", "other"]);
  expect(await page.locator("figcaption").allTextContents()).toEqual(
    FIGURES.map(({ caption }) => caption.en),
  );
  const bytes = page.locator("figure").nth(numberOf("bytes"));
  expect(await bytes.locator(".point title").allTextContents()).toEqual([
    ...["one, 10 keys: 50 B", "one, 100 keys: 50 B", "one, 1000 keys: 50 B"],
    ...["other, 10 keys: 500 B", "other, 100 keys: 5 kB", "other, 1000 keys: 50 kB"],
  ]);
  const places = await bytes.locator(".point").evaluateAll((points) =>
    points.map((point) => {
      const { e, f } = (point as SVGGraphicsElement).transform.baseVal.consolidate()?.matrix ?? {};
      return [e ?? Number.NaN, f ?? Number.NaN] as const;
    }),
  );
  const [, , , first = [0, 0], second = [0, 0], third = [0, 0]] = places;
  expect(second[0] - first[0]).toBeCloseTo(third[0] - second[0], 3);
  expect(first[1] - second[1]).toBeCloseTo(second[1] - third[1], 3);
  expect(first[1]).toBeGreaterThan(third[1]);
  expect(places[0]?.[1]).toBe(places[2]?.[1]);
  expect(await page.locator("figure").nth(numberOf("disk")).textContent()).toContain("nothing");
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(background).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(15, 20, 25)");
  expect(faults).toEqual([]);
  await page.close();
});

test("a comparison has its figures as a table too", async () => {
  const page = await browser.newPage();
  await page.setContent(html);
  await page.locator("summary").click();
  const rows = await page.locator("tbody tr").allInnerTexts();
  expect(rows).toHaveLength(SETTINGS.length * KEYS.length);
  expect(rows.at(-1)?.split("\t")).toEqual([
    ...["1,000", "other"],
    ...FIGURES.map(({ name }) => (name === "bytes" ? "50 kB" : name === "disk" ? "0 B" : "–")),
  ]);
  expect(await page.locator("th").allTextContents()).toEqual([
    ...["keys", "setting"],
    ...FIGURES.map(({ caption }) => caption.en),
  ]);
  await page.close();
});

test("a comparison is told in the reader's language, and in the other when asked, by key as well", async () => {
  const context = await browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  await page.setContent(html);
  await page.locator("figure").first().waitFor();
  const told = async (): Promise<string> => (await page.locator("#root").textContent()) ?? "";
  expect(await told()).toContain("选 one。");
  expect(await told()).toContain("有 2 次运行未测量。");
  expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
  expect(await page.locator("figcaption").allTextContents()).toEqual(
    FIGURES.map(({ caption }) => caption.zh),
  );
  await page.locator("button.language").focus();
  await page.keyboard.press("Enter");
  expect(await told()).toContain("Take the one.");
  expect(await told()).toContain("2 runs were not measured.");
  // The button alone is in the language that it leads to.
  expect((await told()).replace("中文", "")).not.toMatch(/\p{Script=Han}/u);
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  await page.keyboard.press("Enter");
  expect(await told()).toContain("选 one。");
  await context.close();
});
