// A measure that does not apply to a trace: what it asks about never happened there.

/** The message says what was looked for. */
export class MeasureError extends Error {
  override readonly name = "MeasureError";
}
