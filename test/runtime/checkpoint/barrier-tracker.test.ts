// The tracker: it never blocks, and each checkpoint ends at most once.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant } from "../../../sim/kernel/virtual-time.ts";
import { BarrierTracker } from "../../../sim/runtime/checkpoint/barrier-tracker.ts";
import { type CheckpointBarrier, checkpointId } from "../../../sim/runtime/stream-element.ts";

describe("BarrierTracker", () => {
  test("BarrierTracker snapshots on the last barrier and blocks nothing", () => {
    const tracker = new BarrierTracker({ channelCount: 2, areCheckpointsAfterTasksFinish: true });
    expect(tracker.onBarrier(0, barrier(1), instant(5))).toEqual([]);
    expect(tracker.onBarrier(1, barrier(1), instant(9)).map(({ kind }) => kind)).toEqual([
      "record",
      "trigger-snapshot",
    ]);
  });

  test("BarrierTracker completes with a checkpoint all older ones, and ends each at most once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(fc.nat({ max: 3 }), fc.constantFrom("barrier", "barrier", "cancel"))),
        (channelCount, deliveries) => {
          let tracker = new BarrierTracker({ channelCount, areCheckpointsAfterTasksFinish: true });
          const delivered: number[] = new Array(channelCount).fill(0);
          const ended: number[] = [];
          for (const [picked, kind] of deliveries) {
            const channel = picked % channelCount;
            const id = (delivered[channel] ?? 0) + 1;
            delivered[channel] = id;
            const commands =
              kind === "barrier"
                ? tracker.onBarrier(channel, barrier(id), instant(0))
                : tracker.onCancelMarker(channel, checkpointId(id), instant(0));
            for (const command of commands) {
              expect(command.kind).not.toMatch(/channel/);
              if (command.kind === "trigger-snapshot") {
                const { checkpoint } = command.barrier;
                expect(Math.min(...delivered)).toBeGreaterThanOrEqual(checkpoint);
                expect(ended.every((other) => other < checkpoint)).toBe(true);
                expect(tracker.pendingCheckpoints.every((other) => other > checkpoint)).toBe(true);
                ended.push(checkpoint);
              }
              if (command.kind === "abort-checkpoint") {
                expect(ended).not.toContain(command.checkpoint);
                ended.push(command.checkpoint);
              }
            }
            tracker = tracker.clone();
          }
        },
      ),
    );
  });
});

function barrier(id: number): CheckpointBarrier {
  return {
    kind: "barrier",
    checkpoint: checkpointId(id),
    timestamp: instant(0),
    alignment: "at-least-once",
    cause: -1,
  };
}
