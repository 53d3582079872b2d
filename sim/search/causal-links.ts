// What an event follows from: its recorded cause, and the identities that causes do not show. A record read again
// follows from its first reading, a restored task from the snapshot it is restored with and from the checkpoint
// that was durably noted, what a fault brings about from the fault.

import type { RecordLineage } from "../trace/record-lineage.ts";
import type { EventOf, TraceEvent, TraceEventKind } from "../trace/trace-event.ts";

/** The happens-before links of one run, backwards. */
export class CausalLinks {
  readonly #events: readonly TraceEvent[];
  readonly #lineage: RecordLineage;
  readonly #snapshots = new Map<string, number>();
  readonly #stored = new Map<number, number>();
  readonly #restored = new Map<string, number>();
  /** Readings of one record, each with the one before. */
  readonly #earlierReads = new Map<number, number>();
  /** The restart each end of the job comes after. */
  readonly #restarts = new Map<number, number>();
  /** Faults by what they brought about at once, and what each waited for. */
  readonly #faults = new Map<number, number>();
  readonly #triggers = new Map<number, number>();

  constructor(events: readonly TraceEvent[], lineage: RecordLineage) {
    this.#events = events;
    this.#lineage = lineage;
    let restart: number | undefined;
    for (const event of events) {
      switch (event.kind) {
        case "snapshot-taken":
          this.#snapshots.set(`${event.place} ${event.checkpoint}`, event.index);
          break;
        case "checkpoint-stored":
          this.#stored.set(event.checkpoint, event.index);
          break;
        case "task-restored":
          this.#restored.set(`${event.place}#${event.incarnation}`, event.index);
          break;
        case "restore-started":
          restart = event.index;
          break;
        case "job-ended":
          if (restart !== undefined) this.#restarts.set(event.index, restart);
          break;
        case "record-read": {
          const before = lineage.readsOf(event).findLast(({ index }) => index < event.index);
          if (before !== undefined) this.#earlierReads.set(event.index, before.index);
          break;
        }
        case "fault-struck":
          this.#linkFault(event);
          break;
        default:
          break;
      }
    }
  }

  /** Indices of the events that this one follows from at once. */
  causesOf(index: number): readonly number[] {
    const event = this.#events[index];
    if (event === undefined) return [];
    const causes = [...this.#linksOf(event), this.#faults.get(index)];
    return causes.filter(
      (cause) => cause !== undefined && cause >= 0 && cause !== index,
    ) as number[];
  }

  /** Everything that the events at `indices` follow from, themselves included. */
  sliceBackFrom(indices: Iterable<number>): ReadonlySet<number> {
    const slice = new Set<number>();
    const left = [...indices];
    for (let at = left.pop(); at !== undefined; at = left.pop()) {
      if (slice.has(at)) continue;
      slice.add(at);
      left.push(...this.causesOf(at));
    }
    return slice;
  }

  #linksOf(event: TraceEvent): readonly (number | undefined)[] {
    const { index, cause, place, incarnation } = event;
    const origin = this.#lineage.originOf(index);
    const restored = this.#restored.get(`${place}#${incarnation}`);
    switch (event.kind) {
      // Only what a record is made of: its recorded cause is whatever let the subtask go on.
      case "record-read":
        return [restored, this.#earlierReads.get(index)];
      case "record-processed":
      case "timer-fired":
        return [origin, restored];
      case "record-emitted":
      case "record-written":
      case "timer-registered":
      case "state-updated":
        return [origin];
      case "record-committed":
      case "line-printed":
      case "record-collected":
        return [origin, this.#beforeSiblings(event)];
      case "task-restored":
        return [cause, this.#snapshots.get(`${place} ${event.checkpoint}`)];
      case "restore-started":
        return [cause, this.#stored.get(event.checkpoint)];
      case "job-ended":
        return [this.#restarts.get(index)];
      case "fault-struck":
        return [this.#triggers.get(index)];
      default:
        return [cause];
    }
  }

  /** Of records that become visible together, each is recorded as the cause of the next. */
  #beforeSiblings({ kind, cause }: TraceEvent): number {
    let at = cause;
    while (this.#events[at]?.kind === kind) at = this.#events[at]?.cause ?? -1;
    return at;
  }

  /** A strike records what it does first and itself last, each the cause of the next. */
  #linkFault(fault: EventOf<"fault-struck">): void {
    const atOnce = AT_ONCE.get(fault.what) ?? [];
    let at = fault.cause;
    for (let event = this.#events[at]; event !== undefined; event = this.#events[at]) {
      if (event.time !== fault.time || !atOnce.includes(event.kind)) break;
      this.#faults.set(at, fault.index);
      at = event.cause;
    }
    this.#triggers.set(fault.index, at);
  }
}

/** What faults bring about in the moment they strike. Conditions are not here: what meets one is recorded after it. */
const AT_ONCE: ReadonlyMap<string, readonly TraceEventKind[]> = new Map([
  ["task-throws", ["task-failed"]],
  ["task-manager-dies", ["host-crashed", "channel-broken"]],
  ["task-manager-loses-disk", ["host-crashed", "channel-broken"]],
  ["power-loss", ["host-crashed"]],
  ["checkpoint-requested", ["checkpoint-triggered", "checkpoint-refused"]],
]);
