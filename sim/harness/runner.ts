// Runs cases of the scenarios it was handed and has the checkers judge them. It keeps the committed output of
// failure-free runs, which does not depend on the seed of a confluent job, so that a sweep pays for one only.

import { ScenarioError } from "../api/graph-builder.ts";
import type { Scenario } from "../api/scenario.ts";
import { CHECKERS, check } from "../checkers/all-checkers.ts";
import type { CheckedJob, Checker, CheckerFold, Verdict } from "../checkers/checker.ts";
import { submissionsOf } from "../faults/fault-injector.ts";
import { canonicalText } from "../kernel/canonical-value.ts";
import { must } from "../kernel/invariant.ts";
import { compareText } from "../kernel/plain-object.ts";
import type { Sha256 } from "../kernel/recorder.ts";
import type { Instant } from "../kernel/virtual-time.ts";
import { type ConfigValues, nearest, OPTIONS } from "../runtime/configuration.ts";
import { decodeEvents, tracedKinds } from "../trace/trace.ts";
import { TRACE_EVENT_KINDS, type TraceEvent } from "../trace/trace-event.ts";
import type { Case } from "./case.ts";
import { type PreparedJob, prepareJob } from "./prepared-job.ts";
import { type Run, type RunOptions, run } from "./run.ts";
import { World } from "./world.ts";

/** A run and what the checkers say of it. */
export interface CheckedRun {
  readonly run: Run;
  readonly events: readonly TraceEvent[];
  readonly verdicts: readonly Verdict[];
}

/** Scenarios made from parameters, by name. Each throws {@link ScenarioError} for parameters that cannot be. */
export type ScenarioFamilies = ReadonlyMap<string, (params: unknown) => Scenario>;

/** What a runner has besides the scenarios. */
export interface RunnerOptions {
  readonly families?: ScenarioFamilies;
  /** Who judges after those that judge every run. */
  readonly ownCheckers?: readonly Checker[];
}

type FailureFreeOutput = CheckedJob["failureFreeOutput"];

/** Runs cases of a fixed set of scenarios. */
export class Runner {
  readonly #scenarios: ReadonlyMap<string, Scenario>;
  readonly #families: ScenarioFamilies;
  readonly #checkers: readonly Checker[];
  readonly #sha256: Sha256;
  readonly #failureFree = new Map<string, FailureFreeOutput>();

  constructor(scenarios: readonly Scenario[], sha256: Sha256, options: RunnerOptions = {}) {
    this.#scenarios = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
    this.#families = options.families ?? new Map();
    this.#checkers = [...CHECKERS, ...(options.ownCheckers ?? [])];
    this.#sha256 = sha256;
  }

  /** Makes a case ready. Throws named errors for what is wrong with it. */
  prepare(request: Case): PreparedJob {
    return prepareJob(this.scenarioOf(request.scenario), request);
  }

