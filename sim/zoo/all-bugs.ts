// Every bug there is, in the order in which lists show them: textbook mistakes, then tickets.

import type { Bug } from "./bug.ts";
import { abortDropsCovered } from "./bugs/abort-drops-covered.ts";
import { abortedByPrefix } from "./bugs/aborted-by-prefix.ts";
import { acknowledgedBeforeDurable } from "./bugs/acknowledged-before-durable.ts";
import { announcedBeforeStored } from "./bugs/announced-before-stored.ts";
import { barrierAfterSnapshot } from "./bugs/barrier-after-snapshot.ts";
import { barrierOvertakesRecords } from "./bugs/barrier-overtakes-records.ts";
import { channelNotBlocked } from "./bugs/channel-not-blocked.ts";
import { closeAbortsPreCommitted } from "./bugs/close-aborts-pre-committed.ts";
import { commitErrorLogged } from "./bugs/commit-error-logged.ts";
import { committableNotSaved } from "./bugs/committable-not-saved.ts";
import { committablesInMemory } from "./bugs/committables-in-memory.ts";
import { committedAtNextSnapshot } from "./bugs/committed-at-next-snapshot.ts";
import { committedAtPreCommit } from "./bugs/committed-at-pre-commit.ts";
import { committedByPosition } from "./bugs/committed-by-position.ts";
import { completionTakenForGranted } from "./bugs/completion-taken-for-granted.ts";
import { deletedBeforeStored } from "./bugs/deleted-before-stored.ts";
import { emptyTransactionCommittable } from "./bugs/empty-transaction-committable.ts";
import { everythingOpenCommitted } from "./bugs/everything-open-committed.ts";
import { flushErrorUnseen } from "./bugs/flush-error-unseen.ts";
import { offsetAtAcknowledgement } from "./bugs/offset-at-acknowledgement.ts";
import { offsetKeptOutside } from "./bugs/offset-kept-outside.ts";
import { offsetOffByOne } from "./bugs/offset-off-by-one.ts";
import { oldRecordsAccepted } from "./bugs/old-records-accepted.ts";
import { onlyItsOwnCommitted } from "./bugs/only-its-own-committed.ts";
import { producerReused } from "./bugs/producer-reused.ts";
import { restoredFromOwnLast } from "./bugs/restored-from-own-last.ts";
import { snapshotAfterBarrier } from "./bugs/snapshot-after-barrier.ts";
import { sortedAsText } from "./bugs/sorted-as-text.ts";
import { stateByReference } from "./bugs/state-by-reference.ts";
import { subsumedByTimestamp } from "./bugs/subsumed-by-timestamp.ts";
import { timedOutCommitSwallowed } from "./bugs/timed-out-commit-swallowed.ts";
import { transactionIdReused } from "./bugs/transaction-id-reused.ts";
import { unreadCheckpointSkipped } from "./bugs/unread-checkpoint-skipped.ts";

/** Every bug there is. */
export const BUGS: readonly Bug[] = [
  snapshotAfterBarrier,
  channelNotBlocked,
  barrierOvertakesRecords,
  acknowledgedBeforeDurable,
  committedAtPreCommit,
  committedAtNextSnapshot,
  offsetAtAcknowledgement,
  offsetOffByOne,
  offsetKeptOutside,
  restoredFromOwnLast,
  oldRecordsAccepted,
  completionTakenForGranted,
  onlyItsOwnCommitted,
  everythingOpenCommitted,
  abortDropsCovered,
  transactionIdReused,
  abortedByPrefix,
  committableNotSaved,
  deletedBeforeStored,
  stateByReference,
  barrierAfterSnapshot,
  subsumedByTimestamp,
  flushErrorUnseen,
  sortedAsText,
  timedOutCommitSwallowed,
  producerReused,
  committedByPosition,
  closeAbortsPreCommitted,
  unreadCheckpointSkipped,
  commitErrorLogged,
  announcedBeforeStored,
  emptyTransactionCommittable,
  committablesInMemory,
];

/** The bug with this id or ticket, if there is one. */
export function bugNamed(name: string): Bug | undefined {
  return BUGS.find(({ id, ticket }) => id === name || ticket === name);
}
