// Checks that every source record had its effect once. A record's id is the source record it goes back to and, at each
// step on its way, which of the step's outputs it is (derivations.ts); no value is looked at but to tell the records
// of one transaction apart. In the history that counts, which is every subtask's steps without those that a restore
// threw away, each source record is read once, and each record sent is taken once by a step. So an operator with
// state has counted a record once if the step that took it is once in that history: what the step put out is its
// effect, and later outputs that the state also shows up in are effects of the records that set them off. A timer sets
// off effects of its own: what it puts out goes back to it, named by key and timestamp, and to no source record. Each
// record so written to an exactly-once sink is committed once.
//
// An effect that is committed twice is found at once; what is missing, when the job has finished. Multisets are
// compared by additive digests, and counted out only if those differ.
//
// Not checked: values, and whether a timer was set (failure-transparency does); sinks that are not exactly-once; jobs
// under AT_LEAST_ONCE.

import { stateHashOf } from "../kernel/state-hash.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import type { Derivation } from "./derivations.ts";
import { jobShapeOf } from "./job-shape.ts";
import { lackOf, notChecked } from "./not-checked.ts";
import { ProvenanceHistory } from "./provenance-history.ts";
import type { Refutation } from "./refutation.ts";
import { counted, listed, shortened } from "./sentence.ts";
import { SinkWriters } from "./sink-writers.ts";
import { type LedgerTransaction, TransactionLedger } from "./transaction-ledger.ts";
import { hasWorkedOff } from "./work-done.ts";

export const provenance: Checker = {
  name: "provenance",
  claim: "Each source record is behind each of its committed effects once",
  level: "records",
  start(job) {
    const lack = lackOf(provenance, job, {
      atLeastOnce: "under AT_LEAST_ONCE checkpointing doubles are legal",
    });
    return lack === undefined ? new ProvenanceFold(job) : notChecked(provenance.name, lack);
  },
};

type Committed = EventOf<"record-committed">;

/** The records of a committed transaction that are not visible yet: their ids, by value. */
type Holding = Map<string, Derivation[]>;

class ProvenanceFold implements CheckerFold {
  readonly #history: ProvenanceHistory;
  readonly #ledger: TransactionLedger;
  readonly #writers: SinkWriters;
  readonly #holdings: Map<string, Holding>;
  #finishedBy: EventOf<"job-ended"> | undefined;
  #refutation: Refutation | undefined;

  constructor(original: ProvenanceFold | CheckedJob) {
    if (original instanceof ProvenanceFold) {
      this.#history = original.#history.clone();
      this.#ledger = original.#ledger.clone();
      this.#writers = original.#writers;
      this.#holdings = new Map();
      for (const [name, holding] of original.#holdings) {
        const ids = [...holding].map(([value, list]): [string, Derivation[]] => [value, [...list]]);
        this.#holdings.set(name, new Map(ids));
      }
      this.#finishedBy = original.#finishedBy;
      this.#refutation = original.#refutation;
      return;
    }
    const shape = jobShapeOf(original.description, original.parallelisms);
    this.#writers = new SinkWriters({ job: original, shape });
    this.#history = new ProvenanceHistory({ job: original, shape, writers: this.#writers });
    this.#ledger = new TransactionLedger(this.#writers.clone());
    this.#holdings = new Map();
  }

  step(event: TraceEvent): void {
    this.#ledger.step(event);
    this.#history.hear(event);
    switch (event.kind) {
      case "record-read":
      case "record-processed":
      case "timer-fired":
      case "record-emitted":
      case "record-written":
        this.#history.step(event);
        return;
      case "snapshot-taken":
        this.#history.cut(event);
        return;
      case "restore-started":
        this.#history.goBack(event);
        return;
      case "task-restored":
        this.#history.restore(event);
        return;
      case "transaction-committed":
        this.#hold(this.#ledger.commit(event));
        return;
      case "record-committed":
        this.#refutation ??= this.#see(event);
        return;
      case "job-ended":
        if (hasWorkedOff(event)) this.#finishedBy = event;
        return;
      default:
        return;
    }
  }

  verdict(): Verdict {
    const { name: checker } = provenance;
    const refutation = this.#refutation ?? this.#refuteEnd();
    if (refutation !== undefined) return { kind: "violated", checker, ...refutation };
    return { kind: "holds", checker, sentence: this.#praise() };
  }

  finish(): Verdict {
    return this.verdict();
  }

  clone(): ProvenanceFold {
    return new ProvenanceFold(this);
  }

  stateHash(): string {
    const written = this.#ledger.attempts.map(({ writer, attempt, isPast, covered }) => {
      return this.#history.writtenHash({ writer, attempt, length: isPast ? covered : undefined });
    });
    return stateHashOf([
      this.#history.describeState(),
      this.#ledger.describeState(),
      written,
      [...this.#holdings.keys()],
      this.#finishedBy !== undefined,
      this.#refutation?.sentence,
    ]);
  }

  /** Notes the records of a transaction that has just been committed. */
  #hold(transaction: LedgerTransaction | undefined): void {
    if (transaction === undefined || transaction.visible > 0) return;
    const { of, start, records } = transaction;
    const ids = this.#history.written(of.writer, of.attempt);
    const holding: Holding = new Map();
    for (let at = start; at < start + records; at++) {
      const event = of.written.events[at];
      const id = ids[at];
      if (event === undefined || id === undefined) break;
      const list = holding.get(event.value) ?? [];
      holding.set(event.value, list);
      list.push(id);
    }
    this.#holdings.set(nameOf(transaction), holding);
  }

  /** Finds whose effect a visible record is. */
  #see(event: Committed): Refutation | undefined {
    const transaction = this.#ledger.see(event);
    if (transaction === undefined) return undefined; // newest-checkpoint speaks.
    const name = nameOf(transaction);
    const holding = this.#holdings.get(name);
    const id = holding?.get(event.value)?.shift();
    if (transaction.visible === transaction.records) this.#holdings.delete(name);
    if (id === undefined) {
      const sentence = `No source record is behind ${shortened(event.value)} at offset ${event.offset} of ${event.log}/${event.partition}: transaction ${event.transaction} does not hold it`;
      return { sentence, events: [event.index] };
    }
    const before = this.#history.commit(transaction.of.writer, id, event);
    if (before === undefined) return undefined;
    const record = this.#history.nameOf(id);
    return {
      sentence: `Record doubled: ${record} is behind ${shortened(before.value)} at offset ${before.offset} of ${before.log}/${before.partition} and again behind ${shortened(event.value)} at offset ${event.offset}`,
      events: [before.index, event.index],
    };
  }

  #refuteEnd(): Refutation | undefined {
    if (this.#finishedBy === undefined) return undefined;
    return (
      this.#history.refuteReads(this.#finishedBy) ??
      this.#history.refuteExchanges(this.#finishedBy) ??
      this.#history.refuteSinks(this.#finishedBy)
    );
  }

  #praise(): string {
    const effects = [...this.#history.effects].map(([log, count]) => {
      return `${counted(count, "record")} of ${log}`;
    });
    const what = effects.length === 0 ? "nothing that is committed" : listed(effects);
    const exempt = this.#writers.all
      .filter(({ guarantee }) => guarantee !== "exactly-once")
      .map(({ target }) => target);
    const but =
      exempt.length === 0 ? "" : `; exempt as at-least-once: ${listed([...new Set(exempt)])}`;
    return `${counted(this.#history.reads, "source record")} behind ${what}, each once${but}`;
  }
}

function nameOf({ id, epoch }: LedgerTransaction): string {
  return `${id} ${epoch}`;
}
