// Every exercise can be solved, is not solved by the case it starts from, and says of a wrong attempt what is wrong
// with it: the criterion that is not met, and what was found there.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { FAULT_KINDS } from "../../sim/faults/fault-kinds.ts";
import type { Case } from "../../sim/harness/case.ts";
import { OPTIONS } from "../../sim/runtime/configuration.ts";
import { EXERCISES } from "../../sim/teaching/exercises/all-exercises.ts";
import { allowanceText } from "../../sim/teaching/exercises/allowance.ts";
import { SOUND } from "../../sim/teaching/exercises/grade.ts";
import { runner } from "../support/runner.ts";
import { after, exerciseNamed, graded, solutionOf } from "./exercise-runs.ts";

interface Attempt {
  readonly exercise: string;
  readonly name: string;
  readonly change: Partial<Case>;
  /** What is found of each criterion that is not met, in their order. */
  readonly found: readonly string[];
}

/** Words that Flink's Chinese documentation leaves in English. */
const TRANSLATED = /检查点|屏障|栅栏|算子|通道|状态后端|undefined/u;

const TIMEOUT = "execution.checkpointing.timeout";
const TOLERABLE = "execution.checkpointing.tolerable-failed-checkpoints";
const LOST_ACKNOWLEDGEMENT = {
  what: "message-lost",
  where: "count-1",
  when: { at: 120_000 },
  message: "acknowledge-checkpoint",
};
const COUNTER_THROWS = ["task-throws", "count-1"] as const;
const SINK_THROWS = ["task-throws", "sink-1"] as const;
const PRINTER_THROWS = ["task-throws", "map+print-1"] as const;
const SECOND_MACHINE_DIES = ["task-manager-dies", "task-manager-2"] as const;
const FIRST_CRASH = after(SECOND_MACHINE_DIES, {
  event: "checkpoint-acknowledged",
  place: "debit-2",
  checkpoint: 2,
});

