// The page without a run: whoever opens it chooses what the engine in it is to run.
import { beforeAll, expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import type { Case } from "../../sim/harness/case.ts";
import { traceOfCase } from "./model/recorded-model.ts";
import { expectCursor } from "./support/reading.ts";
import { recordedFully, TestPages } from "./support/test-pages.ts";

let address = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.lab();
});

test("a scenario and a seed that are chosen run to the digest they have in Node", async () => {
  const { page, close } = await pages.open(address);
  const facts = page.locator(".facts");
  const [first] = SCENARIOS;
  expect(await page.textContent("h1")).toBe(first?.name);
  const open = page.getByRole("button", { name: "Run…" });
  await open.click();
  const scenario = page.getByRole("combobox", { name: "Scenario" });
  const names = await scenario.locator("option").allTextContents();
  expect(names).toEqual(SCENARIOS.map(({ name }) => name));
  await page.keyboard.press("Escape");

  const requests: readonly (Case & { readonly scenario: string; readonly seed: number })[] = [
    { scenario: "bank", seed: 3 },
    { scenario: "word-count", seed: 2_147_483_648, faults: [] },
    { scenario: "failing-job", seed: 1 },
  ];
  for (const request of requests) {
    await open.click();
    await scenario.selectOption(request.scenario);
    await page.getByRole("textbox", { name: "Seed" }).fill(String(request.seed));
    const faults = request.faults === undefined ? "own" : "none";
    await page.getByRole("combobox", { name: "Faults" }).selectOption(faults);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    const { digest } = traceOfCase(recordedFully(request)).footer;
    await page.locator("h1", { hasText: request.scenario }).waitFor();
    await expect.poll(() => facts.getAttribute("title")).toContain(digest);
    expect(await facts.textContent()).toContain(`seed ${request.seed} ·`);
    await expectCursor(page, -1);
  }
  await close();
});

test("a seed that is none is refused in words, and what was shown stays", async () => {
  const { page, close } = await pages.open(address);
  const before = await page.locator(".facts").getAttribute("title");
  await page.getByRole("button", { name: "Run…" }).click();
  // Once open, the menu takes the focus.
  await page.locator(".run-form select:focus").waitFor();
  await page.getByRole("textbox", { name: "Seed" }).fill("seven");
  await page.keyboard.press("Enter");
  await page.locator(".notice", { hasText: "Cannot run with seed “seven”" }).waitFor();
  expect(await page.locator(".facts").getAttribute("title")).toBe(before);
  await close();
});
