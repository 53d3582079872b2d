// The request decider: ranks, limits and pauses, beside the conformance vectors.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant, micros } from "../../../sim/kernel/virtual-time.ts";
import {
  CheckpointRequestDecider,
  type CheckpointTriggerRequest,
  type TriggerSituation,
} from "../../../sim/runtime/checkpoint/checkpoint-request-decider.ts";

const FREE: TriggerSituation = {
  now: instant(1000),
  isTriggering: false,
  pendingCount: 0,
  cleaningCount: 0,
  lastCompletion: undefined,
};
const BUSY: TriggerSituation = { ...FREE, isTriggering: true };

describe("CheckpointRequestDecider", () => {
  test("CheckpointRequestDecider re-arms the periodic timer for the pause that remains", () => {
    const decider = deciderOf({ minPause: 300 });
    const request = requestOf({ sequence: 1, isPeriodic: true });
    expect(decider.submit(request, { ...FREE, lastCompletion: instant(800) })).toEqual([
      { kind: "refuse", request, reason: "MINIMUM_TIME_BETWEEN_CHECKPOINTS" },
      { kind: "rearm-periodic-timer", delay: 100 },
    ]);
  });

  test("CheckpointRequestDecider refuses the newcomer when only the user's requests fill the queue", () => {
    const decider = deciderOf({ queueCapacity: 1 });
    decider.submit(requestOf({ sequence: 1 }), BUSY);
    expect(decider.submit(requestOf({ sequence: 2 }), BUSY)).toMatchObject([
      { kind: "refuse", request: { sequence: 2 }, reason: "TOO_MANY_CHECKPOINT_REQUESTS" },
    ]);
  });

  test("CheckpointRequestDecider runs each request once, by rank and then in the order they came", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean())), (requests) => {
        const decider = deciderOf({});
        for (const [sequence, [isPeriodic, isForced, isSavepoint]] of requests.entries()) {
          const kind = isSavepoint ? "savepoint" : "checkpoint";
          const properties = { kind, isForced } as const;
          decider.submit({ sequence, timestamp: instant(0), isPeriodic, properties }, BUSY);
        }
        const ranks: (readonly number[])[] = [];
        for (const _ of requests) {
          for (const command of decider.choose(FREE)) {
            if (command.kind !== "run") throw new Error(`Cannot run a request: ${command.kind}`);
            const { properties, isPeriodic, sequence } = command.request;
            const rank = [properties.kind === "savepoint", properties.isForced, !isPeriodic];
            ranks.push([...rank.map((holds) => (holds ? 0 : 1)), sequence]);
          }
        }
        expect(decider.queue).toEqual([]);
        expect(ranks).toEqual(ranks.toSorted(compareRanks));
        expect(new Set(ranks.map((rank) => rank.at(-1))).size).toBe(requests.length);
      }),
    );
  });
});

function compareRanks(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - (b[index] ?? 0)).find((order) => order !== 0) ?? 0;
}

function deciderOf(limits: { readonly minPause?: number; readonly queueCapacity?: number }) {
  return new CheckpointRequestDecider({
    maxConcurrent: 1,
    minPause: micros(limits.minPause ?? 0),
    queueCapacity: limits.queueCapacity ?? 1000,
  });
}

function requestOf(fields: {
  readonly sequence: number;
  readonly isPeriodic?: boolean;
}): CheckpointTriggerRequest {
  const properties = { kind: "checkpoint", isForced: false } as const;
  return { timestamp: instant(0), isPeriodic: false, properties, ...fields };
}
