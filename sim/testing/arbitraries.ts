// Arbitraries for property tests with fast-check, which is handed in: who only calls `holds` needs no fast-check, and
// who has one has no second.

import type { Fault, Scenario } from "../api/scenario.ts";
import { TransactionalLogSink } from "../connectors/transactional-log-sink.ts";
import type { FaultSpace } from "../faults/fault-generator.ts";
import { prepareJob } from "../harness/prepared-job.ts";
import type { SinkFunction } from "../runtime/task/functions.ts";
import { faultSpaceOf } from "../search/fault-space.ts";
import { type DrawnJob, type Item, type JobOperator, OUTPUT, scenarioOfJob } from "./drawn-job.ts";
import type { Arbitrary, FastCheck } from "./fast-check.ts";
import { drawnPlans, planOf } from "./fault-plan-arbitrary.ts";
import type { HoldsOptions } from "./holds.ts";
import { JOB_OPERATORS } from "./job-operators.ts";
import { type Pipeline, scenarioOf } from "./pipeline.ts";

/** How large plans are. */
export interface PlanOptions {
  /** Most faults in a plan; 3 unless said otherwise. */
  readonly faultsMax?: number;
}

/** How large inputs are. */
export interface InputOptions {
  /** Most partitions of a log; 3 unless said otherwise. */
  readonly partitionsMax?: number;
  /** Most records of a partition; 20 unless said otherwise. */
  readonly recordsMax?: number;
}

/** What jobs are made of. */
export interface JobOptions extends InputOptions {
  /** The sink, afresh at each call; a transactional one of the log `output` unless said otherwise. */
  readonly sink?: (log: string) => SinkFunction<Item>;
  /** Own operators: every job has one of them, among Cleancut's. */
  readonly operators?: readonly JobOperator[];
  /** Most operators besides; 3 unless said otherwise. */
  readonly operatorsMax?: number;
  /** Of each operator, at most; 3 unless said otherwise. */
  readonly parallelismMax?: number;
}

/** One run of a pipeline: `holds(trial.pipeline, trial)`. What fails is shrunk by fast-check alone. */
export interface Trial extends HoldsOptions {
  readonly pipeline: Pipeline;
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly runs: 1;
  readonly shrinkRuns: 0;
}

/** Arbitraries whose values shrink: to fewer faults, records and operators, and to simpler ones. */
export interface Arbitraries {
  /** Fault plans for one pipeline. */
  faultPlans(pipeline: Pipeline, options?: PlanOptions): Arbitrary<readonly Fault[]>;
  /** Contents of outside logs, from an arbitrary of the records of each. */
  inputs(
    records: { readonly [log: string]: Arbitrary<unknown> },
    options?: InputOptions,
  ): Arbitrary<Scenario["logs"]>;
  /** Small jobs that read keyed numbers and write them to the log `output`. */
  jobs(options?: JobOptions): Arbitrary<Scenario>;
  /** A pipeline with a seed and a plan that fits it, each of which shrinks by itself. */
  trials(pipelines: Arbitrary<Pipeline>, options?: PlanOptions): Arbitrary<Trial>;
}

/**
 * The arbitraries.
 *
 * @example
 * const { jobs, trials } = arbitraries(fc);
 * fc.assert(fc.property(trials(jobs()), (trial) => holds(trial.pipeline, trial)));
 */
export function arbitraries(fc: FastCheck): Arbitraries {
  return {
    faultPlans: (pipeline, { faultsMax = FAULTS_MAX } = {}) => {
      const space = spaceOf(pipeline);
      return drawnPlans(fc, faultsMax).map((drawn) => planOf(drawn, space));
    },
    inputs: (records, options = {}) => {
      const logs = Object.entries(records).map(([log, arbitrary]) => [
        log,
        partitions(fc, arbitrary, options),
      ]);
      return fc.record(Object.fromEntries(logs));
    },
    jobs: (options = {}) => jobs(fc, options),
    trials: (pipelines, { faultsMax = FAULTS_MAX } = {}) => {
      const parts = fc.record({
        pipeline: pipelines,
        seed: fc.nat(),
        drawn: drawnPlans(fc, faultsMax),
      });
      return parts.map(({ pipeline, seed, drawn }): Trial => {
        return { pipeline, seed, faults: planOf(drawn, spaceOf(pipeline)), runs: 1, shrinkRuns: 0 };
      });
    },
  };
}

const FAULTS_MAX = 3;
const PARTITIONS_MAX = 3;
const RECORDS_MAX = 20;
const OPERATORS_MAX = 3;
const PARALLELISM_MAX = 3;
const KEY_MAX = 4;

function spaceOf(pipeline: Pipeline): FaultSpace {
  const scenario = scenarioOf(pipeline);
  return faultSpaceOf(prepareJob(scenario, { scenario: scenario.name }));
}

function partitions<T>(
  fc: FastCheck,
  record: Arbitrary<T>,
  { partitionsMax = PARTITIONS_MAX, recordsMax = RECORDS_MAX }: InputOptions,
): Arbitrary<T[][]> {
  const partition = fc.array(record, { maxLength: recordsMax, size: "max" });
  return fc.array(partition, { minLength: 1, maxLength: partitionsMax });
}

function jobs(fc: FastCheck, options: JobOptions): Arbitrary<Scenario> {
  const { operators = [], operatorsMax = OPERATORS_MAX, sink = transactional } = options;
  const parallelism = fc.integer({ min: 1, max: options.parallelismMax ?? PARALLELISM_MAX });
  const stepOf = (from: readonly JobOperator[]): Arbitrary<DrawnJob["steps"][number]> =>
    fc.record({ operator: fc.constantFrom(...from), parallelism });
  const some = fc.array(stepOf([...JOB_OPERATORS, ...operators]), { maxLength: operatorsMax });
  const own = operators.length === 0 ? fc.constant([]) : fc.tuple(stepOf(operators));
  const drawn = fc.record({
    input: partitions(fc, fc.nat(KEY_MAX), options),
    some,
    own,
    place: fc.nat(operatorsMax),
    sources: parallelism,
    sinks: parallelism,
  });
  return drawn.map(({ input, some: others, own: owned, place, sources, sinks }) => {
    const steps = [...others.slice(0, place), ...owned, ...others.slice(place)];
    const scenario = scenarioOfJob({ input, steps, sources, sinks }, () => sink(OUTPUT));
    return shownAs(fc, scenario, scenario.description);
  });
}

function transactional(log: string): SinkFunction<Item> {
  return new TransactionalLogSink<Item>(log);
}

/** Has fast-check print a value as `text`; everyone else sees no difference. */
function shownAs<T extends object>(fc: FastCheck, value: T, text: string): T {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => text });
}
