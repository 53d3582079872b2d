// The randomised case of rescale.json: each property it lists, in its own words, of what redistributeOperatorState makes
// of operator state drawn at random, with a fixed seed.

import fc from "fast-check";
import {
  type OperatorStateMeta,
  type OperatorStateMode,
  type OperatorStateShare,
  redistributeOperatorState,
} from "../../../sim/runtime/state/operator-state-redistribution.ts";
import type { Outcome, VectorCase } from "../adapter.ts";

/** One redistribution: what there was, and what each new subtask got. */
interface Redistribution {
  /** Of each state: its mode, and how many elements each old subtask had. */
  readonly states: readonly DrawnState[];
  readonly shares: readonly (readonly OperatorStateShare[])[];
  readonly oldParallelism: number;
  readonly newParallelism: number;
}

interface DrawnState {
  readonly name: string;
  readonly mode: OperatorStateMode;
  readonly counts: readonly number[];
}

const PARALLELISM_MAX = 9;
const STATES_MAX = 9;
const ELEMENTS_MAX = 9;

const holds: ReadonlyMap<string, (redistribution: Redistribution) => boolean> = new Map([
  [
    "every SPLIT_DISTRIBUTE element appears exactly once over all new subtasks",
    ({ states, shares }) =>
      areElementsTakenOnce(statesOf(states, "split-distribute"), shares.flat()),
  ],
  [
    "every UNION element appears once per new subtask",
    ({ states, shares }) =>
      shares.every((own) => areElementsTakenOnce(statesOf(states, "union"), own)),
  ],
  [
    "a BROADCAST copy held by old subtask i appears floor(new/old) + (1 if i < new mod old else 0) times",
    areCopiesSpread,
  ],
  [
    "if old != new, element counts of any two new subtasks differ by at most 1",
    ({ shares, oldParallelism, newParallelism }) => {
      const counts = shares.map(elementsOf);
      return oldParallelism === newParallelism || Math.max(...counts) - Math.min(...counts) <= 1;
    },
  ],
  [
    "total element count equals the sum of the above",
    (run) => elementsOf(run.shares.flat()) === expectedTotalOf(run),
  ],
]);

/** Runs the case. A property in other words counts as not yet. */
export function runRedistributionProperties(vectorCase: VectorCase): Outcome {
  const properties = vectorCase["properties"] as readonly string[];
  for (const property of properties) {
    const predicate = holds.get(property);
    if (predicate === undefined) return { notYet: "property" };
    fc.assert(fc.property(anyRedistribution, predicate), { seed: 1, numRuns: 500 });
  }
  return "passed";
}

const anyParallelism = fc.integer({ min: 1, max: PARALLELISM_MAX });

const anyRedistribution: fc.Arbitrary<Redistribution> = fc
  .tuple(anyParallelism, anyParallelism)
  .chain(([oldParallelism, newParallelism]) =>
    fc
      .array(anyStateOf(oldParallelism), { maxLength: STATES_MAX })
      .map((drawn) => drawn.map((state, index) => ({ ...state, name: `state-${index}` })))
      .map((states) => ({
        states,
        shares: redistributeOperatorState(metasOf(states, oldParallelism), newParallelism),
        oldParallelism,
        newParallelism,
      })),
  );

/** As the copies of a broadcast state are copies, each has as many elements. */
function anyStateOf(oldParallelism: number): fc.Arbitrary<Omit<DrawnState, "name">> {
  const anyCount = fc.nat(ELEMENTS_MAX);
  const anyCounts = fc.array(anyCount, { minLength: oldParallelism, maxLength: oldParallelism });
  return fc.oneof(
    fc.record({ mode: fc.constantFrom("split-distribute", "union"), counts: anyCounts }),
    fc.record({
      mode: fc.constant("broadcast" as const),
      counts: anyCount.map((count) => new Array<number>(oldParallelism).fill(count)),
    }),
  );
}

function metasOf(
  states: readonly DrawnState[],
  oldParallelism: number,
): readonly (readonly OperatorStateMeta[])[] {
  return Array.from({ length: oldParallelism }, (_, subtask) =>
    states.map(({ name, mode, counts }) => ({ name, mode, elementCount: counts[subtask] ?? 0 })),
  );
}

function statesOf(states: readonly DrawnState[], mode: OperatorStateMode): readonly DrawnState[] {
  return states.filter((state) => state.mode === mode);
}

function areElementsTakenOnce(
  states: readonly DrawnState[],
  shares: readonly OperatorStateShare[],
): boolean {
  return states.every(({ name, counts }) =>
    counts.every((count, oldSubtask) => {
      const taken = new Array<number>(count).fill(0);
      for (const share of shares) {
        if (share.state !== name || share.oldSubtask !== oldSubtask) continue;
        for (let index = share.start; index < share.end; index++) {
          taken[index] = (taken[index] ?? 0) + 1;
        }
      }
      return taken.length === count && taken.every((times) => times === 1);
    }),
  );
}

function areCopiesSpread(run: Redistribution): boolean {
  const { states, shares, oldParallelism, newParallelism } = run;
  const all = shares.flat();
  return statesOf(states, "broadcast").every(({ name, counts }) =>
    counts.every((_, i) => {
      const copies = all.filter(({ state, oldSubtask }) => state === name && oldSubtask === i);
      const more = i < newParallelism % oldParallelism ? 1 : 0;
      return copies.length === Math.floor(newParallelism / oldParallelism) + more;
    }),
  );
}

function expectedTotalOf({ states, newParallelism }: Redistribution): number {
  let total = 0;
  for (const { mode, counts } of states) {
    const elements = counts.reduce((sum, count) => sum + count, 0);
    if (mode === "split-distribute") total += elements;
    else if (mode === "union") total += elements * newParallelism;
    else total += (counts[0] ?? 0) * newParallelism;
  }
  return total;
}

function elementsOf(shares: readonly OperatorStateShare[]): number {
  return shares.reduce((sum, { start, end }) => sum + end - start, 0);
}
