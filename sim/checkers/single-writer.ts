// Checks that only one at a time has a say. Of a subtask, one attempt: an attempt begins once, and what an old one does
// after a newer one was restored has no effect: it writes into no transaction that is committed, and its
// acknowledgement does not count for a checkpoint. Of a job, one leader: another one takes over only once the host
// of the one before has crashed, and nothing is heard of the old one after that.
//
// Not checked: that old attempts come to an end; sinks that are not exactly-once, to which old attempts may write; who
// asked for a commit, which may be asked for twice.

import { stateHashOf } from "../kernel/state-hash.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { jobShapeOf } from "./job-shape.ts";
import { lackOf, notChecked } from "./not-checked.ts";
import type { Refutation } from "./refutation.ts";
import { counted, shortened } from "./sentence.ts";
import { SinkWriters } from "./sink-writers.ts";
import { TransactionLedger } from "./transaction-ledger.ts";

export const singleWriter: Checker = {
  name: "single-writer",
  claim: "Never do two attempts of a subtask both have effects, and never do two job masters lead",
  level: "records",
  start(job) {
    const lack = lackOf(singleWriter, job);
    return lack === undefined ? new SingleWriterFold(job) : notChecked(singleWriter.name, lack);
  },
};

/** Where job masters live, and where their events happen. */
const LEADER_HOST = "job-manager";
const LEADER = "job-master";

/** What only a leader does. Faults and lost messages are recorded at its place too, but are not its doing. */
const ACTS_OF_LEADERS: ReadonlySet<TraceEvent["kind"]> = new Set([
  "checkpoint-triggered",
  "acknowledgement-received",
  "checkpoint-stored",
  "checkpoint-completed",
  "checkpoint-aborted",
  "checkpoint-subsumed",
  "completion-announced",
  "abort-announced",
  "restore-started",
  "task-deployed",
  "job-status-changed",
  "job-ended",
] as const);

class SingleWriterFold implements CheckerFold {
  readonly #ledger: TransactionLedger;
  /** Beginnings of attempts, by subtask, by attempt. */
  readonly #begun: Map<string, Map<number, EventOf<"task-restored">>>;
  /** The newest attempt of each subtask that was restored. */
  readonly #newest: Map<string, EventOf<"task-restored">>;
  /** Attempts of writers, as texts, and how much they had written when a newer one was restored. */
  readonly #outlived: Map<string, number>;
  #leader: EventOf<"leadership-granted"> | undefined;
  #leaderCrashed: EventOf<"host-crashed"> | undefined;
  #attempts = 0;
  #leaders = 0;
  #refutation: Refutation | undefined;

