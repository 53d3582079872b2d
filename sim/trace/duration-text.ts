// How spans and points of virtual time are written for people: 250 µs, 12.5 ms, 1.25 s; 0.217827 s.

/** A whole number of microseconds in the largest unit that leaves a digit before the point. */
export function durationText(micros: number): string {
  if (micros < 1000) return `${micros} µs`;
  if (micros < 1_000_000) return `${micros / 1000} ms`;
  return `${Math.round(micros / 1000) / 1000} s`;
}

/** Virtual time in seconds, to the microsecond. */
export function timeText(micros: number): string {
  const fraction = String(micros % 1_000_000).padStart(6, "0");
  return `${Math.floor(micros / 1_000_000)}.${fraction} s`;
}
