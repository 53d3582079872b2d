// Invariants: what must hold if Cleancut itself is right. A broken one is a bug in us, never in a scenario,
// and is caught only by the harness.

/** A broken invariant of Cleancut itself. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
}

/** A message, or how to make it: values are put into words only when something is wrong. */
export type Message = string | (() => string);

/** Throws an {@link InvariantViolation} with `message` unless `condition` holds. */
export function invariant(condition: boolean, message: Message): asserts condition {
  if (!condition) throw new InvariantViolation(textOf(message));
}

/** Closes an exhaustive switch: reaching it means a variant of a union was forgotten. */
export function unreachable(value: never): never {
  throw new InvariantViolation(`Reached a case that cannot be: found ${String(value)}`);
}

/** The value, which must be there. `what` names it in the message. */
export function must<T>(value: T | undefined, what: Message): T {
  if (value === undefined) throw new InvariantViolation(`Missing ${textOf(what)}: found nothing`);
  return value;
}

function textOf(message: Message): string {
  return typeof message === "string" ? message : message();
}
