// The tester's door: whether a pipeline holds, values for property tests, and what own checkers and own faults are
// made of. One build with the author's door, so that classes are the same on both sides.

export type { Fault, FaultTime } from "./api/scenario.ts";
export type { CheckedJob, Checker, CheckerFold, Verdict } from "./checkers/checker.ts";
export { drawFaults, type FaultSpace } from "./faults/fault-generator.ts";
export { FAULT_KINDS } from "./faults/fault-kinds.ts";
export { FaultPlanError } from "./faults/fault-plan.ts";
export type { Case } from "./harness/case.ts";
export { parseCanonicalText } from "./kernel/canonical-value.ts";
export {
  type Arbitraries,
  arbitraries,
  type InputOptions,
  type JobOptions,
  type PlanOptions,
  type Trial,
} from "./testing/arbitraries.ts";
export type { Item, JobOperator, JobStep } from "./testing/drawn-job.ts";
export { FailureReport } from "./testing/failure-report.ts";
export type { FastCheck } from "./testing/fast-check.ts";
export { type FaultGenerator, type HoldsOptions, holds } from "./testing/holds.ts";
export { type Claim, type Counterexample, checkerOf } from "./testing/own-checker.ts";
export type { Pipeline } from "./testing/pipeline.ts";
export type { TraceEvent } from "./trace/trace-event.ts";
