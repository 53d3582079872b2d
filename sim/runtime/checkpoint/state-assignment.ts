// Restoring: Recovery = restoreState(Checkpoint). Gives each subtask of the job graph its part of the state that the
// operator's subtasks had, whatever their number (Flink: StateAssignmentOperation); the operator is found by its uid.
// Nothing is dropped or guessed: what does not fit is refused by name.

import { must } from "../../kernel/invariant.ts";
import { keyGroupRangesOf, redistributeKeyedState } from "../state/keyed-state-redistribution.ts";
import type { OperatorDescription } from "./checkpoint-plan.ts";
import { type CompletedCheckpoint, getState, type OperatorState } from "./completed-checkpoint.ts";
import { type AssignedOperatorState, assignOperatorState } from "./operator-state-assignment.ts";
import type { KeyedStateHandle } from "./state-handle.ts";

/** The state one subtask starts from: of any number of former subtasks, as many as have something for it. */
export interface AssignedState {
  readonly keyed: readonly KeyedStateHandle[];
  readonly operator: AssignedOperatorState;
}

/** The state of one operator, subtask by subtask; nothing where it starts empty. */
export interface OperatorAssignment {
  readonly operatorId: string;
  /** By subtask index. */
  readonly subtasks: readonly (AssignedState | undefined)[];
}

/** What a restore gives to whom, or why it cannot be. */
export type StateAssignment =
  | { readonly kind: "assigned"; readonly operators: readonly OperatorAssignment[] }
  | {
      readonly kind: "refused";
      readonly refusal: StateAssignmentRefusal;
      readonly message: string;
    };

/** Why a checkpoint does not fit a job graph. */
export type StateAssignmentRefusal =
  /** The checkpoint holds state of an operator that the job graph does not have. */
  | "UNMAPPED_STATE"
  /** Two operators of the job graph have the same uid. */
  | "AMBIGUOUS_OPERATOR"
  | "PARALLELISM_EXCEEDS_MAX_PARALLELISM"
  | "MAX_PARALLELISM_CHANGED";

/** How strictly to restore. */
export interface StateAssignmentOptions {
  /** `execution.state-recovery.ignore-unclaimed-state`: state without an operator is left behind. */
  readonly ignoresUnclaimedState: boolean;
}

/**
 * Assigns `checkpoint` to `operators`, in their order. An operator that the checkpoint does not know starts empty.
 *
 * @example restoreState(latest, jobGraph.operators, { ignoresUnclaimedState: false })
 */
export function restoreState(
  checkpoint: CompletedCheckpoint,
  operators: readonly OperatorDescription[],
  options: StateAssignmentOptions,
): StateAssignment {
  const known = new Map(operators.map((operator) => [operator.operatorId, operator]));
  if (known.size < operators.length) {
    return refused("AMBIGUOUS_OPERATOR", checkpoint, "two operators of the job have the same uid");
  }
  for (const stored of checkpoint.operators) {
    const operator = known.get(stored.operatorId);
    const refusal =
      operator === undefined
        ? checkUnmapped(stored, checkpoint, options)
        : checkFit(stored, operator, checkpoint);
    if (refusal !== undefined) return refusal;
  }
  const states = new Map(checkpoint.operators.map((stored) => [stored.operatorId, stored]));
  return {
    kind: "assigned",
    operators: operators.map(({ operatorId, parallelism }) => {
      const stored = states.get(operatorId);
      const subtasks =
        stored === undefined ? emptyState(parallelism) : assigned(stored, parallelism);
      return { operatorId, subtasks };
    }),
  };
}

/**
 * What each of `parallelism` subtasks gets of an operator's state. Key groups are never split: a subtask gets every old
 * snapshot that its own range meets, and takes its key groups out of it.
 */
function assigned(stored: OperatorState, parallelism: number): readonly AssignedState[] {
  const { maxParallelism } = stored;
  const old = getState(stored);
  const ranges = keyGroupRangesOf({ maxParallelism, parallelism: stored.parallelism });
  const held = old.map((state, index) => (state?.keyed === undefined ? undefined : ranges[index]));
  const keyed = redistributeKeyedState(held, { maxParallelism, parallelism });
  const operator = assignOperatorState(
    old.map((state) => state?.operator),
    parallelism,
  );
  return keyed.map((shares, subtask) => ({
    keyed: shares.flatMap(({ oldSubtask }) => old[oldSubtask]?.keyed ?? []),
    operator: must(operator[subtask], () => `operator state of subtask ${subtask}`),
  }));
}

function checkUnmapped(
  stored: OperatorState,
  checkpoint: CompletedCheckpoint,
  { ignoresUnclaimedState }: StateAssignmentOptions,
): StateAssignment | undefined {
  const isStateless = getState(stored).every((state) => state === undefined);
  if (ignoresUnclaimedState || isStateless) return undefined;
  const problem = `it holds state of operator ${stored.operatorId} (${stored.name}), which the job does not have`;
  return refused("UNMAPPED_STATE", checkpoint, problem);
}

function checkFit(
  stored: OperatorState,
  operator: OperatorDescription,
  checkpoint: CompletedCheckpoint,
): StateAssignment | undefined {
  const { operatorId, parallelism, maxParallelism } = operator;
  if (parallelism > stored.maxParallelism) {
    const problem = `parallelism of ${operatorId} is ${parallelism}, stored max parallelism ${stored.maxParallelism}`;
    return refused("PARALLELISM_EXCEEDS_MAX_PARALLELISM", checkpoint, problem);
  }
  if (maxParallelism !== stored.maxParallelism) {
    const problem = `max parallelism of ${operatorId} is ${maxParallelism}, expected ${stored.maxParallelism}`;
    return refused("MAX_PARALLELISM_CHANGED", checkpoint, problem);
  }
  return undefined;
}

function refused(
  refusal: StateAssignmentRefusal,
  { id }: CompletedCheckpoint,
  problem: string,
): StateAssignment {
  return { kind: "refused", refusal, message: `Cannot restore checkpoint ${id}: ${problem}` };
}

function emptyState(parallelism: number): readonly undefined[] {
  return new Array(parallelism).fill(undefined);
}
