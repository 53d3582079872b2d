// The file: written, read back, and every change of it noticed.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText } from "../../sim/kernel/canonical-value.ts";
import { canonicalBlockBytes } from "../../sim/kernel/recorder.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { blockLine } from "../../sim/trace/block-line.ts";
import { headerLine } from "../../sim/trace/header-line.ts";
import { hexOf } from "../../sim/trace/text-digest.ts";
import type { TraceHeader } from "../../sim/trace/trace.ts";
import { decodeEvents } from "../../sim/trace/trace.ts";
import {
  footerLine,
  type IntactTrace,
  linesOf,
  type TamperedTrace,
  traceLines,
  verifyChain,
} from "../../sim/trace/trace-file.ts";
import { TraceFormatError } from "../../sim/trace/trace-format-error.ts";
import { HEADER, recordedRun, TraceWriter, writeRun } from "./recorded-run.ts";

const trace = writeRun(
  new TraceWriter().choose({ key: "tie@words-1#0:0", value: 3 }),
  400,
).finish();
const lines = [...traceLines(trace, sha256)];
const blocks = lines.length - 2;
const LINE_FEED = 0x0a;

describe("writing", () => {
  test("each line is the canonical text of its JSON value", () => {
    for (const line of lines) expect(canonicalText(JSON.parse(line))).toBe(line);
  });

  test("refuses a header that is not JSON", () => {
    const params = new Map([["a", 1]]);
    const header: TraceHeader = {
      ...HEADER,
      case: { ...HEADER.case, scenario: { name: "generated", params } },
    };
    expect(() => headerLine(header)).toThrow(TraceFormatError);
  });

  test("keeps numbers that JSON lacks", () => {
    const odd = new TraceWriter();
    for (const bytes of [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      odd.record(["count-1#0", "checkpoint-acknowledged", { checkpoint: 1, bytes }]);
    }
    const read = intact([...traceLines(odd.finish(), sha256)]);
    const events = decodeEvents(read.trace.blocks, HEADER.kinds);
    expect(events.map((event) => event.kind === "checkpoint-acknowledged" && event.bytes)).toEqual([
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });
});

describe("verifyChain", () => {
  test("gives back what was written", () => {
    expect(blocks).toBeGreaterThan(2);
    expect(intact(lines).trace).toEqual(trace);
    expect([...traceLines(intact(lines).trace, sha256)]).toEqual(lines);
    expect(verifyChain(linesOf(`${lines.join("\n")}\n`), sha256).kind).toBe("intact");
  });

  test("takes a trace without events", () => {
    expect(intact([...traceLines(new TraceWriter().finish(), sha256)]).trace.blocks).toEqual([]);
  });

  test("names the line of a changed byte, wherever it is", () => {
    const file = new TextEncoder().encode(lines.join("\n"));
    const lineAt = Int32Array.from(file);
    let line = 0;
    for (const [at, byte] of file.entries()) lineAt[at] = byte === LINE_FEED ? line++ : line;
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        fc.pre(file[at] !== LINE_FEED);
        const changed = file.with(at, (file[at] ?? 0) ^ change);
        expect(expectedFor(lineAt[at] ?? 0)).toContain(noticed(changed));
      }),
    );
  });

  test("notices a changed line break", () => {
    for (let line = 0; line < lines.length - 1; line++) {
      const joined = lines.with(line, `${lines[line]} ${lines[line + 1]}`).toSpliced(line + 1, 1);
      const file = new TextEncoder().encode(joined.join("\n"));
      expect(noticed(file)).toBe(line === 0 || line === blocks ? "format" : line - 1);
    }
  });

  test.each([
    ["a number", /"rows":\[\[\d+,\d/, (text: string) => `${text.slice(0, -1)}9`],
    ["a text", /words-1/, () => "words-3"],
    ["a value", /w39/, () => "w93"],
    ["a link", /"link":"\w{6}/, () => '"link":"000000'],
    ["the count", /"count":\d+/, () => '"count":7'],
    ["the first index", /"first":\d+/, () => '"first":7'],
    ["the choices", /"value":3\}/, () => '"value":4}'],
    ["a space that means nothing", /"link":/, () => '"link": '],
    ["a number written otherwise", /"first":0/, () => '"first":0.0'],
    ["an escape that is not needed", /words-1/, () => "\\u0077ords-1"],
    ["a key twice", /\{"choices"/, () => '{"choices":[],"choices"'],
    ["a key more", /\}$/, () => ',"zzz":0}'],
  ])("names block 0 when %s changes", (_, pattern, change) => {
    const changed = lines.with(1, (lines[1] ?? "").replace(pattern, change));
    expect(changed[1]).not.toBe(lines[1]);
    expect(tampered(changed)).toMatchObject({ block: 0, line: 2 });
  });

  test("names the block at which lines are missing, doubled or swapped", () => {
    expect(tampered(lines.toSpliced(2, 1))).toMatchObject({ block: 1 });
    expect(tampered(lines.toSpliced(2, 0, lines[2] ?? ""))).toMatchObject({ block: 2 });
    expect(tampered(lines.with(2, lines[3] ?? "").with(3, lines[2] ?? ""))).toMatchObject({
      block: 1,
    });
    expect(tampered(lines.toSpliced(lines.length - 2, 1))).toMatchObject({ block: "footer" });
    expect(tampered(lines.toSpliced(3, 0, ""))).toMatchObject({ block: 2 });
  });

  test("names header and footer", () => {
    const header = (lines[0] ?? "").replace('"seed":7', '"seed":8');
    expect(tampered(lines.with(0, header))).toMatchObject({ block: "header", line: 1 });
    const spaced = (lines[0] ?? "").replace('"seed":7', '"seed": 7');
    expect(tampered(lines.with(0, spaced))).toMatchObject({ block: "header" });
    const footer = (lines.at(-1) ?? "").replace(/"events":\d+/, '"events":1');
    expect(tampered(lines.with(-1, footer))).toMatchObject({ block: "footer" });
    const more = (lines.at(-1) ?? "").replace(/\}$/, ',"more":1}');
    expect(tampered(lines.with(-1, more))).toMatchObject({ block: "footer" });
  });

  test("names a block that hashes but cannot be decoded", () => {
    const words = Float64Array.from([0, 0, 99, 0, -1, 0]);
    const contents = { words, texts: ["a"], values: [], choices: [] };
    const link = sha256([new Uint8Array(32), ...canonicalBlockBytes(contents)]);
    const line = blockLine({ first: 0, count: 1, ...contents, link }, HEADER.kinds);
    const footer = footerLine(
      { header: HEADER, footer: { events: 1, digest: hexOf(link) } },
      sha256,
    );
    expect(tampered([headerLine(HEADER), line, footer])).toEqual({
      kind: "tampered",
      block: 0,
      line: 2,
      reason: "Row 0 names a place that has no text.",
    });
  });

  test("a trace that is cut short is wrong input, wherever it is cut", () => {
    const text = [...traceLines(recordedRun(), sha256)].join("\n");
    fc.assert(
      fc.property(fc.nat(text.length - 1), (end) => {
        expect(() => verifyChain(linesOf(text.slice(0, end)), sha256)).toThrow(TraceFormatError);
      }),
    );
    for (let count = 0; count < lines.length; count++) {
      expect(() => verifyChain(lines.slice(0, count), sha256)).toThrow(TraceFormatError);
    }
  });

  test.each([
    ["nothing", [], "no header"],
    ["other JSON", ["[]", "{}"], "no header"],
    ["a case", ['{"scenario":"word-count"}', "{}"], "no header"],
    ["another version", [headerWith({ format: "cleancut-trace/2" })], '"cleancut-trace/2"'],
    ["a header without kinds", [headerWith({ kinds: 1 })], 'no proper "kinds"'],
    ["a level of its own", [headerWith({ level: "off" })], 'no proper "level"'],
    ["a header alone", [headerLine(HEADER)], "cut short"],
  ])("%s is wrong input", (_, given, message) => {
    expect(() => verifyChain(given, sha256)).toThrow(TraceFormatError);
    expect(() => verifyChain(given, sha256)).toThrow(message);
  });

  test("a trace with kinds of event that this engine lacks is wrong input", () => {
    const kinds = [...HEADER.kinds, { name: "moon-rose", fields: [] }];
    const foreign = new TraceWriter().finish({ ...HEADER, kinds });
    expect(() => verifyChain([...traceLines(foreign, sha256)], sha256)).toThrow("moon-rose");
  });
});

/** Which line of a changed file is named; "format" where it is no whole trace any more. */
function noticed(file: Uint8Array): TamperedTrace["block"] | "format" | undefined {
  try {
    const verdict = verifyChain(linesOf(new TextDecoder().decode(file)), sha256);
    return verdict.kind === "intact" ? undefined : verdict.block;
  } catch (error) {
    if (error instanceof TraceFormatError) return "format";
    throw error;
  }
}

/** What may be said of a change in a line, from 0. */
function expectedFor(line: number): readonly (TamperedTrace["block"] | "format")[] {
  if (line === 0) return ["header", "format"];
  // The footer says what the header hashes to: which of the two was changed cannot be told.
  if (line === lines.length - 1) return ["footer", "header", "format"];
  return [line - 1];
}

function headerWith(change: { readonly [key: string]: unknown }): string {
  return canonicalText({ ...HEADER, ...change });
}

function intact(given: readonly string[]): IntactTrace {
  const verdict = verifyChain(given, sha256);
  if (verdict.kind === "tampered") throw new Error(verdict.reason);
  return verdict;
}

function tampered(given: readonly string[]): TamperedTrace {
  const verdict = verifyChain(given, sha256);
  if (verdict.kind === "intact") throw new Error("Nothing was noticed");
  return verdict;
}
