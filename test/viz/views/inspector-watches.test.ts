// Watches: what expressions come to on a real run, and what is said of those that come to nothing.
import { describe, expect, test } from "vitest";
import { watchText } from "../../../viz/views/inspector/watch-text.ts";
import { type WatchResult, watchResult } from "../../../viz/views/inspector/watch-value.ts";
import { INSPECTOR_WORDS } from "../../../viz/words/inspector-words.ts";
import { dies, modelOfCase, recorded } from "../model/recorded-model.ts";

const model = modelOfCase(
  recorded({ scenario: "word-count", seed: 7, faults: [dies("task-manager-2", 160_000)] }),
);
const end = model.count - 1;

describe("watchResult", () => {
  test("sums a state over all subtasks: what was counted is what was read in lives that count", () => {
    const counted = model.world(end).subtasks.flatMap(({ keyed }) => keyed.values());
    const sum = counted.reduce((all, { value }) => all + Number(value), 0);
    expect(sum).toBeGreaterThan(40);
    expect(watch("sum(count)")).toEqual({ kind: "number", value: sum });
    expect(watch("keys(count)")).toEqual({ kind: "number", value: counted.length });
    expect(watch(`sum(count) = ${sum}`)).toEqual({ kind: "claim", holds: true });
    expect(watch(`sum(count) != ${sum}`)).toEqual({ kind: "claim", holds: false });
    expect(watch("max(count) >= min(count)")).toEqual({ kind: "claim", holds: true });
  });

  test("looks a key up, as it is or as a checkpoint holds it", () => {
    const [held] = model.world(end).subtasks.flatMap(({ keyed }) => keyed.values());
    const key = JSON.parse(held?.key ?? "");
    expect(watch(`count[${key}]`)).toEqual({ kind: "number", value: Number(held?.value) });
    expect(watch(`count["${key}"] + 1`)).toEqual({
      kind: "number",
      value: Number(held?.value) + 1,
    });
    expect(watch("count[no such word]")).toEqual({ kind: "none" });
    const last = model.checkpoints.at(-1)?.id ?? 0;
    expect(watch(`sum(count@${last})`)).toEqual(watch("sum(count)"));
    expect(watch("sum(count@1) < sum(count)")).toEqual({ kind: "claim", holds: true });
  });

  test("asks subtasks, channels and logs by name", () => {
    const { subtasks, logs } = model.world(end);
    const source = subtasks.find(({ name }) => name === "source-1");
    const last = source?.lastRecord;
    if (last?.kind !== "read") throw new Error("Cannot be");
    expect(watch("offset(source-1)")).toEqual({ kind: "number", value: last.offset + 1 });
    expect(watch("read(source-1)")).toEqual({ kind: "number", value: source?.counts.read });
    expect(watch("attempt(count-1)")).toEqual({ kind: "number", value: 1 });
    expect(watch("visible(counts)")).toEqual({ kind: "number", value: logs[0]?.records.length });
    expect(watch("visible(log:counts) - open(counts)")).toMatchObject({ kind: "number" });
    expect(watch("queue(count-1)")).toEqual({ kind: "number", value: 0 });
    expect(watch("queue(source-1->count-1/0)")).toEqual({ kind: "number", value: 0 });
    expect(watch("completed = 3 - 1 + 1")).toMatchObject({ kind: "claim" });
  });

  test("keeps to the order of operations", () => {
    expect(watch("2 + 3 * 4 - 6 / 2")).toEqual({ kind: "number", value: 11 });
    expect(watch("-(2 + 3) * 4")).toEqual({ kind: "number", value: -20 });
    expect(watch("1 - 1 - 1")).toEqual({ kind: "number", value: -1 });
  });

  test("knows a state that died with its tasks", () => {
    const crash = model.landmarks.find(({ what }) => what === "restore")?.index ?? 0;
    expect(watchResult("sum(count)", model.world(crash))).toEqual({ kind: "number", value: 0 });
    expect(watchResult("count[the]", model.world(crash))).toEqual({ kind: "none" });
  });
});

describe("watchText", () => {
  test.each([
    ["", "the expression is empty"],
    ["sum(", "found the end, expected )"],
    ["count[a", "found the end, expected ]"],
    ["1 +", "found the end, expected a number, a state or a function"],
    ["1 2", "found 2, expected an operator or the end"],
    ["(1 + 2", "found the end, expected )"],
    ["sum(amount)", "there is no state “amount”: there are count"],
    [
      "total(count)",
      "there is no function “total”: there are sum, keys, max, min, offset, attempt, read, processed, emitted, written, queue, visible, open, printed, completed",
    ],
    [
      "offset(source-9)",
      "there is no “source-9”: there are source-1, source-2, count-1, count-2, sink-1",
    ],
    ["sum(count@99)", "checkpoint 99 is not there"],
    ["1 = 1 + (2 = 2)", "true is no number"],
    ["offset(count-1)", "none"],
    ["1 / 3", "0.333333"],
    ["1 = 1", "✓ true"],
    ["1 = 2", "✕ false"],
  ])("%s: %s", (expression, text) => {
    expect(watchText(watch(expression), INSPECTOR_WORDS.en)).toBe(text);
    expect(watchText(watch(expression), INSPECTOR_WORDS.zh)).not.toBe("");
  });
});

function watch(expression: string): WatchResult {
  return watchResult(expression, model.world(end));
}
