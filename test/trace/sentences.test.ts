// Sentences: one for every kind in both languages, complete, distinct, and with no slot left empty.
import { describe, expect, test } from "vitest";
import type { CheckedRun } from "../../sim/harness/runner.ts";
import {
  CHECKPOINT_FAILURE_REASONS,
  meaningOf,
} from "../../sim/runtime/checkpoint/checkpoint-failure-reason.ts";
import { sweepSeed } from "../../sim/search/sweep.ts";
import { CHINESE } from "../../sim/trace/sentences/chinese.ts";
import { ENGLISH } from "../../sim/trace/sentences/english.ts";
import { chineseReason, englishReason } from "../../sim/trace/sentences/failure-reasons.ts";
import { sentence } from "../../sim/trace/sentences/sentence.ts";
import { decodeEvents } from "../../sim/trace/trace.ts";
import {
  TRACE_EVENT_KINDS,
  type TraceEvent,
  type TraceEventKind,
} from "../../sim/trace/trace-event.ts";
import { runner } from "../support/runner.ts";
import { HEADER, recordedRun } from "./recorded-run.ts";

/** Runs in which much goes wrong, and some that cannot go on. */
function* troubledRuns(): Generator<CheckedRun, void> {
  for (const scenario of ["word-count", "failing-job"]) {
    for (let seed = 1; seed <= 4; seed++) {
      for (const swarm of ["inside", "beyond"] as const) {
        yield runner.runChecked(runner.prepare(sweepSeed(runner, { scenario, seed, swarm }).case));
      }
    }
  }
}

const kinds = TRACE_EVENT_KINDS.map(({ name }) => name as TraceEventKind);
const chinese = /\p{Script=Han}/u;

/** An event of the kind, each field with a value of its own: numbers from 101 on, texts named for their field. */
function sample(
  name: TraceEventKind,
  change: { readonly [field: string]: unknown } = {},
): TraceEvent {
  const kind = TRACE_EVENT_KINDS[kinds.indexOf(name)];
  const fields = (kind?.fields ?? []).map((field, index) => [
    field.name,
    field.type === "number" ? 101 + index : `<${field.name}>`,
  ]);
  const head = { kind: name, index: 0, time: 0, place: "<place>", incarnation: 7, cause: -1 };
  return { ...head, ...Object.fromEntries(fields), ...change } as TraceEvent;
}

/** What acts, where that is not the place. */
const ACTORS: ReadonlyMap<TraceEventKind, string> = new Map([
  ["line-printed", "<by>"],
  ["record-collected", "<collector>"],
  ["record-committed", "<log>"],
]);

