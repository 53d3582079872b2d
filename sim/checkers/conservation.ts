// Checks a scenario's own invariant: a quantity, such as the money in all accounts, that comes out equal for every
// completed checkpoint, worked out from its state and the records under way at its cut.
//
// Not checked: the quantity between checkpoints, or in the output; scenarios that name none; jobs under
// AT_LEAST_ONCE, where a restored record may count twice.

import { parseCanonicalText } from "../kernel/canonical-value.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import { ChannelLedger } from "./channel-ledger.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { CompletedCuts, type CutCompleted } from "./completed-cuts.ts";
import { type JobShape, jobShapeOf } from "./job-shape.ts";
import { lackOf, notChecked } from "./not-checked.ts";
import { statesOf } from "./operator-contents.ts";
import type { Refutation } from "./refutation.ts";
import { counted } from "./sentence.ts";
import { WrittenSnapshots } from "./written-snapshots.ts";

export const conservation: Checker = {
  name: "conservation",
  claim: "The scenario's quantity is the same in every completed checkpoint",
  level: "state",
  start(job) {
    const { conserved } = job;
    if (conserved === undefined) {
      return notChecked(conservation.name, "the scenario names no quantity that is conserved");
    }
    const reason =
      job.checkpointingMode === "AT_LEAST_ONCE"
        ? "under AT_LEAST_ONCE checkpointing a restored record may count twice"
        : lackOf(conservation, job);
    if (reason !== undefined) return notChecked(conservation.name, reason);
    return new ConservationFold({
      conserved,
      shape: jobShapeOf(job.description, job.parallelisms),
    });
  },
};

interface Measured {
  readonly quantity: string | number;
  readonly stored: CutCompleted;
}

class ConservationFold implements CheckerFold {
  readonly #conserved: NonNullable<CheckedJob["conserved"]>;
  readonly #shape: JobShape;
  readonly #ledger: ChannelLedger;
  readonly #written: WrittenSnapshots;
  readonly #completed: CompletedCuts;
  #first: Measured | undefined;
  #measured = 0;
  #refutation: Refutation | undefined;

  constructor(
    original:
      | ConservationFold
      | { readonly conserved: NonNullable<CheckedJob["conserved"]>; readonly shape: JobShape },
  ) {
    if (original instanceof ConservationFold) {
      this.#conserved = original.#conserved;
      this.#shape = original.#shape;
      this.#ledger = original.#ledger.clone();
      this.#written = original.#written.clone();
      this.#completed = original.#completed.clone();
      this.#first = original.#first;
      this.#measured = original.#measured;
      this.#refutation = original.#refutation;
      return;
    }
    this.#conserved = original.conserved;
    this.#shape = original.shape;
    this.#ledger = new ChannelLedger(original.shape);
    this.#written = new WrittenSnapshots();
    this.#completed = new CompletedCuts();
  }

  step(event: TraceEvent): void {
    this.#ledger.step(event);
    this.#written.step(event);
    const completed = this.#completed.step(event);
    if (completed !== undefined) this.#refutation ??= this.#measure(completed);
  }

  verdict(): Verdict {
    const { name: checker } = conservation;
    if (this.#refutation !== undefined) return { kind: "violated", checker, ...this.#refutation };
    const sentence =
      this.#first === undefined
        ? "No checkpoint has completed"
        : `${this.#first.quantity} in ${counted(this.#measured, "completed checkpoint")}`;
    return { kind: "holds", checker, sentence };
  }

  finish(): Verdict {
    return this.verdict();
  }

  clone(): ConservationFold {
    return new ConservationFold(this);
  }

  stateHash(): string {
    return stateHashOf([
      this.#ledger.describeState(),
      this.#written.describeState(),
      this.#first?.quantity,
      this.#refutation?.sentence,
    ]);
  }

  #measure(stored: CutCompleted): Refutation | undefined {
    const { checkpoint } = stored;
    const cut = this.#ledger.cut(checkpoint);
    const written = this.#written.take(checkpoint, this.#shape);
    if ("vertex" in cut) return undefined; // No cut at all: consistent-cut speaks.
    const channels = cut.flatMap((ofChannel) => {
      return this.#ledger.underWay(ofChannel).map(({ channel, value }) => {
        return { channel, value: parseCanonicalText(value) };
      });
    });
    const quantity = this.#conserved({ states: written.flatMap(statesOf), channels });
    this.#measured++;
    this.#first ??= { quantity, stored };
    if (quantity === this.#first.quantity) return undefined;
    const { quantity: before, stored: first } = this.#first;
    return {
      sentence: `Not conserved: checkpoint ${checkpoint} holds ${quantity}, checkpoint ${first.checkpoint} held ${before}`,
      events: [first.index, stored.index],
    };
  }
}
