// What a reader has written at events. A note belongs to a run, which its digest names: a branch beside its original
// has its own, and the same run shown again has them still.

/** Notes by the digest of their run. */
export type Notes = ReadonlyMap<string, EventNotes>;

/** The notes of one run by the event they stand at, in the order of events. */
export type EventNotes = ReadonlyMap<number, string>;

/** A note to be written. */
export interface NewNote {
  readonly digest: string;
  readonly event: number;
  /** Without a word, the event's note is taken away. */
  readonly text: string;
}

/** No notes. */
const NO_NOTES: EventNotes = new Map();

/** Those of the run with `digest`. */
export function notesOf(notes: Notes, digest: string): EventNotes {
  return notes.get(digest) ?? NO_NOTES;
}

/** With a note written, changed or taken away. */
export function withNote(notes: Notes, { digest, event, text }: NewNote): Notes {
  return withNotes(notes, digest, new Map([...notesOf(notes, digest), [event, text]]));
}

/** With other notes for the run with `digest`; those without a word are left out. */
export function withNotes(notes: Notes, digest: string, own: EventNotes): Notes {
  const all = new Map(notes);
  const written = [...own]
    // Half a character, which a field can cut off, has no place in an address.
    .map(([event, text]) => [event, text.replaceAll(/\p{Surrogate}/gu, "").trim()] as const)
    .filter(([, text]) => text !== "")
    .toSorted(([one], [other]) => one - other);
  if (written.length === 0) all.delete(digest);
  else all.set(digest, new Map(written));
  return all;
}

/** Without the notes of other runs than those with `digests`; the same object if there are none. */
export function notesOfRuns(notes: Notes, digests: readonly string[]): Notes {
  const kept = [...notes].filter(([digest]) => digests.includes(digest));
  return kept.length === notes.size ? notes : new Map(kept);
}
