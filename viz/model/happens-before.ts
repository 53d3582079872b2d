// What came before what (Lamport): along each lane, from cause to consequence, and from sending to receiving. All of
// these lead from an earlier event to a later one, so one sweep over the trace follows them all.

import type { RunModel } from "./run-model.ts";

/** What an event is to another one. */
export const CONE = { neither: 0, past: 1, itself: 2, future: 3 } as const;

/** The order of one run's events. */
export class HappensBefore {
  readonly #model: RunModel;
  /** The event before on the same lane; -1 for none. */
  readonly #before: Int32Array;
  /** By receiving event, where what it receives was sent; -1 for an event that receives nothing. */
  readonly #sender: Int32Array;
  /** Where the rest was sent, for the few events that receive several things. */
  readonly #senders = new Map<number, readonly number[]>();

  constructor(model: RunModel) {
    const { count, laneOf, transfers } = model;
    this.#model = model;
    this.#before = new Int32Array(count);
    const last = new Int32Array(model.lanes.length).fill(-1);
    for (let index = 0; index < count; index++) {
      const lane = laneOf[index] ?? -1;
      this.#before[index] = lane === -1 ? -1 : (last[lane] ?? -1);
      if (lane !== -1) last[lane] = index;
    }
    this.#sender = new Int32Array(count).fill(-1);
    for (const { sent, received } of transfers) {
      if (received === undefined) continue;
      if (this.#sender[received] === -1) this.#sender[received] = sent;
      else this.#senders.set(received, [...(this.#senders.get(received) ?? []), sent]);
    }
  }

  /** What each event of the run is to event `index`: a value of {@link CONE}. */
  cone(index: number): Uint8Array {
    const { count } = this.#model;
    const cone = new Uint8Array(count);
    if (index < 0 || index >= count) return cone;
    const { causeOf } = this.#model;
    const before = this.#before;
    const sender = this.#sender;
    cone[index] = CONE.past;
    for (let at = index; at >= 0; at--) {
      if (cone[at] !== CONE.past) continue;
      // Asked of every event of a run for each step of the cursor, so written out: -1 is no place in an array.
      cone[causeOf[at] ?? -1] = CONE.past;
      cone[before[at] ?? -1] = CONE.past;
      cone[sender[at] ?? -1] = CONE.past;
      for (const other of this.#otherSenders(at)) cone[other] = CONE.past;
    }
    cone[index] = CONE.itself;
    const isAfter = (at: number): boolean => (cone[at] ?? 0) >= CONE.itself;
    for (let at = index + 1; at < count; at++) {
      if (
        isAfter(causeOf[at] ?? -1) ||
        isAfter(before[at] ?? -1) ||
        isAfter(sender[at] ?? -1) ||
        this.#otherSenders(at).some(isAfter)
      ) {
        cone[at] = CONE.future;
      }
    }
    return cone;
  }

  /**
   * The logical time of each event, from 0: beats that nothing orders may share one, and one that follows from another
   * has a later one. The events of a beat have the same.
   */
  ranks(): Int32Array {
    const { count } = this.#model;
    const ranks = new Int32Array(count);
    for (let first = 0; first < count; ) {
      const last = this.#model.step(first - 1, "beat", 1);
      let rank = 0;
      for (let at = first; at <= last; at++) {
        this.#eachBefore(at, (before) => {
          if (before < first) rank = Math.max(rank, (ranks[before] ?? 0) + 1);
        });
      }
      ranks.fill(rank, first, last + 1);
      first = last + 1;
    }
    return ranks;
  }

  #eachBefore(index: number, see: (before: number) => void): void {
    const cause = this.#model.causeOf[index] ?? -1;
    if (cause !== -1) see(cause);
    const before = this.#before[index] ?? -1;
    if (before !== -1) see(before);
    const sender = this.#sender[index] ?? -1;
    if (sender !== -1) see(sender);
    for (const other of this.#otherSenders(index)) see(other);
  }

  #otherSenders(index: number): readonly number[] {
    return this.#senders.size === 0 ? NONE : (this.#senders.get(index) ?? NONE);
  }
}

const NONE: readonly number[] = [];
