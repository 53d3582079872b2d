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
