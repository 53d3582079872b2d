// What a run answers to a lesson's question: each measure is a pure function of the trace, so the same question can be
// put to the right engine and to a wrong one.

import * as z from "zod";
import { unreachable } from "../kernel/invariant.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import { completionMilestone } from "./measures/completion-milestone.ts";
import { alignmentHolder, firstOf, nextRecord } from "./measures/order-at-task.ts";
import { committedRecords, jobEnd } from "./measures/output.ts";
import { recordsDuringCheckpoint } from "./measures/records-during-checkpoint.ts";
import { recordsReadAgain, restartedTasks, resumeOffset } from "./measures/recovery.ts";
import { keyOwner, partitionReader } from "./measures/rescaling.ts";
import { sharedFilesDeleted, sharedFilesUploaded } from "./measures/shared-files.ts";
import { stateTotal } from "./measures/state-total.ts";

/** The answer of a run: a number, a name, or "none". */
export type MeasuredValue = string | number;

/** A value as JSON. */
export const measuredValueSchema = z.union([z.string(), z.number()]);

const task = z.string().describe("a subtask");
const checkpoint = z.int().positive();

/** A measure with its parameters, as JSON. */
export const measureSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("state-total"),
      operator: z.string(),
      state: z.string(),
      checkpoint: checkpoint.optional(),
    })
    .describe("the sum of a state over all keys, in a checkpoint or in the last one of the run"),
  z
    .strictObject({ kind: z.literal("records-during-checkpoint"), task, checkpoint })
    .describe("how many records the task read or processed between its barrier and the completion"),
  z
    .strictObject({ kind: z.literal("next-record"), task, checkpoint })
    .describe("the next record the task processes while it still aligns, or none"),
  z
    .strictObject({ kind: z.literal("alignment-holder"), task, checkpoint })
    .describe(
      "who the alignment mostly waited for: the late barrier's producer, or the task itself",
    ),
  z
    .strictObject({
      kind: z.literal("first-of"),
      task,
      checkpoint,
      kinds: z.array(z.string()).min(2).describe("kinds of event about a checkpoint"),
    })
    .describe("which kind of event comes first"),
  z
    .strictObject({ kind: z.literal("completion-milestone"), sink: task, checkpoint })
    .describe("what had happened last when the checkpoint was declared complete"),
  z
    .strictObject({ kind: z.literal("resume-offset"), task, attempt: z.int().positive() })
    .describe("the offset of the first record that a source's attempt reads"),
  z
    .strictObject({ kind: z.literal("records-read-again"), task })
    .describe("how many records a source reads in more than one attempt"),
  z
    .strictObject({ kind: z.literal("restarted-tasks"), attempt: z.int().positive() })
    .describe("the tasks that get this attempt, by name"),
  z
    .strictObject({
      kind: z.literal("committed-records"),
      log: z.string(),
      when: z.enum(["at-stop", "at-job-end", "at-end"]),
    })
    .describe("how many records a read-committed reader of the log sees"),
  z
    .strictObject({ kind: z.literal("shared-files-uploaded"), checkpoint })
    .describe("the files an incremental checkpoint uploads to be shared, by name, or none"),
  z
    .strictObject({ kind: z.literal("shared-files-deleted"), checkpoint })
    .describe("the shared files deleted from its completion to the next trigger, by name, or none"),
  z
    .strictObject({
      kind: z.literal("key-owner"),
      key: z.string().describe("as it is recorded: a text within quotes"),
      attempt: z.int().nonnegative(),
    })
    .describe("the task that is the first to update the state of a key in an attempt"),
  z
    .strictObject({
      kind: z.literal("partition-reader"),
      partition: z.int().nonnegative(),
      attempt: z.int().nonnegative(),
    })
    .describe("who reads on in a partition in an attempt, and from which offset"),
]);

/** A measure with its parameters. */
export type Measure = z.infer<typeof measureSchema>;

/** What the trace says to `measure`, asked at the event with index `stop`. Throws a MeasureError or a StopNotFoundError. */
export function measured(
  measure: Measure,
  events: readonly TraceEvent[],
  stop: number,
): MeasuredValue {
  switch (measure.kind) {
    case "state-total":
      return stateTotal(events, measure);
    case "records-during-checkpoint":
      return recordsDuringCheckpoint(events, measure);
    case "next-record":
      return nextRecord(events, stop, measure);
    case "alignment-holder":
      return alignmentHolder(events, measure);
    case "first-of":
      return firstOf(events, measure);
    case "completion-milestone":
      return completionMilestone(events, measure);
    case "resume-offset":
      return resumeOffset(events, measure);
    case "records-read-again":
      return recordsReadAgain(events, measure);
    case "restarted-tasks":
      return restartedTasks(events, measure);
    case "committed-records":
      return committedRecords(events, {
        log: measure.log,
        at: momentOf(measure.when, events, stop),
      });
    case "shared-files-uploaded":
      return sharedFilesUploaded(events, measure);
    case "shared-files-deleted":
      return sharedFilesDeleted(events, measure);
    case "key-owner":
      return keyOwner(events, measure);
    case "partition-reader":
      return partitionReader(events, measure);
    default:
      return unreachable(measure);
  }
}

/** The event after which the output is looked at. */
function momentOf(
  when: "at-stop" | "at-job-end" | "at-end",
  events: readonly TraceEvent[],
  stop: number,
): number {
  switch (when) {
    case "at-stop":
      return stop;
    case "at-job-end":
      return jobEnd(events, stop);
    case "at-end":
      return events.length - 1;
    default:
      return unreachable(when);
  }
}
