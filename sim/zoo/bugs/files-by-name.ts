// T30: a restored tree takes the order of its files' names for that of their ages. Cousin of FLINK-6284.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS, MANY_CHECKPOINTS } from "../schedules.ts";

export const filesByName: Bug = {
  id: "files-by-name",
  ticket: "T30",
  title: 'file "9.sst" is taken for newer than "10.sst"',
  story:
    "The files that were flushed are looked into from the newest on, and after a restore the newest is the last by name. " +
    "As text 10 comes before 9, so that the ninth file hides what the tenth has of the same keys: " +
    "the counts in it go back to what they were.",
  excuse: "The names are the numbers, and a folder is listed by name.",
  edits: [
    {
      file: "sim/runtime/state/rocksdb/sorted-file-format.ts",
      find: `  return \`\${String(number).padStart(6, "0")}.sst\`;
`,
      replace: `  return \`\${number}.sst\`;
`,
    },
    {
      file: "sim/runtime/state/rocksdb/lsm-tree.ts",
      find: `      sorted(
        from.files.filter((file) => file.level === level).map(({ file }) => file),
        level,
      ),
`,
      replace: `      level === 0
        ? lastByNameFirst(from.files.filter((file) => file.level === 0).map(({ file }) => file))
        : sorted(
            from.files.filter((file) => file.level === level).map(({ file }) => file),
            level,
          ),
`,
    },
    {
      file: "sim/runtime/state/rocksdb/lsm-tree.ts",
      find: "/** Level 0 by age, the newest first; the others by key. */\n",
      replace: `function lastByNameFirst(files: readonly SortedFile[]): readonly SortedFile[] {
  return files.toSorted((left, right) => (left.name > right.name ? -1 : 1));
}

/** Level 0 by age, the newest first; the others by key. */
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: {
      ...MANY_CHECKPOINTS,
      ...INCREMENTAL_CHECKPOINTS,
      "world.rocksdb.level0-file-num-compaction-trigger": 100,
    },
    faults: [
      {
        what: "task-throws",
        where: "count-2",
        when: {
          after: { event: "completion-received", place: "count-2", checkpoint: 16, nth: 1 },
        },
      },
    ],
    steps:
      "Checkpoint 16 has files with one and with two digits, of the same keys, when count-2 throws.",
  },
  checker: "failure-transparency",
  isShownByOneCrash: true,
  spoils: "cut",
};
