// The words of the scrubber.

import { wordLists } from "./words.ts";

/** The scrubber's words in all languages. */
export const SCRUBBER_WORDS = wordLists({
  en: {
    label: "Position in the run",
    position: (index: string, count: string) => `event ${index} of ${count}`,
    value: (position: string, time: string, sentence: string) =>
      `${position}, ${time}, ${sentence}`,
    beforeFirst: "before the first event",
    completed: (id: number) => `checkpoint ${id} completed`,
    aborted: (id: number) => `checkpoint ${id} aborted`,
    unfinished: (id: number) => `checkpoint ${id} in progress`,
    violated: (checker: string, sentence: string) => `${checker}: ${sentence}`,
    noted: (text: string) => `Note: ${text}`,
    savepoint: (said: string) => `${said}, a savepoint`,
    allHold: (count: number) => `all ${count} properties that were checked hold`,
  },
  zh: {
    label: "在运行中的位置",
    position: (index, count) => `第 ${index} 个事件，共 ${count} 个`,
    value: (position, time, sentence) => `${position}，${time}，${sentence}`,
    beforeFirst: "第一个事件之前",
    completed: (id) => `checkpoint ${id} 已完成`,
    aborted: (id) => `checkpoint ${id} 已中止`,
    unfinished: (id) => `checkpoint ${id} 正在进行`,
    violated: (checker, sentence) => `${checker}：${sentence}`,
    noted: (text) => `笔记：${text}`,
    savepoint: (said) => `${said}，是 savepoint`,
    allHold: (count) => `检查的 ${count} 条性质全部成立`,
  },
});

/** The scrubber's words in one language. */
export type ScrubberWords = (typeof SCRUBBER_WORDS)["en"];