const ATTEMPTS: readonly Attempt[] = [
  {
    exercise: "four-again",
    name: "three records",
    change: {
      faults: [after(COUNTER_THROWS, { event: "record-processed", place: "count-1", nth: 9 })],
    },
    found: ["3 records were processed twice: a7, a8, a9; 4 are asked for."],
  },
  {
    exercise: "four-again",
    name: "the first four, before any checkpoint",
    change: {
      faults: [after(COUNTER_THROWS, { event: "record-processed", place: "count-1", nth: 4 })],
    },
    found: ["The job began again from nothing: no checkpoint was complete."],
  },
  {
    exercise: "four-again",
    name: "a crash that never comes",
    change: {
      faults: [after(COUNTER_THROWS, { event: "record-processed", place: "count-1", nth: 99 })],
    },
    found: ["No record was processed twice; 4 are asked for.", "The job never went back."],
  },
  {
    exercise: "torn-checkpoint",
    name: "between two checkpoints",
    change: {
      faults: [after(SECOND_MACHINE_DIES, { event: "checkpoint-completed", place: "job-master" })],
    },
    found: [
      "No checkpoint was pending when task-manager-2 died at 0.147111 s.",
      "There is no such checkpoint.",
      "There is no such checkpoint.",
    ],
  },
  {
    exercise: "torn-checkpoint",
    name: "before any acknowledgement",
    change: {
      faults: [
        after(SECOND_MACHINE_DIES, {
          event: "checkpoint-triggered",
          place: "job-master",
          checkpoint: 2,
        }),
      ],
    },
    found: ["task-manager-2 died at 0.207013 s, when 0 of 5 tasks had acknowledged checkpoint 2."],
  },
  {
    exercise: "torn-checkpoint",
    name: "in the first checkpoint",
    change: {
      faults: [
        after(SECOND_MACHINE_DIES, {
          event: "acknowledgement-received",
          place: "job-master",
          checkpoint: 1,
          nth: 2,
        }),
      ],
    },
    found: ["The job began again from nothing: no checkpoint was complete."],
  },
  {
    exercise: "failed-without-loss",
    name: "a failure that the job does not tolerate",
    change: { config: { [TIMEOUT]: "50 ms" }, faults: [LOST_ACKNOWLEDGEMENT] },
    found: [
      "The job went back to the beginning: the job gave up its tasks at 0.205404 s.",
      "60 records were read, 102 times in all, and 60 counts committed.",
    ],
  },
  {
    exercise: "failed-without-loss",
    name: "a timeout that no checkpoint meets",
    change: { config: { [TIMEOUT]: "10 ms", [TOLERABLE]: 9 }, faults: [] },
    found: ["Checkpoint 2 did not complete."],
  },
  {
    exercise: "one-line-twice",
    name: "the scenario's own plan crash-later",
    change: {
      faults: [after(PRINTER_THROWS, { event: "record-written", place: "map+print-1", nth: 4 })],
    },
    found: ['Printed more than once: "c 0" 2 times, "a 1" 2 times.'],
  },
  {
    exercise: "one-line-twice",
    name: "nothing printed since the checkpoint",
    change: {
      faults: [after(PRINTER_THROWS, { event: "completion-received", place: "map+print-1" })],
    },
    found: ["4 lines were printed, each once."],
  },
  {
    exercise: "one-line-twice",
    name: "before any checkpoint",
    change: { faults: [after(PRINTER_THROWS, { event: "record-written", place: "map+print-1" })] },
    found: ["The job began again from nothing: no checkpoint was complete."],
  },
  {
    exercise: "commit-on-recovery",
    name: "before the checkpoint is complete",
    change: {
      faults: [after(SINK_THROWS, { event: "snapshot-taken", place: "sink-1", checkpoint: 2 })],
    },
    found: ["sink-0-2 was aborted at 1.344163 s: no completed checkpoint covered it."],
  },
  {
    exercise: "commit-on-recovery",
    name: "when the request to commit has left",
    change: {
      faults: [
        after(SINK_THROWS, { event: "completion-received", place: "sink-1", checkpoint: 2 }),
      ],
    },
    found: [
      "sink-0-2 was committed at 0.294602 s, before any restore: the old sink's request was on its way already.",
    ],
  },
  {
    exercise: "commit-on-recovery",
    name: "after the commit",
    change: {
      faults: [after(SINK_THROWS, { event: "transaction-committed", place: "log:counts", nth: 2 })],
    },
    found: [
      "No transaction was waiting for its commit when sink-1 failed at 0.294602 s.",
      "There is no such transaction.",
    ],
  },
  {
    exercise: "crash-in-restore",
    name: "one crash",
    change: { faults: [FIRST_CRASH] },
    found: [
      "The job failed once; nothing struck it after its restore had begun.",
      "The job was restored once; twice is asked for.",
    ],
  },
  {
    exercise: "crash-in-restore",
    name: "after the restore",
    change: {
      faults: [
        FIRST_CRASH,
        after(["task-manager-dies", "task-manager-1"], {
          event: "job-status-changed",
          place: "job-master",
          nth: 4,
        }),
      ],
    },
    found: ["With 7 of 7 tasks running again, task-manager-1 died at 2.405551 s."],
  },
  {
    exercise: "crash-in-restore",
    name: "before any checkpoint",
    change: {
      faults: [
        after(SECOND_MACHINE_DIES, { event: "record-processed", place: "debit-2" }),
        after(["task-manager-dies", "task-manager-1"], {
          event: "task-restored",
          place: "orders-1",
          attempt: 1,
        }),
      ],
    },
    found: ["The job was restored from nothing, then nothing."],
  },
];

test("there are six exercises, each with a solution", () => {
  const ids = EXERCISES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(6);
  const files = readdirSync(fileURLToPath(new URL("solutions", import.meta.url)));
  expect(files.toSorted()).toEqual(ids.map((id) => `${id}.json`).toSorted());
});

