// The words of the scrubber.

import { wordLists } from "./words.ts";

export const SCRUBBER_WORDS = wordLists({
  en: {
    label: "Position in the run",
    position: (event: number, count: number) => `event ${event} of ${count}`,
    beforeFirst: "before the first event",
    checkpoint: (id: number) => `checkpoint ${id}`,
    completed: "completed",
    aborted: "aborted",
    unfinished: "not finished",
    crash: (where: string) => `${where} crashes`,
    fault: (where: string) => `a fault strikes ${where}`,
    taskFailed: (where: string) => `${where} fails`,
    restore: (checkpoint: number) =>
      checkpoint === 0 ? "the tasks start over" : `restored from checkpoint ${checkpoint}`,
    end: "the job ends",
    violation: (checker: string) => `${checker} is violated`,
    allHold: "every checker holds",
    notJudged: "no verdicts",
  },
  zh: {
    label: "运行中的位置",
    position: (event, count) => `第 ${event} 个事件，共 ${count} 个`,
    beforeFirst: "第一个事件之前",
    checkpoint: (id) => `checkpoint ${id}`,
    completed: "已完成",
    aborted: "已中止",
    unfinished: "未结束",
    crash: (where) => `${where} 崩溃`,
    fault: (where) => `故障击中 ${where}`,
    taskFailed: (where) => `${where} 失败`,
    restore: (checkpoint) =>
      checkpoint === 0 ? "各任务从头开始" : `从 checkpoint ${checkpoint} 恢复`,
    end: "作业结束",
    violation: (checker) => `违反 ${checker}`,
    allHold: "所有检查都成立",
    notJudged: "没有判定",
  },
});

/** The words in one language. */
export type ScrubberWords = (typeof SCRUBBER_WORDS)["en"];
