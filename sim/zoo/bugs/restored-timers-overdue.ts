// T42: every restored timer is taken for one that fell due while the job was down.

import type { Bug } from "../bug.ts";

export const restoredTimersOverdue: Bug = {
  id: "restored-timers-overdue",
  ticket: "T42",
  title: "restored timers fire at once, due or not",
  story:
    "What fell due while the job was down has to fire as soon as it is back. Here all restored timers do: " +
    "a session ends though its visitor's timer has a while to go.",
  excuse: "An outage takes longer than any of these timers.",
  edits: [
    {
      file: "sim/runtime/task/timers/internal-timer-service.ts",
      find: "      for (const timestamp of timers.keys()) this.#queue.add(this.#timerOf(key, timestamp));\n",
      replace: `      for (const timestamp of timers.keys()) {
        const timer = this.#timerOf(key, timestamp);
        this.#queue.add(timer);
        this.#overdue.add(timer);
      }
`,
    },
    {
      file: "sim/runtime/task/timers/internal-timer-service.ts",
      find: "    if (first === undefined) return undefined;\n",
      replace: `    if (first === undefined) return undefined;
    if (this.#overdue.has(first)) return instant(0);
`,
    },
    {
      file: "sim/runtime/task/timers/internal-timer-service.ts",
      find: "  readonly #queue = new TimerQueue();\n",
      replace: "  readonly #queue = new TimerQueue();\n  readonly #overdue = new Set<Timer>();\n",
    },
  ],
  schedule: {
    scenario: "inactivity-timer",
    seed: 1,
    config: {
      "restart-strategy.fixed-delay.delay": "1 ms",
      "world.host.boot-delay": "1 ms",
      "world.task.deploy-cost": "1 ms",
    },
    faults: [
      {
        what: "task-throws",
        where: "sessions-1",
        when: {
          after: { event: "completion-received", place: "sessions-1", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps:
      "Sessions are open at checkpoint 2, after which sessions-1 throws; the job is back soon.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "output",
};
