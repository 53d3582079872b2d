// What the command line writes: results to standard output, progress and errors to standard error, colours only
// where a person looks on and NO_COLOR does not forbid them.

import type { Verdict } from "../checkers/checker.ts";

/** Writes lines of results. */
export function print(...lines: readonly string[]): void {
  printLines(lines);
}

/** Writes as many lines of results as there are. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

/** Writes the one object that `--json` asks for. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Writes a line that is no result: progress, or an error. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A text in a colour, if colours are shown. */
export function coloured(text: string, colour: Colour): string {
  return SHOWS_COLOURS ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
}

/** A heading. */
export function heading(text: string): string {
  return coloured(text, "bold");
}

/** The mark before a verdict. */
export function verdictMark(kind: Verdict["kind"]): string {
  switch (kind) {
    case "holds":
      return coloured("✓", "green");
    case "violated":
      return coloured("✗", "red");
    case "not-checked":
      return coloured("-", "yellow");
  }
}

type Colour = keyof typeof COLOURS;

const COLOURS = { bold: 1, red: 31, green: 32, yellow: 33 } as const;

const SHOWS_COLOURS = process.stdout.isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
