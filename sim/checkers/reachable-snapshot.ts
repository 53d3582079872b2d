// Checks Chandy and Lamport's theorem (1985) on every completed checkpoint: if all steps before the snapshots are run
// before any step behind them, the run is a run still, and the state at the boundary is the checkpoint. The steps are
// run in the reference interpreter; what the asynchronous parts wrote must equal what it then holds, value by value:
// keyed state, the positions of sources, the operator state of functions.
//
// Not checked: the state of sinks, which the interpreter does not run; what channels hold (consistent-cut does);
// that a restore gives it back (restored-state does); jobs under AT_LEAST_ONCE, whose snapshots no failure-free run
// need come by; values whose time to live is over, which may be there or not; runs in which a function saw such a value.

import { stateHashOf } from "../kernel/state-hash.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { CompletedCuts, type CutCompleted } from "./completed-cuts.ts";
import { CutReplay } from "./cut-replay.ts";
import { type JobShape, jobShapeOf } from "./job-shape.ts";
import { doubtful, lackOf, notChecked } from "./not-checked.ts";
import type { Refutation } from "./refutation.ts";
import { counted } from "./sentence.ts";
import { differenceOf, type ExpectedState, isEmptyState } from "./state-comparison.ts";
import { dependsOnTime } from "./time-dependence.ts";
import { Witness } from "./witness.ts";
import { WrittenSnapshots } from "./written-snapshots.ts";

export const reachableSnapshot: Checker = {
  name: "reachable-snapshot",
  claim: "Each completed checkpoint is a state that a failure-free run comes to, value by value",
  level: "state",
  start(job) {
    const lack = lackOf(reachableSnapshot, job, {
      atLeastOnce:
        "under AT_LEAST_ONCE checkpointing a snapshot may hold records from behind the cut",
    });
    return lack === undefined
      ? new ReachableSnapshotFold(job)
      : notChecked(reachableSnapshot.name, lack);
  },
};

class ReachableSnapshotFold implements CheckerFold {
  readonly #job: CheckedJob;
  readonly #shape: JobShape;
  readonly #witness: Witness;
  readonly #replay: CutReplay;
  readonly #written: WrittenSnapshots;
  readonly #completed: CompletedCuts;
  #checkpoints = 0;
  #operators = 0;
  #refutation: Refutation | undefined;
  #doubt: string | undefined;

  constructor(original: ReachableSnapshotFold | CheckedJob) {
    if (original instanceof ReachableSnapshotFold) {
      this.#job = original.#job;
      this.#shape = original.#shape;
      this.#witness = original.#witness.clone();
      this.#written = original.#written.clone();
      this.#completed = original.#completed.clone();
      this.#checkpoints = original.#checkpoints;
      this.#operators = original.#operators;
      this.#refutation = original.#refutation;
      this.#doubt = original.#doubt;
    } else {
      this.#job = original;
      this.#shape = jobShapeOf(original.description, original.parallelisms);
      this.#witness = new Witness(this.#shape, dependsOnTime(original, this.#shape));
      this.#written = new WrittenSnapshots();
      this.#completed = new CompletedCuts();
    }
    // A copy interprets afresh what it comes to need: functions cannot be copied.
    this.#replay = new CutReplay(this.#job, this.#shape);
  }

  step(event: TraceEvent): void {
    this.#witness.step(event);
    this.#written.step(event);
    const completed = this.#completed.step(event);
    if (completed !== undefined) this.#refutation ??= this.#refuteCheckpoint(completed);
  }

  verdict(): Verdict {
    const { name: checker } = reachableSnapshot;
    if (this.#refutation !== undefined) return { kind: "violated", checker, ...this.#refutation };
    if (this.#doubt !== undefined) return doubtful(checker, this.#doubt);
    const sentence = `${counted(this.#checkpoints, "completed checkpoint")} reached by a failure-free run, ${counted(this.#operators, "operator snapshot")} equal`;
    return { kind: "holds", checker, sentence };
  }

  finish(): Verdict {
    return this.verdict();
  }

  clone(): ReachableSnapshotFold {
    return new ReachableSnapshotFold(this);
  }

  stateHash(): string {
    return stateHashOf([
      this.#witness.describeState(),
      this.#written.describeState(),
      this.#refutation?.sentence,
      this.#doubt,
    ]);
  }

  #refuteCheckpoint(stored: CutCompleted): Refutation | undefined {
    const { checkpoint } = stored;
    const written = this.#written.take(checkpoint, this.#shape);
    const cut = this.#replay.stateAt(this.#witness, checkpoint, "at-snapshot");
    if (cut.kind === "no-cut") return undefined; // consistent-cut speaks.
    if (cut.kind === "doubtful") {
      this.#doubt ??= cut.reason;
      return undefined;
    }
    if (cut.kind === "unreachable") {
      const { sentence, events } = cut.refutation;
      return {
        sentence: `Checkpoint ${checkpoint} is no state of a failure-free run: ${sentence}`,
        events: [...events, stored.index],
      };
    }
    this.#checkpoints++;
    for (const [place, states] of cut.states) {
      for (const expected of states) {
        const event = written.find((one) => one.place === place && isOf(one, expected));
        const refutation = refuteOperator({ place, expected, event, stored });
        if (refutation !== undefined) return refutation;
        this.#operators++;
      }
    }
    return undefined;
  }
}

function isOf(event: EventOf<"operator-snapshot-written">, { operator }: ExpectedState): boolean {
  return event.operator === operator;
}

function refuteOperator(compared: {
  readonly place: string;
  readonly expected: ExpectedState;
  readonly event: EventOf<"operator-snapshot-written"> | undefined;
  readonly stored: CutCompleted;
}): Refutation | undefined {
  const { place, expected, event, stored } = compared;
  const where = `In checkpoint ${stored.checkpoint}, of ${expected.operator} in ${place},`;
  if (event === undefined) {
    if (isEmptyState(expected, stored.time)) return undefined;
    return { sentence: `${where} nothing was written`, events: [stored.index] };
  }
  const difference = differenceOf(event, expected);
  if (difference === undefined) return undefined;
  return { sentence: `${where} ${difference}`, events: [event.index, stored.index] };
}
