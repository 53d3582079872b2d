// What was committed stays committed: a transaction is not aborted after its commit, and a partition's readers
// only ever see higher offsets.

import type { EventOf } from "../trace/trace-event.ts";
import type { Refutation } from "./refutation.ts";
import { shortened } from "./sentence.ts";

/** What sinks' logs have shown to be committed: only ever more. */
export class CommitLog {
  /** The last offset seen, by log and partition. */
  readonly #last: Map<string, Map<number, EventOf<"record-committed">>>;
  /** Transactions that were committed and not begun again, by id. */
  readonly #committed: Map<string, EventOf<"transaction-committed">>;

  constructor(original?: CommitLog) {
    this.#last = new Map();
    this.#committed = new Map(original === undefined ? [] : original.#committed);
    if (original === undefined) return;
    for (const [log, partitions] of original.#last) this.#last.set(log, new Map(partitions));
  }

  clone(): CommitLog {
    return new CommitLog(this);
  }

  /** Plain data that determines what will be refuted. */
  describeState(): unknown {
    const last = [...this.#last].map(([log, partitions]) => {
      return [log, [...partitions].map(([partition, { offset }]) => [partition, offset])];
    });
    const committed = [...this.#committed].map(([id, { epoch, place }]) => [id, epoch, place]);
    return [last, committed];
  }

  begin({ transaction }: EventOf<"transaction-begun">): void {
    this.#committed.delete(transaction);
  }

  commit(event: EventOf<"transaction-committed">): void {
    this.#committed.set(event.transaction, event);
  }

  abort(event: EventOf<"transaction-aborted">): Refutation | undefined {
    const committed = this.#committed.get(event.transaction);
    if (committed?.epoch !== event.epoch || committed.place !== event.place) return undefined;
    return {
      sentence: `Commit taken back: transaction ${event.transaction} was aborted after it was committed`,
      events: [committed.index, event.index],
    };
  }

  add(event: EventOf<"record-committed">): Refutation | undefined {
    const partitions =
      this.#last.get(event.place) ?? new Map<number, EventOf<"record-committed">>();
    this.#last.set(event.place, partitions);
    const last = partitions.get(event.partition);
    partitions.set(event.partition, event);
    if (last === undefined || last.offset < event.offset) return undefined;
    const where = `${event.log}/${event.partition}`;
    return {
      sentence: `Commit taken back: ${shortened(event.value)} became visible at offset ${event.offset} of ${where}, after readers had seen offset ${last.offset}`,
      events: [last.index, event.index],
    };
  }
}
