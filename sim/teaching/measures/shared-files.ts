// What becomes of the files that incremental checkpoints share: which one uploads, and which go once it is complete.

import { compareText } from "../../kernel/plain-object.ts";
import type { TraceEvent } from "../../trace/trace-event.ts";
import { findStop } from "../stop.ts";

/** The shared files that a checkpoint uploads, as their backend names them, by name; "none" if there are none. */
export function sharedFilesUploaded(
  events: readonly TraceEvent[],
  { checkpoint }: { readonly checkpoint: number },
): string {
  const uploaded = events.flatMap((event) =>
    event.kind === "write-completed" && broughtBy(event.path) === checkpoint ? [event.path] : [],
  );
  return namesOf(uploaded);
}

/** The shared files deleted between the completion of a checkpoint and the trigger of the next one, in the same way. */
export function sharedFilesDeleted(
  events: readonly TraceEvent[],
  { checkpoint }: { readonly checkpoint: number },
): string {
  const completed = findStop(events, { event: "checkpoint-completed", checkpoint, nth: 1 });
  const next = events.find(
    ({ kind, index }) => kind === "checkpoint-triggered" && index > completed,
  );
  const deleted = events
    .slice(completed, next?.index)
    .flatMap((event) =>
      event.kind === "file-deleted" && broughtBy(event.path) !== undefined ? [event.path] : [],
    );
  return namesOf(deleted);
}

/** The checkpoint that a shared file is of; undefined for other files. */
function broughtBy(path: string): number | undefined {
  const id = /\/shared\/chk-(\d+)-/.exec(path)?.[1];
  return id === undefined ? undefined : Number(id);
}

function namesOf(paths: readonly string[]): string {
  const names = paths.map((path) => path.slice(path.lastIndexOf("-") + 1));
  return names.length === 0 ? "none" : names.toSorted(compareText).join(", ");
}
