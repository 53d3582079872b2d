// Key groups in a real browser: the figure is named, its bars are where the ranges are, its table names owners.
import { beforeAll, expect, test } from "vitest";
import { must } from "../../sim/kernel/invariant.ts";
import { decodeEvents } from "../../sim/trace/trace.ts";
import { traceOfCase } from "./model/recorded-model.ts";
import { recordedFully, TestPages } from "./support/test-pages.ts";

const RUN = recordedFully({ scenario: "rescaling", seed: 3 });
const trace = traceOfCase(RUN);
const events = decodeEvents(trace.blocks, trace.header.kinds);
const submitted = must(
  events.find(({ kind }) => kind === "job-submitted"),
  "submission",
).index;

let address = "";
const pages = new TestPages();

beforeAll(async () => {
  address = await pages.replay(RUN);
});

test.each([
  [
    "en",
    /^Key groups\. submission 1: 2 subtasks; .*count\+sink-3: 86 to 127\.$/,
    /^"eve".* moves$/,
  ],
  [
    "zh",
    /^key group\. 第 1 次提交：2 个子任务; .*count\+sink-3：86 到 127\.$/,
    /^"eve".* 换了主人$/,
  ],
] as const)(
  "in %s the figure says what it shows, and the table who had a key and who has it",
  async (language, name, key) => {
    const { page, close } = await pages.open(
      `${address}#e=${submitted}&sel=subtask:count%2Bsink-2&lang=${language}`,
    );
    const figure = page.getByRole("img", { name });
    await figure.waitFor();
    const shares = await figure.evaluate(
      (one) =>
        [...one.querySelectorAll(".key-group-track:last-child")]
          .at(-1)
          ?.querySelectorAll(".key-group-bar").length,
    );
    expect(shares).toBe(3);
    const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: key }) });
    expect(await row.getByRole("cell").allTextContents()).toEqual([
      "99",
      "count+sink-2",
      "count+sink-3",
    ]);
    expect(await page.locator(".key-group-bar.selected").allTextContents()).toEqual(["2", "2"]);
    await close();
  },
);

test.each([
  ["light", 1440],
  ["dark", 390],
] as const)("%s and %i pixels wide it stays within its pane", async (colorScheme, width) => {
  const { page, close } = await pages.open(`${address}#e=${submitted}&sel=subtask:count%2Bsink-2`, {
    colorScheme,
    viewport: { width, height: 900 },
  });
  if (width < 800) await page.locator(".pane-tabs [data-pane=inspector]").click();
  const block = page.locator(".inspector-key-groups");
  await block.scrollIntoViewIfNeeded();
  const [wide, room] = await block.evaluate(({ scrollWidth, clientWidth }) => [
    scrollWidth,
    clientWidth,
  ]);
  expect(wide).toBeLessThanOrEqual(room ?? 0);
  await close();
});