  /** The scenario a case names. Throws a {@link ScenarioError} if there is none. */
  scenarioOf(request: Case["scenario"]): Scenario {
    const { name, params } =
      typeof request === "string" ? { name: request, params: undefined } : request;
    const family = this.#families.get(name);
    if (family !== undefined) return family(params);
    const scenario = this.#scenarios.get(name);
    if (scenario === undefined) {
      const names = [...this.#scenarios.keys(), ...this.#families.keys()];
      throw new ScenarioError(
        `Cannot run "${name}": no such scenario, the nearest is "${nearest(name, names)}"`,
      );
    }
    if (params !== undefined) {
      throw new ScenarioError(`Cannot run "${name}" with parameters: it takes none`);
    }
    return scenario;
  }

  /** Runs a prepared case. */
  run(job: PreparedJob, options: Omit<RunOptions, "sha256"> = {}): Run {
    return run(job, { ...options, sha256: this.#sha256 });
  }

  /** Runs a prepared case and has it judged. */
  runChecked(job: PreparedJob, options: Omit<RunOptions, "sha256" | "onBlock"> = {}): CheckedRun {
    return this.judge(this.run(job, options));
  }

  /** Has a run judged, from its trace alone. */
  judge(finished: Run): CheckedRun {
    const { job } = finished;
    const events = decodeEvents(finished.blocks, KINDS);
    const rest = { hasCome: finished.end === "idle", at: finished.virtualTime };
    const checked = this.checkedJob(job, rest);
    return { run: finished, events, verdicts: check(checked, events, this.#checkers) };
  }

  /** A world of a prepared case that can be driven. */
  world(job: PreparedJob): World {
    return new World(job, { sha256: this.#sha256 });
  }

  /** A fold of every checker, at the beginning of a trace. */
  startChecks(checked: CheckedJob): readonly CheckerFold[] {
    return this.#checkers.map((checker) => checker.start(checked));
  }

  /** What checkers know of a job; `rest` is looked at when a trace is complete. */
  checkedJob(job: PreparedJob, rest: RunRest): CheckedJob {
    return {
      description: job.description,
      graph: job.job.graph,
      parallelisms: job.submissions.map((submission) => {
        return submission.job.description.vertices.map(({ parallelism }) => parallelism);
      }),
      buildGraph: (number) => {
        return must(job.submissions[number], "submission of a job").createJobGraph().graph;
      },
      checkpointingMode: job.configuration.get(OPTIONS.checkpointingMode),
      logs: job.logs,
      level: job.level,
      isConfluent: job.scenario.isConfluent,
      endsIn: meantEndOf(job),
      get cameToRest() {
        return rest.hasCome;
      },
      get ranUntil() {
        return rest.at;
      },
      failureFreeOutput: this.#failureFreeOutput(job),
      conserved: job.scenario.conserved,
    };
  }

  /** What a run without faults commits, if it commits that however the job is to be run when it is started again. */
  #failureFreeOutput(job: PreparedJob): FailureFreeOutput {
    if (!job.scenario.isConfluent || job.scenario.endsIn !== "FINISHED") return undefined;
    const output = this.#outputUnder(job, job.case.config);
    for (const { resume } of submissionsOf(job.faults)) {
      const other = this.#outputUnder(job, { ...job.case.config, ...resume?.config });
      if (!isSameOutput(output, other)) return undefined;
    }
    return output;
  }

  #outputUnder(job: PreparedJob, config: ConfigValues): FailureFreeOutput {
    const { scenario, data } = job.case;
    const key = canonicalText([scenario, config, data]);
    if (!this.#failureFree.has(key)) {
      const plain = prepareJob(job.scenario, { ...job.case, config, faults: [], overrides: [] });
      const reference = this.run(plain, { bounds: REFERENCE_BOUNDS });
      const output = outputOf(decodeEvents(reference.blocks, KINDS));
      this.#failureFree.set(key, reference.jobStatus === "FINISHED" ? output : undefined);
    }
    return this.#failureFree.get(key);
  }
}

/** How a run stands still, once it does. */
export interface RunRest {
  /** Whether it came to rest by itself, rather than by reaching a bound. */
  readonly hasCome: boolean;
  /** When; undefined while it goes on. */
  readonly at: Instant | undefined;
}

/** A scenario that is meant to fail does so by its own faults; without one of them it is meant to finish. */
function meantEndOf({ scenario, faults }: PreparedJob): Scenario["endsIn"] {
  const planned = new Set(faults.map(canonicalText));
  const isAsMeant = scenario.faults.every((fault) => planned.has(canonicalText(fault)));
  return isAsMeant ? scenario.endsIn : "FINISHED";
}

/** A job that takes longer than this without faults gives no reference. */
const REFERENCE_BOUNDS = { maxEvents: 1_000_000 };

const KINDS = tracedKinds(TRACE_EVENT_KINDS);

function outputOf(events: readonly TraceEvent[]): ReadonlyMap<string, readonly string[]> {
  const output = new Map<string, string[]>();
  for (const event of events) {
    if (event.kind !== "record-committed") continue;
    const values = output.get(event.log) ?? [];
    values.push(event.value);
    output.set(event.log, values);
  }
  return output;
}

function isSameOutput(one: FailureFreeOutput, other: FailureFreeOutput): boolean {
  const [texts, others] = [one, other].map((output) => {
    const logs = [...(output ?? [])].map(
      ([log, values]) => [log, values.toSorted(compareText)] as const,
    );
    return canonicalText(logs.toSorted(([a], [b]) => compareText(a, b)));
  });
  return one !== undefined && other !== undefined && texts === others;
}
