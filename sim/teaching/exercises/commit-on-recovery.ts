// The exercise `commit-on-recovery`: what was pre-committed for a completed checkpoint outlives the sink that wrote it.

import { timeText } from "../../trace/duration-text.ts";
import type { EventOf, TraceEvent } from "../../trace/trace-event.ts";
import type { Exercise, ExerciseRun, Finding } from "./exercise.ts";
import { type Failure, failureText, type JobAttempt, jobAttempts } from "./job-attempts.ts";

/** The exercise `commit-on-recovery`. */
export const commitOnRecovery: Exercise = {
  id: "commit-on-recovery",
  title: { en: "Committed by the successor", zh: "由后继者提交" },
  task: {
    en: "Let the job fail after the sink has pre-committed a transaction and before it commits it, so that the restored sink commits that transaction.",
    zh: "让作业在 sink 预提交一个事务之后、提交它之前失败，使恢复后的 sink 来提交这个事务。",
  },
  hint: {
    en: "Pre-commit happens at the snapshot; the commit follows when the sink hears that the checkpoint is complete. Only a transaction of a completed checkpoint may be committed, and a request that has left the sink arrives even if the sink is gone.",
    zh: "预提交发生在拍快照时；sink 得知 checkpoint 完成后才提交。只有已完成的 checkpoint 的事务才可以提交；已经从 sink 发出的请求，即使 sink 不在了也会到达。",
  },
  base: { scenario: "one-stream", seed: 3, config: {}, faults: [] },
  allowed: {
    faults: [
      "task-throws",
      "task-manager-dies",
      "task-manager-loses-disk",
      "power-loss",
      "message-lost",
      "message-delayed",
    ],
    faultsMax: 2,
    config: [],
  },
  criteria: [
    {
      says: {
        en: "The job fails between a transaction's pre-commit and its commit.",
        zh: "作业在某个事务的预提交与提交之间失败。",
      },
      holds: failsBetween,
    },
    {
      says: {
        en: "That transaction is committed by the restored sink.",
        zh: "这个事务由恢复后的 sink 提交。",
      },
      holds: isCommittedLater,
    },
  ],
};

/** A transaction that was waiting for its commit when the job failed. */
interface WaitingTransaction {
  readonly flushed: EventOf<"transaction-flushed">;
  /** The first that became of it afterwards. */
  readonly outcome: EventOf<"transaction-committed" | "transaction-aborted"> | undefined;
  readonly failure: Failure;
  readonly restart: JobAttempt | undefined;
}

/** One that the restored sink committed, if there is one; else the first. */
function waitingIn(events: readonly TraceEvent[]): WaitingTransaction | undefined {
  const attempts = jobAttempts(events);
  const waiting = attempts.flatMap((failed, at) => {
    const { failure, restored } = failed;
    if (failure === undefined) return [];
    const flushes = events
      .slice(restored.index, failure.index)
      .filter((event) => event.kind === "transaction-flushed");
    return flushes.flatMap((flushed) => {
      const outcome = outcomeOf(events, flushed);
      if (outcome !== undefined && outcome.index < failure.index) return [];
      return [{ flushed, outcome, failure, restart: attempts[at + 1] }];
    });
  });
  return waiting.find(isCommittedByRestart) ?? waiting[0];
}

function outcomeOf(
  events: readonly TraceEvent[],
  { index, place, transaction, epoch }: EventOf<"transaction-flushed">,
): WaitingTransaction["outcome"] {
  return events
    .slice(index)
    .filter(
      (event) => event.kind === "transaction-committed" || event.kind === "transaction-aborted",
    )
    .find(
      (event) =>
        event.place === place && event.transaction === transaction && event.epoch === epoch,
    );
}

function failsBetween({ events }: ExerciseRun): Finding {
  const waiting = waitingIn(events);
  if (waiting !== undefined) {
    const { flushed } = waiting;
    const when = failureText(waiting.failure);
    const at = timeText(flushed.time);
    return {
      isMet: true,
      found: {
        en: `${flushed.transaction} was pre-committed at ${at}; ${when.en}, before its commit.`,
        zh: `${flushed.transaction} 在 ${at} 预提交；${when.zh}，此时还没有提交。`,
      },
    };
  }
  const failure = jobAttempts(events).find((attempt) => attempt.failure !== undefined)?.failure;
  if (failure === undefined) {
    return { isMet: false, found: { en: "The job never failed.", zh: "作业没有失败过。" } };
  }
  const when = failureText(failure);
  return {
    isMet: false,
    found: {
      en: `No transaction was waiting for its commit when ${when.en}.`,
      zh: `${when.zh}，当时没有事务在等待提交。`,
    },
  };
}

function isCommittedLater({ events }: ExerciseRun): Finding {
  const waiting = waitingIn(events);
  if (waiting === undefined) {
    return {
      isMet: false,
      found: { en: "There is no such transaction.", zh: "没有这样的事务。" },
    };
  }
  return { isMet: isCommittedByRestart(waiting), found: outcomeText(waiting) };
}

function isCommittedByRestart({ outcome, restart }: WaitingTransaction): boolean {
  if (outcome?.kind !== "transaction-committed" || restart === undefined) return false;
  return outcome.index > restart.restored.index;
}

function outcomeText({ flushed, outcome, restart }: WaitingTransaction): Finding["found"] {
  const { transaction } = flushed;
  if (outcome === undefined) {
    return {
      en: `${transaction} was neither committed nor aborted.`,
      zh: `${transaction} 既没有提交也没有中止。`,
    };
  }
  const at = timeText(outcome.time);
  if (outcome.kind === "transaction-aborted") {
    return {
      en: `${transaction} was aborted at ${at}: no completed checkpoint covered it.`,
      zh: `${transaction} 在 ${at} 被中止：没有已完成的 checkpoint 涵盖它。`,
    };
  }
  if (restart === undefined || outcome.index < restart.restored.index) {
    return {
      en: `${transaction} was committed at ${at}, before any restore: the old sink's request was on its way already.`,
      zh: `${transaction} 在 ${at} 提交，早于恢复：旧 sink 的请求当时已在路上。`,
    };
  }
  return {
    en: `${transaction} was committed at ${at}, after the restore from checkpoint ${restart.restored.checkpoint}.`,
    zh: `${transaction} 在 ${at} 提交，在从 checkpoint ${restart.restored.checkpoint} 恢复之后。`,
  };
}
