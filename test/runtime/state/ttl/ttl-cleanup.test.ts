// When what has expired leaves the heap and the snapshots, key by key; what a job is refused; what a restore finds.

import { describe, expect, test } from "vitest";
import { SerializationError } from "../../../../sim/kernel/serialization-error.ts";
import { after, type Instant, instant, millis } from "../../../../sim/kernel/virtual-time.ts";
import { HeapKeyedStateBackend } from "../../../../sim/runtime/state/heap-keyed-state-backend.ts";
import { readKeyedSnapshot } from "../../../../sim/runtime/state/keyed-snapshot-format.ts";
import { OperatorStateBackend } from "../../../../sim/runtime/state/operator-state.ts";
import { serializerById } from "../../../../sim/runtime/state/serializer-by-id.ts";
import {
  ListStateDescriptor,
  MapStateDescriptor,
  ValueStateDescriptor,
} from "../../../../sim/runtime/state/state-descriptor.ts";
import { StateMigrationError, StateTtlError } from "../../../../sim/runtime/state/state-errors.ts";
import {
  StateTtlConfig,
  type StateTtlConfigBuilder,
} from "../../../../sim/runtime/state/ttl/state-ttl-config.ts";
import { Types } from "../../../../sim/runtime/state/type-information.ts";
import { checkpointId } from "../../../../sim/runtime/stream-element.ts";
import { full, written } from "../full-state.ts";

const KEYS = ["a", "b", "c", "d", "e", "f", "g"];

/** A backend with its own clock. */
class World {
  now: Instant = instant(0);
  readonly backend = new HeapKeyedStateBackend({
    maxParallelism: 16,
    keyGroupRange: { start: 0, end: 15 },
    now: () => this.now,
  });

  wait(ms: number): void {
    this.now = after(this.now, millis(ms));
  }

  /** The keys that hold something, in order. */
  get keys(): readonly unknown[] {
    return this.backend
      .entries()
      .map(({ key }) => key)
      .sort();
  }

  bytes(): Uint8Array {
    const snapshot = this.backend.snapshot(checkpointId(1));
    const bytes = written(snapshot);
    snapshot.release();
    return bytes;
  }
}

function counter(builder: StateTtlConfigBuilder | undefined): ValueStateDescriptor<number> {
  const descriptor = new ValueStateDescriptor("count", Types.INT, 0);
  if (builder !== undefined) descriptor.enableTimeToLive(builder.build());
  return descriptor;
}

/** A world, just restored, in which a count has just expired for every key; no round of cleaning up has begun. */
function expiredCounts(builder: StateTtlConfigBuilder) {
  const before = new World();
  const filled = before.backend.getState(counter(builder));
  for (const key of KEYS) {
    before.backend.setCurrentKey(key);
    filled.update(1);
  }
  const world = new World();
  world.backend.restore([full(before.bytes())]);
  const count = world.backend.getState(counter(builder));
  world.wait(10);
  return { world, count };
}

const builder = (): StateTtlConfigBuilder => StateTtlConfig.newBuilder(10);

