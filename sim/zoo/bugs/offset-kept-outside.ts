// T09: the log remembers how far it was read, and a restored source goes on from there.

import type { Bug } from "../bug.ts";

export const offsetKeptOutside: Bug = {
  id: "offset-kept-outside",
  ticket: "T09",
  title: "a restored source goes on from an offset kept outside, not from the checkpoint's",
  story:
    "The log keeps for each partition the last offset that was asked for, checkpoint or not. " +
    "A restored source that asks for an earlier one is served from there: what lies between is lost.",
  excuse: "The log knows best how far its readers are, and a reader should not go back.",
  edits: [
    {
      file: "sim/connectors/replayable-log.ts",
      find: "    const offset = request.offset;\n",
      replace: "    const offset = Math.max(request.offset, this.#positions[partition] ?? 0);\n",
    },
    {
      file: "sim/connectors/log-reader.ts",
      find: "    read.fetchOffset += fetched.records.length;\n",
      replace: `    const last = fetched.records.at(-1);
    if (last !== undefined) read.fetchOffset = last.offset + 1;
`,
    },
    {
      // The future hangs on the positions now.
      file: "sim/connectors/replayable-log.ts",
      find: "      partitions: this.#partitions.map((records, partition) => {\n",
      replace: `      positions: [...this.#positions],
      partitions: this.#partitions.map((records, partition) => {
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {},
    faults: [
      {
        what: "task-throws",
        where: "count-1",
        when: { after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 } },
      },
    ],
    steps:
      "count-1 throws once checkpoint 1 is complete; source-1 is served from where it stood when it threw.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "output",
};
