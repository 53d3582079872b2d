// The words of the page of a comparison. What follows from its figures comes with them, in both languages.

import { wordLists } from "./words.ts";

export const COMPARISON_WORDS = wordLists({
  en: {
    otherLanguage: "中文",
    otherLanguageTitle: "Switch to Chinese",
    rules: "Rule of thumb",
    settings: "Settings",
    costs: "What was taken for granted",
    again: "Again",
    figures: "The figures as a table",
    setting: "setting",
    nothing: "nothing",
    over: (figure: string, parameter: string) => `${figure} over ${parameter}`,
    isCut: (count: number) =>
      count === 1 ? "One run was not measured." : `${count} runs were not measured.`,
  },
  zh: {
    otherLanguage: "EN",
    otherLanguageTitle: "切换到英文",
    rules: "经验法则",
    settings: "设置",
    costs: "所用的假设",
    again: "再次运行",
    figures: "数据表",
    setting: "设置",
    nothing: "无",
    over: (figure: string, parameter: string) => `${figure}，随 ${parameter} 变化`,
    isCut: (count: number) => `有 ${count} 次运行未测量。`,
  },
});
