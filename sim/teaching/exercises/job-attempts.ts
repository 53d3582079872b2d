// The attempts of a job as a trace shows them: from which checkpoint each was restored, how far it got, and what ended
// it. All tasks of a job restart together, so an attempt of one is an attempt of all.

import { unreachable } from "../../kernel/invariant.ts";
import { timeText } from "../../trace/duration-text.ts";
import type { EventOf, TraceEvent } from "../../trace/trace-event.ts";
import type { Localized } from "../localized.ts";

/** One attempt of a job. */
export interface JobAttempt {
  /** Its number, as its tasks bear it; from 0. */
  readonly number: number;
  readonly restored: EventOf<"restore-started">;
  /** The tasks deployed for it, with their machines. */
  readonly deployed: ReadonlyMap<string, string>;
  /** The tasks of it that came to run before it failed. */
  readonly running: readonly string[];
  /** What ended it too early; undefined if nothing did. */
  readonly failure: Failure | undefined;
}

/** What ends an attempt: a crash, a task that fails, or the job giving up by itself. */
export type Failure = EventOf<"host-crashed" | "task-failed" | "job-status-changed">;

/** The attempts of the job, in order. */
export function jobAttempts(events: readonly TraceEvent[]): readonly JobAttempt[] {
  const attempts: GrowingAttempt[] = [];
  for (const event of events) {
    if (event.kind === "restore-started") {
      attempts.push(attemptFrom(event));
      continue;
    }
    const attempt = attempts.at(-1);
    if (attempt !== undefined && attempt.failure === undefined) advance(attempt, event);
  }
  return attempts;
}

/** What ended an attempt, in words: `task-manager-2 died at 0.211704 s`. */
export function failureText(failure: Failure): Localized {
  const { place } = failure;
  const at = timeText(failure.time);
  switch (failure.kind) {
    case "host-crashed":
      return { en: `${place} died at ${at}`, zh: `${place} 在 ${at} 崩溃` };
    case "task-failed":
      return { en: `${place} failed at ${at}`, zh: `${place} 在 ${at} 失败` };
    case "job-status-changed":
      return { en: `the job gave up its tasks at ${at}`, zh: `作业在 ${at} 放弃了全部 subtask` };
    default:
      return unreachable(failure);
  }
}

interface GrowingAttempt extends JobAttempt {
  number: number;
  readonly deployed: Map<string, string>;
  readonly running: string[];
  failure: Failure | undefined;
}

function attemptFrom(restored: EventOf<"restore-started">): GrowingAttempt {
  return { number: -1, restored, deployed: new Map(), running: [], failure: undefined };
}

function advance(attempt: GrowingAttempt, event: TraceEvent): void {
  if (event.kind === "task-deployed") {
    attempt.number = event.attempt;
    attempt.deployed.set(event.task, event.taskManager);
  } else if (event.kind === "task-running") {
    if (event.incarnation === attempt.number) attempt.running.push(event.place);
  } else if (isFailure(event, attempt)) {
    attempt.failure = event;
  }
}

/** Whether `event` ends the attempt. Machines that none of its tasks are on may die. */
function isFailure(event: TraceEvent, { number, deployed }: JobAttempt): event is Failure {
  switch (event.kind) {
    case "host-crashed":
      return event.place === "job-manager" || [...deployed.values()].includes(event.place);
    case "task-failed":
      return event.incarnation === number;
    case "job-status-changed":
      return ["RESTARTING", "FAILING", "FAILED"].includes(event.status);
    default:
      return false;
  }
}
