// Every bug there is, in the order in which lists show them: textbook mistakes, then tickets.

import type { Bug } from "./bug.ts";
import { abortDeletesReused } from "./bugs/abort-deletes-reused.ts";
import { abortDropsCovered } from "./bugs/abort-drops-covered.ts";
import { abortedByPrefix } from "./bugs/aborted-by-prefix.ts";
import { acknowledgedBeforeDurable } from "./bugs/acknowledged-before-durable.ts";
import { acknowledgedDiscarded } from "./bugs/acknowledged-discarded.ts";
import { announcedBeforeStored } from "./bugs/announced-before-stored.ts";
import { barrierAfterSnapshot } from "./bugs/barrier-after-snapshot.ts";
import { barrierOvertakesRecords } from "./bugs/barrier-overtakes-records.ts";
import { changeAtTheEdge } from "./bugs/change-at-the-edge.ts";
import { channelNotBlocked } from "./bugs/channel-not-blocked.ts";
import { checkpointNumberTaken } from "./bugs/checkpoint-number-taken.ts";
import { closeAbortsPreCommitted } from "./bugs/close-aborts-pre-committed.ts";
import { commitErrorLogged } from "./bugs/commit-error-logged.ts";
import { committableNotSaved } from "./bugs/committable-not-saved.ts";
import { committablesInMemory } from "./bugs/committables-in-memory.ts";
import { committedAtNextSnapshot } from "./bugs/committed-at-next-snapshot.ts";
import { committedAtPreCommit } from "./bugs/committed-at-pre-commit.ts";
import { committedByPosition } from "./bugs/committed-by-position.ts";
import { completionTakenForGranted } from "./bugs/completion-taken-for-granted.ts";
import { copyForFirstOnly } from "./bugs/copy-for-first-only.ts";
import { deletedBeforeStored } from "./bugs/deleted-before-stored.ts";
import { deletedTimerReturns } from "./bugs/deleted-timer-returns.ts";
import { droppingForgotten } from "./bugs/dropping-forgotten.ts";
import { emptyTransactionCommittable } from "./bugs/empty-transaction-committable.ts";
import { everythingOpenCommitted } from "./bugs/everything-open-committed.ts";
import { expiredTakesAll } from "./bugs/expired-takes-all.ts";
import { fileNumbersRestart } from "./bugs/file-numbers-restart.ts";
import { filesByName } from "./bugs/files-by-name.ts";
import { filesListedLate } from "./bugs/files-listed-late.ts";
import { firstSnapshotForAll } from "./bugs/first-snapshot-for-all.ts";
import { flushErrorUnseen } from "./bugs/flush-error-unseen.ts";
import { keyOfDeadAttempt } from "./bugs/key-of-dead-attempt.ts";
import { keyedByLocalName } from "./bugs/keyed-by-local-name.ts";
import { lastSnapshotOnly } from "./bugs/last-snapshot-only.ts";
import { lastToRegister } from "./bugs/last-to-register.ts";
import { lastUseInclusive } from "./bugs/last-use-inclusive.ts";
import { lateDiscardsReused } from "./bugs/late-discards-reused.ts";
import { lateFilesLeft } from "./bugs/late-files-left.ts";
import { levelsNotRestored } from "./bugs/levels-not-restored.ts";
import { localStateInOneFolder } from "./bugs/local-state-in-one-folder.ts";
import { memtableNotFlushed } from "./bugs/memtable-not-flushed.ts";
import { memtableNotHeld } from "./bugs/memtable-not-held.ts";
import { mergeDeletesHandedIn } from "./bugs/merge-deletes-handed-in.ts";
import { offsetAtAcknowledgement } from "./bugs/offset-at-acknowledgement.ts";
import { offsetKeptOutside } from "./bugs/offset-kept-outside.ts";
import { offsetOffByOne } from "./bugs/offset-off-by-one.ts";
import { oldRecordsAccepted } from "./bugs/old-records-accepted.ts";
import { oneNameForAllSubtasks } from "./bugs/one-name-for-all-subtasks.ts";
import { onlyItsOwnCommitted } from "./bugs/only-its-own-committed.ts";
import { partialUploadLeft } from "./bugs/partial-upload-left.ts";
import { positionsForAll } from "./bugs/positions-for-all.ts";
import { producerReused } from "./bugs/producer-reused.ts";
import { rangesRoundedDown } from "./bugs/ranges-rounded-down.ts";
import { restoreDeletesSource } from "./bugs/restore-deletes-source.ts";
import { restoreRestartsTtl } from "./bugs/restore-restarts-ttl.ts";
import { restoredFromOwnLast } from "./bugs/restored-from-own-last.ts";
import { restoredNotRegistered } from "./bugs/restored-not-registered.ts";
import { restoredTimersOverdue } from "./bugs/restored-timers-overdue.ts";
import { reuseNotCounted } from "./bugs/reuse-not-counted.ts";
import { sharedFilesBeforePointer } from "./bugs/shared-files-before-pointer.ts";
import { slotHijacked } from "./bugs/slot-hijacked.ts";
import { snapshotAfterBarrier } from "./bugs/snapshot-after-barrier.ts";
import { snapshotRestartsTtl } from "./bugs/snapshot-restarts-ttl.ts";
import { sortedAsText } from "./bugs/sorted-as-text.ts";
import { startedFromTakenForOwn } from "./bugs/started-from-taken-for-own.ts";
import { stateByReference } from "./bugs/state-by-reference.ts";
import { statesByArrival } from "./bugs/states-by-arrival.ts";
import { subsumedByTimestamp } from "./bugs/subsumed-by-timestamp.ts";
import { sweepTakesRestored } from "./bugs/sweep-takes-restored.ts";
import { timedOutCommitSwallowed } from "./bugs/timed-out-commit-swallowed.ts";
import { timerFiresAgain } from "./bugs/timer-fires-again.ts";
import { timerNotRearmed } from "./bugs/timer-not-rearmed.ts";
import { timersNotRestored } from "./bugs/timers-not-restored.ts";
import { transactionIdReused } from "./bugs/transaction-id-reused.ts";
import { unionUnfiltered } from "./bugs/union-unfiltered.ts";
import { unreadCheckpointSkipped } from "./bugs/unread-checkpoint-skipped.ts";
import { unusedByNewest } from "./bugs/unused-by-newest.ts";
import { useComparedAsText } from "./bugs/use-compared-as-text.ts";

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
  lateDiscardsReused,
  stateByReference,
  memtableNotFlushed,
  filesListedLate,
  fileNumbersRestart,
  filesByName,
  unusedByNewest,
  droppingForgotten,
  lastUseInclusive,
  lastToRegister,
  useComparedAsText,
  sharedFilesBeforePointer,
  oneNameForAllSubtasks,
  statesByArrival,
  timerFiresAgain,
  deletedTimerReturns,
  timersNotRestored,
  restoredTimersOverdue,
  restoreRestartsTtl,
  snapshotRestartsTtl,
  expiredTakesAll,
  memtableNotHeld,
  levelsNotRestored,
  unionUnfiltered,
  firstSnapshotForAll,
  mergeDeletesHandedIn,
  sweepTakesRestored,
  copyForFirstOnly,
  rangesRoundedDown,
  positionsForAll,
  barrierAfterSnapshot,
  subsumedByTimestamp,
  timerNotRearmed,
  lastSnapshotOnly,
  lateFilesLeft,
  acknowledgedDiscarded,
  flushErrorUnseen,
  sortedAsText,
  restoredNotRegistered,
  timedOutCommitSwallowed,
  producerReused,
  committedByPosition,
  restoreDeletesSource,
  localStateInOneFolder,
  closeAbortsPreCommitted,
  slotHijacked,
  unreadCheckpointSkipped,
  keyOfDeadAttempt,
  commitErrorLogged,
  abortDeletesReused,
  startedFromTakenForOwn,
  keyedByLocalName,
  partialUploadLeft,
  announcedBeforeStored,
  emptyTransactionCommittable,
  reuseNotCounted,
  committablesInMemory,
  changeAtTheEdge,
  checkpointNumberTaken,
];

/** The bug with this id or ticket, if there is one. */
export function bugNamed(name: string): Bug | undefined {
  return BUGS.find(({ id, ticket }) => id === name || ticket === name);
}
