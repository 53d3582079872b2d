// The exercise `failed-without-loss`: a checkpoint that fails costs time, not data.

import { timeText } from "../../trace/duration-text.ts";
import { addressText } from "../../trace/record-address.ts";
import { chineseReason, englishReason } from "../../trace/sentences/failure-reasons.ts";
import type { TraceEvent } from "../../trace/trace-event.ts";
import { type CheckpointHistory, checkpointHistories } from "./checkpoint-histories.ts";
import type { Exercise, ExerciseRun, Finding } from "./exercise.ts";
import { failureText, jobAttempts } from "./job-attempts.ts";

/** The exercise `failed-without-loss`. */
export const failedWithoutLoss: Exercise = {
  id: "failed-without-loss",
  title: { en: "A failed checkpoint loses nothing", zh: "失败的 checkpoint 不丢数据" },
  task: {
    en: "Make a checkpoint fail although no machine and no task does, and let the job go on as if nothing had been: the next checkpoint completes, and no record is lost.",
    zh: "在没有任何机器或 subtask 失败的情况下让一个 checkpoint 失败，而作业照常继续：下一个 checkpoint 完成，没有记录丢失。",
  },
  hint: {
    en: "A checkpoint waits for every acknowledgement until execution.checkpointing.timeout, 10 minutes here. How many failures in a row a job bears is another option, and by default it bears none.",
    zh: "checkpoint 会等待所有确认，直到 execution.checkpointing.timeout，这里是 10 分钟。作业能容忍连续失败几次是另一个选项，默认一次也不容忍。",
  },
  base: { scenario: "word-count", seed: 3, config: {}, faults: [] },
  allowed: {
    faults: ["message-lost", "message-delayed", "storage-slow", "storage-fails"],
    faultsMax: 1,
    config: [
      "execution.checkpointing.timeout",
      "execution.checkpointing.tolerable-failed-checkpoints",
    ],
  },
  criteria: [
    {
      says: { en: "A checkpoint is aborted.", zh: "有一个 checkpoint 被中止。" },
      holds: isAborted,
    },
    {
      says: {
        en: "No machine and no task fails, and the job never goes back.",
        zh: "没有机器或 subtask 失败，作业也没有回退。",
      },
      holds: goesOn,
    },
    {
      says: { en: "The next checkpoint completes.", zh: "下一个 checkpoint 完成。" },
      holds: nextCompletes,
    },
    {
      says: {
        en: "Every record is read once and its count committed once.",
        zh: "每条记录读取一次，它的计数提交一次。",
      },
      holds: isNothingLost,
    },
  ],
};

function isAborted({ events }: ExerciseRun): Finding {
  const failed = failedCheckpoint(events);
  if (failed?.aborted === undefined) {
    const count = checkpointHistories(events).length;
    return {
      isMet: false,
      found: {
        en: `None of ${count} checkpoints was aborted.`,
        zh: `${count} 个 checkpoint 都没有被中止。`,
      },
    };
  }
  const { id, aborted } = failed;
  return {
    isMet: true,
    found: {
      en: `Checkpoint ${id} was aborted at ${timeText(aborted.time)} because ${englishReason(aborted.reason)}.`,
      zh: `checkpoint ${id} 在 ${timeText(aborted.time)} 被中止，因为${chineseReason(aborted.reason)}。`,
    },
  };
}

/** The first checkpoint that was aborted. */
function failedCheckpoint(events: readonly TraceEvent[]): CheckpointHistory | undefined {
  return checkpointHistories(events).find(({ aborted }) => aborted !== undefined);
}

function goesOn({ events }: ExerciseRun): Finding {
  const attempts = jobAttempts(events);
  const failure = attempts.find((attempt) => attempt.failure !== undefined)?.failure;
  if (failure === undefined) {
    return {
      isMet: true,
      found: { en: "Nothing failed, all in one attempt.", zh: "没有任何失败，一次执行到底。" },
    };
  }
  const when = failureText(failure);
  const restored = attempts[1]?.restored.checkpoint;
  if (restored === undefined) {
    return {
      isMet: false,
      found: { en: `The job did not go on: ${when.en}.`, zh: `作业没有继续：${when.zh}。` },
    };
  }
  const to =
    restored === 0
      ? { en: "the beginning", zh: "开头" }
      : { en: `checkpoint ${restored}`, zh: ` checkpoint ${restored}` };
  return {
    isMet: false,
    found: {
      en: `The job went back to ${to.en}: ${when.en}.`,
      zh: `作业回到了${to.zh}：${when.zh}。`,
    },
  };
}

function nextCompletes({ events }: ExerciseRun): Finding {
  const histories = checkpointHistories(events);
  const failed = histories.findIndex(({ aborted }) => aborted !== undefined);
  const next = failed < 0 ? undefined : histories[failed + 1];
  if (next === undefined) {
    return {
      isMet: false,
      found: {
        en: `No checkpoint came after a failed one.`,
        zh: `失败的 checkpoint 之后没有别的 checkpoint。`,
      },
    };
  }
  const { id, completed } = next;
  if (completed === undefined) {
    return {
      isMet: false,
      found: { en: `Checkpoint ${id} did not complete.`, zh: `checkpoint ${id} 没有完成。` },
    };
  }
  return {
    isMet: true,
    found: {
      en: `Checkpoint ${id} completed at ${timeText(completed.time)}.`,
      zh: `checkpoint ${id} 在 ${timeText(completed.time)} 完成。`,
    },
  };
}

function isNothingLost({ events, verdicts }: ExerciseRun): Finding {
  const reads = events.flatMap((event) =>
    event.kind === "record-read" ? [addressText(event)] : [],
  );
  const records = new Set(reads).size;
  const committed = events.filter(({ kind }) => kind === "record-committed").length;
  const output = verdicts.find(({ checker }) => checker === "committed-output");
  return {
    isMet: reads.length === records && output?.kind === "holds",
    found: {
      en: `${records} records were read, ${reads.length} times in all, and ${committed} counts committed.`,
      zh: `读取了 ${records} 条记录，共 ${reads.length} 次；提交了 ${committed} 个计数。`,
    },
  };
}
