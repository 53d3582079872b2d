// The exercise `one-line-twice`: what a sink shows at once is shown again, while the state behind it is right.

import { parseCanonicalText } from "../../kernel/canonical-value.ts";
import { addressText } from "../../trace/record-address.ts";
import type { TraceEvent } from "../../trace/trace-event.ts";
import { MeasureError } from "../measure-error.ts";
import { stateTotal } from "../measures/state-total.ts";
import type { Exercise, ExerciseRun, Finding } from "./exercise.ts";
import { RESTORED_FROM_CHECKPOINT } from "./restored-from-checkpoint.ts";

/** The exercise `one-line-twice`. */
export const oneLineTwice: Exercise = {
  id: "one-line-twice",
  title: { en: "One line twice, and the count is right", zh: "一行打印两次，而计数正确" },
  task: {
    en: "Let the job fail once, after its first checkpoint is complete, so that exactly one of its four lines is printed twice while the counts in its state come out right.",
    zh: "在第一个 checkpoint 完成之后让作业失败一次，使四行输出中正好有一行打印两次，而状态里的计数依然正确。",
  },
  hint: {
    en: "This sink prints at once and is asked for nothing at a checkpoint. A record arrives every 30 seconds and a checkpoint is taken every minute: count the lines printed since the newest one.",
    zh: "这个 sink 立即打印，checkpoint 与它无关。每 30 秒到达一条记录，每分钟一个 checkpoint：数一数最新的 checkpoint 之后打印了几行。",
  },
  base: { scenario: "listing", seed: 1, config: {}, faults: [] },
  allowed: {
    faults: ["task-throws", "task-manager-dies", "task-manager-loses-disk", "power-loss"],
    faultsMax: 1,
    config: [],
  },
  criteria: [
    {
      says: {
        en: "Exactly one line is printed twice, every other once.",
        zh: "正好有一行打印了两次，其他各一次。",
      },
      holds: isOneLineDoubled,
    },
    {
      says: {
        en: "The counts in the last checkpoint add up to the number of records: none is counted twice.",
        zh: "最后一个 checkpoint 里的计数之和等于记录数：没有记录被多数一次。",
      },
      holds: isEachCountedOnce,
    },
    RESTORED_FROM_CHECKPOINT,
  ],
};

function isOneLineDoubled({ events }: ExerciseRun): Finding {
  const times = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== "line-printed") continue;
    const line = String(parseCanonicalText(event.line));
    times.set(line, (times.get(line) ?? 0) + 1);
  }
  const doubled = [...times].filter(([, count]) => count > 1);
  const isMet = doubled.length === 1 && doubled[0]?.[1] === 2;
  if (doubled.length === 0) {
    return {
      isMet,
      found: {
        en: `${times.size} lines were printed, each once.`,
        zh: `打印了 ${times.size} 行，每行一次。`,
      },
    };
  }
  const en = doubled.map(([line, count]) => `"${line}" ${count} times`).join(", ");
  const zh = doubled.map(([line, count]) => `“${line}”${count} 次`).join("，");
  return {
    isMet,
    found: { en: `Printed more than once: ${en}.`, zh: `重复打印：${zh}。` },
  };
}

function isEachCountedOnce({ events }: ExerciseRun): Finding {
  const records = recordsRead(events);
  const counted = countedRecords(events);
  if (counted === undefined) {
    return {
      isMet: false,
      found: { en: "No checkpoint is complete.", zh: "没有已完成的 checkpoint。" },
    };
  }
  return {
    isMet: counted === records,
    found: {
      en: `The counts add up to ${counted}, for ${records} records.`,
      zh: `计数之和是 ${counted}，记录有 ${records} 条。`,
    },
  };
}

/** How many records of the input were read, each counted once. */
function recordsRead(events: readonly TraceEvent[]): number {
  const read = events.flatMap((event) =>
    event.kind === "record-read" ? [addressText(event)] : [],
  );
  return new Set(read).size;
}

function countedRecords(events: readonly TraceEvent[]): number | undefined {
  try {
    return stateTotal(events, { operator: "map", state: "count" });
  } catch (error) {
    if (error instanceof MeasureError) return undefined;
    throw error;
  }
}
