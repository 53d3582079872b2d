// What sets a savepoint apart for the tasks that take it (Flink: SavepointType, SavepointFormatType). It travels with the
// trigger and the barriers; a checkpoint's have none.

/** What the state of a savepoint can be written in. */
export const SAVEPOINT_FORMATS = ["CANONICAL", "NATIVE"] as const;

/**
 * `CANONICAL`: the form that every backend reads, so that the backend can be changed. `NATIVE`: the backend's own, which
 * is written faster and read by that backend alone.
 */
export type SavepointFormat = (typeof SAVEPOINT_FORMATS)[number];

/** How the tasks take a savepoint. */
export interface SavepointOptions {
  readonly format: SavepointFormat;
  /** Where all its files go: it stands alone. */
  readonly directory: string;
  /** Whether the tasks then wait for its completion and end (Flink: stop-with-savepoint, without drain). */
  readonly isStopping: boolean;
}
