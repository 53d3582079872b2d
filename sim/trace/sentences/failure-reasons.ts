// What the reasons why a checkpoint does not complete mean, to follow "because" or "因为". The codes are Flink's
// (CheckpointFailureReason); a code that is not here is shown as it is.

import { chineseReasonText } from "./reason-texts.ts";

interface Meaning {
  readonly en: string;
  readonly zh: string;
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  [
    "PERIODIC_SCHEDULER_SHUTDOWN",
    { en: "the periodic scheduler is not running", zh: "周期性调度器没有运行" },
  ],
  [
    "TOO_MANY_CHECKPOINT_REQUESTS",
    { en: "too many requests were already queued", zh: "排队的请求已经太多" },
  ],
  [
    "MINIMUM_TIME_BETWEEN_CHECKPOINTS",
    {
      en: "the minimum pause since the last completed checkpoint had not passed",
      zh: "距上一个完成的 checkpoint 还没有达到最小间隔",
    },
  ],
  [
    "NOT_ALL_REQUIRED_TASKS_RUNNING",
    { en: "not all required tasks were running", zh: "所需的子任务没有全部运行" },
  ],
  ["BLOCKING_OUTPUT_EXIST", { en: "a task has a blocking output", zh: "有子任务的输出是阻塞式的" }],
  [
    "IO_EXCEPTION",
    { en: "storage or the id counter failed at the start", zh: "开始时存储或 id 计数器出错" },
  ],
  [
    "CHECKPOINT_EXPIRED",
    { en: "it did not finish before the timeout", zh: "它没有在超时之前完成" },
  ],
  [
    "CHECKPOINT_ASYNC_EXCEPTION",
    { en: "a task failed to write its snapshot", zh: "有子任务没能写出自己的快照" },
  ],
  ["CHECKPOINT_DECLINED", { en: "a task declined it", zh: "有子任务拒绝了它" }],
  [
    "FINALIZE_CHECKPOINT_FAILURE",
    { en: "its metadata or its pointer could not be written", zh: "它的元数据或指针没能写出" },
  ],
  [
    "CHANNEL_STATE_SHARED_STREAM_EXCEPTION",
    {
      en: "another subtask sharing the channel state file failed",
      zh: "共用同一个 channel 状态文件的另一个子任务出错",
    },
  ],
  [
    "CHECKPOINT_SUBSUMED",
    { en: "a newer checkpoint completed first", zh: "一个更新的 checkpoint 先完成了" },
  ],
  [
    "CHECKPOINT_DECLINED_SUBSUMED",
    { en: "a task had already seen a newer barrier", zh: "有子任务已经见过更新的 barrier" },
  ],
  [
    "CHECKPOINT_DECLINED_TASK_NOT_READY",
    { en: "a task was not running yet", zh: "有子任务还没有运行" },
  ],
  ["CHECKPOINT_DECLINED_TASK_CLOSING", { en: "a task was finishing", zh: "有子任务正在结束" }],
  [
    "CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER",
    { en: "a task received a cancel marker for it", zh: "有子任务收到了它的取消标记" },
  ],
  [
    "CHECKPOINT_DECLINED_INPUT_END_OF_STREAM",
    { en: "an input of a task ended during alignment", zh: "有子任务的一个输入在对齐期间结束" },
  ],
  ["CHECKPOINT_COORDINATOR_SHUTDOWN", { en: "the job has ended", zh: "作业已经结束" }],
  ["CHECKPOINT_COORDINATOR_SUSPEND", { en: "the job is no longer running", zh: "作业不再运行" }],
  [
    "JOB_FAILOVER_REGION",
    {
      en: "tasks are being restored from an earlier checkpoint",
      zh: "子任务正在从更早的 checkpoint 恢复",
    },
  ],
  ["TASK_FAILURE", { en: "a task failed", zh: "有子任务失败" }],
  [
    "TASK_CHECKPOINT_FAILURE",
    { en: "a task failed in its part of the checkpoint", zh: "有子任务在执行 checkpoint 时失败" },
  ],
  [
    "UNKNOWN_TASK_CHECKPOINT_NOTIFICATION_FAILURE",
    { en: "a task failed on a notification", zh: "有子任务在处理通知时失败" },
  ],
  ["TRIGGER_CHECKPOINT_FAILURE", { en: "it could not be triggered", zh: "它没能被触发" }],
]);

/** "it did not finish before the timeout (CHECKPOINT_EXPIRED)", or the reason as it is. */
export function englishReason(reason: string): string {
  const meaning = MEANINGS.get(reason);
  return meaning === undefined ? reason : `${meaning.en} (${reason})`;
}

/** As {@link englishReason}, in Chinese. Reasons in words are said in Chinese too, but for what a user's code said. */
export function chineseReason(reason: string): string {
  const meaning = MEANINGS.get(reason);
  if (meaning !== undefined) return `${meaning.zh}（${reason}）`;
  return MEANINGS_IN_ENGLISH.get(reason) ?? chineseReasonText(reason, chineseReason);
}

/** The Chinese of each meaning, by its English: a reason may quote one without its code. */
const MEANINGS_IN_ENGLISH: ReadonlyMap<string, string> = new Map(
  [...MEANINGS.values()].map(({ en, zh }) => [en, zh]),
);
