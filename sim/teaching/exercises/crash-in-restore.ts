// The exercise `crash-in-restore`: a restore changes nothing that the next restore needs.

import type { TraceEvent } from "../../trace/trace-event.ts";
import type { Exercise, ExerciseRun, Finding } from "./exercise.ts";
import { failureText, type JobAttempt, jobAttempts } from "./job-attempts.ts";

/** The exercise `crash-in-restore`. */
export const crashInRestore: Exercise = {
  id: "crash-in-restore",
  title: { en: "Struck again while getting up", zh: "还没站稳又被击倒" },
  task: {
    en: "Place two crashes so that the second one strikes while the job is being restored after the first. It must go back to the same completed checkpoint again, and no money may be made or lost.",
    zh: "设置两次崩溃，使第二次发生在第一次之后的恢复过程中。作业必须再次回到同一个已完成的 checkpoint，钱不能多也不能少。",
  },
  hint: {
    en: "A restore lasts from restore-started to the last task-running of its attempt; the first restore is attempt 1. A machine that dies needs two seconds to come back.",
    zh: "恢复从 restore-started 开始，到该次执行的最后一个 task-running 为止；第一次恢复是 attempt 1。崩溃的机器需要两秒才能回来。",
  },
  base: { scenario: "bank", seed: 1, config: {}, faults: [] },
  allowed: {
    faults: ["task-throws", "task-manager-dies", "task-manager-loses-disk", "power-loss"],
    faultsMax: 2,
    config: [],
  },
  criteria: [
    {
      says: {
        en: "A second failure strikes during the restore, before all tasks run again.",
        zh: "第二次失败发生在恢复过程中，那时还不是所有 subtask 都重新运行。",
      },
      holds: isStruckAgain,
    },
    {
      says: {
        en: "Both restores go back to the same completed checkpoint.",
        zh: "两次恢复都回到同一个已完成的 checkpoint。",
      },
      holds: goesBackTwice,
    },
    {
      says: {
        en: "The money is the same in every completed checkpoint.",
        zh: "每个已完成的 checkpoint 里的钱都一样多。",
      },
      holds: isMoneyKept,
    },
  ],
};

/** The attempts after the first failure, in order. */
function restartsIn(events: readonly TraceEvent[]): readonly JobAttempt[] {
  return jobAttempts(events).slice(1);
}

/** Whether an attempt failed before all its tasks had come to run. */
function isCutShort({ failure, running, deployed }: JobAttempt): boolean {
  return failure !== undefined && running.length < deployed.size;
}

function isStruckAgain({ events }: ExerciseRun): Finding {
  const restarts = restartsIn(events);
  const cutShort = restarts.find(isCutShort);
  const struck = cutShort ?? restarts.find(({ failure }) => failure !== undefined);
  if (struck?.failure === undefined) {
    return restarts.length === 0
      ? { isMet: false, found: { en: "The job never failed.", zh: "作业没有失败过。" } }
      : {
          isMet: false,
          found: {
            en: "The job failed once; nothing struck it after its restore had begun.",
            zh: "作业只失败了一次；恢复开始之后再没有受到打击。",
          },
        };
  }
  const when = failureText(struck.failure);
  const [running, all] = [struck.running.length, struck.deployed.size];
  return {
    isMet: cutShort !== undefined,
    found: {
      en: `With ${running} of ${all} tasks running again, ${when.en}.`,
      zh: `${all} 个 subtask 中有 ${running} 个重新运行时，${when.zh}。`,
    },
  };
}

function goesBackTwice({ events }: ExerciseRun): Finding {
  const restarts = restartsIn(events);
  if (restarts.length < 2) {
    return {
      isMet: false,
      found: {
        en: `The job was ${restarts.length === 0 ? "never restored" : "restored once"}; twice is asked for.`,
        zh: `作业恢复了 ${restarts.length} 次；要求两次。`,
      },
    };
  }
  const checkpoints = restarts.map(({ restored }) => restored.checkpoint);
  const isSame = new Set(checkpoints).size === 1 && !checkpoints.includes(0);
  const en = checkpoints.map((id) => (id === 0 ? "nothing" : `checkpoint ${id}`)).join(", then ");
  const zh = checkpoints.map((id) => (id === 0 ? "空状态" : `checkpoint ${id}`)).join("、");
  return {
    isMet: isSame,
    found: {
      en: `The job was restored from ${en}.`,
      zh: `作业先后恢复自：${zh}。`,
    },
  };
}

function isMoneyKept({ events, verdicts }: ExerciseRun): Finding {
  const verdict = verdicts.find(({ checker }) => checker === "conservation");
  const completed = events.filter(({ kind }) => kind === "checkpoint-completed").length;
  const isMet = verdict?.kind === "holds";
  return {
    isMet,
    found: {
      en: `The checker conservation ${isMet ? "agrees" : "does not agree"}, over ${completed} completed checkpoint${completed === 1 ? "" : "s"}.`,
      zh: `检查器 conservation ${isMet ? "认为成立" : "认为不成立"}，共 ${completed} 个已完成的 checkpoint。`,
    },
  };
}
