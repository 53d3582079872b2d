// The words of the space-time diagram and of the cut that lies over it.

import { wordLists } from "./words.ts";

/** The diagram's words in all languages. */
export const SPACE_TIME_WORDS = wordLists({
  en: {
    virtualTime: "virtual time",
    logicalTime: "logical time",
    idle: (span: string) => `${span} idle`,
    attempt: (attempt: number) => `attempt ${attempt}`,
    notStarted: "The run before its first event",

    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    wholeRun: "Whole run",
    zoom: "Zoom",
    cut: "Cut",
    noCut: "none",
    completed: "completed",
    aborted: "aborted",
    unfinished: "in progress",
    resetCut: (id: number) => `Back to that of ckpt ${id}`,
    handle: (lane: string) => `The cut on ${lane}`,
    handleAtStart: "before its first event",
    handleMissing: "no snapshot there: move it to set one",

    cutOf: (id: number) => `Cut ${id}`,
    movedCut: (id: number) => `Cut ${id}, moved`,
    verdict: (name: string, judged: string) => `${name}: ${judged}`,
    emptyCut: "no snapshot was taken.",
    consistent: (contents: string) => `consistent, ${contents}`,
    emptyChannels: "and all channels are empty.",
    inChannels: (channels: string) => `with this in the channels: ${channels}.`,
    channel: (name: string, list: string) => `${name}: ${list}`,
    missing: (names: string) => `No snapshot of ${names}.`,
    inconsistent: (orphan: string) => `inconsistent: ${orphan}.`,
    orphanRecord: (receiver: string, record: string, sender: string) =>
      `${receiver} has counted ${record}, which ${sender} sends only after the cut`,
    orphanOther: (receiver: string, thing: string, sender: string) =>
      `${receiver} has received ${thing}, which ${sender} sends only after the cut`,
    andMore: (count: number) => `(and ${count} more)`,
    barrier: (id: string) => `the barrier of checkpoint ${id}`,
    cancelMarker: (id: string) => `the cancel marker of checkpoint ${id}`,
    message: (name: string) => `the message ${name}`,
  },
  zh: {
    virtualTime: "虚拟时间",
    logicalTime: "逻辑时间",
    idle: (span) => `空闲 ${span}`,
    attempt: (attempt) => `attempt ${attempt}`,
    notStarted: "第一个事件之前的运行",

    zoomIn: "放大",
    zoomOut: "缩小",
    wholeRun: "整个运行",
    zoom: "缩放",
    cut: "切面",
    noCut: "无",
    completed: "已完成",
    aborted: "已中止",
    unfinished: "正在进行",
    resetCut: (id) => `回到 ckpt ${id} 的切面`,
    handle: (lane) => `${lane} 上的切点`,
    handleAtStart: "在其第一个事件之前",
    handleMissing: "此处没有快照：移动即可放置",

    cutOf: (id) => `切面 ${id}`,
    movedCut: (id) => `切面 ${id}（已移动）`,
    verdict: (name, judged) => `${name}：${judged}`,
    emptyCut: "没有任何快照。",
    consistent: (contents) => `一致，${contents}`,
    emptyChannels: "所有 channel 都为空。",
    inChannels: (channels) => `channel 中有：${channels}。`,
    channel: (name, list) => `${name}：${list}`,
    missing: (names) => `${names} 没有快照。`,
    inconsistent: (orphan) => `不一致：${orphan}。`,
    orphanRecord: (receiver, record, sender) =>
      `${receiver} 已计入 ${record}，而 ${sender} 在切面之后才发送它`,
    orphanOther: (receiver, thing, sender) =>
      `${receiver} 已收到${thing}，而 ${sender} 在切面之后才发送它`,
    andMore: (count) => `（另有 ${count} 个）`,
    barrier: (id) => `checkpoint ${id} 的 barrier`,
    cancelMarker: (id) => `checkpoint ${id} 的取消标记`,
    message: (name) => `消息 ${name}`,
  },
});

/** The diagram's words in one language. */
export type SpaceTimeWords = (typeof SPACE_TIME_WORDS)["en"];
