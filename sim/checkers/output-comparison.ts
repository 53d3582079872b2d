// Compares what one sink in one subtask was given in the witness with what became visible of it outside: nothing
// else, nothing twice, in order, and at the end all.

import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { Refutation } from "./refutation.ts";
import { shortened } from "./sentence.ts";
import type { SinkWriter } from "./sink-writers.ts";

/** An event by which a value becomes visible outside. */
export type VisibleEvent = EventOf<"record-committed" | "line-printed" | "record-collected">;

/** The canonical text of what became visible. */
export function visibleValue(event: VisibleEvent): string {
  return event.kind === "line-printed" ? event.line : event.value;
}

/** How what was written looks when it is visible: a printer prints texts as they are and all else as its text. */
export function visibleForm({ target, value }: EventOf<"record-written">): string {
  return target === "stdout" && !value.startsWith('"') ? JSON.stringify(value) : value;
}

/** How often each text occurs. */
export function countOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** What one exactly-once writer was given in the witness, against what became visible of it. */
export class OutputComparison {
  readonly #writer: SinkWriter;
  readonly #written: readonly EventOf<"record-written">[];
  readonly #visible: readonly VisibleEvent[];
  readonly #isSequence: boolean;

  constructor(options: {
    readonly writer: SinkWriter;
    readonly written: readonly EventOf<"record-written">[];
    readonly visible: readonly VisibleEvent[];
    /** Whether all of it goes into one partition, so that it becomes visible in the order written. */
    readonly isSequence: boolean;
  }) {
    this.#writer = options.writer;
    this.#written = options.written;
    this.#visible = options.visible;
    this.#isSequence = options.isSequence;
  }

  refute(finishedBy: TraceEvent | undefined): Refutation | undefined {
    if (this.#isSequence && this.#isPrefix()) {
      return finishedBy === undefined ? undefined : this.#refuteMissing(finishedBy);
    }
    const refutation = this.#refuteUnexplained() ?? this.#refuteOrder();
    if (refutation !== undefined || finishedBy === undefined) return refutation;
    return this.#refuteMissing(finishedBy);
  }

  #isPrefix(): boolean {
    if (this.#visible.length > this.#written.length) return false;
    for (let index = 0; index < this.#visible.length; index++) {
      const event = this.#visible[index];
      if (event === undefined || visibleValue(event) !== this.#formAt(index)) return false;
    }
    return true;
  }

  /** Something visible that is not written in the witness, or more often than it is written. */
  #refuteUnexplained(): Refutation | undefined {
    const left = countOf(this.#written.map(visibleForm));
    for (const event of this.#visible) {
      const value = visibleValue(event);
      const count = left.get(value);
      left.set(value, (count ?? 0) - 1);
      if (count !== undefined && count > 0) continue;
      const { subtask, target } = this.#writer;
      const all = this.#visible.filter((other) => visibleValue(other) === value);
      const times = this.#written.filter((other) => visibleForm(other) === value).length;
      const events = all.map(({ index }) => index);
      if (count === undefined) {
        const sentence = `${shortened(value)} is visible in ${target}, but ${subtask.name} never writes it in the failure-free run`;
        return { sentence, events };
      }
      const written = times === 1 ? "once" : `${times} times`;
      const sentence = `Record doubled: ${shortened(value)} is visible ${all.length} times in ${target}, but ${subtask.name} writes it ${written} in the failure-free run`;
      return { sentence, events };
    }
    return undefined;
  }

  /** What is visible in one partition must be there in the order written; in a sequence, without a gap. */
  #refuteOrder(): Refutation | undefined {
    const next = new Map<number, number>();
    for (const event of this.#visible) {
      const partition = event.kind === "record-committed" ? event.partition : 0;
      const value = visibleValue(event);
      const from = next.get(partition) ?? 0;
      let at = from;
      while (at < this.#written.length && this.#formAt(at) !== value) at++;
      next.set(partition, at + 1);
      const { subtask, target } = this.#writer;
      if (at === this.#written.length) {
        const sentence = `Order changed: ${shortened(value)} is visible in ${target} after what ${subtask.name} writes later in the failure-free run`;
        return { sentence, events: [event.index] };
      }
      const skipped = this.#written[from];
      if (!this.#isSequence || at === from || skipped === undefined) continue;
      const sentence = `Gap: ${shortened(value)} is visible in ${target}, but not ${shortened(skipped.value)}, which ${subtask.name} writes before it`;
      return { sentence, events: [skipped.index, event.index] };
    }
    return undefined;
  }

  #refuteMissing(finishedBy: TraceEvent): Refutation | undefined {
    if (this.#visible.length === this.#written.length) return undefined;
    const left = countOf(this.#visible.map(visibleValue));
    for (const event of this.#written) {
      const form = visibleForm(event);
      const count = left.get(form) ?? 0;
      left.set(form, count - 1);
      if (count > 0) continue;
      const { subtask, target } = this.#writer;
      const sentence = `Record lost: ${shortened(event.value)}, written by ${subtask.name}, is not visible in ${target}, though the job finished`;
      return { sentence, events: [event.index, finishedBy.index] };
    }
    return undefined;
  }

  /** How the record written at this position looks outside; undefined behind the last. */
  #formAt(index: number): string | undefined {
    const event = this.#written[index];
    return event === undefined ? undefined : visibleForm(event);
  }
}
