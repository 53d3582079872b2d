// The page of a comparison in a browser: every measured point is drawn and told, logarithmically, in light and in dark.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { comparisonPage } from "../../../sim/node/comparison-page.ts";
import { Configuration } from "../../../sim/runtime/configuration.ts";
import { namedSettings } from "../../../sim/search/compare.ts";
import { FIGURES, figuresOf } from "../../../sim/search/run-figures.ts";
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
    rules: ["Take the one."],
    costs: ["nothing = 0"],
    settings: SETTINGS.map(({ label }) => label),
    axes: [{ name: "keys", values: KEYS }],
    runs,
  });
});

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
    FIGURES.map(({ caption }) => caption),
  );
  const bytes = page.locator("figure").nth(1);
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
  expect(await page.locator("figure").nth(7).textContent()).toContain("nothing");
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(background).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(15, 20, 25)");
  expect(faults).toEqual([]);
  await page.close();
});
