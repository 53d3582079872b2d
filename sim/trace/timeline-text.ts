// The timeline as lines for a terminal, at most 100 columns wide: a table whose checkpoints fill the columns and
// whose other rows run across them.

import { unreachable } from "../kernel/invariant.ts";
import { timeText } from "./duration-text.ts";
import { englishReason } from "./sentences/failure-reasons.ts";
import type { CheckpointFact, TimelineRow } from "./timeline.ts";

const WIDTH = 100;
const TIME_WIDTH = 12;
const LABEL_WIDTH = 14;
const NUMBER_WIDTH = 7;
const BYTES_WIDTH = 9;

/** The rows of a timeline, under a line with the columns' names. */
export function timelineLines(rows: readonly TimelineRow[]): string[] {
  const heading = [
    "time".padStart(TIME_WIDTH),
    "".padEnd(LABEL_WIDTH),
    ...["delay", "align", "sync", "async"].map((name) => name.padStart(NUMBER_WIDTH)),
    "bytes".padStart(BYTES_WIDTH),
    "outcome",
  ];
  return [heading.join("  "), ...rows.flatMap(linesOfRow)];
}

/** A duration in three digits or so: 250 µs, 12.5 ms, 1.25 s. */
export function shortDuration(micros: number): string {
  if (micros < 1000) return `${micros} µs`;
  if (micros < 1_000_000) return `${threeDigits(micros, 1000)} ms`;
  return `${threeDigits(micros, 1_000_000)} s`;
}

function linesOfRow(row: TimelineRow): string[] {
  switch (row.kind) {
    case "checkpoint":
      return checkpointLines(row.at, row);
    case "restore":
      return textLines(row.at, "restore", restoreText(row));
    case "fault":
      return textLines(row.at, `fault ${row.fault}`, `${row.what} at ${row.where}`);
    case "crash":
      return textLines(row.at, "crash", row.host);
    case "task-failed":
      return textLines(row.at, "task failed", `${row.task}, attempt ${row.attempt}: ${row.reason}`);
    case "task-manager-lost":
      return textLines(row.at, "host lost", `${row.taskManager}: ${row.reason}`);
    case "leadership":
      return textLines(
        row.at,
        "new leader",
        `leadership ${row.leadership}, newest checkpoint ${row.newestCheckpoint}`,
      );
    case "job-status":
      return textLines(row.at, "job", row.status);
    case "job-ended":
      return textLines(
        row.at,
        "job ended",
        row.reason === "" ? row.status : `${row.status}: ${row.reason}`,
      );
    default:
      return unreachable(row);
  }
}

function checkpointLines(at: number, row: CheckpointFact): string[] {
  const times = [row.startDelayMax, row.alignmentMax, row.syncMax, row.asyncMax];
  const cells = [
    timeText(at).padStart(TIME_WIDTH),
    `checkpoint ${row.checkpoint}`.padEnd(LABEL_WIDTH),
    ...times.map((time) => (time === undefined ? "-" : shortDuration(time)).padStart(NUMBER_WIDTH)),
    String(row.bytes).padStart(BYTES_WIDTH),
  ];
  const { outcome } = row;
  switch (outcome.kind) {
    case "completed":
      return [[...cells, `completed in ${shortDuration(outcome.duration)}`].join("  ")];
    case "aborted":
      return [
        [...cells, `aborted after ${shortDuration(outcome.duration)}`].join("  "),
        ...indented(`because ${englishReason(outcome.reason)}`),
      ];
    case "unfinished":
      return [[...cells, "unfinished"].join("  ")];
    default:
      return unreachable(outcome);
  }
}

function restoreText(row: {
  readonly checkpoint: number;
  readonly replayed: number | undefined;
}): string {
  const from = row.checkpoint === 0 ? "from nothing" : `from checkpoint ${row.checkpoint}`;
  if (row.replayed === undefined) return from;
  return `${from}, ${row.replayed} ${row.replayed === 1 ? "record" : "records"} replayed`;
}

function textLines(at: number, label: string, text: string): string[] {
  const [first = "", ...rest] = indented(text);
  const head = `${timeText(at).padStart(TIME_WIDTH)}  ${label.padEnd(LABEL_WIDTH)}  `;
  return [head + first.trimStart(), ...rest];
}

/** A text below the columns that follow the label, broken between words. */
function indented(text: string): string[] {
  const indent = " ".repeat(TIME_WIDTH + LABEL_WIDTH + 4);
  const room = WIDTH - indent.length;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).flatMap((long) => pieces(long, room))) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}

function pieces(word: string, length: number): string[] {
  const found: string[] = [];
  for (let at = 0; at < word.length; at += length) found.push(word.slice(at, at + length));
  return found;
}

function threeDigits(micros: number, unit: number): number {
  const scale = micros < 10 * unit ? 100 : micros < 100 * unit ? 10 : 1;
  return Math.round((micros / unit) * scale) / scale;
}
