// What-if in a real browser: a task is clicked and made to crash, both futures stand beside each other, and each is
// the run that its case gives in Node.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { parseCase } from "../../sim/harness/case-schema.ts";
import { must } from "../../sim/kernel/invariant.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { decodeEvents } from "../../sim/trace/trace.ts";
import { linesOf, verifyChain } from "../../sim/trace/trace-file.ts";
import { firstDifferentEvent } from "../../viz/lab/branch.ts";
import { caseOfText } from "../../viz/page/case-text.ts";
import { parseHash } from "../../viz/page/deep-link.ts";
import { traceOfCase } from "./model/recorded-model.ts";
import { expectCursor, jobPicture, sharedHash } from "./support/reading.ts";
import { recordedFully, TestPages } from "./support/test-pages.ts";

const QUIET = recordedFully({ scenario: "word-count", seed: 7 });
const original = traceOfCase(QUIET);

let address = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.replay(QUIET);
});

test("a task is clicked and crashed: both futures are shown, and each is Node's run of its case", async () => {
  const { page, close } = await pages.open(`${address}#e=420`);
  expect(await digestShown(page)).toBe(original.footer.digest);
  await page.locator('.half-left text[data-entity="subtask:count-1"]').first().click();
  await page.locator(".inspector").getByRole("button", { name: "Crash count-1 here" }).click();
  await page.locator(".half-right").waitFor();
  await page.getByRole("slider", { name: "Position in the run" }).nth(1).waitFor();

  const request = await sharedCase(page);
  expect(request.faults).toEqual([
    {
      what: "task-throws",
      where: "count-1",
      when: { after: expect.objectContaining({ nth: expect.any(Number) }) },
    },
  ]);
  const branch = traceOfCase(request);
  expect(await digestShown(page)).toBe(branch.footer.digest);
  expect(branch.footer.digest).not.toBe(original.footer.digest);
  expect(await caseInLink(page)).toEqual(request);

  // Up to the cursor both are one; the page says where they part, and leads there.
  await expectCursor(page, 420);
  expect(await jobPicture(page, "left")).toEqual(await jobPicture(page, "right"));
  const parting = must(firstDifferentEvent(original, branch), "first difference");
  await page.locator(".difference", { hasText: `First difference, event ${parting}:` }).click();
  await expectCursor(page, parting);
  await page.keyboard.press("Shift+B");
  await expect.poll(() => digestShown(page)).toBe(original.footer.digest);
  await close();
});

test("the crashed future goes another way, and both can be left", async () => {
  const { page, close } = await pages.open(`${address}#e=420&sel=subtask:count-1`);
  await page.keyboard.press("c");
  await page.locator(".half-right").waitFor();
  const branch = traceOfCase(await sharedCase(page));
  const events = decodeEvents(branch.blocks, branch.header.kinds);
  const failed = events.findIndex(
    ({ kind, place }) => kind === "task-failed" && place === "count-1",
  );
  await page.locator(".event-list input").fill("kind=task-failed place=count-1");
  await page.locator(`.event-row[data-event="${failed}"]`).click();
  await expectCursor(page, failed);
  await expect
    .poll(async () => (await jobPicture(page, "right")).tasks["count-1"])
    .toContain("failed");
  expect((await jobPicture(page, "left")).tasks["count-1"]).not.toContain("failed");

  await page.locator(".event-list input").blur();
  await page.keyboard.press("b");
  await page.locator("dialog.branch-name input").fill("count-1 throws");
  await page.keyboard.press("Enter");
  await page.locator(".run-tabs .tab", { hasText: "count-1 throws" }).waitFor();
  await page.getByRole("button", { name: "Drop count-1 throws" }).click();
  await page.locator(".half-right").waitFor({ state: "hidden" });
  await expect.poll(() => digestShown(page)).toBe(original.footer.digest);
  await close();
});

test("a task manager crashes too, and the trace that the page saves of it is intact and the same as Node's", async () => {
  const { page, close } = await pages.open(`${address}#e=420&sel=host:task-manager-2`);
  await page.locator(".transport").getByRole("button", { name: "Crash here" }).click();
  await page.locator(".half-right").waitFor();
  const request = await sharedCase(page);
  expect(request.faults?.[0]).toMatchObject({ what: "task-manager-dies", where: "task-manager-2" });
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.locator("[data-export=trace]").click();
  const saved = linesOf(readFileSync(await (await saving).path(), "utf8"));
  const read = verifyChain(saved, sha256);
  expect(read.kind).toBe("intact");
  if (read.kind !== "intact") return;
  const node = traceOfCase(request);
  expect(read.trace.footer.digest).toBe(node.footer.digest);
  expect(read.trace.blocks).toEqual(node.blocks);
  expect(read.trace.header.case).toEqual(node.header.case);
  await close();
});

/** The digest of the run that has the cursor. */
async function digestShown(page: Page): Promise<string> {
  const title = (await page.locator(".facts").getAttribute("title")) ?? "";
  return /[0-9a-f]{64}/.exec(title)?.[0] ?? "";
}

/** The case that the share dialog gives for the command line. */
async function sharedCase(page: Page): Promise<Case> {
  await sharedHash(page);
  const text = await page.locator("dialog.share textarea").nth(1).inputValue();
  return parseCase(JSON.parse(text));
}

async function caseInLink(page: Page): Promise<Case | undefined> {
  return await caseOfText(must(parseHash(await sharedHash(page)).caseText, "case of a link"));
}
