// Edits that take out a defence behind which several bugs hide. By themselves they change nothing in a run.

import type { SourceEdit } from "./source-edit.ts";

/** An abort that is refused after a crash is taken for one that came too late. */
export const REFUSED_ABORT_IGNORED: SourceEdit = {
  file: "sim/connectors/two-phase-commit-sink-function.ts",
  find: "        yield* waitFor(this.recoverAndAbort(restored.pendingTransaction.handle));\n",
  replace: `        try {
          yield* waitFor(this.recoverAndAbort(restored.pendingTransaction.handle));
        } catch {
          // It is closed already.
        }
`,
};

/** A commit that is refused after a crash is taken for one that was made before the crash. */
export const REFUSED_COMMIT_IGNORED: SourceEdit = {
  file: "sim/connectors/two-phase-commit-sink-function.ts",
  find: "      if (ignoresFailuresAfterTimeout !== true || !isTimedOut) throw error;\n",
  replace: `      // What is no longer open was committed before the crash.
      if (ignoresFailuresAfterTimeout === false && isTimedOut) throw error;
`,
};

/**
 * A task hands in a file that it uses again as it handed it in at first. A placeholder for what is deleted would be
 * refused, and no checkpoint would complete again.
 */
export const REUSED_FILES_HANDED_IN: SourceEdit = {
  file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
  find: `        return { ...known, handle: { kind: "placeholder" } };
`,
  replace: `        return { ...known, handle: { kind: "file", path: known.key, sizeBytes } };
`,
};

/** What is read back is taken for what was written, whatever it hashes to. */
export const HASHES_UNCHECKED: readonly SourceEdit[] = [
  {
    file: "sim/runtime/task/state-restore.ts",
    find: `  if (length !== sizeBytes) return \`\${path} has \${length} bytes, expected \${sizeBytes}\`;
  const found = bytesHash(outcome.bytes);
  if (hash === undefined || found === hash) return undefined;
  return \`the hash of \${path} is \${found}, expected \${hash}\`;
`,
    replace: "  return undefined;\n",
  },
  {
    file: "sim/runtime/state/rocksdb/manifest-format.ts",
    find: "    if (file.hash !== expected.hash) {\n",
    replace: "    if (file.number !== expected.number) {\n",
  },
];
