// A run as the page knows it: pure functions from a trace to what was the case at any event. Views ask this and
// nothing else.

import type { Verdict } from "../../sim/harness/bundle.ts";
import type { WorldProgress } from "../../sim/trace/projection.ts";
import type { Language } from "../../sim/trace/sentences/sentence.ts";
import type { TraceHeader } from "../../sim/trace/trace.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import type { Entity } from "../page/entity.ts";
import type { CheckpointFiles } from "./checkpoint-files.ts";

/** All that can be asked of a run. Events are named by index, from 0 to `count - 1`; -1 is before the first. */
export interface RunModel {
  readonly header: TraceHeader;
  /** The trace's digest, as hexadecimal digits. */
  readonly digest: string;
  readonly verdicts: readonly Verdict[];
  readonly count: number;
  /** Virtual time of each event, in microseconds, never falling. */
  readonly times: Float64Array;
  /** Who acts: job master, sources first to sinks last, hosts, outside systems; the rows of a space-time diagram. */
  readonly lanes: readonly Lane[];
  /** The lane of each event; -1 for an event of no lane. */
  readonly laneOf: Int16Array;
  /** The event that each event follows from; -1 for none. */
  readonly causeOf: Int32Array;
  /** The checkpoint each event is about; 0 for none. */
  readonly checkpointOf: Int32Array;
  /** What went from lane to lane: records, barriers, control messages; by the event it was sent in. */
  readonly transfers: readonly Transfer[];
  /** Checkpoints, in the order of their triggers. */
  readonly checkpoints: readonly CheckpointSpan[];
  /** The files of checkpoints in the shared storage. */
  readonly checkpointFiles: CheckpointFiles;
  /** Crashes, faults, what users ask for, restores, failures and the end, in order. */
  readonly landmarks: readonly Landmark[];
  event(index: number): TraceEvent;
  /** The world after event `index`. Cheap enough to be asked for every frame; equal parts are the same objects. */
  world(index: number): WorldProgress;
  /** What happened in an event, with its full stop. */
  sentence(index: number, language: Language): string;
  /** The events about an entity, in order. */
  eventsOf(entity: Entity): Int32Array;
  /** The source record behind an event, for one that is of a record. */
  recordOf(index: number): (Entity & { readonly kind: "record" }) | undefined;
  /** Where a step from `index` leads; the same index at the end of the run. */
  step(index: number, size: StepSize, direction: 1 | -1): number;
  /** The last event at or before virtual time `time`; -1 before the first. */
  indexAt(time: number): number;
  /**
   * Makes jumps to come cheap, a little at a time: about a millisecond of work. False once nothing is left to do. A
   * page calls it while nothing else happens; a jump to where this has not come yet costs the way there.
   */
  prepare(): boolean;
}

/** How far a step goes. A beat is all that one place does at one moment; a phase begins where a checkpoint moves on. */
export type StepSize = "event" | "beat" | "phase";

/** A row of the space-time diagram. */
export interface Lane {
  /** The place, as events name it: `count-1`, `job-master`, `log:counts`, `tm-2`. */
  readonly name: string;
  readonly kind: "job-master" | "subtask" | "host" | "outside";
}

/** Something on its way from one lane to another. */
export interface Transfer {
  readonly what: "record" | "barrier" | "cancel-marker" | "message";
  /** Indices into lanes. */
  readonly from: number;
  readonly to: number;
  /** The event it was sent in. */
  readonly sent: number;
  /** The event it was taken in; undefined if it never was. */
  readonly received: number | undefined;
  /** The sender's incarnation: a subtask's attempt, counted from 0. */
  readonly attempt: number;
  /** The checkpoint it is about; 0 for none. */
  readonly checkpoint: number;
  /** Of a record, the checkpoint whose barrier follows it in its channel; 0 for none. */
  readonly interval: number;
  /** The channel it went through; undefined for a message. */
  readonly channel: string | undefined;
  /** A record's value, or a message's name. */
  readonly label: string;
}

/** A checkpoint from its trigger to its end, by events. */
export interface CheckpointSpan {
  readonly id: number;
  /** True for one that a user asked for: it lies apart, and stays until its user deletes it. */
  readonly isSavepoint: boolean;
  readonly triggered: number;
  /** Where its first barrier blocked a channel; undefined if none ever waited for another. */
  readonly blocked: number | undefined;
  /** Where it completed or was aborted; undefined if it did neither. */
  readonly ended: number | undefined;
  readonly outcome: "completed" | "aborted" | "unfinished";
  /** The event of each subtask's snapshot, by its lane; a subtask that had none is left out. */
  readonly cut: ReadonlyMap<number, number>;
}

/** A moment worth a mark on the scrubber. */
export interface Landmark {
  readonly index: number;
  readonly what:
    | "crash"
    | "fault"
    | "request"
    | "submission"
    | "task-failed"
    | "restore"
    | "end"
    | "violation";
  /** The checkpoint restored from; 0 for none. */
  readonly checkpoint: number;
  readonly where: string;
}
