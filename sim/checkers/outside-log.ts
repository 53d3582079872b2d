// Finds the contents of an outside log under the names that events and sources give it.

import type { CheckedJob } from "./checker.ts";

const PREFIX = "log:";

/** The partitions of the log that an event or a source calls `name`, with or without `log:`. */
export function logNamed(
  job: CheckedJob,
  name: string,
): readonly (readonly unknown[])[] | undefined {
  return job.logs.get(name) ?? job.logs.get(bareLogName(name)) ?? job.logs.get(PREFIX + name);
}

/** A log's name without `log:`. */
export function bareLogName(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

/** Whether the outside system called `target` is a log. */
export function isLog(target: string): boolean {
  return target.startsWith(PREFIX);
}