describe.each([
  ["en", ENGLISH, /^[A-Z<].*[^.?!\s]\.$/s, /[^\x20-\x7eµ]/],
  ["zh", CHINESE, /^\S.*[^。，：\s]。$/s, /[,;:?!](?![\w/])|\.$|undefined/],
] as const)("sentences in %s", (language, templates, shape, foreign) => {
  test("there is one for every kind and no other", () => {
    expect(Object.keys(templates).sort(compare)).toEqual([...kinds].sort(compare));
  });

  test.each(kinds)("%s names its place and fills every slot", (kind) => {
    const text = sentence(sample(kind), language);
    expect(text).toMatch(shape);
    expect(text).not.toMatch(foreign);
    expect(text).not.toMatch(/undefined|NaN|\[object|\s\s|\(\)|（）/);
    expect(chinese.test(text)).toBe(language === "zh");
    expect(text).toContain(ACTORS.get(kind) ?? "<place>");
  });

  test.each(kinds)("%s says everything its event holds", (kind) => {
    const event = sample(kind);
    const text = sentence(event, language);
    for (const field of TRACE_EVENT_KINDS[kinds.indexOf(kind)]?.fields ?? []) {
      const value = String((event as unknown as { [field: string]: unknown })[field.name]);
      expect(text, field.name).toContain(value);
    }
  });

  test("no two kinds have equal sentences", () => {
    const texts = kinds.map((kind) => sentence(sample(kind), language));
    expect(new Set(texts).size).toBe(kinds.length);
    const templatesOnly = texts.map((text) => text.replaceAll(/<\w+>|\d+/g, "_"));
    expect(new Set(templatesOnly).size).toBe(kinds.length);
  });

  test("first incarnations go without a number", () => {
    const [first, second] = [0, 1].map((incarnation) =>
      sentence(sample("task-running", { place: "count-2", incarnation }), language),
    );
    expect(first).not.toMatch(/attempt/);
    expect(second).toMatch(/attempt 1/);
  });

  test.each([
    sample("acknowledgement-received", { outcome: "success" }),
    sample("acknowledgement-received", { outcome: "duplicate" }),
    sample("task-restored", { checkpoint: 0 }),
    sample("leadership-granted", { newestCheckpoint: 0 }),
    sample("restore-started", { checkpoint: 0 }),
    sample("task-deployed", { checkpoint: 0 }),
    sample("job-ended", { reason: "", place: "job-master" }),
    sample("job-status-changed", { status: "RESTARTING", place: "job-master" }),
  ])("special cases are whole sentences too: $kind", (event) => {
    expect(sentence(event, language)).toMatch(shape);
    expect(sentence(event, language)).not.toBe(sentence(sample(event.kind), language));
    expect(chinese.test(sentence(event, language))).toBe(language === "zh");
  });

  test("hold for every event of a run", () => {
    for (const event of decodeEvents(recordedRun().blocks, HEADER.kinds)) {
      expect(sentence(event, language)).toMatch(language === "en" ? /\.$/ : /。$/);
    }
  });
});

describe("reasons", () => {
  test.each(CHECKPOINT_FAILURE_REASONS)("%s is explained in both languages", (reason) => {
    expect(englishReason(reason)).toBe(`${meaningOf(reason)} (${reason})`);
    expect(chineseReason(reason)).toMatch(chinese);
    expect(chineseReason(reason)).toContain(reason);
  });

  test("what a user's code says stays as it is", () => {
    expect(englishReason("poison")).toBe("poison");
    expect(chineseReason("poison")).toBe("poison");
    expect(chineseReason("count-1 failed: poison")).toBe("count-1 失败：poison");
  });

  test("what the engine says in words has no English words in Chinese", () => {
    for (const { events } of troubledRuns()) {
      const reasons = events.flatMap((event) => ("reason" in event ? [event.reason] : []));
      for (const reason of reasons) {
        // Names and terms stand alone; two English words in a row are English.
        expect(chineseReason(reason)).not.toMatch(/[A-Za-z]{2,} [A-Za-z]{2,}/);
      }
    }
  });

  test("reasons inside reasons are said too", () => {
    expect(
      chineseReason(
        "No restart is left: Checkpoint 3 failed because a task failed to write its snapshot, and more failures are not tolerated",
      ),
    ).toBe(
      "没有剩余的重启机会：checkpoint 3 失败，因为有子任务没能写出自己的快照，且不再容忍更多失败",
    );
    expect(
      chineseReason(
        "count-1 failed: Cannot restore keyed state of count from checkpoint 2: no file at a/b",
      ),
    ).toBe("count-1 失败：无法从 checkpoint 2 恢复 count 的键控状态：a/b 处没有文件");
  });
});

test("sentences read as they should", () => {
  const barrier = sample("barrier-emitted", { place: "count-2", incarnation: 1, checkpoint: 3 });
  expect(sentence(barrier, "en")).toBe(
    "count-2 (attempt 1) emits the barrier of checkpoint 3 on all its outputs: what it emits from here on belongs after the checkpoint.",
  );
  expect(sentence(barrier, "zh")).toBe(
    "子任务 count-2 (attempt 1) 向所有输出发出 checkpoint 3 的 barrier：此后发出的数据都在该 checkpoint 之后。",
  );
  const aborted = sample("checkpoint-aborted", {
    place: "job-master",
    incarnation: 0,
    checkpoint: 2,
    reason: "CHECKPOINT_EXPIRED",
  });
  expect(sentence(aborted, "en")).toBe(
    "The job master aborts checkpoint 2, because it did not finish before the timeout (CHECKPOINT_EXPIRED).",
  );
  expect(sentence(aborted, "zh")).toBe(
    "JobMaster 中止 checkpoint 2，因为它没有在超时之前完成（CHECKPOINT_EXPIRED）。",
  );
});

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
