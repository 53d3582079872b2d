// rescale.json: how operator lists are shared out anew, against sim/runtime/state/operator-state-redistribution.ts.

import {
  type OperatorStateMeta,
  type OperatorStateMode,
  redistributeOperatorState,
} from "../../../sim/runtime/state/operator-state-redistribution.ts";
import type { Adapter, Outcome, VectorCase } from "../adapter.ts";

interface SplitExample {
  readonly old: readonly (readonly unknown[])[];
  readonly newParallelism: number;
  readonly new: readonly (readonly (readonly [string, readonly unknown[]])[])[];
}

interface Handle {
  readonly states: Readonly<
    Record<string, { readonly mode: string; readonly offsets: readonly number[] }>
  >;
}

interface RedistributionExample {
  readonly newParallelism: number;
  readonly expect: { readonly handleCountPerState: Readonly<Record<string, number>> };
}

const modes: ReadonlyMap<string, OperatorStateMode> = new Map([
  ["SPLIT_DISTRIBUTE", "split-distribute"],
  ["UNION", "union"],
]);

/** Operator state at a changed parallelism, of Flink's StateAssignmentOperation. */
export const rescale: Adapter = {
  file: "rescale.json",
  kinds: ["operatorStateRedistribution", "splitExamples"],
  run(vectorCase) {
    return vectorCase.kind === "splitExamples"
      ? runSplitExamples(vectorCase)
      : runRedistribution(vectorCase);
  },
};

function runSplitExamples(vectorCase: VectorCase): Outcome {
  for (const { old, newParallelism, new: expected } of vectorCase["examples"] as SplitExample[]) {
    const metas = old.map((elements) => [metaOf("split", "split-distribute", elements)]);
    const found = redistributeOperatorState(metas, newParallelism).map((shares) =>
      shares.map(({ oldSubtask, start, end }) => [
        `old${oldSubtask}`,
        old[oldSubtask]?.slice(start, end),
      ]),
    );
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
      return {
        failed: `${JSON.stringify(old)} to ${newParallelism}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`,
      };
    }
  }
  return "passed";
}

function runRedistribution(vectorCase: VectorCase): Outcome {
  const old: OperatorStateMeta[][] = [];
  for (const handles of vectorCase["old"] as (readonly Handle[] | null)[]) {
    const metas: OperatorStateMeta[] = [];
    for (const { states } of handles ?? []) {
      for (const [name, { mode, offsets }] of Object.entries(states)) {
        const known = modes.get(mode);
        if (known === undefined) return { notYet: `${mode.toLowerCase()} state` };
        metas.push(metaOf(name, known, offsets));
      }
    }
    old.push(metas);
  }
  for (const { newParallelism, expect } of vectorCase["examples"] as RedistributionExample[]) {
    const shares = redistributeOperatorState(old, newParallelism).flat();
    for (const [state, expected] of Object.entries(expect.handleCountPerState)) {
      const found = shares.filter((share) => share.state === state).length;
      if (found !== expected) {
        return {
          failed: `handles of ${state} at ${newParallelism}: found ${found}, expected ${expected}`,
        };
      }
    }
  }
  return "passed";
}

function metaOf(
  name: string,
  mode: OperatorStateMode,
  elements: readonly unknown[],
): OperatorStateMeta {
  return { name, mode, elementCount: elements.length };
}
