// The job as it runs (Flink: ExecutionGraph): for each subtask its current attempt, where it runs and how far
// it has come. All subtasks of one restart share one attempt number.

import { invariant, must } from "../../kernel/invariant.ts";
import { Place } from "../../kernel/place.ts";
import type { OperatorDescription, PlannedExecution } from "../checkpoint/checkpoint-plan.ts";
import { type AttemptNumber, attemptNumber, type TaskRef } from "../checkpoint/task-ref.ts";
import { type JobDescription, type JobVertexDescription, subtaskName } from "../task/job-graph.ts";

/** How far an attempt has come (Flink: ExecutionState). */
export type ExecutionState =
  | "CREATED"
  | "DEPLOYING"
  | "RUNNING"
  | "CANCELING"
  | "FINISHED"
  | "CANCELED"
  | "FAILED";

/** The current attempt of one subtask. */
export interface Execution {
  readonly place: Place;
  readonly vertex: JobVertexDescription;
  readonly subtaskIndex: number;
  readonly attempt: AttemptNumber;
  readonly state: ExecutionState;
  /** Where it runs, once it is deployed. */
  readonly taskManager: string | undefined;
  readonly isAtEnd: boolean;
  readonly isReadyToFinish: boolean;
}

const TERMINAL: ReadonlySet<ExecutionState> = new Set(["FINISHED", "CANCELED", "FAILED"]);

/** The executions of a job, in job graph order. */
export class ExecutionGraph {
  readonly #executions = new Map<string, Execution>();
  /** The operators of each vertex, by its id: every checkpoint's plan names them. */
  readonly #operators: readonly (readonly OperatorDescription[])[];

  constructor(job: JobDescription) {
    this.#operators = job.vertices.map(operatorsOf);
    for (const vertex of job.vertices) {
      for (let subtaskIndex = 0; subtaskIndex < vertex.parallelism; subtaskIndex++) {
        const place = new Place(subtaskName(vertex.name, subtaskIndex));
        invariant(
          !this.#executions.has(place.name),
          () => `Cannot have two subtasks called ${place.name}`,
        );
        this.#executions.set(place.name, {
          place,
          vertex,
          subtaskIndex,
          attempt: attemptNumber(0),
          state: "CREATED",
          taskManager: undefined,
          isAtEnd: false,
          isReadyToFinish: false,
        });
      }
    }
  }

  get all(): readonly Execution[] {
    return [...this.#executions.values()];
  }

  /** The execution of a subtask. */
  get(task: string): Execution {
    return must(this.#executions.get(task), () => `execution of ${task}`);
  }

  /** The execution a message means; undefined if it speaks of an earlier attempt. */
  current({ task, attempt }: TaskRef): Execution | undefined {
    const execution = this.#executions.get(task);
    return execution?.attempt === attempt ? execution : undefined;
  }

  /** Where the subtasks of each index run or ran last, by that index: they share a slot. */
  get locations(): readonly (string | undefined)[] {
    const locations: (string | undefined)[] = [];
    for (const { subtaskIndex, taskManager } of this.all) {
      locations[subtaskIndex] = locations[subtaskIndex] ?? taskManager;
    }
    return locations;
  }

  /** Starts every subtask over as attempt `attempt`. */
  reset(attempt: AttemptNumber): void {
    for (const execution of this.all) {
      invariant(
        isTerminal(execution) || execution.state === "CREATED",
        () =>
          `Cannot restart ${execution.place.name}: its attempt ${execution.attempt} is ${execution.state}`,
      );
      this.update(execution, {
        attempt,
        state: "CREATED",
        taskManager: undefined,
        isAtEnd: false,
        isReadyToFinish: false,
      });
    }
  }

  update(execution: Execution, change: Partial<Execution>): void {
    this.#executions.set(execution.place.name, { ...this.get(execution.place.name), ...change });
  }

  /** Whether every execution is in `state`. */
  areAll(state: ExecutionState): boolean {
    return this.all.every((execution) => execution.state === state);
  }

  /** Whether no attempt runs any more. */
  get isEverythingTerminal(): boolean {
    return this.all.every((execution) => isTerminal(execution) || execution.state === "CREATED");
  }

  /** The executions as a checkpoint's plan sees them. */
  planned(): readonly PlannedExecution[] {
    return this.all.map(({ place, vertex, subtaskIndex, attempt, state }) => ({
      task: place.name,
      attempt,
      subtaskIndex,
      state,
      isSource: vertex.operators[0]?.kind === "source",
      operators: must(this.#operators[vertex.id], "operators of a vertex"),
    }));
  }

  /** What determines the graph's future, as plain data. */
  describeState(): unknown {
    return this.all.map(({ place, attempt, state, taskManager, isAtEnd, isReadyToFinish }) => [
      place.name,
      attempt,
      state,
      taskManager,
      isAtEnd,
      isReadyToFinish,
    ]);
  }
}

/** Whether an attempt has ended. */
export function isTerminal(execution: Execution): boolean {
  return TERMINAL.has(execution.state);
}

/** The operators of a vertex as a checkpoint names them. */
export function operatorsOf(vertex: JobVertexDescription): readonly OperatorDescription[] {
  return vertex.operators.map(({ uid, name }) => ({
    operatorId: uid,
    name,
    parallelism: vertex.parallelism,
    maxParallelism: vertex.maxParallelism,
  }));
}
