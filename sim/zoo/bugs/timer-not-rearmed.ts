// FLINK-4651: restored timers are in the state, but nothing wakes the task for them.

import type { Bug } from "../bug.ts";

export const timerNotRearmed: Bug = {
  id: "timer-not-rearmed",
  ticket: "FLINK-4651",
  title: "a restored timer does not ring until another one is set",
  story:
    "A restore puts the timers back in order, and sets no alarm for the first of them. " +
    "Only when a new timer is set does the task look at its clock again: till then nothing fires, and if nothing comes any more, never.",
  excuse: "Setting a timer sets the alarm, and restored timers have been set before.",
  edits: [
    {
      file: "sim/runtime/task/timers/internal-timer-service.ts",
      find: "    if (first === undefined) return undefined;\n",
      replace: "    if (first === undefined || !this.#isArmed) return undefined;\n",
    },
    {
      file: "sim/runtime/task/timers/internal-timer-service.ts",
      find: "    this.#state.put(timer.timestamp, true);\n",
      replace: "    this.#state.put(timer.timestamp, true);\n    this.#isArmed = true;\n",
    },
    {
      file: "sim/runtime/task/timers/internal-timer-service.ts",
      find: "  readonly #queue = new TimerQueue();\n",
      replace: "  readonly #queue = new TimerQueue();\n  #isArmed = false;\n",
    },
  ],
  schedule: {
    scenario: "inactivity-timer",
    seed: 1,
    config: {},
    faults: [
      {
        what: "task-throws",
        where: "sessions-1",
        when: {
          after: { event: "completion-received", place: "sessions-1", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps: "Sessions are open at checkpoint 2, after which sessions-1 throws.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "output",
};
