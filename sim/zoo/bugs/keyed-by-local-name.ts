// FLINK-29913: two uploads of one local file have one key in the registry, and the file in use is deleted.

import type { Bug } from "../bug.ts";
import { INCREMENTAL_CHECKPOINTS, OVERLAPPING_CHECKPOINTS } from "../schedules.ts";

export const keyedByLocalName: Bug = {
  id: "keyed-by-local-name",
  ticket: "FLINK-29913",
  title: "a file uploaded twice is registered once, and the upload in use is deleted",
  story:
    "Two checkpoints are under way, and both upload the same new file, since neither is known to be complete. " +
    "The registry knows a file by the name it has at its task: it keeps the second upload, and deletes the first as a duplicate, " +
    "to which the first checkpoint refers when it completes.",
  excuse: "Files of one name at one task have the same bytes, so that one of them is enough.",
  edits: [
    {
      file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
      find: `      const key = \`\${directory}/\${unique}\`;
      return { name, key, sizeBytes, handle: this.#store(checkpoint, running, key, file.read()) };
`,
      replace: `      const path = \`\${directory}/\${unique}\`;
      const key = \`\${place.name}-\${number}-\${operatorId}-\${name}\`;
      return { name, key, sizeBytes, handle: this.#store(checkpoint, running, path, file.read()) };
`,
    },
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: '  if (handle.kind !== "placeholder" && !isEqualHandle(handle, before.handle)) return undefined;\n',
      replace: "",
    },
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: "    ...before,\n    lastUsedBy:",
      replace: `    ...before,
    handle: handle.kind === "placeholder" ? before.handle : handle,
    lastUsedBy:`,
    },
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: "      if (entry === undefined) return refused(checkpoint, state);\n",
      replace: `      if (entry === undefined) return refused(checkpoint, state);
      if (before?.handle.kind === "file" && !isEqualHandle(before.handle, entry.handle)) {
        this.duplicates.push(before.handle.path);
      }
`,
    },
    {
      file: "sim/runtime/state/shared-state-registry.ts",
      find: "  #highestNotClaimed = -1;\n",
      replace: `  #highestNotClaimed = -1;
  /** Files that others have taken the place of, to be deleted. */
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
  ],
  schedule: {
    scenario: "word-count",
    seed: 1,
    config: { ...OVERLAPPING_CHECKPOINTS, ...INCREMENTAL_CHECKPOINTS },
    faults: [],
    steps: "Checkpoints 1 and 2 both upload the first file of a counter; no fault is needed.",
  },
  checker: "storage-integrity",
  isShownByOneCrash: true,
  spoils: "storage",
};
