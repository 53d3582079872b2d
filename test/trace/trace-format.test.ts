// The format as docs/ tells it: the worked example and the schema are tried against what the code writes.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { numberKinds, TraceRecorder } from "../../sim/kernel/recorder.ts";
import { instant } from "../../sim/kernel/virtual-time.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { decodeEvents, type Trace, tracedKinds, traceFooter } from "../../sim/trace/trace.ts";
import { TRACE_EVENTS } from "../../sim/trace/trace-event.ts";
import { traceLines, verifyChain } from "../../sim/trace/trace-file.ts";
import { HEADER, recordedRun } from "./recorded-run.ts";

const page = readDoc("trace-format.md");

describe("the worked example of docs/trace-format.md", () => {
  test("is what the code writes", () => {
    const example = /```jsonl\n(.*?)```/s.exec(page)?.[1];
    expect(example).toBe(`${[...traceLines(workedExample(), sha256)].join("\n")}\n`);
  });

  test("is intact, and reads as the page says", () => {
    const verdict = verifyChain([...traceLines(workedExample(), sha256)], sha256);
    if (verdict.kind === "tampered") throw new Error(verdict.reason);
    const { blocks, header } = verdict.trace;
    expect(decodeEvents(blocks, header.kinds)[1]).toEqual({
      kind: "record-read",
      index: 1,
      time: 2_000,
      place: "words-1",
      incarnation: 0,
      cause: 0,
      source: "log:words",
      partition: 0,
      offset: 17,
      value: '"to be"',
    });
  });

  test("hashes as the page says, done by hand", () => {
    const [block] = workedExample().blocks;
    const json = '[["words-1","log:words"],["\\"to be\\""],[["tie@words-1#0:4",1]]]';
    expect(page).toContain(json);
    const words = new Uint8Array(Float64Array.from(block?.words ?? []).buffer);
    const text = Uint8Array.from(Buffer.from(json, "utf16le"));
    expect([words.length, text.length]).toEqual([168, 126]);
    expect(block?.link).toEqual(sha256([new Uint8Array(32), words, text]));
  });
});

describe("docs/trace.schema.json", () => {
  const schema = JSON.parse(readDoc("trace.schema.json"));
  const line = z.fromJSONSchema(schema);
  const lines = [...traceLines(recordedRun(60), sha256)].map((text) => JSON.parse(text));

  test("takes every line that is written", () => {
    for (const value of lines) expect(line.safeParse(value).error).toBeUndefined();
  });

  test.each([
    ["a header without a level", { ...lines[0], level: undefined }],
    ["a header of another format", { ...lines[0], format: "cleancut-trace/2" }],
    ["a header with a key of its own", { ...lines[0], more: 1 }],
    ["a case with a key left out", { ...lines[0], case: { scenario: "word-count" } }],
    ["a block with a short link", { ...lines[1], link: "00" }],
    ["a row that is no list", { ...lines[1], rows: [{}] }],
    ["a footer without a digest", { events: 1 }],
  ])("refuses %s", (_, value) => {
    expect(line.safeParse(JSON.parse(JSON.stringify(value))).success).toBe(false);
  });
});

function workedExample(): Trace {
  const kinds = numberKinds({
    "task-running": TRACE_EVENTS["task-running"],
    "record-read": TRACE_EVENTS["record-read"],
    "checkpoint-acknowledged": TRACE_EVENTS["checkpoint-acknowledged"],
  });
  const recorder = new TraceRecorder<typeof TRACE_EVENTS>({ kinds, level: "records", sha256 });
  const words = new Incarnation(new Place("words-1"), 0);
  recorder.now = instant(1_500);
  recorder.record("task-running", words, {});
  recorder.now = instant(2_000);
  recorder.noteChoice({ key: "tie@words-1#0:4", value: 1 });
  recorder.record("record-read", words, {
    source: "log:words",
    partition: 0,
    offset: 17,
    value: "to be",
  });
  recorder.record("checkpoint-acknowledged", words, { checkpoint: 1, bytes: 96 });
  recorder.finish();
  const topology = {
    name: "word-count",
    vertices: [
      {
        id: 0,
        name: "words",
        parallelism: 1,
        maxParallelism: 128,
        operators: [{ node: 0, uid: "words", name: "words", kind: "source" }],
      },
    ],
    edges: [],
  };
  const overrides = [{ key: "tie@words-1#0:4", value: 1 }];
  const header = {
    ...HEADER,
    case: { ...HEADER.case, faults: [], overrides },
    kinds: tracedKinds(kinds),
    topology,
  };
  return { header, blocks: recorder.blocks, footer: traceFooter(recorder) };
}

function readDoc(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
}
