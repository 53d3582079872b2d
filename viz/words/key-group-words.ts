// The words of the inspector's figure of key groups.

import { wordLists } from "./words.ts";

/** The words in all languages. */
export const KEY_GROUP_WORDS = wordLists({
  en: {
    title: "Key groups",
    owns: (start: number, end: number, all: number) => `${start} to ${end} of ${all} are its own`,
    ownsNone: "none: it is not part of this submission",
    subtasks: (count: number) => (count === 1 ? "1 subtask" : `${count} subtasks`),
    submission: (number: number, subtasks: string) => `submission ${number}: ${subtasks}`,
    bar: (subtask: string, start: number, end: number) => `${subtask}: ${start} to ${end}`,
    key: "key",
    keyGroup: "key group",
    owner: "owner",
    ownerIn: (submission: number) => `in submission ${submission}`,
    tick: (key: string, group: number) => `${key} is in key group ${group}`,
    moved: "moves",
    moreKeys: (count: number) => (count === 1 ? "and 1 more key" : `and ${count} more keys`),
  },
  zh: {
    title: "key group",
    owns: (start: number, end: number, all: number) => `共 ${all} 个，${start} 到 ${end} 归它`,
    ownsNone: "没有：它不属于本次提交",
    subtasks: (count: number) => `${count} 个子任务`,
    submission: (number: number, subtasks: string) => `第 ${number} 次提交：${subtasks}`,
    bar: (subtask: string, start: number, end: number) => `${subtask}：${start} 到 ${end}`,
    key: "key",
    keyGroup: "key group",
    owner: "主人",
    ownerIn: (submission: number) => `第 ${submission} 次提交`,
    tick: (key: string, group: number) => `${key} 在 key group ${group}`,
    moved: "换了主人",
    moreKeys: (count: number) => `另有 ${count} 个 key`,
  },
});

/** The words in one language. */
export type KeyGroupWords = (typeof KEY_GROUP_WORDS)["en"];
