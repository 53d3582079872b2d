// FLINK-25395, FLINK-23279: a task deletes what it uploaded for an aborted checkpoint, and counts on having it uploaded.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS, OVERLAPPING_CHECKPOINTS } from "../schedules.ts";

export const abortDeletesReused: Bug = {
  id: "abort-deletes-reused",
  ticket: "FLINK-25395",
  title: "a task deletes the files of an aborted checkpoint, which a later one uses again",
  story:
    "To upload less, a snapshot builds on the one before it although that one is not known to be complete. " +
    "If that checkpoint is aborted, its task deletes what it uploaded for it. " +
    "The later checkpoint refers to those files, and completes.",
  excuse:
    "A file that is uploaded is uploaded; and what is aborted has to be cleaned up by whoever wrote it.",
  edits: [
    {
      file: "sim/runtime/checkpoint/uploaded-files.ts",
      find: `    const base =
      this.#confirmed === undefined ? undefined : this.#byCheckpoint.get(this.#confirmed);
    return base ?? new Map();
  }
`,
      replace: `    // What is uploaded need not be uploaded again, whatever its checkpoint waits for.
    return [...this.#byCheckpoint.values()].at(-1) ?? new Map();
  }

  /** What was uploaded for \`checkpoint\` itself. */
  broughtBy(checkpoint: CheckpointId): readonly UploadedFile[] {
    const files = [...(this.#byCheckpoint.get(checkpoint)?.values() ?? [])];
    return files.filter(({ key }) => key.includes(\`/chk-\${checkpoint}-\`));
  }
`,
    },
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: "    for (const uploads of this.#uploads.values()) uploads.abort(checkpoint);\n",
      replace: `    for (const uploads of this.#uploads.values()) {
      for (const { key } of uploads.broughtBy(checkpoint)) this.#environment.deleteFile(key);
      uploads.abort(checkpoint);
    }
`,
    },
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { ...OVERLAPPING_CHECKPOINTS, ...INCREMENTAL_CHECKPOINTS },
    faults: [
      {
        what: "storage-fails",
        where: "job-master",
        when: {
          after: { event: "acknowledgement-received", place: "job-master", checkpoint: 2, nth: 5 },
        },
      },
    ],
    steps:
      "The metadata of checkpoint 2 cannot be written, when the snapshot for checkpoint 3 already builds on it.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: false,
  spoils: "storage",
};
