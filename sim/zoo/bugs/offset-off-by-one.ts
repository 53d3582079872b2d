// T08: the offset saved is that of the last record worked on, and is read as that of the next. Cousin of FLINK-4723.

import type { Bug } from "../bug.ts";

export const offsetOffByOne: Bug = {
  id: "offset-off-by-one",
  ticket: "T08",
  title: "the saved offset is the last record's, but is taken for the next one's",
  story:
    "The reader notes the offset of the record it has just handed out; a restored reader begins at the offset it finds. " +
    "So the last record before the barrier is read again after any crash, and it counts twice.",
  excuse:
    '"The current offset" means the last record to one half of the code and the next one to the other.',
  edits: [
    {
      file: "sim/connectors/log-reader.ts",
      find: "      read.nextOffset = record.offset + 1;\n",
      replace: "      read.nextOffset = record.offset;\n",
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
    steps: "count-1 throws once checkpoint 1 is complete, and the sources go back to it.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
