// `cleancut diff`: where two traces part, with the causes on both sides, and how their cases differ.

import type { Command } from "commander";
import { readIntact } from "../node/trace-recording.ts";
import {
  type CaseDifference,
  type Divergence,
  type DivergingEvent,
  differenceOf,
  type ToldEvent,
  type TraceDifference,
} from "../search/trace-difference.ts";
import { timeText } from "../trace/duration-text.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { coloured, heading, print, printJson } from "./terminal.ts";

/** Adds the command to the program. */
export function addDiffCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("diff")
    .description(
      "show where two traces part, what led to it on both sides, and how their cases differ",
    )
    .argument("<one>", "a trace's .jsonl file")
    .argument("<other>", "another's")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action((one: string, other: string, options: { readonly json?: true }) => {
      const difference = differenceOf(readIntact(one, "compare"), readIntact(other, "compare"));
      if (options.json === true) printJson({ traces: [one, other], ...difference });
      else print(...differenceLines(difference, [one, other]));
      end(isEqual(difference) ? EXIT_CODE.held : EXIT_CODE.violated);
    });
}

const EXAMPLES = `
Examples:
  cleancut run word-count --seed 7 --trace calm.jsonl
  cleancut run word-count --seed 7 --faults crash --trace crash.jsonl
  cleancut diff calm.jsonl crash.jsonl

Events are compared by identity, such as "count-2#1 snapshot-taken 3", at the lower of the two recording
levels. Exit code: 0 the traces are equal, 1 they differ, 2 a file is no trace or was changed.`;

function isEqual({ first, common, events }: TraceDifference): boolean {
  return first === undefined && common === events.one;
}

function differenceLines(
  { cases, common, events, first, firstInContent }: TraceDifference,
  paths: readonly [string, string],
): readonly string[] {
  const sides = [`1  ${paths[0]}`, `2  ${paths[1]}`];
  const caseLines = [
    heading("Their cases"),
    ...(cases.length === 0 ? ["  are equal"] : cases.flatMap(caseDifferenceLines)),
  ];
  if (first === undefined) {
    const equal =
      common === events.one
        ? `${coloured("✓", "green")} All ${common} events are equal.`
        : `All events are equal, but from event ${common} on not in the same order.`;
    return [...sides, "", ...caseLines, "", equal];
  }
  const isSame = first.one?.index === firstInContent?.one?.index && first.kind !== "time";
  return [
    ...sides,
    "",
    ...caseLines,
    "",
    `The first ${common} events are equal.`,
    "",
    heading(`The first difference: ${KINDS[first.kind]}`),
    ...divergenceLines(first),
    ...(isSame ? [] : contentLines(firstInContent)),
  ];
}

const KINDS = {
  time: "the same event at another time",
  contents: "the same event with other contents",
  event: "another event",
} as const satisfies { readonly [kind in Divergence["kind"]]: string };

function contentLines(divergence: Divergence | undefined): readonly string[] {
  if (divergence === undefined) return ["", "Apart from times, all events are equal."];
  return [
    "",
    heading(`The first difference that is not of time: ${KINDS[divergence.kind]}`),
    ...divergenceLines(divergence),
  ];
}

function divergenceLines({ one, other }: Divergence): readonly string[] {
  return [...sideLines("1", one), ...sideLines("2", other)];
}

function sideLines(side: string, event: DivergingEvent | undefined): readonly string[] {
  if (event === undefined) return [`  ${side}  nothing more`];
  const { causes } = event;
  const shown = causes.length <= SHOWN_CAUSES ? causes : causes.slice(0, SHOWN_CAUSES - 1);
  const last = shown.length < causes.length ? causes.slice(-1) : [];
  const left = causes.length - shown.length - last.length;
  return [
    `  ${side}  ${eventText(event)}`,
    ...shown.map((cause) => `       from ${eventText(cause)}`),
    ...(left > 0 ? [`       from ${left} more`] : []),
    ...last.map((cause) => `       from ${eventText(cause)}`),
  ];
}

/** Of a longer chain, its beginning and the event that both traces have. */
const SHOWN_CAUSES = 6;

function eventText({ time, identity, sentence, index }: ToldEvent): string {
  return `${timeText(time)}  ${identity}: ${sentence} (event ${index})`;
}

function caseDifferenceLines({ part, one, other }: CaseDifference): readonly string[] {
  return [
    `  ${part}`,
    ...one.map((text) => `    1  ${text}`),
    ...other.map((text) => `    2  ${text}`),
  ];
}
