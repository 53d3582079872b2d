// The words of the export menu.

import { wordLists } from "./words.ts";

export const EXPORT_WORDS = wordLists({
  en: {
    storyboard: "Storyboard of the stops (SVG)",
    svg: "This moment: job and space–time (SVG)",
    png: "This moment: job and space–time (PNG)",
    trace: "The whole trace (JSON Lines)",
    csv: "The events of the list (CSV)",
    case: "The case, to run again (JSON)",
  },
  zh: {
    storyboard: "各停顿点的故事板 (SVG)",
    svg: "此刻：作业与时空图 (SVG)",
    png: "此刻：作业与时空图 (PNG)",
    trace: "完整的 trace (JSON Lines)",
    csv: "列表中的事件 (CSV)",
    case: "用于重新运行的 case (JSON)",
  },
});
