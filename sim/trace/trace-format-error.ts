// Wrong input: no trace, or a part of one. A trace that was changed is not this but a `TamperedTrace`.

/** What was given is no trace, or not a whole one. */
export class TraceFormatError extends Error {
  override readonly name = "TraceFormatError";
}
