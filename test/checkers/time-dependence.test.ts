// Folds of jobs whose state has a time to live tell apart when things happened; those of other jobs do not.
import { expect, test } from "vitest";
import { CHECKERS } from "../../sim/checkers/all-checkers.ts";
import type { CheckedJob } from "../../sim/checkers/checker.ts";
import { jobShapeOf } from "../../sim/checkers/job-shape.ts";
import { dependsOnTime } from "../../sim/checkers/time-dependence.ts";
import { micros } from "../../sim/kernel/virtual-time.ts";
import { ValueStateDescriptor } from "../../sim/runtime/state/state-descriptor.ts";
import { StateTtlConfig } from "../../sim/runtime/state/ttl/state-ttl-config.ts";
import { RichMapFunction } from "../../sim/runtime/task/functions.ts";
import type { TraceEvent } from "../../sim/trace/trace-event.ts";
import { sumJob } from "./hand-run.ts";
import { hashBy, jobOf, type Layer, sinkTo, sourceOf } from "./small-jobs.ts";
import { StateRun } from "./state-run.ts";

const READERS = ["failure-transparency", "reachable-snapshot", "restored-state"];

/** The hand-told job, in which the sum may have a time to live. */
function sumWith(config: StateTtlConfig): CheckedJob {
  class Sum extends RichMapFunction<unknown, unknown> {
    override open(): void {
      const descriptor = new ValueStateDescriptor("sum");
      descriptor.enableTimeToLive(config);
      this.getRuntimeContext().getState(descriptor);
    }
    override map(value: unknown): unknown {
      return value;
    }
  }
  const layers = (): readonly Layer[] => [
    { uid: "numbers", operator: sourceOf("log:numbers") },
    { uid: "sum", operator: { kind: "map", function: new Sum() }, ...hashBy(() => "all") },
    { uid: "sink", operator: sinkTo("log:sums") },
  ];
  return jobOf(layers, { level: "state", logs: sumJob().logs });
}

/** Which checkers tell a run from the same one some time later. */
function tellers(job: CheckedJob): readonly string[] {
  const { events } = new StateRun().pass(2).whole(1, 2, 3).crash();
  const late = events.map((event): TraceEvent => ({ ...event, time: event.time + micros(7) }));
  return CHECKERS.filter((checker) => {
    const hashes = [events, late].map((all) => {
      const fold = checker.start(job);
      for (const event of all) fold.step(event);
      expect(fold.clone().stateHash()).toBe(fold.stateHash());
      return fold.stateHash();
    });
    return hashes[0] !== hashes[1];
  }).map(({ name }) => name);
}

const builder = StateTtlConfig.newBuilder(1000);
const timed = sumWith(builder.build());
const untimed = sumWith(builder.setUpdateType(StateTtlConfig.UpdateType.Disabled).build());

test("dependsOnTime() finds state with a time to live", () => {
  expect(dependsOnTime(timed, jobShapeOf(timed.description))).toBe(true);
  expect(dependsOnTime(untimed, jobShapeOf(untimed.description))).toBe(false);
});

test("CheckerFold.stateHash() tells times apart where they can matter, and nowhere else", () => {
  expect(tellers(timed)).toEqual(READERS);
  expect(tellers(untimed)).toEqual([]);
});
