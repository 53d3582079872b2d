// What is said of a run: for people as lines, for machines as one object.

import type { Verdict } from "../checkers/checker.ts";
import { scenarioName } from "../harness/case.ts";
import type { Run } from "../harness/run.ts";
import type { CheckedRun } from "../harness/runner.ts";
import { canonicalText, parseCanonicalText } from "../kernel/canonical-value.ts";
import { toMillis } from "../kernel/virtual-time.ts";
import { faultText } from "../search/fault-text.ts";
import { timeText } from "../trace/duration-text.ts";
import { eventLines } from "../trace/event-lines.ts";
import { timelineOf } from "../trace/timeline.ts";
import { timelineLines } from "../trace/timeline-text.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import { heading, verdictMark } from "./terminal.ts";

/** A run that has ended, with all that is said of it. */
export interface EndedRun extends CheckedRun {
  /** What each checker claims, by its name. */
  readonly claims: ReadonlyMap<string, string>;
  /** Where its trace lies; undefined if nothing was recorded. */
  readonly trace: string | undefined;
  /** The command that repeats it. */
  readonly repeat: string;
}

/** How many lines of a timeline are shown from its beginning, and how many from its end. */
const SHOWN = { first: 200, last: 50 };

/** A job that restarts for a day has a timeline nobody reads. */
function shortened(lines: readonly string[]): readonly string[] {
  const left = lines.length - SHOWN.first - SHOWN.last;
  if (left <= 0) return lines;
  return [
    ...lines.slice(0, SHOWN.first),
    `${"".padStart(14)}... ${left} more lines; --until ends a run earlier`,
    ...lines.slice(-SHOWN.last),
  ];
}

/** A job that ended before a bound did finish, whatever the world around it would still have gone on with. */
export function hasEnded({ end, jobStatus }: Run): boolean {
  return end === "idle" || jobStatus === "FINISHED" || jobStatus === "FAILED";
}

/** The report for people. */
export function reportLines(ended: EndedRun): readonly string[] {
  const { run, events, verdicts } = ended;
  const printed = printedLines(events);
  return [
    openingLine(ended),
    "",
    ...(events.length === 0 ? [] : [...shortened(timelineLines(timelineOf(events))), ""]),
    ...(printed.length === 0 ? [] : [heading("Printed by the job"), ...printed, ""]),
    ...verdictLines(verdicts),
    ...verdicts.flatMap((verdict) => proofLines(verdict, ended)),
    ...problemLines(ended),
    ...notesOf(ended).map((note) => `Note: ${note}.`),
    `${jobText(ended)}, after ${timeText(run.virtualTime)} of virtual time and ${run.eventCount} events`,
    ...(ended.trace === undefined ? [] : [`Digest  ${run.digest}`, `Trace   ${ended.trace}`]),
    `Repeat  ${ended.repeat}`,
  ];
}

/** The report for machines. */
export function jsonOf(ended: EndedRun): unknown {
  const { run, events, verdicts, trace, repeat } = ended;
  return {
    scenario: run.job.case.scenario,
    seed: run.job.case.seed,
    end: run.end,
    jobStatus: run.jobStatus,
    virtualTimeMs: toMillis(run.virtualTime),
    events: run.eventCount,
    digest: run.digest,
    verdicts: verdicts.map(verdictJson),
    brokenInvariant: run.brokenInvariant,
    printed: printedLines(events),
    unstruckFaults: run.unstruckFaults,
    unusedOverrides: run.unusedOverrides,
    notes: notesOf(ended),
    case: run.job.case,
    trace,
    repeat,
  };
}

/** `holds` has three values: a checker that could not work says neither yes nor no. */
function verdictJson(verdict: Verdict): unknown {
  const { checker, kind, sentence } = verdict;
  const holds = kind === "not-checked" ? null : kind === "holds";
  const proof = verdict.kind === "violated" ? { events: verdict.events } : {};
  return { checker, holds, kind, sentence, ...proof };
}

function openingLine({ run }: EndedRun): string {
  const { case: ran, faults, level } = run.job;
  const plan = `${faults.length === 0 ? "no" : faults.length} fault${faults.length === 1 ? "" : "s"}`;
  const edits = ran.edits.length === 0 ? "" : `, with ${ran.edits.join(", ")} built in`;
  return `${heading(scenarioName(ran))}, seed ${ran.seed}, ${plan} planned, recorded at level ${level}${edits}`;
}

/** What the job's stdout sinks printed, as it would stand on a terminal. */
function printedLines(events: readonly TraceEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind !== "line-printed") return [];
    const value = parseCanonicalText(event.line);
    return [typeof value === "string" ? value : canonicalText(value)];
  });
}

function verdictLines(verdicts: readonly Verdict[]): readonly string[] {
  const width = Math.max(0, ...verdicts.map(({ checker }) => checker.length));
  const lines = verdicts.map(
    ({ kind, checker, sentence }) => `${verdictMark(kind)} ${checker.padEnd(width)}  ${sentence}`,
  );
  return lines.length === 0 ? [] : [heading("Verdicts"), ...lines, ""];
}

/** A violation: the claim, the events that prove it, and how to see it again. */
function proofLines(
  verdict: Verdict,
  { events, claims, run, trace, repeat }: EndedRun,
): readonly string[] {
  if (verdict.kind !== "violated") return [];
  const proof = verdict.events.flatMap((index) => events[index] ?? []);
  return [
    heading(`Violated: ${claims.get(verdict.checker) ?? verdict.checker}`),
    `  ${verdict.sentence}`,
    ...eventLines(proof),
    `  Seed ${run.job.case.seed}, trace ${trace ?? "not recorded"}`,
    `  See it again: ${repeat}`,
    "",
  ];
}

function problemLines({ run, trace }: EndedRun): readonly string[] {
  const unstruck = run.unstruckFaults.map((fault) => `Never struck: ${faultText(fault)}`);
  const unused = run.unusedOverrides.map((key) => `Never came up: the overridden choice ${key}`);
  const lines = [...unstruck, ...unused];
  switch (run.end) {
    case "invariant-broken": {
      const plea = `This is a bug of Cleancut itself. Please report it with the trace ${trace ?? "of this run"}.`;
      lines.push(`Broken invariant: ${run.brokenInvariant ?? ""}`, plea);
      break;
    }
    case "time-bound":
    case "event-bound":
    case "stopped":
      if (hasEnded(run)) break;
      lines.push(`The run did not finish within its bound (${run.end}).`);
      break;
    case "endless-restarts":
      lines.push("The run was ended: the job restarts for ever, and completes no checkpoint.");
      break;
    case "idle":
      break;
  }
  return lines.length === 0 ? [] : [...lines, ""];
}

function jobText({ run }: EndedRun): string {
  return run.end === "idle" ? `The job ended ${run.jobStatus}` : `The job is ${run.jobStatus}`;
}

/** What a reader of the program might take for more than it is. */
function notesOf({ run }: EndedRun): readonly string[] {
  const { stateBackend } = run.job;
  if (stateBackend?.checkpointDirectory === undefined) return [];
  return [`The path given to ${stateBackend.name} is a place in the simulated storage`];
}
