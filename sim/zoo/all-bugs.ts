// Every bug there is, in the order in which lists show them: textbook mistakes, then tickets.

import type { Bug } from "./bug.ts";
import { abortedByPrefix } from "./bugs/aborted-by-prefix.ts";
import { acknowledgedBeforeDurable } from "./bugs/acknowledged-before-durable.ts";
import { channelNotBlocked } from "./bugs/channel-not-blocked.ts";
import { committableNotSaved } from "./bugs/committable-not-saved.ts";
import { committedAtNextSnapshot } from "./bugs/committed-at-next-snapshot.ts";
import { committedAtPreCommit } from "./bugs/committed-at-pre-commit.ts";
import { deletedBeforeStored } from "./bugs/deleted-before-stored.ts";
import { everythingOpenCommitted } from "./bugs/everything-open-committed.ts";
import { offsetAtAcknowledgement } from "./bugs/offset-at-acknowledgement.ts";
import { offsetOffByOne } from "./bugs/offset-off-by-one.ts";
import { oldRecordsAccepted } from "./bugs/old-records-accepted.ts";
import { onlyItsOwnCommitted } from "./bugs/only-its-own-committed.ts";
import { restoredFromOwnLast } from "./bugs/restored-from-own-last.ts";
import { snapshotAfterBarrier } from "./bugs/snapshot-after-barrier.ts";
import { stateByReference } from "./bugs/state-by-reference.ts";
import { transactionIdReused } from "./bugs/transaction-id-reused.ts";

/** Every bug there is. */
export const BUGS: readonly Bug[] = [
  snapshotAfterBarrier,
  channelNotBlocked,
  acknowledgedBeforeDurable,
  committedAtPreCommit,
  committedAtNextSnapshot,
  offsetAtAcknowledgement,
  offsetOffByOne,
  restoredFromOwnLast,
  oldRecordsAccepted,
  onlyItsOwnCommitted,
  everythingOpenCommitted,
  transactionIdReused,
  abortedByPrefix,
  committableNotSaved,
  deletedBeforeStored,
  stateByReference,
];

/** The bug with this id or ticket, if there is one. */
export function bugNamed(name: string): Bug | undefined {
  return BUGS.find(({ id, ticket }) => id === name || ticket === name);
}
