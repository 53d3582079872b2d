// Events as CSV, parsed back by d3's reader.
import { csvParse } from "d3";
import { beforeAll, expect, test } from "vitest";
import { CSV_COLUMNS, eventsCsv } from "../../../viz/export/events-csv.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
import { CRASH_CASES, modelOfCase } from "../model/recorded-model.ts";

let model: RunModel;

const NOTES = new Map([[7, 'the "first", they say']]);

beforeAll(() => {
  const [request] = CRASH_CASES;
  if (request === undefined) throw new Error("Cannot find a case: there is none");
  model = modelOfCase(request);
});

test.each(["en", "zh"] as const)("eventsCsv parses back to the events, in %s", (language) => {
  const indices = Array.from({ length: model.count }, (_, index) => index);
  const rows = csvParse(eventsCsv(model, indices, { language, notes: NOTES }));
  expect(rows.columns).toEqual(CSV_COLUMNS);
  expect(rows).toHaveLength(model.count);
  let quoted = 0;
  for (const [index, row] of rows.entries()) {
    const { time, place, incarnation, kind } = model.event(index);
    const sentence = model.sentence(index, language);
    if (/[",]/.test(sentence)) quoted++;
    expect(row).toEqual({
      index: String(index),
      time_us: String(time),
      place,
      incarnation: String(incarnation),
      kind,
      checkpoint: String(model.checkpointOf[index] || ""),
      sentence,
      note: NOTES.get(index) ?? "",
    });
  }
  expect(quoted).toBeGreaterThan(0);
});

test("eventsCsv writes the events asked for, each line ended as RFC 4180 has it", () => {
  const text = eventsCsv(model, [3, 1], { language: "en", notes: NOTES });
  expect(text.match(/\r\n/g)).toHaveLength(3);
  expect(text.endsWith("\r\n")).toBe(true);
  expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  expect(csvParse(text).map(({ index }) => index)).toEqual(["3", "1"]);
  expect(eventsCsv(model, [], { language: "en", notes: NOTES })).toBe(
    `${CSV_COLUMNS.join(",")}\r\n`,
  );
});
