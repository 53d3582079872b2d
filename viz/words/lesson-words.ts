// The words of the lesson panel; what a lesson itself says is in its file.

import { wordLists } from "./words.ts";

/** The panel's words in all languages. */
export const LESSON_WORDS = wordLists({
  en: {
    chooseLead:
      "Each lesson is one run with a few stops. At some of them you predict what comes next, before you see it.",
    lessons: "All lessons",
    noLessons: "This page carries no lessons.",
    stopOf: (stop: number, count: number) => `Stop ${stop} of ${count}`,
    questionsOf: (revealed: number, all: number) =>
      all === 1 ? `${revealed} of 1 question answered` : `${revealed} of ${all} questions answered`,
    previous: "Previous stop",
    next: "Next stop",
    lock: "Lock in",
    lockHint: "Keys 1–9 choose, Enter locks. A locked prediction cannot be changed.",
    lockedLead: (answer: string) => `Locked: ${answer}`,
    watch: "Watch it happen",
    reveal: "Reveal",
    yourAnswer: "You predicted",
    happened: "What happened",
    right: "As predicted.",
    wrong: "Not as predicted.",
    belief: "Behind that answer is the belief",
    realRun: "A real run gives exactly your answer when the engine is changed in one way:",
    underConfig: (options: string) => `with ${options}`,
    underEdits: (edits: string) => `with the edit ${edits}`,
    underFaults: "with other faults",
    noRun: "No run can give that answer.",
    explanation: "Why",
    seen: "What did you see?",
    seenHint: "In your own words. Look again: the picture has not moved.",
    exercise: "Now you",
    goal: "The goal",
  },
  zh: {
    chooseLead:
      "每一课是一次运行，途中有几个停靠点。在其中一些停靠点，你要先预测接下来会发生什么，再看结果。",
    lessons: "全部课程",
    noLessons: "此页面没有带课程。",
    stopOf: (stop, count) => `停靠点 ${stop}，共 ${count} 个`,
    questionsOf: (revealed, all) => `已回答 ${revealed} 题，共 ${all} 题`,
    previous: "上一停靠点",
    next: "下一停靠点",
    lock: "锁定",
    lockHint: "按 1–9 选择，按 Enter 锁定。锁定后不能更改。",
    lockedLead: (answer) => `已锁定：${answer}`,
    watch: "看它发生",
    reveal: "揭晓",
    yourAnswer: "你的预测",
    happened: "实际发生的",
    right: "与预测一致。",
    wrong: "与预测不同。",
    belief: "这个答案背后的想法是",
    realRun: "只要把引擎改动一处，真实的运行就会恰好给出你的答案：",
    underConfig: (options) => `设置 ${options}`,
    underEdits: (edits) => `加入改动 ${edits}`,
    underFaults: "换成别的故障",
    noRun: "没有哪次运行会给出这个答案。",
    explanation: "为什么",
    seen: "你看到了什么？",
    seenHint: "用你自己的话说。再看一眼：画面没有动。",
    exercise: "轮到你了",
    goal: "学习目标",
  },
});

/** The panel's words in one language. */
export type LessonWords = (typeof LESSON_WORDS)["en"];
