// A case made ready to run: its scenario's program built and checked, its configuration in layers, its input
// edited, its faults settled. Everything wrong with the request is found here, before anything runs.

import { ScenarioError } from "../api/graph-builder.ts";
import type { Fault, Scenario } from "../api/scenario.ts";
import type { StateBackend } from "../api/state-backends.ts";
import { submissionsOf } from "../faults/fault-injector.ts";
import { checkFaults } from "../faults/fault-plan.ts";
import type { RecordingLevel } from "../kernel/recorder.ts";
import { type Configuration, OPTIONS } from "../runtime/configuration.ts";
import {
  channelName,
  type JobDescription,
  type JobGraph,
  subtaskName,
} from "../runtime/task/job-graph.ts";
import { TRACE_EVENT_KINDS } from "../trace/trace-event.ts";
import type { Case, DataEdit } from "./case.ts";
import { checkpointingOf, requireStateBackend, restartingOf, taskManagerNames } from "./cluster.ts";
import { type Submission, submissionsUnder, widestOf } from "./submission.ts";

/** Outside logs by name: their partitions, each its records in order. */
export type LogContents = ReadonlyMap<string, readonly (readonly unknown[])[]>;

/** A case with everything filled in. */
export interface PreparedJob extends Submission {
  readonly scenario: Scenario;
  /** The case with every key written. */
  readonly case: Required<Case>;
  readonly level: RecordingLevel;
  readonly logs: LogContents;
  readonly faults: readonly Fault[];
  /** How the job runs, which is this itself, and how it runs each time the plan starts it again. */
  readonly submissions: readonly Submission[];
  /** The job with, at each vertex, the most subtasks that it has in any submission. */
  readonly description: JobDescription;
  /** The state backend that the program has set. */
  readonly stateBackend: StateBackend | undefined;
}

/** Makes a case of `scenario` ready. Throws named errors for what is wrong with it. */
export function prepareJob(scenario: Scenario, request: Case): PreparedJob {
  const environment = scenario.build();
  const layers = [environment.configuration, scenario.config, request.config ?? {}];
  const faults = request.faults ?? scenario.faults;
  const resumptions = submissionsOf(faults).map(({ resume }) => resume?.config ?? {});
  const submissions = submissionsUnder({ scenario, environment, layers, resumptions });
  for (const { configuration } of submissions) {
    checkpointingOf(configuration);
    restartingOf(configuration);
    requireStateBackend(configuration);
    checkTeaching(scenario, configuration);
  }
  const [first] = submissions;
  const { configuration, job } = first;
  const description = widestOf(submissions);
  const data = request.data ?? [];
  const logs = edited(logsOf(scenario, environment.elements, job), data);
  const otherPlaces = otherPlacesOf(description, job, logs);
  const taskManagers = taskManagerNames(description, configuration);
  checkNames(tasksOf(description), [...taskManagers, ...otherPlaces]);
  checkFaults(faults, {
    tasks: tasksOf(description),
    taskManagers,
    events: TRACE_EVENT_KINDS.map((kind) => kind.name),
    otherPlaces,
  });
  const seed = request.seed ?? 1;
  if (!Number.isSafeInteger(seed)) {
    throw new ScenarioError(`Cannot run with seed ${seed}: expected a whole number below 2^53`);
  }
  return {
    scenario,
    case: {
      scenario: request.scenario,
      config: request.config ?? {},
      seed,
      faults,
      overrides: request.overrides ?? [],
      data,
      edits: request.edits ?? [],
    },
    ...first,
    level: configuration.get(OPTIONS.recordingLevel),
    logs,
    faults,
    submissions,
    description,
    stateBackend: environment.stateBackend,
  };
}

/** What breaks the engine's promises on purpose is only for scenarios that say so. */
function checkTeaching(scenario: Scenario, configuration: Configuration): void {
  const { key } = OPTIONS.uncoordinatedSnapshots;
  if (!configuration.get(OPTIONS.uncoordinatedSnapshots) || scenario.isForTeaching === true) return;
  throw new ScenarioError(
    `Cannot run "${scenario.name}" with "${key}": found a scenario that is not for teaching, expected one that declares isForTeaching`,
  );
}

/** Choices and events are told apart by the names of their places, so no two may share one. */
function checkNames(tasks: readonly string[], others: readonly string[]): void {
  const clash = tasks.find((task) => others.includes(task));
  if (clash === undefined) return;
  throw new ScenarioError(
    `Cannot run the job: the subtask "${clash}" has the name of another place, give its operator another with .name(...)`,
  );
}

function logsOf(
  scenario: Scenario,
  elements: ReadonlyMap<string, readonly unknown[]>,
  job: JobGraph,
): LogContents {
  const logs = new Map(Object.entries(scenario.logs));
  for (const [name, values] of elements) logs.set(name, [values]);
  for (const { operator, name } of job.nodes.values()) {
    if (operator.kind !== "source" || logs.has(operator.source.system)) continue;
    throw new ScenarioError(
      `Cannot run "${scenario.name}": the source "${name}" reads the log "${operator.source.system}", there are ${[...logs.keys()].join(", ") || "none"}`,
    );
  }
  return logs;
}

function edited(logs: LogContents, edits: readonly DataEdit[]): LogContents {
  if (edits.length === 0) return logs;
  const result = new Map(
    [...logs].map(([name, partitions]) => [name, partitions.map((records) => [...records])]),
  );
  const dropped = new Map<unknown[], Set<number>>();
  for (const { source, partition, offset, drop, value } of edits) {
    const records = result.get(source)?.[partition];
    if (records === undefined || offset < 0 || offset >= records.length) {
      throw new ScenarioError(
        `Cannot edit the data of "${source}": there is no record at partition ${partition}, offset ${offset}`,
      );
    }
    if (drop === true) dropped.set(records, (dropped.get(records) ?? new Set()).add(offset));
    else records[offset] = value;
  }
  for (const [records, offsets] of dropped) {
    const kept = records.filter((_record, offset) => !offsets.has(offset));
    records.splice(0, records.length, ...kept);
  }
  return result;
}

/** The names of all subtasks of a job. */
export function tasksOf({ vertices }: JobDescription): readonly string[] {
  return vertices.flatMap(({ name, parallelism }) =>
    Array.from({ length: parallelism }, (_, index) => subtaskName(name, index)),
  );
}

function otherPlacesOf(
  { vertices, edges }: JobDescription,
  job: JobGraph,
  logs: LogContents,
): readonly string[] {
  const channels = edges.flatMap((edge) => {
    const producers = subtasksOf(vertices[edge.source]);
    const consumers = subtasksOf(vertices[edge.target]);
    return producers.flatMap((producer) =>
      consumers.map((consumer) => channelName(producer, consumer, edge)),
    );
  });
  const sinks = [...job.nodes.values()].flatMap(({ operator }) =>
    operator.kind === "sink" ? [operator.sink.target] : [],
  );
  const sources = [...logs.keys()].map((log) => `log:${log}`);
  return ["job-master", "job-manager", "storage", ...sources, ...sinks, ...channels];
}

function subtasksOf(vertex: JobDescription["vertices"][number] | undefined): readonly string[] {
  if (vertex === undefined) return [];
  return Array.from({ length: vertex.parallelism }, (_, index) => subtaskName(vertex.name, index));
}
