// Who gets which elements of operator state after a restart (Flink: RoundRobinOperatorStateRepartitioner). It
// needs only names and counts, which every snapshot's handle tells; the elements themselves stay where they are.

import { must } from "../../kernel/invariant.ts";
import { compareText } from "../../kernel/plain-object.ts";

/**
 * How a state is shared out (Flink: OperatorStateHandle.Mode): `split-distribute` gives every element to one subtask,
 * `union` gives all elements to all, even at unchanged parallelism, and of `broadcast` state, of which every subtask had
 * a copy, each gets one.
 */
export type OperatorStateMode = "split-distribute" | "union" | "broadcast";

/** What one old subtask's snapshot says of one of its states. */
export interface OperatorStateMeta {
  readonly name: string;
  readonly mode: OperatorStateMode;
  readonly elementCount: number;
}

/** The elements from `start` to before `end` of one state of one old subtask. */
export interface OperatorStateShare {
  readonly oldSubtask: number;
  readonly state: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The shares of each new subtask, its states by name, each in the order of the old subtasks. `old[i]` is what old
 * subtask i had; old and new parallelism may be the same, and then a split list stays where it was. Otherwise a split
 * list's elements are pooled in the order of the old subtasks and cut into contiguous shares that differ by at most one;
 * the larger shares of the next list, by name, begin where those of the last one ended. New subtask i gets the i-th of
 * the copies of a broadcast state, from the first again when there are no more.
 *
 * @example
 * redistributeOperatorState([[{ name: "offsets", mode: "split-distribute", elementCount: 3 }]], 2)
 * // subtask 0: elements 0 and 1; subtask 1: element 2
 */
export function redistributeOperatorState(
  old: readonly (readonly OperatorStateMeta[])[],
  newParallelism: number,
): readonly (readonly OperatorStateShare[])[] {
  const shares: OperatorStateShare[][] = Array.from({ length: newParallelism }, () => []);
  let first = 0;
  for (const [state, whole] of wholeStatesOf(old)) {
    if (whole.mode === "union") {
      for (const share of shares) share.push(...whole.parts);
    } else if (whole.mode === "broadcast") {
      for (const [subtask, share] of shares.entries()) {
        share.push(must(whole.parts[subtask % whole.parts.length], () => `copy of "${state}"`));
      }
    } else if (old.length === newParallelism) {
      for (const part of whole.parts) shares[part.oldSubtask]?.push(part);
    } else {
      const counts = splitEvenly(whole.elementCount, newParallelism, first);
      first = (first + (whole.elementCount % newParallelism)) % newParallelism;
      const cutter = new Cutter(state, whole.parts);
      for (const { subtask, count } of counts) shares[subtask]?.push(...cutter.take(count));
    }
  }
  return shares;
}

interface WholeState {
  readonly mode: OperatorStateMode;
  elementCount: number;
  readonly parts: OperatorStateShare[];
}

/** All states by name, each with its parts in the order of the old subtasks. */
function wholeStatesOf(
  old: readonly (readonly OperatorStateMeta[])[],
): readonly [string, WholeState][] {
  const states = new Map<string, WholeState>();
  for (const [oldSubtask, metas] of old.entries()) {
    for (const { name, mode, elementCount } of metas) {
      const state = states.get(name) ?? { mode, elementCount: 0, parts: [] };
      states.set(name, state);
      state.elementCount += elementCount;
      // An empty copy of a broadcast state is a copy, no elements of a list are nothing.
      if (elementCount > 0 || mode === "broadcast")
        state.parts.push({ oldSubtask, state: name, start: 0, end: elementCount });
    }
  }
  return [...states].sort(([left], [right]) => compareText(left, right));
}

/** How many elements each subtask gets, in the order in which they take them: from `first` on, around. */
function splitEvenly(
  elementCount: number,
  parallelism: number,
  first: number,
): readonly { readonly subtask: number; readonly count: number }[] {
  const base = Math.floor(elementCount / parallelism);
  const remainder = elementCount % parallelism;
  return Array.from({ length: parallelism }, (_, index) => ({
    subtask: (first + index) % parallelism,
    count: base + (index < remainder ? 1 : 0),
  }));
}

/** Cuts a list's parts into pieces, from the front. */
class Cutter {
  readonly #state: string;
  readonly #parts: readonly OperatorStateShare[];
  #part = 0;
  #taken = 0;

  constructor(state: string, parts: readonly OperatorStateShare[]) {
    this.#state = state;
    this.#parts = parts;
  }

  take(count: number): readonly OperatorStateShare[] {
    const pieces: OperatorStateShare[] = [];
    let left = count;
    while (left > 0) {
      const part = must(this.#parts[this.#part], () => `elements of "${this.#state}"`);
      const end = Math.min(part.end, this.#taken + left);
      pieces.push({ ...part, start: this.#taken, end });
      left -= end - this.#taken;
      this.#taken = end;
      if (end === part.end) {
        this.#part++;
        this.#taken = 0;
      }
    }
    return pieces;
  }
}
