// Checks that each completed checkpoint is a consistent cut (Chandy and Lamport 1985, Mattern 1989): on every channel,
// what the consumer had received before its snapshot the producer had sent before its own, in the order sent; and
// what was under way at the cut is what the checkpoint keeps for the channel, which for an aligned one is nothing.
//
// A cut is consistent if no snapshot knows, by its vector clock, of an event behind another subtask's snapshot.
// Whatever a snapshot knows has come to it over channels, one message after another, and some message of that way
// must cross the cut; so to look at each message is enough, and no clocks are kept. Of control messages one can
// cross: a completion heard of before the snapshot it is about. Under AT_LEAST_ONCE, where barriers do not block,
// a record may cross the cut backwards, but none may be left under way.
//
// Not checked: what is in the snapshots (reachable-snapshot does); checkpoints that did not complete.

import { stateHashOf } from "../kernel/state-hash.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import { type ChannelCut, ChannelLedger } from "./channel-ledger.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { CompletedCuts, type CutCompleted } from "./completed-cuts.ts";
import { jobShapeOf } from "./job-shape.ts";
import { lackOf, notChecked } from "./not-checked.ts";
import type { Refutation } from "./refutation.ts";
import { counted, shortened } from "./sentence.ts";

export const consistentCut: Checker = {
  name: "consistent-cut",
  claim:
    "Each completed checkpoint is a consistent cut, with nothing under way that it does not keep",
  level: "records",
  start(job) {
    const lack = lackOf(consistentCut, job);
    return lack === undefined ? new ConsistentCutFold(job) : notChecked(consistentCut.name, lack);
  },
};

class ConsistentCutFold implements CheckerFold {
  readonly #allowsOrphans: boolean;
  readonly #ledger: ChannelLedger;
  readonly #completed: CompletedCuts;
  /** By subtask and attempt: the newest completion it has heard of. */
  readonly #heard: Map<string, EventOf<"completion-received">>;
  #cuts = 0;
  #channels = 0;
  /** Records that crossed a cut backwards, where they may. */
  #orphans = 0;
  #refutation: Refutation | undefined;

  constructor(original: ConsistentCutFold | CheckedJob) {
    if (original instanceof ConsistentCutFold) {
      this.#allowsOrphans = original.#allowsOrphans;
      this.#ledger = original.#ledger.clone();
      this.#completed = original.#completed.clone();
      this.#heard = new Map(original.#heard);
      this.#cuts = original.#cuts;
      this.#channels = original.#channels;
      this.#orphans = original.#orphans;
      this.#refutation = original.#refutation;
      return;
    }
    this.#allowsOrphans = original.checkpointingMode === "AT_LEAST_ONCE";
    this.#ledger = new ChannelLedger(jobShapeOf(original.description, original.parallelisms));
    this.#heard = new Map();
    this.#completed = new CompletedCuts();
  }

  step(event: TraceEvent): void {
    const disorder = this.#ledger.step(event);
    if (disorder !== undefined) this.#refutation ??= disorder;
    const completed = this.#completed.step(event);
    if (completed !== undefined) this.#refutation ??= this.#refuteCut(completed);
    switch (event.kind) {
      case "completion-received":
        this.#heard.set(attemptOf(event), event);
        return;
      case "restore-started":
        this.#heard.clear();
        return;
      case "snapshot-taken":
        this.#refutation ??= refuteForeknowledge(event, this.#heard.get(attemptOf(event)));
        return;
      default:
        return;
    }
  }

  verdict(): Verdict {
    const { name: checker } = consistentCut;
    if (this.#refutation !== undefined) return { kind: "violated", checker, ...this.#refutation };
    const cuts = counted(this.#cuts, "completed checkpoint");
    const are = this.#cuts === 1 ? "is a consistent cut" : "are consistent cuts";
    const channels = counted(this.#channels, "channel");
    const sentence = this.#allowsOrphans
      ? `${cuts} with nothing under way in ${channels}; ${counted(this.#orphans, "record")} crossed a cut backwards, as AT_LEAST_ONCE allows`
      : `${cuts} ${are} of ${channels}, all empty`;
    return { kind: "holds", checker, sentence };
  }

  finish(): Verdict {
    return this.verdict();
  }

  clone(): ConsistentCutFold {
    return new ConsistentCutFold(this);
  }

  stateHash(): string {
    const heard = [...this.#heard].map(([attempt, { checkpoint }]) => [attempt, checkpoint]);
    return stateHashOf([this.#ledger.describeState(), heard, this.#refutation?.sentence]);
  }

  #refuteCut(stored: CutCompleted): Refutation | undefined {
    const { checkpoint } = stored;
    const cut = this.#ledger.cut(checkpoint);
    if ("vertex" in cut) {
      const sentence = `Checkpoint ${checkpoint} is complete, but ${cut.name} took no snapshot for it`;
      return { sentence, events: [stored.index] };
    }
    for (const channel of cut) {
      const refutation = this.#refuteChannel(channel, stored);
      if (refutation !== undefined) return refutation;
    }
    this.#cuts++;
    this.#channels = cut.length;
    return undefined;
  }

  #refuteChannel(cut: ChannelCut, stored: CutCompleted): Refutation | undefined {
    const { channel, producer, consumer, sent, received } = cut;
    const { checkpoint } = stored;
    if (producer.incarnation !== consumer.incarnation) {
      const attempts = `${producer.place} in attempt ${producer.incarnation}, of ${consumer.place} in attempt ${consumer.incarnation}`;
      const sentence = `Checkpoint ${checkpoint} is put together from the snapshots of ${attempts}`;
      return { sentence, events: [producer.index, consumer.index, stored.index] };
    }
    if (received > sent && this.#allowsOrphans) {
      this.#orphans += received - sent;
    } else if (received > sent) {
      const orphan = this.#ledger.orphan(cut);
      const events = [producer, consumer, stored, ...(orphan === undefined ? [] : [orphan])];
      return {
        sentence: `Orphan: in checkpoint ${checkpoint} the snapshot of ${consumer.place} holds ${nameOf(orphan)}, which ${producer.place} sent after its own`,
        events: inOrder(events),
      };
    }
    const [first] = this.#ledger.underWay(cut);
    if (first === undefined) return undefined;
    const more = counted(sent - received, "record");
    return {
      sentence: `Lost from checkpoint ${checkpoint}: ${more} under way in ${channel.name}, the first ${nameOf(first)}, sent before the snapshot of ${producer.place} and received after that of ${consumer.place}`,
      events: inOrder([first, producer, consumer, stored]),
    };
  }
}

/** A subtask that hears that a checkpoint is complete has taken its snapshot for it. */
function refuteForeknowledge(
  snapshot: EventOf<"snapshot-taken">,
  heard: EventOf<"completion-received"> | undefined,
): Refutation | undefined {
  if (heard === undefined || heard.checkpoint < snapshot.checkpoint) return undefined;
  const sentence = `${snapshot.place} took its snapshot for checkpoint ${snapshot.checkpoint} after it had heard that checkpoint ${heard.checkpoint} is complete`;
  return { sentence, events: [heard.index, snapshot.index] };
}

function nameOf(event: EventOf<"record-emitted" | "record-processed"> | undefined): string {
  if (event === undefined) return "a record";
  return `${shortened(event.value)} (number ${event.sequence} of ${event.channel})`;
}

function attemptOf({ place, incarnation }: TraceEvent): string {
  return `${place} ${incarnation}`;
}

function inOrder(events: readonly TraceEvent[]): readonly number[] {
  return events.map(({ index }) => index).sort((a, b) => a - b);
}
