// Timers against a plain list of them: whatever is set, taken back, snapshotted, restored and shared out anew.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant } from "../../../../sim/kernel/virtual-time.ts";
import { HeapKeyedStateBackend } from "../../../../sim/runtime/state/heap-keyed-state-backend.ts";
import {
  keyGroupOf,
  keyGroupRangeOf,
  operatorIndexOf,
} from "../../../../sim/runtime/state/key-groups.ts";
import type { WrittenKeyedState } from "../../../../sim/runtime/state/keyed-state-backend.ts";
import { checkpointId } from "../../../../sim/runtime/stream-element.ts";
import {
  InternalTimerService,
  TIMER_STATE,
} from "../../../../sim/runtime/task/timers/internal-timer-service.ts";

const MAX_PARALLELISM = 16;

interface Subtask {
  readonly backend: HeapKeyedStateBackend;
  readonly timers: InternalTimerService;
}

type Fired = readonly [key: string, timestamp: number];

/** An operator with timers in some number of subtasks, all by one clock. */
class TimedOperator {
  now: Instant = instant(0);
  #subtasks: readonly Subtask[];
  readonly registered: Fired[] = [];

  constructor(parallelism: number) {
    this.#subtasks = this.#start(parallelism, []);
  }

  /** Runs code as if for a record of `key`. */
  with(key: string, code: (timers: InternalTimerService) => void): void {
    const at = operatorIndexOf(
      keyGroupOf(key, MAX_PARALLELISM),
      MAX_PARALLELISM,
      this.#subtasks.length,
    );
    const subtask = this.#subtasks[at];
    if (subtask === undefined) throw new Error(`No subtask ${at}`);
    subtask.backend.setCurrentKey(key);
    code(subtask.timers);
  }

  /** What fires by now, subtask by subtask, each in its order. */
  fire(): readonly (readonly Fired[])[] {
    return this.#subtasks.map(({ backend, timers }) => {
      const fired: Fired[] = [];
      for (let due = timers.dueAt; due !== undefined && due <= this.now; due = timers.dueAt) {
        const { key, timestamp } = timers.take();
        expect(backend.currentKey).toBe(key);
        fired.push([key as string, timestamp]);
      }
      return fired;
    });
  }

  restore(parallelism: number): void {
    const snapshots = this.#subtasks.map(({ backend }): WrittenKeyedState => {
      const snapshot = backend.snapshot(checkpointId(1));
      const written = snapshot.writeAsync();
      snapshot.release();
      if (written.kind !== "full") throw new Error("A heap backend writes full snapshots");
      return written;
    });
    this.#subtasks = this.#start(parallelism, snapshots);
  }

  /** The timers in the backends' state. */
  get stored(): readonly Fired[] {
    return this.#subtasks.flatMap(({ backend }) =>
      backend.entries().flatMap(({ key, value }) => {
        const timestamps = [...(value as ReadonlyMap<number, boolean>).keys()];
        return timestamps.map((timestamp): Fired => [key as string, timestamp]);
      }),
    );
  }

  #start(parallelism: number, snapshots: readonly WrittenKeyedState[]): readonly Subtask[] {
    return Array.from({ length: parallelism }, (_, index) => {
      const keyGroupRange = keyGroupRangeOf(MAX_PARALLELISM, parallelism, index);
      const backend = new HeapKeyedStateBackend({ maxParallelism: MAX_PARALLELISM, keyGroupRange });
      if (snapshots.length > 0) backend.restore(snapshots);
      const timers = new InternalTimerService({
        backend,
        state: backend.getState(TIMER_STATE),
        maxParallelism: MAX_PARALLELISM,
        now: () => this.now,
        onRegistered: ({ key, timestamp }) => this.registered.push([key as string, timestamp]),
      });
      timers.restore();
      return { backend, timers };
    });
  }
}

