// Checks that what operators hold after a restore is what the reference interpreter holds at the cut of the
// checkpoint they were restored from, value by value: keyed state, the positions of sources, the operator state of
// functions (as fresh functions leave it once they have been given it).
//
// Not checked: the state of sinks, which the interpreter does not run; that the right checkpoint was restored
// (newest-checkpoint does); jobs under AT_LEAST_ONCE, whose state may differ from any failure-free run's; values whose
// time to live is over, which may be there or not; runs in which a function saw such a value.

import { stateHashOf } from "../kernel/state-hash.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "./checker.ts";
import { CutReplay, type CutState } from "./cut-replay.ts";
import { type JobShape, jobShapeOf } from "./job-shape.ts";
import { doubtful, lackOf, notChecked } from "./not-checked.ts";
import type { Refutation } from "./refutation.ts";
import { counted } from "./sentence.ts";
import { differenceOf, isEmptyState } from "./state-comparison.ts";
import { dependsOnTime } from "./time-dependence.ts";
import { Witness } from "./witness.ts";

export const restoredState: Checker = {
  name: "restored-state",
  claim: "Restored operators hold what a failure-free run holds at the checkpoint, value by value",
  level: "state",
  start(job) {
    const lack = lackOf(restoredState, job, {
      atLeastOnce:
        "under AT_LEAST_ONCE checkpointing restored state may differ from any failure-free run's",
    });
    return lack === undefined ? new RestoredStateFold(job) : notChecked(restoredState.name, lack);
  },
};

type Restored = EventOf<"operator-restored">;

class RestoredStateFold implements CheckerFold {
  readonly #job: CheckedJob;
  readonly #shape: JobShape;
  readonly #witness: Witness;
  readonly #replay: CutReplay;
  /** What the cuts that were restored should hold, by checkpoint. */
  readonly #cuts: Map<number, CutState>;
  /** Operators restored by attempts that are still being restored, by subtask and attempt. */
  readonly #restoring: Map<string, Set<string>>;
  #attempts = 0;
  #operators = 0;
  #refutation: Refutation | undefined;
  #doubt: string | undefined;

  constructor(original: RestoredStateFold | CheckedJob) {
    if (original instanceof RestoredStateFold) {
      this.#job = original.#job;
      this.#shape = original.#shape;
      this.#witness = original.#witness.clone();
      this.#cuts = new Map(original.#cuts);
      const restoring = [...original.#restoring];
      this.#restoring = new Map(restoring.map(([attempt, done]) => [attempt, new Set(done)]));
      this.#attempts = original.#attempts;
      this.#operators = original.#operators;
      this.#refutation = original.#refutation;
      this.#doubt = original.#doubt;
    } else {
      this.#job = original;
      this.#shape = jobShapeOf(original.description, original.parallelisms);
      this.#witness = new Witness(this.#shape, dependsOnTime(original, this.#shape));
      this.#cuts = new Map();
      this.#restoring = new Map();
    }
    // A copy interprets afresh what it comes to need: functions cannot be copied.
    this.#replay = new CutReplay(this.#job, this.#shape);
  }

  step(event: TraceEvent): void {
    switch (event.kind) {
      case "operator-restored":
        this.#refutation ??= this.#refuteOperator(event);
        return;
      case "task-restored":
        this.#refutation ??= this.#refuteTask(event);
        this.#witness.step(event);
        return;
      case "restore-started":
        this.#restoring.clear();
        this.#witness.step(event);
        return;
      case "checkpoint-subsumed":
        this.#cuts.delete(event.checkpoint);
        return;
      case "job-submitted":
        // What it starts from is shared out among other subtasks than those that held it.
        this.#cuts.clear();
        this.#witness.step(event);
        return;
      default:
        this.#witness.step(event);
    }
  }

  verdict(): Verdict {
    const { name: checker } = restoredState;
    if (this.#refutation !== undefined) return { kind: "violated", checker, ...this.#refutation };
    if (this.#doubt !== undefined) return doubtful(checker, this.#doubt);
    const operators = counted(this.#operators, "operator");
    const sentence =
      this.#attempts === 0
        ? "Nothing was restored"
        : `${counted(this.#attempts, "attempt")} restored with ${operators}, all as in a failure-free run`;
    return { kind: "holds", checker, sentence };
  }

  finish(): Verdict {
    return this.verdict();
  }

  clone(): RestoredStateFold {
    return new RestoredStateFold(this);
  }

  stateHash(): string {
    const restoring = [...this.#restoring].map(([attempt, done]) => [attempt, [...done]]);
    return stateHashOf([
      this.#witness.describeState(),
      restoring,
      this.#refutation?.sentence,
      this.#doubt,
    ]);
  }

  #refuteOperator(event: Restored): Refutation | undefined {
    const { checkpoint, place, operator } = event;
    const cut = this.#cut(checkpoint);
    if (cut.kind === "no-cut") return undefined; // failure-transparency speaks.
    if (cut.kind === "doubtful") {
      this.#doubt ??= cut.reason;
      return undefined;
    }
    if (cut.kind === "unreachable") {
      const { sentence, events } = cut.refutation;
      return {
        sentence: `${place} is restored from checkpoint ${checkpoint}, which is no state of a failure-free run: ${sentence}`,
        events: [...events, event.index],
      };
    }
    const attempt = `${place} ${event.incarnation}`;
    this.#restoring.set(attempt, (this.#restoring.get(attempt) ?? new Set()).add(operator));
    const expected = cut.states.get(place)?.find((state) => state.operator === operator);
    const difference = expected === undefined ? undefined : differenceOf(event, expected);
    if (expected !== undefined) this.#operators++;
    if (difference === undefined) return undefined;
    const sentence = `Restored from checkpoint ${checkpoint}, of ${operator} in ${place}, ${difference}`;
    return { sentence, events: [event.index] };
  }

  /** An operator that was given nothing back has nothing to show. */
  #refuteTask(event: EventOf<"task-restored">): Refutation | undefined {
    const { checkpoint, place, incarnation } = event;
    if (checkpoint === 0) return undefined;
    this.#attempts++;
    const attempt = `${place} ${incarnation}`;
    const done = this.#restoring.get(attempt);
    this.#restoring.delete(attempt);
    const cut = this.#cut(checkpoint);
    if (cut.kind !== "reached") return undefined;
    for (const expected of cut.states.get(place) ?? []) {
      if (done?.has(expected.operator) === true || isEmptyState(expected, event.time)) continue;
      const sentence = `Restored from checkpoint ${checkpoint}, ${expected.operator} in ${place} was given nothing back`;
      return { sentence, events: [event.index] };
    }
    return undefined;
  }

  #cut(checkpoint: number): CutState {
    const known = this.#cuts.get(checkpoint);
    if (known !== undefined) return known;
    const cut = this.#replay.stateAt(this.#witness, checkpoint, "restored");
    this.#cuts.set(checkpoint, cut);
    return cut;
  }
}
