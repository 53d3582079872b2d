// How measured amounts are written for people: three digits, and a unit that leaves one to three of them before the
// point. A size counts in thousands, as disks and networks do.

import { durationText } from "./duration-text.ts";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A number of bytes: 512 B, 37.8 kB, 54 MB. */
export function sizeText(bytes: number): string {
  let size = threeDigits(bytes);
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${threeDigits(size)} ${UNITS[unit]}`;
}

/** A measured time in microseconds: 24.9 ms, 1.23 s. */
export function measuredTimeText(micros: number): string {
  return durationText(threeDigits(micros));
}

function threeDigits(value: number): number {
  return Number(value.toPrecision(3));
}
