// Sources (Flink: FLIP-27's SourceReader, with splits given out by position: subtask i of p reads the
// partitions whose number is i modulo p). A reader never waits: it asks, and polls what has come.

import type { OutsideAnswer, OutsideRequest } from "./outside-request.ts";

/** A position in one partition: the offset of the next record to read. */
export interface SourceSplit {
  readonly partition: number;
  readonly nextOffset: number;
}

/** One record as a reader hands it over. */
export interface SourceRecord {
  readonly partition: number;
  readonly offset: number;
  readonly value: unknown;
}

/** What polling a reader gave. */
export type PollResult =
  | { readonly kind: "record"; readonly record: SourceRecord }
  | { readonly kind: "nothing-available" }
  | { readonly kind: "end-of-input" };

/** Reads the splits of one subtask. */
export interface SourceReader {
  /** The next record, if one is here. */
  pollNext(): PollResult;
  /** The requests to send out now; their answers come back through `onAnswer`. */
  takeRequests(): readonly OutsideRequest[];
  onAnswer(request: OutsideRequest, answer: OutsideAnswer): void;
  /** The positions as they are now: what a checkpoint saves. */
  snapshotState(): readonly SourceSplit[];
  /** What determines the reader's future, as plain data. */
  describeState(): unknown;
}

/** A replayable source (Flink: Source). */
export interface Source<T> {
  /** The log it reads, by its bare name; the connector asks it as "log:<name>". */
  readonly system: string;
  /** The values given in the program itself, for sources that have them. */
  readonly elements?: readonly T[];
  createReader(options: {
    /** Positions to go on from; undefined on a first start. */
    readonly restored: readonly SourceSplit[] | undefined;
    readonly subtaskIndex: number;
    readonly parallelism: number;
    readonly partitions: number;
    readonly fetchSize: number;
  }): SourceReader;
}