  constructor(original: SingleWriterFold | CheckedJob) {
    if (original instanceof SingleWriterFold) {
      this.#ledger = original.#ledger.clone();
      const begun = [...original.#begun];
      this.#begun = new Map(begun.map(([task, attempts]) => [task, new Map(attempts)]));
      this.#newest = new Map(original.#newest);
      this.#outlived = new Map(original.#outlived);
      this.#leader = original.#leader;
      this.#leaderCrashed = original.#leaderCrashed;
      this.#attempts = original.#attempts;
      this.#leaders = original.#leaders;
      this.#refutation = original.#refutation;
      return;
    }
    const shape = jobShapeOf(original.description, original.parallelisms);
    this.#ledger = new TransactionLedger(new SinkWriters({ job: original, shape }));
    this.#begun = new Map();
    this.#newest = new Map();
    this.#outlived = new Map();
  }

  step(event: TraceEvent): void {
    this.#ledger.step(event);
    if (event.place === LEADER) this.#refutation ??= this.#refuteDeposed(event);
    switch (event.kind) {
      case "task-restored":
        this.#refutation ??= this.#refuteBeginning(event);
        return;
      case "transaction-committed":
        this.#refutation ??= this.#refuteCommit(event);
        return;
      case "acknowledgement-received":
        this.#refutation ??= this.#refuteAcknowledgement(event);
        return;
      case "leadership-granted":
        this.#refutation ??= this.#refuteLeader(event);
        return;
      case "host-crashed":
        if (event.place === LEADER_HOST) this.#leaderCrashed = event;
        return;
      default:
        return;
    }
  }

  verdict(): Verdict {
    const { name: checker } = singleWriter;
    if (this.#refutation !== undefined) return { kind: "violated", checker, ...this.#refutation };
    const attempts = counted(this.#attempts, "attempt");
    const leaders = counted(this.#leaders, "leader");
    return { kind: "holds", checker, sentence: `${attempts} and ${leaders}, one at a time` };
  }

  finish(): Verdict {
    return this.verdict();
  }

  clone(): SingleWriterFold {
    return new SingleWriterFold(this);
  }

  /** How much an outlived attempt had written is left out: with it goes what it had not sent yet. */
  stateHash(): string {
    return stateHashOf([
      this.#ledger.describeState(),
      [...this.#begun].map(([task, attempts]) => [task, [...attempts.keys()]]),
      [...this.#outlived.keys()],
      this.#leader?.incarnation,
      this.#leaderCrashed?.incarnation,
      this.#refutation?.sentence,
    ]);
  }

  #refuteBeginning(event: EventOf<"task-restored">): Refutation | undefined {
    const { place, incarnation } = event;
    const attempts = this.#begun.get(place) ?? new Map<number, EventOf<"task-restored">>();
    this.#begun.set(place, attempts);
    const before = attempts.get(incarnation);
    attempts.set(incarnation, event);
    if (before !== undefined) {
      const sentence = `Attempt ${incarnation} of ${place} begins a second time`;
      return { sentence, events: [before.index, event.index] };
    }
    this.#attempts++;
    if (incarnation <= (this.#newest.get(place)?.incarnation ?? -1)) return undefined;
    this.#newest.set(place, event);
    for (const { writer, attempt, written } of this.#ledger.attempts) {
      if (writer.subtask.name !== place || attempt >= incarnation) continue;
      const name = `${writer.number} ${attempt}`;
      if (!this.#outlived.has(name)) this.#outlived.set(name, written.length);
    }
    return undefined;
  }

  #refuteCommit(event: EventOf<"transaction-committed">): Refutation | undefined {
    const transaction = this.#ledger.commit(event);
    if (transaction === undefined) return undefined;
    const { start, records, of } = transaction;
    const newer = this.#newest.get(of.writer.subtask.name);
    if (newer === undefined || newer.incarnation <= of.attempt) return undefined;
    // An attempt that wrote nothing before it was outlived has no entry.
    const outlived = this.#outlived.get(`${of.writer.number} ${of.attempt}`) ?? 0;
    if (start + records <= outlived) return undefined;
    const late = of.written.events[Math.max(start, outlived)];
    const what = late === undefined ? "a record" : shortened(late.value);
    return {
      sentence: `Two writers: ${of.writer.subtask.name} wrote ${what} in attempt ${of.attempt}, after attempt ${newer.incarnation} was restored, and transaction ${event.transaction} committed it`,
      events: [newer.index, ...(late === undefined ? [] : [late.index]), event.index],
    };
  }

  #refuteAcknowledgement(event: EventOf<"acknowledgement-received">): Refutation | undefined {
    const newer = this.#newest.get(event.task);
    if (event.outcome !== "success" || newer === undefined) return undefined;
    if (newer.incarnation <= event.attempt) return undefined;
    const sentence = `The acknowledgement of checkpoint ${event.checkpoint} by attempt ${event.attempt} of ${event.task} counts, but attempt ${newer.incarnation} was restored before`;
    return { sentence, events: [newer.index, event.index] };
  }

  #refuteLeader(event: EventOf<"leadership-granted">): Refutation | undefined {
    const before = this.#leader;
    this.#leader = event;
    this.#leaders++;
    if (before === undefined) return undefined;
    const isOver = (this.#leaderCrashed?.index ?? -1) > before.index;
    if (isOver && event.incarnation > before.incarnation) return undefined;
    const sentence = `Two leaders: leadership ${event.incarnation} was granted, but leadership ${before.incarnation} is not over`;
    return { sentence, events: [before.index, event.index] };
  }

  #refuteDeposed(event: TraceEvent): Refutation | undefined {
    const leader = this.#leader;
    if (leader === undefined || event.incarnation >= leader.incarnation) return undefined;
    if (!ACTS_OF_LEADERS.has(event.kind)) return undefined;
    const sentence = `Two leaders: leadership ${event.incarnation} still has a say (${event.kind}) after leadership ${leader.incarnation} was granted`;
    return { sentence, events: [leader.index, event.index] };
  }
}
