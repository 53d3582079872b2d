// The browser of the tests starts, runs script and closes.
import { expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";

test("launchBrowser opens a page that computes", async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent("<p id='cut'>clean</p>");
    expect(await page.textContent("#cut")).toBe("clean");
    expect(await page.evaluate("Math.imul(0xffffffff, 5)")).toBe(-5);
    await page.close();
  } finally {
    await browser.close();
  }
});
