// The table of files by checkpoints in a real browser: read, and gone through by keyboard, in both languages.
import { beforeAll, expect, test } from "vitest";
import { must } from "../../sim/kernel/invariant.ts";
import { decodeEvents } from "../../sim/trace/trace.ts";
import { traceOfCase } from "./model/recorded-model.ts";
import { expectCursor } from "./support/reading.ts";
import { recordedFully, TestPages } from "./support/test-pages.ts";

const WALK = recordedFully({ scenario: "incremental-walk", seed: 1 });
const trace = traceOfCase(WALK);
const events = decodeEvents(trace.blocks, trace.header.kinds);

let address = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.replay(WALK);
});

test.each([
  [
    "en",
    "Shared files by checkpoints",
    "uploaded by checkpoint 1, which is no longer retained",
    "checkpoint 2 refers to it",
  ],
  [
    "zh",
    "各 checkpoint 的共享文件",
    "由 checkpoint 1 上传，该 checkpoint 已不再保留",
    "checkpoint 2 引用它",
  ],
])(
  "in %s every cell says what the file is to the checkpoint",
  async (language, name, first, second) => {
    const { page, close } = await pages.open(`${address}#e=473&sel=checkpoint:3&lang=${language}`);
    const table = page.getByRole("table", { name });
    const row = table.getByRole("row", { name: /000001\.sst/ });
    expect(await row.getByRole("cell").allTextContents()).toEqual([first, second, "", "1", "261"]);
    await close();
  },
);

test("by keyboard a head leads to its checkpoint, a file to its upload, and what is gone to its deletion", async () => {
  const { page, close } = await pages.open(`${address}#e=633&sel=checkpoint:3`);
  const table = page.getByRole("table");
  await table.getByRole("button", { name: /^checkpoint 2: no longer retained$/ }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".inspector h3", { hasText: "checkpoint 2" }).waitFor();
  await expect.poll(() => table.locator("th[aria-current]").textContent()).toBe("2");
  const file = table.getByRole("row", { name: /000003\.sst/ });
  await file.getByRole("button", { name: "deleted" }).focus();
  await page.keyboard.press("Enter");
  await expectCursor(page, eventOf("file-deleted", "000003.sst"));
  expect(await file.getAttribute("class")).toContain("changed");
  await file.getByRole("button", { name: /000003\.sst/ }).focus();
  await page.keyboard.press("Enter");
  await expectCursor(page, eventOf("write-completed", "000003.sst"));
  // Then it was not referred to yet, and the next was not there.
  expect(await file.getByRole("cell").allTextContents()).toEqual([
    "",
    "uploaded by checkpoint 2",
    "0",
    "261",
  ]);
  expect(await table.getByRole("row", { name: /000005\.sst/ }).count()).toBe(0);
  await close();
});

test.each([
  ["light", 1440],
  ["dark", 1440],
  ["light", 390],
] as const)("%s and %i pixels wide the table stays within its pane", async (colorScheme, width) => {
  const { page, close } = await pages.open(`${address}#e=633&sel=checkpoint:5`, {
    colorScheme,
    viewport: { width, height: 900 },
  });
  if (width < 800) await page.locator(".pane-tabs [data-pane=inspector]").click();
  await page.getByRole("table").scrollIntoViewIfNeeded();
  const [wide, room] = await page
    .locator(".file-table")
    .evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
  expect(wide).toBeLessThanOrEqual(room ?? 0);
  await close();
});

function eventOf(kind: "file-deleted" | "write-completed", name: string): number {
  const found = events.find((event) => event.kind === kind && event.path.endsWith(name));
  return must(found, `${kind} of ${name}`).index;
}
