// T39: a timer that has fired stays in the state, and fires again after a restore. Cousin of T26.

import type { Bug } from "../bug.ts";

export const timerFiresAgain: Bug = {
  id: "timer-fires-again",
  ticket: "T39",
  title: "a timer that has fired comes back with the next restore",
  story:
    "A timer that fires is taken out of the queue, and not out of the keyed state from which the queue is made again. " +
    "As long as nothing fails the queue is all that counts; after a crash every timer that ever fired fires once more.",
  excuse: "The queue is where timers are; the state is only its copy.",
  edits: [
    {
      file: "sim/runtime/task/timers/internal-timer-service.ts",
      find: `    this.#backend.setCurrentKey(timer.key);
    this.#state.remove(timer.timestamp);
`,
      replace: "    this.#backend.setCurrentKey(timer.key);\n",
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
          after: { event: "completion-received", place: "sessions-1", checkpoint: 4, nth: 1 },
        },
      },
    ],
    steps: "Timers have fired before checkpoint 4, after which sessions-1 throws.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
