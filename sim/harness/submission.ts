// The ways a job runs in one case: as it is submitted first, and as the plan starts it again, with other numbers of
// subtasks perhaps. Its operators are in the same tasks each time, so that the name of a subtask or a channel always means
// the same: operators are chained, and records forwarded, only where they can be in every submission.

import { ScenarioError } from "../api/graph-builder.ts";
import type { Scenario } from "../api/scenario.ts";
import type { StreamExecutionEnvironment } from "../api/stream-execution-environment.ts";
import { canonicalText } from "../kernel/canonical-value.ts";
import { must } from "../kernel/invariant.ts";
import { Configuration, type ConfigValues, OPTIONS } from "../runtime/configuration.ts";
import {
  type JobDescription,
  type JobGraph,
  jobGraphOf,
  rebuiltJobGraph,
} from "../runtime/task/job-graph.ts";
import type { StreamGraph } from "../runtime/task/stream-graph.ts";

/** One way the job runs. */
export interface Submission {
  readonly configuration: Configuration;
  readonly job: JobGraph;
  /** A job graph with function objects of its own, at each call. */
  readonly createJobGraph: () => JobGraph;
}

/** The submissions of a scenario's job: of `environment` under `layers`, and of each resumption's options over these. */
export function submissionsUnder(options: {
  readonly scenario: Scenario;
  readonly environment: StreamExecutionEnvironment;
  readonly layers: readonly ConfigValues[];
  readonly resumptions: readonly ConfigValues[];
}): readonly [Submission, ...Submission[]] {
  const { scenario, environment, layers, resumptions } = options;
  const first = Configuration.of(...layers);
  const resumed = resumptions.map((config) => Configuration.of(...layers, config));
  const others = resumed.length === 0 ? [] : [first, ...resumed];
  const graphs = others.map((configuration) => {
    return environment.streamGraph(configuration.get(OPTIONS.parallelism));
  });
  const submissionOf = (configuration: Configuration): Submission => {
    const parallelism = configuration.get(OPTIONS.parallelism);
    const job = jobGraphOf(alike(environment.streamGraph(parallelism), graphs));
    const createJobGraph = (): JobGraph => {
      const again = alike(scenario.build().streamGraph(parallelism), graphs);
      const rebuilt = rebuiltJobGraph(job, again);
      if (rebuilt !== undefined) return rebuilt;
      throw new ScenarioError(
        `Cannot run "${scenario.name}": build() gave another graph when it was called again, it must give an equal one`,
      );
    };
    return { configuration, job, createJobGraph };
  };
  return [submissionOf(first), ...resumed.map(submissionOf)];
}

/** The graph with every edge rebalanced that is in one of `graphs`, which are of the same job; they are none if it runs one way only. */
function alike(graph: StreamGraph, graphs: readonly StreamGraph[]): StreamGraph {
  if (graphs.length === 0) return graph;
  const edges = graph.edges.map((edge, at) => {
    const kinds = graphs.map((other) => other.edges[at]?.partitioning.kind);
    const isMixed = edge.partitioning.kind === "forward" && kinds.includes("rebalance");
    return isMixed ? { ...edge, partitioning: { kind: "rebalance" } as const } : edge;
  });
  return { ...graph, edges };
}

/** The job with as many subtasks at each vertex as it has in any submission. */
export function widestOf(submissions: readonly Submission[]): JobDescription {
  const jobs = submissions.map(({ job }) => job.description);
  const [first, ...others] = jobs;
  const { name, vertices, edges } = must(first, "job of the first submission");
  for (const other of others) requireSameTasks({ name, vertices, edges }, other);
  return {
    name,
    vertices: vertices.map((vertex) => {
      const counts = jobs.map((job) => job.vertices[vertex.id]?.parallelism ?? 0);
      return { ...vertex, parallelism: Math.max(...counts) };
    }),
    edges,
  };
}

function requireSameTasks(first: JobDescription, resumed: JobDescription): void {
  const [before, after] = [first, resumed].map(({ vertices, edges }) => {
    return canonicalText([vertices.map((vertex) => ({ ...vertex, parallelism: 0 })), edges]);
  });
  if (before === after) return;
  const [were, are] = [first, resumed].map(({ vertices }) => {
    const tasks = vertices.map(
      (vertex) => `${vertex.name} (max parallelism ${vertex.maxParallelism})`,
    );
    return tasks.join(", ");
  });
  throw new ScenarioError(
    `Cannot start the job again: with the configuration of "job-resumed" its tasks are ${are}, expected ${were}, joined in the same way`,
  );
}
