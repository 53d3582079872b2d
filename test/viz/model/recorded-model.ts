// Real runs as the page knows them, and their worlds spelt out, to be compared.
import type { Case } from "../../../sim/harness/case.ts";
import { traceOf } from "../../../sim/node/trace-recording.ts";
import type { WorldProgress } from "../../../sim/trace/projection.ts";
import type { Trace } from "../../../sim/trace/trace.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
import { runner } from "../../support/runner.ts";

/** Runs with a crash in them, at level network. */
export const CRASH_CASES: readonly Case[] = [
  recorded({ scenario: "word-count", seed: 7, faults: [dies("task-manager-2", 150_000)] }),
  recorded({ scenario: "bank", seed: 3, faults: [dies("task-manager-1", 160_000)] }),
  diamond(60, [dies("task-manager-2", 120_000)]),
];

/** A case at level network. */
export function recorded(request: Case): Case {
  return { ...request, config: { ...request.config, "recording.level": "network" } };
}

/** A job whose stream forks and meets again; `records` in each of three partitions. */
export function diamond(records: number, faults: NonNullable<Case["faults"]>): Case {
  const keys = Array.from({ length: records }, (_, index) => (index * 7919) % 23);
  const params = { shape: "diamond", parallelism: 3, left: [keys, keys, keys] };
  return recorded({ scenario: { name: "generated", params }, seed: 3, faults });
}

export function dies(where: string, at: number): NonNullable<Case["faults"]>[number] {
  return { what: "task-manager-dies", where, when: { at } };
}

/** The trace of a run, which must have been recorded. */
export function traceOfCase(request: Case): Trace {
  const trace = traceOf(runner.run(runner.prepare(request)));
  if (trace === undefined) throw new Error("Cannot make a trace: nothing was recorded");
  return trace;
}

/** The model of a run, with the verdicts on it. */
export function modelOfCase(request: Case): RunModel {
  const { run, verdicts } = runner.runChecked(runner.prepare(request));
  const trace = traceOf(run);
  if (trace === undefined) throw new Error("Cannot make a model: nothing was recorded");
  return createRunModel(trace, verdicts);
}

/** A world with all that is kept as a history or lazily spelt out. */
export function spelt(world: WorldProgress): unknown {
  return {
    ...world,
    subtasks: world.subtasks.map((subtask) => ({ ...subtask, keyed: subtask.keyed.values() })),
    printed: world.printed.toArray(),
    logs: world.logs.map((log) => ({ ...log, records: log.records.toArray() })),
    collectors: world.collectors.map((one) => ({ ...one, records: one.records.toArray() })),
  };
}

/** The same numbers every time, from 0 to `bound - 1`. */
export function numbersBelow(bound: number, count: number): readonly number[] {
  let state = 12_345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % bound;
  });
}
