// The state at a checkpoint's cut, worked out by the reference interpreter: all steps before the cut are run before
// any step behind it, which is the permutation of Chandy and Lamport's theorem (1985). The interpreter goes on from
// cut to cut as long as one lies on the way to the next, so a run is interpreted once.

import type { CheckedJob } from "./checker.ts";
import type { JobShape, Subtask } from "./job-shape.ts";
import { sourceSystemOf } from "./outside-log.ts";
import type { InterpretedContents } from "./reference-interpreter-operator.ts";
import type { Refutation } from "./refutation.ts";
import { SinkWriters } from "./sink-writers.ts";
import { type ExpectedState, expectedStateOf, type Positions } from "./state-comparison.ts";
import type { Submissions } from "./submissions.ts";
import type { Witness, WitnessPart } from "./witness.ts";
import { WitnessReplay } from "./witness-replay.ts";

/** What the operators should hold at a cut, by subtask, or why there is no such state. */
export type CutState =
  | { readonly kind: "reached"; readonly states: ReadonlyMap<string, readonly ExpectedState[]> }
  | { readonly kind: "unreachable"; readonly refutation: Refutation }
  /** It depends on what no trace tells. */
  | { readonly kind: "doubtful"; readonly reason: string }
  /** Some subtask took no snapshot. */
  | { readonly kind: "no-cut" };

/** Which functions hold the state: those that worked up to the cut, or fresh ones restored from it. */
export type Holder = "at-snapshot" | "restored";

/** Goes from cut to cut. */
export class CutReplay {
  readonly #job: CheckedJob;
  readonly #shape: JobShape;
  #replay: WitnessReplay | undefined;
  #parts: readonly WitnessPart[] = [];

  constructor(job: CheckedJob, shape: JobShape) {
    this.#job = job;
    this.#shape = shape;
  }

  /**
   * What operators should hold at the cut of `checkpoint`, or in a submission that was started from it. Sinks are left
   * out: the interpreter does not run them.
   */
  stateAt(witness: Witness, checkpoint: number, holder: Holder): CutState {
    const parts = witness.partsUpTo(checkpoint);
    if (parts === undefined) return { kind: "no-cut" };
    const { submissions } = witness;
    const taken = submissions.ofCheckpoint(checkpoint);
    const submission = holder === "restored" ? submissions.current : taken;
    const way = submissions.wayTo(checkpoint);
    const wayOn = submission === taken ? way : [...way, submission];
    const running = this.#furtherAlong(parts, wayOn) ?? this.#begin(submissions);
    this.#replay = running;
    this.#parts = parts;
    const refutation = running.advance(parts);
    if (refutation === undefined && running.way.at(-1) !== submission) running.resubmit(submission);
    const { doubt } = running.interpreter;
    if (doubt !== undefined) return { kind: "doubtful", reason: doubt };
    if (refutation !== undefined) return { kind: "unreachable", refutation };
    const states = new Map<string, readonly ExpectedState[]>();
    for (const subtask of this.#shape.subtasks) {
      if (!submissions.has(submission, subtask)) continue;
      states.set(subtask.name, this.#expectedOf(running, subtask, { checkpoint, holder }));
    }
    return { kind: "reached", states };
  }

  /** The replay so far, if it has gone part of the way, and of the steps. */
  #furtherAlong(parts: readonly WitnessPart[], way: readonly number[]): WitnessReplay | undefined {
    const isOnTheWay = this.#replay?.way.every((submission, at) => way[at] === submission);
    const isFurther = parts.every((part, at) => isPrefix(this.#parts[at], part));
    return isOnTheWay === true && isFurther ? this.#replay : undefined;
  }

  #begin(submissions: Submissions): WitnessReplay {
    const shape = this.#shape;
    const writers = new SinkWriters({ job: this.#job, shape });
    const finishedBy = undefined;
    return new WitnessReplay({ job: this.#job, shape, submissions, writers, finishedBy });
  }

  #expectedOf(
    replay: WitnessReplay,
    subtask: Subtask,
    { checkpoint, holder }: { readonly checkpoint: number; readonly holder: Holder },
  ): readonly ExpectedState[] {
    const { interpreter, offsets } = replay;
    const restored =
      holder === "restored" ? interpreter.restoredLists(subtask, checkpoint) : undefined;
    const expected: ExpectedState[] = [];
    for (const [at, contents] of interpreter.contentsOf(subtask).entries()) {
      if (contents.kind === "sink") continue;
      const lists = restored?.[at]?.lists ?? contents.lists;
      const read = offsets.get(subtask.vertex.id) ?? [];
      const positions = this.#positionsOf(replay, subtask, { kind: contents.kind, read });
      expected.push(expectedStateOf({ ...contents, lists }, positions));
    }
    return expected;
  }

  /** Where a source stands in each of its partitions; undefined if that cannot be known. */
  #positionsOf(
    { partitions }: WitnessReplay,
    subtask: Subtask,
    {
      kind,
      read,
    }: { readonly kind: InterpretedContents["kind"]; readonly read: readonly number[] },
  ): Positions | undefined {
    if (kind !== "source" || sourceSystemOf(this.#job, subtask.vertex) === undefined) {
      return undefined;
    }
    return new Map(partitions.of(subtask).map((partition) => [partition, read[partition] ?? 0]));
  }
}

/** Whether the longer part begins with the shorter one. */
function isPrefix(shorter: WitnessPart | undefined, longer: WitnessPart): boolean {
  const before = shorter?.segments ?? [];
  return before.every(({ events, length }, at) => {
    const segment = longer.segments[at];
    if (segment?.events !== events) return false;
    return at === before.length - 1 ? segment.length >= length : segment.length === length;
  });
}
