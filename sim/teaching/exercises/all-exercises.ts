// The marked exercises, in the order in which a class can take them.

import { commitOnRecovery } from "./commit-on-recovery.ts";
import { crashInRestore } from "./crash-in-restore.ts";
import type { Exercise } from "./exercise.ts";
import { failedWithoutLoss } from "./failed-without-loss.ts";
import { fourAgain } from "./four-again.ts";
import { oneLineTwice } from "./one-line-twice.ts";
import { tornCheckpoint } from "./torn-checkpoint.ts";

/** Every exercise there is. */
export const EXERCISES: readonly Exercise[] = [
  fourAgain,
  tornCheckpoint,
  failedWithoutLoss,
  oneLineTwice,
  commitOnRecovery,
  crashInRestore,
];