describe("Clean-up", () => {
  test("looks at five keys at each access unless told otherwise", () => {
    const { world, count } = expiredCounts(builder());
    world.backend.setCurrentKey("z");
    expect(world.keys).toEqual(KEYS);
    count.value();
    expect(world.keys).toHaveLength(KEYS.length - 5);
    count.value();
    expect(world.keys).toEqual([]);
  });

  test("looks at as many keys as it is told, a key that came since in the next round", () => {
    const { world, count } = expiredCounts(builder().cleanupIncrementally(3, false));
    world.backend.setCurrentKey("z");
    for (const left of [4, 1, 0]) {
      count.value();
      expect(world.keys).toHaveLength(left);
    }
  });

  test("of every record looks on where the record does not touch the state", () => {
    const { world } = expiredCounts(builder().cleanupIncrementally(2, true));
    for (const left of [5, 3, 1, 0]) {
      world.backend.setCurrentKey("z");
      expect(world.keys).toHaveLength(left);
    }
  });

  test("of every record is done for each state that asks for it", () => {
    const world = new World();
    const counts = ["first", "second"].map((name) => {
      const descriptor = new ValueStateDescriptor(name, Types.INT);
      descriptor.enableTimeToLive(builder().cleanupIncrementally(5, true).build());
      return world.backend.getState(descriptor);
    });
    world.backend.setCurrentKey("a");
    for (const count of counts) count.update(1);
    expect(world.keys).toEqual(["a", "a"]);
    world.wait(10);
    world.backend.setCurrentKey("z");
    expect(world.keys).toEqual([]);
  });

  test("in the background can be disabled: only a read throws away what it finds expired", () => {
    const { world, count } = expiredCounts(builder().disableCleanupInBackground());
    world.backend.setCurrentKey("c");
    expect(count.value()).toBe(0);
    expect(world.keys).toEqual(KEYS.filter((key) => key !== "c"));
  });

  test("in a full snapshot leaves the state at hand as it is, and goes by the instant it was taken", () => {
    const { world } = expiredCounts(builder().cleanupFullSnapshot().disableCleanupInBackground());
    const count = world.backend.getState(counter(builder()));
    world.backend.setCurrentKey("c");
    count.update(2);
    const snapshot = world.backend.snapshot(checkpointId(1));
    world.wait(10);
    expect(readKeyedSnapshot(written(snapshot)).map(({ key }) => key)).toEqual(["c"]);
    expect(world.keys).toEqual(KEYS);
  });

  test("of a list that a snapshot holds changes nothing in the snapshot", () => {
    const world = new World();
    const descriptor = new ListStateDescriptor("list", Types.LIST(Types.INT));
    descriptor.enableTimeToLive(builder().build());
    const list = world.backend.getState(descriptor);
    world.backend.setCurrentKey("a");
    list.add([1]);
    world.wait(5);
    list.add([2]);
    world.wait(5);
    const snapshot = world.backend.snapshot(checkpointId(1));
    list.add([3]);
    expect(list.get()).toEqual([[2], [3]]);
    list.get()[0]?.push(9);
    expect(readKeyedSnapshot(written(snapshot))[0]?.value).toEqual([
      { lastAccess: 0, value: [1] },
      { lastAccess: 5000, value: [2] },
    ]);
  });

  test("is part of what the future depends on, and so is the clock", () => {
    const { world, count } = expiredCounts(builder().cleanupIncrementally(1, false));
    const seen = [world.backend.describeState()];
    world.backend.setCurrentKey("z");
    const other = new World();
    other.backend.getState(counter(undefined));
    expect(other.backend.describeState()).toEqual(other.backend.entries());
    world.wait(1);
    seen.push(world.backend.describeState());
    count.value();
    seen.push(world.backend.describeState());
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(3);
  });
});

test("ValueState with a time to live is cleared by an update to undefined", () => {
  const world = new World();
  const count = world.backend.getState(counter(builder()));
  world.backend.setCurrentKey("a");
  count.update(1);
  count.update(undefined as unknown as number);
  expect(world.keys).toEqual([]);
});

describe("MapState with a time to live", () => {
  function mapOf(world: World) {
    const descriptor = new MapStateDescriptor("map", Types.STRING, Types.GENERIC);
    descriptor.enableTimeToLive(builder().disableCleanupInBackground().build());
    world.backend.setCurrentKey("a");
    return world.backend.getState(descriptor);
  }

  test("counts an expired entry in isEmpty until something throws it away, as in Flink", () => {
    const world = new World();
    const map = mapOf(world);
    expect(map.isEmpty()).toBe(true);
    map.put("x", 1);
    world.wait(10);
    expect(map.isEmpty()).toBe(false);
    expect(map.contains("x")).toBe(false);
    expect(map.isEmpty()).toBe(true);
  });

  test("contains an entry whose value is undefined", () => {
    const map = mapOf(new World());
    map.put("x", undefined);
    expect([map.contains("x"), map.get("x"), map.entries()]).toEqual([
      true,
      undefined,
      [["x", undefined]],
    ]);
  });
});

