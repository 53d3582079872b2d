// Virtual time: whole microseconds since the start of the simulated world, below 2^53.
// A point (`Instant`) and a span (`Duration`) are different types; bare numbers do not pass for either.

import type { Brand } from "./brand.ts";
import { invariant } from "./invariant.ts";

/** A point of virtual time, in whole microseconds since the world began. */
export type Instant = Brand<number, "Instant">;

/** A span of virtual time, in whole microseconds, never negative. */
export type Duration = Brand<number, "Duration">;

/** The beginning of the simulated world. */
export const WORLD_START: Instant = 0 as Instant;

/** A span of `count` whole microseconds. Throws on fractions, negatives and numbers past 2^53. */
export function micros(count: number): Duration {
  invariant(
    Number.isSafeInteger(count),
    () => `Cannot make a duration: ${count} is not a whole number of microseconds`,
  );
  invariant(count >= 0, () => `Cannot make a duration: ${count} microseconds is negative`);
  return count as Duration;
}

/** A span of `count` milliseconds; fractions down to a microsecond are allowed. */
export function millis(count: number): Duration {
  return micros(Math.round(count * 1000));
}

/** A span of `count` seconds. */
export function seconds(count: number): Duration {
  return micros(Math.round(count * 1_000_000));
}

/** The point `microseconds` after the beginning of the world. */
export function instant(microseconds: number): Instant {
  invariant(
    Number.isSafeInteger(microseconds) && microseconds >= 0,
    () =>
      `Cannot make an instant: ${microseconds} is not a whole number of microseconds from 0 to 2^53`,
  );
  return microseconds as Instant;
}

/** The point `span` after `point`. */
export function after(point: Instant, span: Duration): Instant {
  const sum = point + span;
  invariant(
    sum <= Number.MAX_SAFE_INTEGER,
    () => `Cannot add to an instant: ${point} + ${span} passes 2^53`,
  );
  return sum as Instant;
}

/** The span from `start` to `end`. Throws when `end` lies before `start`. */
export function between(start: Instant, end: Instant): Duration {
  invariant(end >= start, () => `Cannot measure a span: ${end} lies before ${start}`);
  return (end - start) as Duration;
}

/** The span in milliseconds, for display. */
export function toMillis(span: Duration | Instant): number {
  return span / 1000;
}