describe.each(EXERCISES.map((exercise) => [exercise.id, exercise] as const))(
  "%s",
  (id, exercise) => {
    test("is solved by its reference solution, all of whose faults strike", () => {
      const { marks, isSolved, run } = graded(exercise, solutionOf(id));
      expect(marks.filter(({ isMet }) => !isMet)).toEqual([]);
      expect(isSolved).toBe(true);
      expect(run.run.unstruckFaults).toEqual([]);
    });

    test("is not solved by its starting case, which runs well", () => {
      const { marks, isSolved } = graded(exercise, exercise.base);
      expect(isSolved).toBe(false);
      expect(marks.find(({ says }) => says === SOUND.says)?.isMet).toBe(true);
    });

    test("every criterion but soundness is missed by the starting case or by a wrong attempt", () => {
      const requests = [exercise.base, ...attemptsAt(id).map(withBase)];
      const missed = requests.flatMap((request) =>
        graded(exercise, request).marks.filter(({ isMet }) => !isMet),
      );
      const never = exercise.criteria.filter(
        ({ says }) => !missed.some((mark) => mark.says === says),
      );
      expect(never.map(({ says }) => says.en)).toEqual(UNMISSABLE.get(id) ?? []);
    });

    test("allows kinds of fault and options that there are, and starts where they are not set", () => {
      const kinds: readonly string[] = FAULT_KINDS.map(({ what }) => what);
      expect(kinds).toEqual(expect.arrayContaining([...exercise.allowed.faults]));
      const keys = Object.values(OPTIONS).map(({ key }) => key);
      expect(keys).toEqual(expect.arrayContaining([...exercise.allowed.config]));
      const scenario = SCENARIOS.find(({ name }) => name === exercise.base.scenario);
      expect(scenario?.faults).toEqual([]);
      expect(exercise.base.faults).toEqual([]);
    });

    test("says everything in both languages, with Flink's terms in English", () => {
      const requests = [exercise.base, solutionOf(id), ...attemptsAt(id).map(withBase)];
      const { title, task, hint, allowed } = exercise;
      const texts = [
        title,
        task,
        hint,
        allowanceText(allowed),
        ...requests.flatMap((request) =>
          graded(exercise, request).marks.flatMap(({ says, found }) => [says, found]),
        ),
      ];
      for (const { en, zh } of texts) {
        expect(en).toMatch(/^[a-z0-9].*[a-z0-9.]$/i);
        expect(en).not.toMatch(/\p{Script=Han}|undefined/u);
        expect(zh, en).toMatch(/\p{Script=Han}/u);
        expect(zh).not.toMatch(TRANSLATED);
      }
    });

    test("has at least two wrong attempts", () => {
      expect(attemptsAt(id).length).toBeGreaterThanOrEqual(2);
    });
  },
);

test("a run that is given up is not sound", () => {
  const [exercise] = EXERCISES;
  const job = runner.prepare(exercise?.base ?? { scenario: "one-stream" });
  const { isMet, found } = SOUND.holds(runner.runChecked(job, { bounds: { maxEvents: 200 } }));
  expect(isMet).toBe(false);
  expect(found.en).toMatch(/^The job is still RUNNING where the run was given up; /);
});

describe("a wrong attempt is marked wrong for the right reason", () => {
  test.each(ATTEMPTS.map((attempt) => [`${attempt.exercise}: ${attempt.name}`, attempt] as const))(
    "%s",
    (_name, attempt) => {
      const { exercise, found } = attempt;
      const { marks, isSolved } = graded(exerciseNamed(exercise), withBase(attempt));
      expect(isSolved).toBe(false);
      const missed = marks.filter(({ isMet }) => !isMet).map((mark) => mark.found.en);
      expect(missed).toEqual(found.map((part) => expect.stringContaining(part)));
    },
  );
});

/** What no survivable fault can break: the engine keeps it, and the exercise is there to show that it does. */
const UNMISSABLE: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "one-line-twice",
    ["The counts in the last checkpoint add up to the number of records: none is counted twice."],
  ],
  ["crash-in-restore", ["The money is the same in every completed checkpoint."]],
]);

function withBase({ exercise, change }: Attempt): Case {
  return { ...exerciseNamed(exercise).base, ...change };
}

function attemptsAt(id: string): readonly Attempt[] {
  return ATTEMPTS.filter(({ exercise }) => exercise === id);
}
