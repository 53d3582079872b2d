// Events as comma-separated values (RFC 4180), for spreadsheets and scripts.

import type { Language } from "../../sim/trace/sentences/sentence.ts";
import type { RunModel } from "../model/run-model.ts";
import type { EventNotes } from "../page/run-notes.ts";

/** The header's names, in the order of the columns. */
export const CSV_COLUMNS = [
  "index",
  "time_us",
  "place",
  "incarnation",
  "kind",
  "checkpoint",
  "sentence",
  "note",
] as const;

/** What is written beside the events themselves. */
export interface CsvTexts {
  readonly language: Language;
  readonly notes: EventNotes;
}

/**
 * The events at `indices` as the text of a CSV file with a header. An event of no checkpoint has nothing there, nor has
 * one without a note.
 */
export function eventsCsv(
  model: RunModel,
  indices: Iterable<number>,
  { language, notes }: CsvTexts,
): string {
  const rows: (readonly (string | number)[])[] = [CSV_COLUMNS];
  for (const index of indices) {
    const { time, place, incarnation, kind } = model.event(index);
    const checkpoint = model.checkpointOf[index] || "";
    const sentence = model.sentence(index, language);
    rows.push([
      index,
      time,
      place,
      incarnation,
      kind,
      checkpoint,
      sentence,
      notes.get(index) ?? "",
    ]);
  }
  return rows.map((row) => `${row.map(fieldText).join(",")}\r\n`).join("");
}

function fieldText(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
