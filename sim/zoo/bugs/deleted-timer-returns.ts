// T40: a timer that was taken back stays in the state, and fires after a restore.

import type { Bug } from "../bug.ts";

export const deletedTimerReturns: Bug = {
  id: "deleted-timer-returns",
  ticket: "T40",
  title: "a timer that was taken back comes back with the next restore",
  story:
    "Taking a timer back removes it from the queue alone. The snapshot has it still, and after a crash it fires: " +
    "a session ends though its visitor has just clicked.",
  excuse: "What is not in the queue cannot fire.",
  edits: [
    {
      file: "sim/runtime/task/timers/internal-timer-service.ts",
      find: "    if (this.#queue.remove(timer)) this.#state.remove(timer.timestamp);\n",
      replace: "    this.#queue.remove(timer);\n",
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
    steps: "Timers have been set anew before checkpoint 2, after which sessions-1 throws.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
