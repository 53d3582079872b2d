// FLINK-24611: the file of a dead attempt has the key of the new one's, and takes its place.

import type { Bug } from "../bug.ts";
import { HASHES_UNCHECKED } from "../defences.ts";
import { INCREMENTAL_CHECKPOINTS } from "../schedules.ts";

export const keyOfDeadAttempt: Bug = {
  id: "key-of-dead-attempt",
  ticket: "FLINK-24611",
  title: "a new attempt's file is thrown away as a duplicate of a dead attempt's",
  story:
    "Files are registered as soon as a task acknowledges. If the job fails before the checkpoint is complete, the file stays registered. " +
    "After the restore the task numbers its files as before, and uploads another file under the same key: " +
    "it is thrown away, and the completed checkpoint refers to the file of the attempt that died.",
  excuse: "A key names the subtask and its file, and files never change.",
  edits: [
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: `      const key = \`\${directory}/\${unique}\`;
      return { name, key, sizeBytes, handle: this.#store(checkpoint, running, key, file.read()) };
`,
      replace: `      const path = \`\${directory}/\${unique}\`;
      const key = \`\${place.name}-\${operatorId}-\${name}\`;
      return { name, key, sizeBytes, handle: this.#store(checkpoint, running, path, file.read()) };
`,
    },
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: `  if (handle.kind !== "placeholder" && !isEqualHandle(handle, before.handle)) return undefined;
`,
      replace: "",
    },
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: "  const { handle, preventsDiscardingCreatedCheckpoint = false } = state;\n",
      replace: "  const { preventsDiscardingCreatedCheckpoint = false } = state;\n",
    },
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: "      handles.push(entry.handle);\n",
      replace: `      const { handle } = state;
      if (handle.kind === "file" && !isEqualHandle(handle, entry.handle)) {
        this.duplicates.push(handle.path);
      }
      handles.push(entry.handle);
`,
    },
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: "  #highestNotClaimed = -1;\n",
      replace: `  #highestNotClaimed = -1;
  /** Files that were there already, to be deleted. */
  readonly duplicates: string[] = [];
`,
    },
    {
      file: "sim/runtime/checkpoint/shared-files.ts",
      find: "  return registry.unregisterUnused(lowestRetained).deletions.map(({ file }) => file.path);\n",
      replace: `  const { deletions } = registry.unregisterUnused(lowestRetained);
  return [...registry.duplicates.splice(0), ...deletions.map(({ file }) => file.path)];
`,
    },
    ...HASHES_UNCHECKED,
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: INCREMENTAL_CHECKPOINTS,
    faults: [
      {
        what: "task-throws",
        where: "sink-1",
        when: {
          after: { event: "acknowledgement-received", place: "job-master", checkpoint: 2, nth: 4 },
        },
      },
      {
        what: "task-throws",
        where: "count-1",
        when: {
          after: { event: "completion-received", place: "count-1", checkpoint: 3, nth: 1 },
        },
      },
    ],
    steps:
      "Both counters have acknowledged checkpoint 2 when the sink throws; after the restore checkpoint 3 completes, and count-1 throws.",
  },
  checker: "restored-state",
  isShownByOneCrash: false,
  spoils: "cut",
};
