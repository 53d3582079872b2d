// Every bug there is, in the order in which lists show them.

import type { Bug } from "./bug.ts";
import { channelNotBlocked } from "./channel-not-blocked.ts";
import { committableNotSaved } from "./committable-not-saved.ts";
import { offsetAtAcknowledgement } from "./offset-at-acknowledgement.ts";
import { offsetOffByOne } from "./offset-off-by-one.ts";
import { snapshotAfterBarrier } from "./snapshot-after-barrier.ts";

/** Every bug there is. */
export const BUGS: readonly Bug[] = [
  snapshotAfterBarrier,
  channelNotBlocked,
  offsetAtAcknowledgement,
  offsetOffByOne,
  committableNotSaved,
];

/** The bug with this id or ticket, if there is one. */
export function bugNamed(name: string): Bug | undefined {
  return BUGS.find(({ id, ticket }) => id === name || ticket === name);
}
