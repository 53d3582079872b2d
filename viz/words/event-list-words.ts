// The words of the event list.

import { wordLists } from "./words.ts";

/** The words of the event list in all languages. */
export const EVENT_LIST_WORDS = wordLists({
  en: {
    events: "Events",
    noted: (text: string) => `Note: ${text}`,
    position: (event: string, count: string) => `event ${event} of ${count}`,
    beforeFirst: (count: string) => `before the first of ${count} events`,
    matching: (found: string) => `${found} match`,
    matchingSoFar: (found: string) => `${found} match so far…`,
    noMatch: "No event matches the filter.",
    filter: "Filter",
    filterExample: "checkpoint=3  place=count-1  kind=barrier-*  words",
    clearFilter: "Clear the filter",
    unknownField: (field: string, known: string) => `found “${field}”, expected ${known}, or words`,
    wrongNumber: (field: string, found: string) =>
      found === ""
        ? `expected a number after ${field}`
        : `found “${found}”, expected a number for ${field}`,
    hits: (at: string, count: string) => `hit ${at} of ${count}`,
    hitCount: (count: string) => `${count} hits`,
    hitsSoFar: (count: string) => `${count} hits so far…`,
    previousHit: "Previous hit",
    nextHit: "Next hit",
  },
  zh: {
    events: "事件",
    noted: (text: string) => `笔记：${text}`,
    position: (event: string, count: string) => `事件 ${event} / ${count}`,
    beforeFirst: (count: string) => `第一个事件之前，共 ${count} 个`,
    matching: (found: string) => `符合 ${found} 个`,
    matchingSoFar: (found: string) => `至今符合 ${found} 个…`,
    noMatch: "没有事件符合筛选条件。",
    filter: "筛选",
    filterExample: "checkpoint=3  place=count-1  kind=barrier-*  词语",
    clearFilter: "清除筛选",
    unknownField: (field: string, known: string) => `遇到“${field}”，应为 ${known}，或词语`,
    wrongNumber: (field: string, found: string) =>
      found === "" ? `${field} 之后应为数字` : `遇到“${found}”，${field} 应为数字`,
    hits: (at: string, count: string) => `命中 ${at} / ${count}`,
    hitCount: (count: string) => `命中 ${count} 处`,
    hitsSoFar: (count: string) => `至今命中 ${count} 处…`,
    previousHit: "上一处",
    nextHit: "下一处",
  },
});

/** The words of the event list in one language. */
export type EventListWords = (typeof EVENT_LIST_WORDS)["en"];
