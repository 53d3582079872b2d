// The submissions of a run: each time the job is started, with which subtasks. A subtask that the present one does not
// have is not broken: it is not there.

import { subtaskAt } from "../../sim/trace/key-group-owners.ts";
import type { WorldProgress } from "../../sim/trace/projection.ts";
import type { SubtaskProgress } from "../../sim/trace/subtask-progress.ts";
import type { RunModel } from "./run-model.ts";

/** One way the job runs, until it is started again. */
export interface Submission {
  /** From 0. */
  readonly number: number;
  /** The event that starts it; -1 for the first. */
  readonly begun: number;
  /** The checkpoint it starts from; 0 for none. */
  readonly checkpoint: number;
  /** The subtasks that are deployed in it; none if it never came to that. */
  readonly tasks: ReadonlySet<string>;
}

/** All submissions of a run, in order. Found once for each run. */
function submissionsOf(model: RunModel): readonly Submission[] {
  const known = KNOWN.get(model) ?? findSubmissions(model);
  KNOWN.set(model, known);
  return known;
}

/** The submissions that have begun by event `index`, in order. */
export function submissionsBegun(model: RunModel, index: number): readonly Submission[] {
  return submissionsOf(model).filter(({ begun }) => begun <= index);
}

/** The submission that event `index` is of. */
function submissionAt(model: RunModel, index: number): Submission | undefined {
  return submissionsBegun(model, index).at(-1);
}

/** Whether a subtask is not part of the submission that event `index` is of. */
export function isAbsent(model: RunModel, subtask: string, index: number): boolean {
  const tasks = submissionAt(model, index)?.tasks;
  return tasks !== undefined && tasks.size > 0 && !tasks.has(subtask);
}

/** The subtasks that are not part of the present submission. */
export function absentAt(
  model: RunModel,
  { subtasks, index }: Pick<WorldProgress, "subtasks" | "index">,
): ReadonlySet<string> {
  const names = subtasks.map(({ name }) => name);
  return new Set(names.filter((name) => isAbsent(model, name, index)));
}

/** The subtasks of the submission that a checkpoint is of: those that can acknowledge it. */
export function partakersOf(
  checkpoint: number,
  model: RunModel,
  { subtasks, index }: Pick<WorldProgress, "subtasks" | "index">,
): readonly SubtaskProgress[] {
  const span = model.checkpoints.find(({ id }) => id === checkpoint);
  return subtasks.filter(({ name }) => !isAbsent(model, name, span?.triggered ?? index));
}

/** How many subtasks of a vertex a submission has. */
export function parallelismIn({ tasks }: Submission, vertex: string): number {
  let count = 0;
  while (tasks.has(subtaskAt({ name: vertex }, count))) count++;
  return count;
}

const KNOWN = new WeakMap<RunModel, readonly Submission[]>();

function findSubmissions(model: RunModel): readonly Submission[] {
  let tasks = new Set<string>();
  const submissions: Submission[] = [{ number: 0, begun: -1, checkpoint: 0, tasks }];
  for (let index = 0; index < model.count; index++) {
    const event = model.event(index);
    if (event.kind === "task-deployed") tasks.add(event.task);
    if (event.kind !== "job-submitted") continue;
    const { submission: number, checkpoint } = event;
    tasks = new Set();
    submissions.push({ number, begun: index, checkpoint, tasks });
  }
  return submissions;
}
