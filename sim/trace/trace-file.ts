// A trace as JSON Lines: a header line, a line for each block, a footer line, each its own canonical text.
// Reading tells two things apart: what is no whole trace (`TraceFormatError`, wrong input) and what once was one
// but has been changed since (`TamperedTrace`, data that names the line). See docs/trace-format.md.

import { canonicalText } from "../kernel/canonical-value.ts";
import { must } from "../kernel/invariant.ts";
import type { Sha256 } from "../kernel/recorder.ts";
import { BlockReader, blockLine } from "./block-line.ts";
import { headerLine, parseHeader, requireKnownKinds } from "./header-line.ts";
import { isCanonical, isHexDigest, isObject, NOT_CANONICAL, parseJson } from "./json-line.ts";
import { hexOf, textDigest } from "./text-digest.ts";
import type { Trace, TraceFooter, TraceHeader } from "./trace.ts";
import { TraceFormatError } from "./trace-format-error.ts";

/** A trace that is not as it was written: the first line that shows it. */
export interface TamperedTrace {
  readonly kind: "tampered";
  /** The block's number, from 0, or which other line it is. */
  readonly block: number | "header" | "footer";
  /** Line number in the file, from 1. */
  readonly line: number;
  /** One sentence. */
  readonly reason: string;
}

/** A trace whose every line is as it was written. */
export interface IntactTrace {
  readonly kind: "intact";
  readonly trace: Trace;
}

/** All lines of a trace's file, each without its line break. */
export function* traceLines(trace: Trace, sha256: Sha256): Generator<string, void> {
  yield headerLine(trace.header);
  for (const block of trace.blocks) yield blockLine(block, trace.header.kinds);
  yield footerLine(trace, sha256);
}

/** The last line. It also seals the header's line, which no link of the chain covers. */
export function footerLine(
  trace: { readonly header: TraceHeader; readonly footer: TraceFooter },
  sha256: Sha256,
): string {
  const header = textDigest(headerLine(trace.header), sha256);
  const { digest, events } = trace.footer;
  return canonicalText({ digest, events, header });
}

/** The lines of a file's text: split at line feeds, the last of which ends the last line. */
export function linesOf(text: string): string[] {
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

/**
 * Reads a trace's lines and checks that each parses, is its own canonical text, and hashes to its link. Throws a
 * {@link TraceFormatError} if there is no readable header, no footer, or a kind of event this engine lacks. An intact chain says that nobody changed
 * the file by accident; only running the case again says that it is true.
 */
export function verifyChain(lines: readonly string[], sha256: Sha256): IntactTrace | TamperedTrace {
  const header = parseHeader(lines[0] ?? "");
  const footer = parseFooter(lines);
  const headerText = must(lines[0], "header line");
  if (!isCanonical(headerText, header)) {
    return { kind: "tampered", block: "header", line: 1, reason: NOT_CANONICAL };
  }
  if (textDigest(headerText, sha256) !== footer.header) {
    const reason = "The header does not hash to what the footer says.";
    return { kind: "tampered", block: "header", line: 1, reason };
  }
  requireKnownKinds(header);
  const reader = new BlockReader(header.kinds, sha256);
  for (let number = 0; number < lines.length - 2; number++) {
    const reason = reader.read(must(lines[number + 1], "block line"));
    if (reason !== undefined) return { kind: "tampered", block: number, line: number + 2, reason };
  }
  const { digest, events } = footer;
  const wrong = wrongFooter(must(lines.at(-1), "footer line"), footer, reader);
  if (wrong !== undefined) {
    return { kind: "tampered", block: "footer", line: lines.length, reason: wrong };
  }
  return {
    kind: "intact",
    trace: { header, blocks: reader.blocks, footer: { digest, events } },
  };
}

/** A footer as its line has it. */
interface FooterLine extends TraceFooter {
  /** SHA-256 of the header line. */
  readonly header: string;
}

function parseFooter(lines: readonly string[]): FooterLine {
  const value = lines.length < 2 ? undefined : parseJson(must(lines.at(-1), "last line"));
  if (isFooter(value)) return value;
  throw new TraceFormatError(
    `Cannot read the trace: line ${lines.length} is its last but no footer; it was cut short`,
  );
}

function isFooter(value: unknown): value is FooterLine {
  return (
    isObject(value) &&
    Number.isSafeInteger(value["events"]) &&
    isHexDigest(value["digest"]) &&
    isHexDigest(value["header"])
  );
}

function wrongFooter(
  line: string,
  footer: FooterLine,
  reader: { readonly events: number; readonly link: Uint8Array },
): string | undefined {
  const { digest, events, header } = footer;
  if (!isCanonical(line, { digest, events, header })) return NOT_CANONICAL;
  if (events !== reader.events) {
    return `The footer says ${events} events, but the blocks hold ${reader.events}.`;
  }
  if (digest !== hexOf(reader.link)) {
    return `The footer's digest is ${digest}, but the chain ends in ${hexOf(reader.link)}.`;
  }
  return undefined;
}