/** As the engine orders what fires. */
function inOrder(timers: readonly Fired[]): readonly Fired[] {
  return timers.toSorted(
    ([oneKey, one], [otherKey, other]) =>
      one - other ||
      keyGroupOf(oneKey, MAX_PARALLELISM) - keyGroupOf(otherKey, MAX_PARALLELISM) ||
      (oneKey < otherKey ? -1 : oneKey > otherKey ? 1 : 0),
  );
}

const anyKey = fc.constantFrom("a", "b", "c", "d", "e", "f");
const anyTimestamp = fc.integer({ min: -3, max: 60 });
const anyStep = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constant("register"), anyKey, anyTimestamp) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("delete"), anyKey, anyTimestamp) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constant("advance"), fc.constant(""), fc.integer({ min: 1, max: 9000 })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant("restore"), fc.constant(""), fc.integer({ min: 1, max: 5 })),
  },
);

describe("InternalTimerService", () => {
  test("fires what a plain list of timers would, through snapshots, restores and rescales", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(anyStep, { maxLength: 60 }),
        (parallelism, steps) => {
          const operator = new TimedOperator(parallelism);
          let subtasks = parallelism;
          let list: Fired[] = [];
          const registered: Fired[] = [];
          for (const [what, key, number] of steps) {
            const isSame = ([other, timestamp]: Fired): boolean =>
              other === key && timestamp === number;
            if (what === "register") {
              operator.with(key, (timers) => timers.registerProcessingTimeTimer(number));
              if (!list.some(isSame)) {
                list.push([key, number]);
                registered.push([key, number]);
              }
            } else if (what === "delete") {
              operator.with(key, (timers) => timers.deleteProcessingTimeTimer(number));
              list = list.filter((timer) => !isSame(timer));
            } else if (what === "restore") {
              operator.restore(number);
              subtasks = number;
            } else {
              operator.now = instant(operator.now + number);
            }
            const now = Math.floor(operator.now / 1000);
            const due = inOrder(list.filter(([, timestamp]) => timestamp < now));
            list = list.filter(([, timestamp]) => timestamp >= now);
            const expected = Array.from({ length: subtasks }, (_, index) =>
              due.filter(([owner]) => {
                const group = keyGroupOf(owner, MAX_PARALLELISM);
                return operatorIndexOf(group, MAX_PARALLELISM, subtasks) === index;
              }),
            );
            expect(operator.fire()).toEqual(expected);
            expect(inOrder(operator.stored)).toEqual(inOrder(list));
          }
          expect(operator.registered).toEqual(registered);
        },
      ),
    );
  });

  test("is due once the clock shows more than the timestamp, as in Flink, and never if that cannot be", () => {
    const operator = new TimedOperator(1);
    operator.with("a", (timers) => {
      expect(timers.dueAt).toBeUndefined();
      timers.registerProcessingTimeTimer(Number.MAX_SAFE_INTEGER);
      expect(timers.dueAt).toBeUndefined();
      timers.registerProcessingTimeTimer(7);
      expect(timers.dueAt).toBe(8000);
      timers.registerProcessingTimeTimer(-7);
      expect(timers.dueAt).toBe(0);
    });
    operator.now = instant(7999);
    operator.with("a", (timers) => expect(timers.currentProcessingTime()).toBe(7));
    expect(operator.fire()).toEqual([[["a", -7]]]);
    operator.now = instant(8000);
    expect(operator.fire()).toEqual([[["a", 7]]]);
    expect(operator.stored).toEqual([["a", Number.MAX_SAFE_INTEGER]]);
  });

  test("refuses a timestamp that is no whole number of milliseconds, and takes -0 for 0", () => {
    const operator = new TimedOperator(1);
    operator.with("a", (timers) => {
      expect(() => timers.registerProcessingTimeTimer(1.5)).toThrow(
        "Cannot set a timer: its timestamp is 1.5, expected a whole number of milliseconds",
      );
      expect(() => timers.registerProcessingTimeTimer(Number.NaN)).toThrow("is NaN");
      timers.registerProcessingTimeTimer(-0);
      timers.deleteProcessingTimeTimer(0);
      expect(timers.isEmpty).toBe(true);
    });
    expect(operator.stored).toEqual([]);
  });
});
