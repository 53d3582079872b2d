// The exercise `torn-checkpoint`: a checkpoint that some have acknowledged and others have not is none.

import { chineseReason, englishReason } from "../../trace/sentences/failure-reasons.ts";
import type { EventOf, TraceEvent } from "../../trace/trace-event.ts";
import {
  type CheckpointHistory,
  checkpointHistories,
  isPendingAt,
} from "./checkpoint-histories.ts";
import type { Exercise, ExerciseRun, Finding } from "./exercise.ts";
import { failureText, type JobAttempt, jobAttempts } from "./job-attempts.ts";

/** The exercise `torn-checkpoint`. */
export const tornCheckpoint: Exercise = {
  id: "torn-checkpoint",
  title: { en: "A checkpoint torn in two", zh: "撕成两半的 checkpoint" },
  task: {
    en: "Let a task manager die while a checkpoint is pending and some tasks, but not all, have acknowledged it. The checkpoint must be aborted, and the job must go back to an earlier one.",
    zh: "让一个 task manager 在某个 checkpoint 正在进行、并且已有一部分 subtask（但不是全部）确认时崩溃。这个 checkpoint 必须被中止，作业必须回到更早的一个。",
  },
  hint: {
    en: "A fault can wait for an event. At job-master, acknowledgement-received with a checkpoint and an nth is the moment after the n-th acknowledgement. There must be an earlier checkpoint to go back to.",
    zh: "故障可以等待某个事件。在 job-master 处，给出 checkpoint 和 nth 的 acknowledgement-received 就是第 n 个确认之后的时刻。还要有一个更早的 checkpoint 可以回去。",
  },
  base: { scenario: "word-count", seed: 7, config: {}, faults: [] },
  allowed: {
    faults: ["task-manager-dies", "task-manager-loses-disk"],
    faultsMax: 1,
    config: [],
  },
  criteria: [
    {
      says: {
        en: "A task manager dies while a checkpoint is pending that some tasks have acknowledged, but not all.",
        zh: "一个 task manager 崩溃时，有一个正在进行的 checkpoint 已被一部分 subtask 确认，但不是全部。",
      },
      holds: isTorn,
    },
    {
      says: { en: "That checkpoint is aborted.", zh: "这个 checkpoint 被中止。" },
      holds: isAborted,
    },
    {
      says: {
        en: "The job is restored from an earlier completed checkpoint.",
        zh: "作业从更早的一个已完成的 checkpoint 恢复。",
      },
      holds: goesBackBeforeIt,
    },
  ],
};

/** The attempt that a dying machine ended, and the checkpoint that was pending then. */
interface Crash {
  readonly attempt: JobAttempt;
  readonly crashed: EventOf<"host-crashed">;
  readonly pending: CheckpointHistory | undefined;
  readonly restart: JobAttempt | undefined;
}

function crashIn(events: readonly TraceEvent[]): Crash | undefined {
  const attempts = jobAttempts(events);
  const at = attempts.findIndex(({ failure }) => failure?.kind === "host-crashed");
  const attempt = attempts[at];
  if (attempt?.failure?.kind !== "host-crashed") return undefined;
  const crashed = attempt.failure;
  const pending = checkpointHistories(events).find((history) => isPendingAt(history, crashed));
  return { attempt, crashed, pending, restart: attempts[at + 1] };
}

const NO_CRASH: Finding = {
  isMet: false,
  found: {
    en: "No task manager died while the job was running.",
    zh: "作业运行期间没有 task manager 崩溃。",
  },
};

const NOTHING_TORN: Finding = {
  isMet: false,
  found: {
    en: "There is no such checkpoint.",
    zh: "没有这样的 checkpoint。",
  },
};

function isTorn({ events }: ExerciseRun): Finding {
  const crash = crashIn(events);
  if (crash === undefined) return NO_CRASH;
  const { attempt, crashed, pending } = crash;
  const when = failureText(crashed);
  if (pending === undefined) {
    return {
      isMet: false,
      found: {
        en: `No checkpoint was pending when ${when.en}.`,
        zh: `${when.zh}，当时没有正在进行的 checkpoint。`,
      },
    };
  }
  const acknowledged = pending.acknowledged.filter(({ index }) => index < crashed.index);
  const [count, all] = [acknowledged.length, attempt.deployed.size];
  const names = acknowledged.map(({ task }) => task).join(", ");
  return {
    isMet: count > 0 && count < all,
    found: {
      en: `${when.en}, when ${count} of ${all} tasks had acknowledged checkpoint ${pending.id}${names === "" ? "" : `: ${names}`}.`,
      zh: `${when.zh}，当时 ${all} 个 subtask 中有 ${count} 个确认了 checkpoint ${pending.id}${names === "" ? "" : `：${names}`}。`,
    },
  };
}

function isAborted({ events }: ExerciseRun): Finding {
  const pending = crashIn(events)?.pending;
  if (pending === undefined) return NOTHING_TORN;
  const { id, aborted } = pending;
  if (aborted === undefined) {
    const isComplete = pending.completed !== undefined;
    return {
      isMet: false,
      found: {
        en: `Checkpoint ${id} ${isComplete ? "completed all the same" : "was never aborted"}.`,
        zh: `checkpoint ${id} ${isComplete ? "仍然完成了" : "没有被中止"}。`,
      },
    };
  }
  return {
    isMet: true,
    found: {
      en: `Checkpoint ${id} was aborted because ${englishReason(aborted.reason)}.`,
      zh: `checkpoint ${id} 被中止，因为${chineseReason(aborted.reason)}。`,
    },
  };
}

function goesBackBeforeIt({ events }: ExerciseRun): Finding {
  const crash = crashIn(events);
  if (crash?.pending === undefined) return NOTHING_TORN;
  const { pending, restart } = crash;
  const checkpoint = restart?.restored.checkpoint ?? 0;
  if (checkpoint === 0) {
    return {
      isMet: false,
      found: {
        en: `The job ${restart === undefined ? "was not restored" : "began again from nothing: no checkpoint was complete"}.`,
        zh:
          restart === undefined
            ? "作业没有恢复。"
            : "作业从头开始：当时还没有已完成的 checkpoint。",
      },
    };
  }
  return {
    isMet: checkpoint < pending.id,
    found: {
      en: `The job was restored from checkpoint ${checkpoint}; checkpoint ${pending.id} was the torn one.`,
      zh: `作业从 checkpoint ${checkpoint} 恢复；撕开的是 checkpoint ${pending.id}。`,
    },
  };
}
