// The granularity ladder: where steps of each size lead. A beat is all that one lane (or, off the lanes, one place)
// does at one moment without another in between; a phase is a beat in which a checkpoint moves on somewhere.

import type { TraceEventKind } from "../../sim/trace/trace-event.ts";
import type { Lanes } from "./lanes.ts";
import type { StepSize } from "./run-model.ts";
import type { TraceColumns } from "./trace-columns.ts";

/** The steps of one run. */
export class Steps {
  readonly #count: number;
  /** The last event of each beat, in order. */
  readonly #beats: Int32Array;
  /** Of those, the beats in which a checkpoint moves on. */
  readonly #phases: Int32Array;

  constructor(columns: TraceColumns, lanes: Lanes) {
    this.#count = columns.length;
    const isMove = columns.kinds.map(({ name }) => PHASE_KINDS.some((kind) => kind === name));
    const beats: number[] = [];
    const phases: number[] = [];
    let isPhase = false;
    for (let index = 0; index < columns.length; index++) {
      isPhase ||= isMove[columns.kindNumbers[index] ?? -1] === true;
      if (index + 1 < columns.length && isSameBeat(columns, lanes, index)) continue;
      beats.push(index);
      if (isPhase) phases.push(index);
      isPhase = false;
    }
    this.#beats = Int32Array.from(beats);
    this.#phases = Int32Array.from(phases);
  }

  /** Where a step from event `index` leads: from -1, before the first event, to the last. */
  from(index: number, size: StepSize, direction: 1 | -1): number {
    switch (size) {
      case "event":
        return Math.min(Math.max(index + direction, -1), this.#count - 1);
      case "beat":
        return this.#stop(this.#beats, index, direction);
      case "phase":
        return this.#stop(this.#phases, index, direction);
    }
  }

  /** The next of `stops` in a direction; beyond the last of them the end of the run. */
  #stop(stops: Int32Array, index: number, direction: 1 | -1): number {
    if (direction === 1) return stops[firstAbove(stops, index)] ?? this.#count - 1;
    return stops[firstAbove(stops, index - 1) - 1] ?? -1;
  }
}

/** The position of the first of rising `numbers` that is greater than `bound`; their length for none. */
export function firstAbove(numbers: ArrayLike<number>, bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether the event after `index` belongs to its beat. */
function isSameBeat({ times, places }: TraceColumns, { laneOf }: Lanes, index: number): boolean {
  const lane = laneOf[index];
  return (
    times[index] === times[index + 1] &&
    lane === laneOf[index + 1] &&
    (lane !== -1 || places[index] === places[index + 1])
  );
}

/** Events that move a checkpoint on, at its coordinator or at a subtask. */
const PHASE_KINDS: readonly TraceEventKind[] = [
  "checkpoint-triggered",
  "trigger-received",
  "barrier-received",
  "alignment-completed",
  "snapshot-taken",
  "snapshot-written",
  "acknowledgement-received",
  "decline-received",
  "checkpoint-stored",
  "checkpoint-completed",
  "checkpoint-aborted",
  "restore-started",
];
