// Restoring: Recovery = restoreState(Checkpoint). Gives each subtask of the job graph the state that the subtask
// of the same index had (Flink: StateAssignmentOperation), found by the operator's uid. Nothing is dropped or
// guessed: what does not fit is refused by name. Changed parallelism is refused for now.

import type { OperatorDescription } from "./checkpoint-plan.ts";
import {
  type CompletedCheckpoint,
  getState,
  type OperatorState,
  type OperatorSubtaskState,
} from "./completed-checkpoint.ts";

/** The state of one operator, subtask by subtask; nothing where it starts empty. */
export interface OperatorAssignment {
  readonly operatorId: string;
  /** By subtask index. */
  readonly subtasks: readonly (OperatorSubtaskState | undefined)[];
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
  | "PARALLELISM_CHANGED"
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
      const subtasks = stored === undefined ? emptyState(parallelism) : getState(stored);
      return { operatorId, subtasks };
    }),
  };
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
  if (parallelism !== stored.parallelism) {
    const problem = `parallelism of ${operatorId} is ${parallelism}, expected ${stored.parallelism}`;
    return refused("PARALLELISM_CHANGED", checkpoint, problem);
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
