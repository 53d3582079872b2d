// What students believe of checkpoints before they have seen one, numbered M1 to M18. Each wrong answer of a lesson
// stands for one of them.

import type { Localized } from "./localized.ts";

/** The number of a misconception. */
export type MisconceptionId =
  | "M1"
  | "M2"
  | "M3"
  | "M4"
  | "M5"
  | "M6"
  | "M7"
  | "M8"
  | "M9"
  | "M10"
  | "M11"
  | "M12"
  | "M13"
  | "M14"
  | "M15"
  | "M16"
  | "M17"
  | "M18";

/** Every misconception, in one sentence that a student might say. */
export const MISCONCEPTIONS: { readonly [id in MisconceptionId]: Localized } = {
  M1: {
    en: "A snapshot shows all tasks at one and the same instant.",
    zh: "快照就是所有 task 在同一瞬间的样子。",
  },
  M2: {
    en: "The barrier stops the pipeline until the checkpoint is done.",
    zh: "barrier 会让整条流水线停下来，直到 checkpoint 完成。",
  },
  M3: {
    en: "A checkpoint is complete as soon as its barrier has reached the sink.",
    zh: "barrier 一到达 sink，checkpoint 就完成了。",
  },
  M4: {
    en: "Exactly-once means that every record is processed only once.",
    zh: "精确一次的意思是每条记录只会被处理一次。",
  },
  M5: {
    en: "If the state is exactly-once, then so is the output, whatever the sink does.",
    zh: "只要状态是精确一次的，输出也就是精确一次的，与 sink 怎么写无关。",
  },
  M6: {
    en: "Recovery goes on from the place where the crash happened.",
    zh: "恢复会从崩溃发生的地方继续往下执行。",
  },
  M7: {
    en: "Only the task that crashed has to go back.",
    zh: "只有崩溃的那个 task 需要回退。",
  },
  M8: {
    en: "Unaligned checkpoints are inconsistent, or only at-least-once.",
    zh: "非对齐的 checkpoint 是不一致的，或者只能做到至少一次。",
  },
  M9: {
    en: "A long alignment is the fault of a slow operator, not of a late channel.",
    zh: "barrier 对齐时间长是因为 operator 慢，而不是因为某个 channel 来得晚。",
  },
  M10: {
    en: "A checkpoint that fails loses data.",
    zh: "checkpoint 失败就会丢数据。",
  },
  M11: {
    en: "An incremental checkpoint is only a difference: it needs all the checkpoints before it.",
    zh: "增量 checkpoint 只是一份差异：它离不开之前的所有 checkpoint。",
  },
  M12: {
    en: "A file belongs to the checkpoint that uploaded it, and is deleted with it.",
    zh: "文件属于上传它的那个 checkpoint，并随它一起删除。",
  },
  M13: {
    en: "Every checkpoint uploads all of the state anew.",
    zh: "每个 checkpoint 都要把全部状态重新上传一遍。",
  },
  M14: {
    en: "A file that RocksDB has merged into another is of no use to any checkpoint.",
    zh: "文件一旦被 RocksDB 合并掉，对任何 checkpoint 就都没有用了。",
  },
  M15: {
    en: "What a subtask has stays with it; subtasks that are added begin with nothing.",
    zh: "subtask 原有的都留在它那里，新加的 subtask 什么都没有。",
  },
  M16: {
    en: "A key belongs to its hash modulo the number of subtasks: another number moves most keys.",
    zh: "key 归哪个 subtask 是哈希对并行度取模：并行度一变，大多数 key 都要搬家。",
  },
  M17: {
    en: "With another number of subtasks the input is dealt out and read from the start again.",
    zh: "换了并行度，输入就要重新分配并从头读起。",
  },
  M18: {
    en: "To stop a job with a savepoint is to cancel it: what it has not committed waits.",
    zh: "带 savepoint 停止作业就等于取消：还没提交的都要等着。",
  },
};

/** The numbers of all misconceptions, in order. */
export const MISCONCEPTION_IDS = Object.keys(MISCONCEPTIONS) as readonly MisconceptionId[];
