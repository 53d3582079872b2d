// What `shrink` and `explain` are given: a trace, a case, or a sweep's report. Each is a case that fails, who says so,
// and an engine in which it can run.

import type { Case } from "../harness/case.ts";
import { checkedCase, readCase } from "../node/case-file.ts";
import type { LoadedEngine } from "../node/loaded-engine.ts";
import { RequestError } from "../node/request-error.ts";
import { readIntact } from "../node/trace-recording.ts";
import { readJson } from "../node/whole-file.ts";
import { type CaseFailure, runCase } from "../search/case-outcome.ts";
import { recordsOf } from "../search/input-records.ts";
import { isListOf, isObject } from "../trace/json-line.ts";
import type { RecordAddress } from "../trace/record-address.ts";
import { engineFor } from "./run-request.ts";

/** A case that fails. */
export interface FailingTarget {
  readonly engine: LoadedEngine;
  /** With every key written. */
  readonly case: Required<Case>;
  /** The checker that is meant, and what it says. */
  readonly failure: CaseFailure;
  /** All records of its unedited input. */
  readonly records: readonly RecordAddress[];
}

/**
 * The failing cases that a file stands for: one, or for a report the first of each checker. Throws a
 * {@link RequestError} for a file that is none, and for a case of which `checker`, or nobody, speaks.
 */
export async function failingTargets(
  path: string,
  checker: string | undefined,
): Promise<readonly FailingTarget[]> {
  const targets: FailingTarget[] = [];
  for (const { request, speaker } of requestsIn(path)) {
    if (checker !== undefined && speaker !== undefined && speaker !== checker) continue;
    targets.push(await failingTarget(request, { path, checker: checker ?? speaker }));
  }
  if (targets.length > 0) return targets;
  const by = checker === undefined ? "" : ` by ${checker}`;
  throw new RequestError(`Cannot find a failure in ${path}: the report has none${by}`);
}

interface Request {
  readonly request: Case;
  /** Who speaks of it, as far as the file says. */
  readonly speaker: string | undefined;
}

function requestsIn(path: string): readonly Request[] {
  if (path.endsWith(".jsonl")) {
    const { header } = readIntact(path, "find a failure in");
    const request = checkedCase(header.case, `case in the header of ${path}`);
    return [{ request, speaker: undefined }];
  }
  if (!path.endsWith(".json")) {
    throw new RequestError(
      `Cannot take ${path}: expected a trace (.jsonl), a case or a sweep's report (.json)`,
    );
  }
  const value = readJson(path, "case or report");
  if (!isObject(value) || value["failures"] === undefined) {
    return [{ request: checkedCase(value, `case ${path}`), speaker: undefined }];
  }
  return reportedFailures(value["failures"], path);
}

/** Of each checker the first failure. */
function reportedFailures(failures: unknown, path: string): readonly Request[] {
  if (!isListOf(failures, isReported)) {
    throw new RequestError(
      `Cannot read the report ${path}: its failures are no list of objects with "checker" and "case"`,
    );
  }
  const first = new Map<string, string>();
  // Looked at just now.
  for (const { checker, case: casePath } of failures as readonly Reported[]) {
    if (!first.has(checker)) first.set(checker, casePath);
  }
  return [...first].map(([speaker, casePath]) => ({ request: readCase(casePath), speaker }));
}

interface Reported {
  readonly checker: string;
  readonly case: string;
}

function isReported(value: unknown): boolean {
  return (
    isObject(value) && typeof value["checker"] === "string" && typeof value["case"] === "string"
  );
}

async function failingTarget(
  request: Case,
  asked: { readonly path: string; readonly checker: string | undefined },
): Promise<FailingTarget> {
  const engine = await engineFor(request);
  const { case: written } = engine.runner.prepare(request);
  const { logs } = engine.runner.prepare({ ...written, data: [] });
  const full = { ...written, config: { ...written.config, "recording.level": "network" } };
  const { failures } = runCase(engine.runner, full);
  const failure = failures.find(({ checker }) => checker === (asked.checker ?? checker));
  if (failure !== undefined) {
    return { engine, case: written, failure, records: recordsOf(logs) };
  }
  const names = failures.map(({ checker }) => checker).join(", ");
  throw new RequestError(
    names === ""
      ? `Cannot find a failure in ${asked.path}: everything that the checkers claim holds`
      : `Cannot find a failure of "${asked.checker}" in ${asked.path}: those that speak are ${names}`,
  );
}
