// The transactions whose commit is due: pre-committed before a snapshot whose checkpoint their sink knows to be
// complete, and neither committed nor aborted yet.

import type { TraceEvent } from "../trace/trace-event.ts";

interface FlushedTransaction {
  readonly transaction: string;
  readonly epoch: number;
  readonly by: string;
  readonly attempt: number;
  /** The checkpoint whose snapshot followed the flush; undefined until it is taken. */
  checkpoint: number | undefined;
  isDue: boolean;
}

/** Follows the transactions of one run. */
export class DueCommits {
  readonly #writers = new Map<string, { readonly by: string; readonly attempt: number }>();
  readonly #flushed = new Map<string, FlushedTransaction>();

  /** Whether some sink has yet to commit what it knows to be covered. */
  get isAnyDue(): boolean {
    return [...this.#flushed.values()].some(({ isDue }) => isDue);
  }

  step(event: TraceEvent): void {
    switch (event.kind) {
      case "transaction-begun":
        this.#writers.set(nameOf(event), { by: event.by, attempt: event.attempt });
        return;
      case "transaction-flushed": {
        const writer = this.#writers.get(nameOf(event));
        if (writer === undefined) return;
        const { transaction, epoch } = event;
        const flushed = { transaction, epoch, ...writer, checkpoint: undefined, isDue: false };
        this.#flushed.set(nameOf(event), flushed);
        return;
      }
      case "snapshot-taken":
        for (const flushed of this.#of(event.place, event.incarnation)) {
          flushed.checkpoint ??= event.checkpoint;
        }
        return;
      case "completion-received":
        for (const flushed of this.#of(event.place, event.incarnation)) {
          if ((flushed.checkpoint ?? Number.POSITIVE_INFINITY) <= event.checkpoint)
            flushed.isDue = true;
        }
        return;
      case "transaction-committed":
      case "transaction-aborted":
        this.#flushed.delete(nameOf(event));
        return;
      default:
        return;
    }
  }

  #of(by: string, attempt: number): readonly FlushedTransaction[] {
    return [...this.#flushed.values()].filter((flushed) => {
      return flushed.by === by && flushed.attempt === attempt;
    });
  }
}

function nameOf({
  transaction,
  epoch,
}: {
  readonly transaction: string;
  readonly epoch: number;
}): string {
  return `${transaction}#${epoch}`;
}