describe("A restore", () => {
  test("keeps the time of the last use, so that what was down longer than the time to live is gone", () => {
    const first = new World();
    first.backend.setCurrentKey("a");
    first.backend.getState(counter(builder())).update(3);
    const bytes = first.bytes();
    for (const [downtime, value] of [
      [9, 3],
      [10, 0],
    ] as const) {
      const second = new World();
      second.wait(downtime);
      second.backend.restore([full(bytes)]);
      second.backend.setCurrentKey("a");
      expect(second.backend.getState(counter(builder())).value()).toBe(value);
    }
  });

  test("may be given another time to live, which is in no snapshot", () => {
    const first = new World();
    first.backend.setCurrentKey("a");
    first.backend.getState(counter(builder())).update(3);
    const second = new World();
    second.backend.restore([full(first.bytes())]);
    second.wait(10);
    second.backend.setCurrentKey("a");
    expect(second.backend.getState(counter(StateTtlConfig.newBuilder(11))).value()).toBe(3);
  });

  test.each([
    [
      builder(),
      undefined,
      'Cannot use state "count": it is declared as value state of int/1, expected value state of ttl/1<int/1> as before; state saved with a time to live cannot go on without',
    ],
    [
      undefined,
      builder(),
      'Cannot use state "count": it is declared as value state of ttl/1<int/1>, expected value state of int/1 as before; state saved without a time to live cannot be given one',
    ],
  ])("refuses state that gains or loses its time to live", (before, now, message) => {
    const first = new World();
    first.backend.setCurrentKey("a");
    first.backend.getState(counter(before)).update(3);
    const second = new World();
    second.backend.restore([full(first.bytes())]);
    expect(() => second.backend.getState(counter(now))).toThrow(new StateMigrationError(message));
    expect(() => first.backend.getState(counter(now))).toThrow(StateMigrationError);
  });

  test("reads values with their times without the job, and refuses a time before 0", () => {
    const serializer = serializerById("map/1<string/1,ttl/1<list/1<int/1>>>");
    expect(serializer.id).toBe("map/1<string/1,ttl/1<list/1<int/1>>>");
    const world = new World();
    world.wait(1);
    world.backend.setCurrentKey("a");
    world.backend.getState(counter(builder())).update(3);
    const bytes = world.bytes();
    expect(readKeyedSnapshot(bytes)[0]?.value).toEqual({ lastAccess: 1000, value: 3 });
    const negative = bytes.slice();
    const at = bytes.length - 12;
    negative.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], at);
    expect(() => readKeyedSnapshot(negative)).toThrow(SerializationError);
  });
});

describe("A time to live is refused", () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("of %d ms", (ttl) => {
    expect(() => StateTtlConfig.newBuilder(ttl)).toThrow(
      new StateTtlError(
        `Cannot set a time to live: found ${ttl}, expected a whole number of milliseconds above 0`,
      ),
    );
  });

  test("with words that are none of Flink's, or clean-ups of nothing", () => {
    expect(() => builder().setUpdateType("OnRead" as "Disabled")).toThrow(
      "Cannot set StateTtlConfig.UpdateType: found OnRead, expected one of Disabled, OnCreateAndWrite, OnReadAndWrite",
    );
    expect(() => builder().setStateVisibility("Always" as "NeverReturnExpired")).toThrow(
      StateTtlError,
    );
    expect(() => builder().cleanupIncrementally(0, true)).toThrow(StateTtlError);
  });

  test("by a backend without a clock, and for operator state", () => {
    const backend = new HeapKeyedStateBackend({
      maxParallelism: 16,
      keyGroupRange: { start: 0, end: 15 },
    });
    backend.setCurrentKey("a");
    const count = backend.getState(counter(builder()));
    expect(() => count.update(1)).toThrow(StateTtlError);
    const list = new ListStateDescriptor("list", Types.INT);
    list.enableTimeToLive(builder().build());
    expect(() => new OperatorStateBackend().getListState(list)).toThrow(
      new StateTtlError(
        'Cannot use operator state "list" with a time to live: only keyed state can have one',
      ),
    );
  });
});
