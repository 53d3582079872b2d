// The outside logs of a job: their contents, under the names that events and sources give them, and who reads them.

import type { JobVertexDescription } from "../api/logical-job.ts";
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

/** The outside system that a vertex reads; undefined for one that begins with no source. */
export function sourceSystemOf(
  job: CheckedJob,
  { operators }: JobVertexDescription,
): string | undefined {
  const head = job.graph.nodes.find(({ id }) => id === operators[0]?.node);
  return head?.operator.kind === "source" ? head.operator.source.system : undefined;
}

/** Which of `count` partitions the first attempt of one of `parallelism` subtasks reads. */
export function ownPartitions(of: {
  readonly index: number;
  readonly parallelism: number;
  readonly count: number;
}): readonly number[] {
  const own: number[] = [];
  for (let at = of.index; at < of.count; at += of.parallelism) own.push(at);
  return own;
}
