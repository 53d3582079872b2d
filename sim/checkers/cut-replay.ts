// The state at a checkpoint's cut, worked out by the reference interpreter: all steps before the cut are run before
// any step behind it, which is the permutation of Chandy and Lamport's theorem (1985). The interpreter goes on from
// cut to cut as long as one lies on the way to the next, so a run is interpreted once.

import type { CheckedJob } from "./checker.ts";
import type { JobShape, Subtask } from "./job-shape.ts";
import { logNamed, ownPartitions, sourceSystemOf } from "./outside-log.ts";
import type { InterpretedContents } from "./reference-interpreter-operator.ts";
import type { Refutation } from "./refutation.ts";
import { SinkWriters } from "./sink-writers.ts";
import { type ExpectedState, expectedStateOf, type Positions } from "./state-comparison.ts";
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

  /** What operators should hold at the cut of `checkpoint`. Sinks are left out: the interpreter does not run them. */
  stateAt(witness: Witness, checkpoint: number, holder: Holder): CutState {
    const parts = witness.partsUpTo(checkpoint);
    if (parts === undefined) return { kind: "no-cut" };
    const isFurther = parts.every((part, at) => isPrefix(this.#parts[at], part));
    const replay = isFurther ? this.#replay : undefined;
    const running = replay ?? this.#begin();
    this.#replay = running;
    this.#parts = parts;
    const refutation = running.advance(parts);
    const { doubt } = running.interpreter;
    if (doubt !== undefined) return { kind: "doubtful", reason: doubt };
    if (refutation !== undefined) return { kind: "unreachable", refutation };
    const states = new Map<string, readonly ExpectedState[]>();
    for (const subtask of this.#shape.subtasks) {
      states.set(subtask.name, this.#expectedOf(running, subtask, { checkpoint, holder }));
    }
    return { kind: "reached", states };
  }

  #begin(): WitnessReplay {
    const shape = this.#shape;
    const writers = new SinkWriters({ job: this.#job, shape });
    return new WitnessReplay({ job: this.#job, shape, writers, finishedBy: undefined });
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
      const positions = this.#positionsOf(subtask, contents, offsets.get(subtask.vertex.id) ?? []);
      expected.push(expectedStateOf({ ...contents, lists }, positions));
    }
    return expected;
  }

  /** Where a source stands in each of its partitions; undefined if that cannot be known. */
  #positionsOf(
    subtask: Subtask,
    { kind }: InterpretedContents,
    offsets: readonly number[],
  ): Positions | undefined {
    if (kind !== "source") return undefined;
    const system = sourceSystemOf(this.#job, subtask.vertex);
    if (system === undefined) return undefined;
    const count = logNamed(this.#job, system)?.length ?? 0;
    const positions = new Map<number, number>();
    for (const partition of ownPartitions(subtask, count)) {
      positions.set(partition, offsets[partition] ?? 0);
    }
    return positions;
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
