// T52: a restore gives broadcast state to the first subtask alone.

import type { Bug } from "../bug.ts";

export const copyForFirstOnly: Bug = {
  id: "copy-for-first-only",
  ticket: "T52",
  title: "after a restart only the first subtask has the broadcast state",
  story:
    "Every subtask saves its copy of what was broadcast. They are equal, so one of them is restored, and goes to one " +
    "subtask, as an element of a list does. The others hold what is broadcast after the restart and nothing from " +
    "before: their payments wait for limits that do not come again.",
  excuse: "All copies are equal, so one is enough.",
  edits: [
    {
      file: "sim/runtime/state/operator-state-redistribution.ts",
      find: `      for (const [subtask, share] of shares.entries()) {
        share.push(must(whole.parts[subtask % whole.parts.length], () => \`copy of "\${state}"\`));
      }
`,
      replace: `      shares[0]?.push(must(whole.parts[0], () => \`copy of "\${state}"\`));\n`,
    },
  ],
  schedule: {
    scenario: "risk-rules",
    seed: 1,
    config: {},
    faults: [
      {
        what: "task-throws",
        where: "judge-1",
        when: {
          after: { event: "completion-received", place: "judge-1", checkpoint: 2, nth: 1 },
        },
      },
    ],
    steps: "Checkpoint 2 is complete when judge-1 throws.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "output",
};
