// A fault of a plan in words.

import type { Fault } from "../api/scenario.ts";
import { durationText } from "../trace/duration-text.ts";

/** What strikes where and when: `task-throws at count-1, after its 1st completion-received of checkpoint 1`. */
export function faultText({ what, where, when, message, duration }: Fault): string {
  const about = message === undefined ? "" : ` (${message})`;
  const by = duration === undefined ? "" : ` by ${durationText(duration)}`;
  return `${what}${about} at ${where}${by}, ${timeText(when, where)}`;
}

function timeText(when: Fault["when"], where: string): string {
  if ("at" in when) return when.at === 0 ? "from the start" : `at ${durationText(when.at)}`;
  const { event, place, attempt, checkpoint, nth } = when.after;
  const of = checkpoint === undefined ? "" : ` of checkpoint ${checkpoint}`;
  const during = attempt === undefined ? "" : ` in attempt ${attempt}`;
  const whose = place === where ? "its" : "the";
  const at = place === where ? "" : ` at ${place}`;
  return `after ${whose} ${ordinal(nth)} ${event}${of}${at}${during}`;
}

function ordinal(number: number): string {
  const last = number % 10;
  const isTeen = Math.floor(number / 10) % 10 === 1;
  if (isTeen || last === 0 || last > 3) return `${number}th`;
  return `${number}${["st", "nd", "rd"][last - 1] ?? "th"}`;
}
