// rescale.json: who gets which state at another parallelism, against operator-state-redistribution.ts,
// keyed-state-redistribution.ts, subtask-state-mapper.ts and state-assignment.ts.

import { StreamExecutionEnvironment } from "../../../sim/index.ts";
import { instant } from "../../../sim/kernel/virtual-time.ts";
import { restoreState } from "../../../sim/runtime/checkpoint/state-assignment.ts";
import {
  newToOldSubtasks,
  type SubtaskStateMapper,
} from "../../../sim/runtime/checkpoint/subtask-state-mapper.ts";
import { operatorsOf } from "../../../sim/runtime/cluster/execution-graph.ts";
import { redistributeKeyedState } from "../../../sim/runtime/state/keyed-state-redistribution.ts";
import {
  type OperatorStateMeta,
  type OperatorStateMode,
  redistributeOperatorState,
} from "../../../sim/runtime/state/operator-state-redistribution.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";
import { jobGraphOf } from "../../../sim/runtime/task/job-graph.ts";
import { type Adapter, compare, type Outcome, type VectorCase } from "../adapter.ts";
import { runRedistributionProperties } from "./rescale-properties.ts";

interface MappingExample {
  readonly oldParallelism: number;
  readonly newParallelism: number;
  readonly newToOld: readonly (readonly number[])[];
}

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
  ["BROADCAST", "broadcast"],
]);

const runners: ReadonlyMap<string, (vectorCase: VectorCase) => Outcome> = new Map([
  ["subtaskMapping", runMapping],
  ["operatorStateRedistribution", runRedistribution],
  ["splitExamples", runSplitExamples],
  ["property", runRedistributionProperties],
  ["emptyState", runEmptyState],
  ["userIds", runUserIds],
]);

/** State at a changed parallelism, of Flink's SubtaskStateMapperTest and StateAssignmentOperationTest. */
export const rescale: Adapter = {
  file: "rescale.json",
  run(vectorCase) {
    const { kind = "no kind" } = vectorCase;
    return runners.get(kind)?.(vectorCase) ?? { notYet: kind };
  },
};

function runMapping(vectorCase: VectorCase): Outcome {
  const mapper = vectorCase["mapper"] as SubtaskStateMapper;
  for (const example of vectorCase["examples"] as MappingExample[]) {
    const { oldParallelism, newParallelism, newToOld } = example;
    const expected = newToOld.map((old) => old.toSorted((left, right) => left - right));
    const found = newToOldSubtasks(mapper, example)?.targets;
    const outcome = compare(`${oldParallelism} to ${newParallelism}`, found, expected);
    if (outcome !== "passed") return outcome;
  }
  return "passed";
}

function runSplitExamples(vectorCase: VectorCase): Outcome {
  for (const { old, newParallelism, new: expected } of vectorCase["examples"] as SplitExample[]) {
    const metas = old.map((elements) => [metaOf("split", "split-distribute", elements)]);
    const found = redistributeOperatorState(metas, newParallelism).map((shares) =>
      shares.map(({ oldSubtask, start, end }) => [
        `old${oldSubtask}`,
        old[oldSubtask]?.slice(start, end),
      ]),
    );
    const outcome = compare(`${JSON.stringify(old)} to ${newParallelism}`, found, expected);
    if (outcome !== "passed") return outcome;
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
      const outcome = compare(`handles of ${state} at ${newParallelism}`, found, expected);
      if (outcome !== "passed") return outcome;
    }
  }
  return "passed";
}

/** The engine has no raw keyed state; the managed handles are what there is to compare. */
function runEmptyState(vectorCase: VectorCase): Outcome {
  const { managedKeyed } = vectorCase["expect"] as { readonly managedKeyed: readonly unknown[] };
  const division = { maxParallelism: 128, parallelism: 2 };
  const found = redistributeKeyedState([undefined, undefined, undefined], division);
  return compare("keyed state of an operator without any", found, [managedKeyed, managedKeyed]);
}

/** A real job's operator that was given a uid, and a checkpoint that holds state under it. */
function runUserIds(vectorCase: VectorCase): Outcome {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env
    .fromElements(1)
    .map((value) => value)
    .name("generated")
    .uid("user-defined")
    .print();
  const job = jobGraphOf(env.execute().streamGraph(2)).description;
  const operators = job.vertices.flatMap(operatorsOf);
  const keyed = { kind: "file", path: "chk-1/user-defined", sizeBytes: 1 } as const;
  const state = { keyed, operator: undefined, sizeBytes: 1, checkpointedBytes: 1 };
  const stored = operators
    .filter(({ operatorId }) => operatorId === "user-defined")
    .map((operator) => ({ ...operator, subtasks: [state, undefined] }));
  const checkpoint = {
    id: checkpointId(1),
    kind: "checkpoint",
    timestamp: instant(0),
    completedAt: instant(0),
    metadataPath: "chk-1/_metadata",
    operators: stored,
  } as const;
  const assignment = restoreState(checkpoint, operators, { ignoresUnclaimedState: false });
  if (assignment.kind === "refused") return { failed: assignment.message };
  const assigned = assignment.operators.find(({ operatorId }) => operatorId === "user-defined");
  const isAssigned = assigned?.subtasks[0]?.keyed[0] === keyed;
  return compare("assigned", { assigned: isAssigned }, vectorCase["expect"]);
}

function metaOf(
  name: string,
  mode: OperatorStateMode,
  elements: readonly unknown[],
): OperatorStateMeta {
  return { name, mode, elementCount: elements.length };
}
