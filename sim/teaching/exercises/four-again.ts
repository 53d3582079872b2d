// The exercise `four-again`: exactly-once is a claim about effects, and records are processed twice on the way to it.

import type { Exercise, ExerciseRun, Finding } from "./exercise.ts";
import { type ProcessedRecord, processings } from "./processings.ts";
import { RESTORED_FROM_CHECKPOINT } from "./restored-from-checkpoint.ts";

const ASKED = 4;

/** The exercise `four-again`. */
export const fourAgain: Exercise = {
  id: "four-again",
  title: { en: "Exactly four records twice", zh: "正好四条记录处理两次" },
  task: {
    en: "Place one crash so that the counter processes exactly four records twice, after the job has gone back to a completed checkpoint.",
    zh: "设置一次崩溃，使作业回到一个已完成的 checkpoint 之后，计数器正好把四条记录处理两次。",
  },
  hint: {
    en: "A record arrives every 20 ms. What the counter has processed since the barrier of the newest completed checkpoint is processed again; what it processed before is in the snapshot.",
    zh: "每 20 ms 到达一条记录。最新的已完成 checkpoint 的 barrier 之后处理过的记录会再处理一遍；barrier 之前处理过的已经在快照里。",
  },
  base: { scenario: "one-stream", seed: 7, config: {}, faults: [] },
  allowed: {
    faults: ["task-throws", "task-manager-dies", "task-manager-loses-disk"],
    faultsMax: 1,
    config: [],
  },
  criteria: [
    {
      says: {
        en: "The counter processes exactly four records twice, and none more often.",
        zh: "计数器正好把四条记录处理了两次，没有记录超过两次。",
      },
      holds: fourTwice,
    },
    RESTORED_FROM_CHECKPOINT,
  ],
};

function fourTwice({ events }: ExerciseRun): Finding {
  const again = processings(events, "count").filter(({ times }) => times > 1);
  const isMet = again.length === ASKED && again.every(({ times }) => times === 2);
  if (again.length === 0) {
    return {
      isMet,
      found: {
        en: `No record was processed twice; ${ASKED} are asked for.`,
        zh: `没有记录被处理两次；要求 ${ASKED} 条。`,
      },
    };
  }
  const list = again.map(recordText).join(", ");
  const records = again.length === 1 ? "1 record was" : `${again.length} records were`;
  return {
    isMet,
    found: {
      en: `${records} processed twice: ${list}; ${ASKED} are asked for.`,
      zh: `有 ${again.length} 条记录被处理两次：${list}；要求 ${ASKED} 条。`,
    },
  };
}

function recordText({ text, times }: ProcessedRecord): string {
  return times === 2 ? text : `${text} (${times}×)`;
}
