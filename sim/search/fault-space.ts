// What a job offers to a generator of faults: the names that plans may use, and how long a run of it lasts.

import type { FaultSpace } from "../faults/fault-generator.ts";
import { taskManagerNames } from "../harness/cluster.ts";
import { type PreparedJob, tasksOf } from "../harness/prepared-job.ts";
import { OPTIONS } from "../runtime/configuration.ts";
import { subtaskName } from "../runtime/task/job-graph.ts";

/** The space of faults of a prepared job. */
export function faultSpaceOf(prepared: PreparedJob): FaultSpace {
  const { job, description, configuration } = prepared;
  const outsideLogs = new Set<string>();
  const sourceTasks: string[] = [];
  const sinkTasks: string[] = [];
  for (const { name, parallelism, operators } of description.vertices) {
    const subtasks = Array.from({ length: parallelism }, (_, index) => subtaskName(name, index));
    if (operators[0]?.kind === "source") sourceTasks.push(...subtasks);
    const targets = operators.flatMap(({ node }) => {
      const operator = job.nodes.get(node)?.operator;
      const isExactlyOnce = operator?.kind === "sink" && operator.sink.guarantee === "exactly-once";
      return isExactlyOnce ? [operator.sink.target] : [];
    });
    for (const target of targets) outsideLogs.add(target);
    if (targets.length > 0) sinkTasks.push(...subtasks);
  }
  return {
    tasks: tasksOf(description),
    sourceTasks,
    sinkTasks,
    taskManagers: taskManagerNames(description, configuration),
    outsideLogs: [...outsideLogs],
    runLength: runLengthOf(prepared),
    checkpointTimeout: configuration.get(OPTIONS.checkpointTimeout),
  };
}

/** Deploying, until the last record has arrived, and one more checkpoint. */
function runLengthOf({ configuration, logs }: PreparedJob): number {
  let longest = 0;
  for (const partitions of logs.values()) {
    for (const { length } of partitions) if (length > longest) longest = length;
  }
  const perRecord =
    configuration.get(OPTIONS.arrivalInterval) + configuration.get(OPTIONS.recordCost);
  const interval = configuration.get(OPTIONS.checkpointInterval) ?? 0;
  return configuration.get(OPTIONS.deployCost) + longest * perRecord + interval;
}
