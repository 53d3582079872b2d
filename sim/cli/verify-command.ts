// `cleancut verify`: does a trace's chain hold, and is what it says true? The second is asked by running its case
// again and comparing block by block.

import type { Command } from "commander";
import { checkedCase } from "../node/case-file.ts";
import { sha256 } from "../node/sha256.ts";
import { ENGINE_VERSION, readTraceLines, traceOf } from "../node/trace-recording.ts";
import { timeText } from "../trace/duration-text.ts";
import { EventIndex, identityText } from "../trace/event-identity.ts";
import { parseHeader } from "../trace/header-line.ts";
import { sentence } from "../trace/sentences/sentence.ts";
import { decodeEvents, type Trace, type TraceHeader } from "../trace/trace.ts";
import { compareTraces, firstDifference } from "../trace/trace-comparison.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import { type TamperedTrace, verifyChain } from "../trace/trace-file.ts";
import { EXIT_CODE, type ExitCode } from "./exit-code.ts";
import { engineFor } from "./run-request.ts";
import { readLeniently } from "./tampered-block.ts";
import { coloured, print, printJson } from "./terminal.ts";

/** Adds the command to the program. */
export function addVerifyCommand(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("verify")
    .description("check a trace's hash chain, then run its case again and compare every block")
    .argument("<trace>", "the trace's .jsonl file")
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: { readonly json?: true }) => {
      const result = await verify(path);
      if (options.json === true) printJson({ trace: path, ...result });
      else print(...resultLines(path, result));
      end(result.verified ? EXIT_CODE.held : EXIT_CODE.violated);
    });
}

const EXAMPLES = `
Examples:
  cleancut run word-count --seed 7 --trace seven.jsonl
  cleancut verify seven.jsonl

Exit code: 0 the trace is intact and true, 1 a block is not, 2 the file is no trace or is cut short.`;

type Verification =
  | {
      readonly verified: true;
      readonly digest: string;
      readonly blocks: number;
      readonly events: number;
      /** True if the run goes on where the trace ends, as after `run --until`. */
      readonly isBeginning: boolean;
    }
  | Mismatch;

/** What is not as it was recorded, or not as the case makes it. */
interface Mismatch {
  readonly verified: false;
  readonly kind: "tampered" | "untrue";
  readonly block: number | "header" | "footer";
  readonly reason: string;
  readonly difference?: EventDifference | undefined;
}

interface EventDifference {
  readonly index: number;
  readonly recorded: ShownEvent | undefined;
  readonly repeated: ShownEvent | undefined;
}

interface ShownEvent {
  readonly time: number;
  readonly identity: string;
  readonly sentence: string;
}

async function verify(path: string): Promise<Verification> {
  const lines = readTraceLines(path);
  const read = verifyChain(lines, sha256);
  if (read.kind === "intact") return compared(read.trace, await repeated(read.trace.header, path));
  return tampered(lines, read, path);
}

/** The trace of running a header's case again. Throws named errors for a case that cannot be. */
async function repeated({ case: recorded }: TraceHeader, path: string): Promise<Trace> {
  const request = checkedCase(recorded, `case in the header of ${path}`);
  const { runner } = await engineFor(request);
  const trace = traceOf(runner.run(runner.prepare(request)));
  if (trace === undefined) throw new Error("A run with recording off left a trace");
  return trace;
}

function compared(recorded: Trace, again: Trace): Verification {
  const { header, difference } = compareTraces(recorded, again);
  const wrong = header.find((key) => key !== "engine");
  if (wrong !== undefined) {
    const reason = `The header's "${wrong}" is not as its case makes it.`;
    return { verified: false, kind: "untrue", block: "header", reason };
  }
  const isBeginning = difference?.kind === "event" && difference.recorded === undefined;
  if (difference === undefined || isBeginning) {
    const { digest, events } = recorded.footer;
    return { verified: true, digest, blocks: recorded.blocks.length, events, isBeginning };
  }
  const { block, kind } = difference;
  const engines = header.includes("engine")
    ? ` It was recorded by engine ${recorded.header.engine}, this is ${ENGINE_VERSION}.`
    : "";
  switch (kind) {
    case "event": {
      const reason = `Running its case again gives another event.${engines}`;
      const { index } = difference;
      const sides = sidesAt(index, eventsOf(recorded, block), eventsOf(again, block));
      return { verified: false, kind: "untrue", block, reason, difference: sides };
    }
    case "choices": {
      const reason = `Running its case again meets other overridden choices.${engines}`;
      return { verified: false, kind: "untrue", block, reason };
    }
    case "encoding": {
      const reason = `It says what running its case again says, but not in a recorder's words.${engines}`;
      return { verified: false, kind: "untrue", block, reason };
    }
  }
}

/** What was tampered with and, if its case still runs, the first event that is not as the case makes it. */
async function tampered(
  lines: readonly string[],
  { block, line, reason }: TamperedTrace,
  path: string,
): Promise<Mismatch> {
  const mismatch = {
    verified: false,
    kind: "tampered",
    block,
    reason: `Line ${line}: ${reason}`,
  } as const;
  if (typeof block === "string") return mismatch;
  const header = parseHeader(lines[0] ?? "");
  const again = await repeated(header, path).catch(() => undefined);
  if (again === undefined) return mismatch;
  const shouldBe = eventsOf(again, block);
  const found = readLeniently(lines, header, block);
  const start = again.blocks[block]?.first;
  if (found === undefined) {
    return { ...mismatch, difference: sidesAt(start ?? shouldBe.length, [], shouldBe) };
  }
  const index = firstDifference(found, shouldBe, start);
  if (index === undefined) return mismatch;
  return { ...mismatch, difference: sidesAt(index, found, shouldBe) };
}

function eventsOf(trace: Trace, lastBlock: number): readonly TraceEvent[] {
  return decodeEvents(trace.blocks.slice(0, lastBlock + 1), trace.header.kinds);
}

function sidesAt(
  index: number,
  recorded: readonly TraceEvent[],
  again: readonly TraceEvent[],
): EventDifference {
  return { index, recorded: shown(recorded, index), repeated: shown(again, index) };
}

function shown(events: readonly TraceEvent[], index: number): ShownEvent | undefined {
  const event = events[index];
  if (event === undefined) return undefined;
  const identity = identityText(new EventIndex(events).identityOf(index));
  return { time: event.time, identity, sentence: sentence(event, "en") };
}

function resultLines(path: string, result: Verification): readonly string[] {
  if (result.verified) {
    const { blocks, events, digest, isBeginning } = result;
    const rest = isBeginning ? " It is the beginning of a run that goes on." : "";
    return [
      `${coloured("✓", "green")} ${path} is intact and true: ${events} events in ${blocks} blocks, the same again.${rest}`,
      `Digest  ${digest}`,
    ];
  }
  const { kind, block, reason, difference } = result;
  const where = typeof block === "number" ? `block ${block}` : `the ${block}`;
  const what = kind === "tampered" ? "was changed since it was recorded" : "is not true";
  const lines = [`${coloured("✗", "red")} ${path} ${what}, from ${where} on. ${reason}`];
  if (difference === undefined) return lines;
  const { index, recorded, repeated: again } = difference;
  return [
    ...lines,
    `The first differing event is event ${index}:`,
    `  recorded  ${shownText(recorded)}`,
    `  repeated  ${shownText(again)}`,
  ];
}

function shownText(event: ShownEvent | undefined): string {
  if (event === undefined) return "nothing that can be read";
  return `${timeText(event.time)}  ${event.identity}: ${event.sentence}`;
}
