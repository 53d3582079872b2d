// T43: a restore counts as a use of every value, and its time to live begins anew.

import type { Bug } from "../bug.ts";

export const restoreRestartsTtl: Bug = {
  id: "restore-restarts-ttl",
  ticket: "T43",
  title: "restored values begin their time to live anew",
  story:
    "Values come back from a snapshot through the same door as those that are written, where they are stamped with the time of now. " +
    "A session that was over before the crash goes on after it.",
  excuse: "What the job did not see go by should not be held against a value.",
  edits: [
    {
      file: "sim/runtime/state/heap-keyed-state-backend.ts",
      find: "        table.put(at, value);\n",
      replace: `        const isTimed = restored.serializerId.startsWith("ttl/1<");
        table.put(at, isTimed ? { ...(value as object), lastAccess: this.#now() } : value);
`,
    },
  ],
  schedule: {
    scenario: "session-ttl",
    seed: 1,
    config: {},
    faults: [
      {
        what: "power-loss",
        where: "cluster",
        when: {
          after: { event: "checkpoint-completed", place: "job-master", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps: "The power is lost after checkpoint 2, and every session is over when it is back.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
