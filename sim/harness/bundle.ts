// What the bundle of engine and checkers gives to whoever loads it: workers, searches, the zoo, the page.
// Scenarios are added by who builds the bundle.

export { CHECKERS } from "../checkers/all-checkers.ts";
export type { Verdict } from "../checkers/checker.ts";
export { TRACE_EVENT_KINDS } from "../trace/trace-event.ts";
export type { Case } from "./case.ts";
export { portableSha256 } from "./portable-sha256.ts";
export type { PreparedJob } from "./prepared-job.ts";
export type { Run } from "./run.ts";
export { traceOfRun } from "./run-trace.ts";
export { type CheckedRun, Runner, type ScenarioFamilies } from "./runner.ts";
