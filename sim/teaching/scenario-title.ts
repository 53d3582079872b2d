// What a scenario is about, in a reader's language: English as it says itself, Chinese here, as the page and the gallery
// are read in both while scenarios are written in one.

import type { Language } from "../trace/sentences/sentence.ts";

/** The title of a scenario; of one that has no Chinese title, such as a job of the reader's own, as it is. */
export function scenarioTitle(
  { name, title }: { readonly name: string; readonly title: string },
  language: Language,
): string {
  return language === "zh" ? (CHINESE_TITLES.get(name) ?? title) : title;
}

/** By the scenario's name; terms are those of Flink's Chinese documentation. */
const CHINESE_TITLES: ReadonlyMap<string, string> = new Map([
  ["listing", "教科书里的程序：统计 a、b、c、a，并打印每次更新前的计数"],
  ["word-count", "按 key 统计单词，写入事务日志；一台机器宕机，不丢失也不重复"],
  ["one-stream", "统计二十条编号记录；一个 barrier 把它们分成前后两部分"],
  ["two-streams", "用一个计数器统计两条各十条记录的流，由它对齐两条流的 barrier"],
  ["failing-job", "checkpoint 失败、重试、使作业重启，最后作业以 FAILED 结束"],
  ["bank", "资金作为记录在账户之间转移；任何崩溃都不会凭空产生或丢失资金"],
  ["tokens", "Chandy 与 Lamport 的令牌，展开成一条流：每个 checkpoint 都恰好找到每个令牌一次"],
  ["shop-behaviour", "商店的点击流按用户归为会话，并按商品计数；两种结果都正确"],
  ["risk-control", "针对客户付款的规则标记有风险的付款，每笔恰好一次"],
  ["risk-rules", "限额在付款到来的同时广播到每个子任务；每笔付款等待自己的限额"],
  ["iot-devices", "气象站上报读数，告警随读数触发与解除，每次变化只通知一次"],
  ["game-state", "玩家的背包与分数在崩溃中始终保持一致；排行榜随之更新"],
  ["session-ttl", "会话因 TTL 到期而结束，一次停机会使所有会话结束"],
  ["incremental-walk", "增量 checkpoint 逐个文件地看：哪些上传，哪些被引用，哪些何时删除"],
  ["rescaling", "作业带 savepoint 停止，再以更多子任务、另一种状态后端启动"],
  ["inactivity-timer", "每个会话由一个定时器结束；停机之后，定时器会晚触发"],
]);
