// What snapshots and restores are charged for: bytes at a bandwidth, and of incremental ones only the flush and the hold.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Duration, micros } from "../../../sim/kernel/virtual-time.ts";
import {
  HeapKeyedStateBackend,
  type HeapKeyedStateBackendOptions,
} from "../../../sim/runtime/state/heap-keyed-state-backend.ts";
import type {
  KeyedSnapshot,
  KeyedStateBackend,
  WrittenKeyedState,
} from "../../../sim/runtime/state/keyed-state-backend.ts";
import { RocksDBKeyedStateBackend } from "../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";
import type { SnapshotCosts } from "../../../sim/runtime/state/snapshot-costs.ts";
import { ValueStateDescriptor } from "../../../sim/runtime/state/state-descriptor.ts";
import { Types } from "../../../sim/runtime/state/type-information.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";

/** A byte takes a microsecond, or two, or four. */
const COSTS = {
  serializationBandwidth: 1_000_000,
  restoreBandwidth: 500_000,
  flushBandwidth: 250_000,
  holdCost: micros(1000),
  openCost: micros(5000),
} as const satisfies SnapshotCosts;

const ALL = { start: 0, end: 127 };
const NAME = new ValueStateDescriptor("name", Types.STRING);

type Made = { readonly backend: KeyedStateBackend; readonly charges: number[] };

/** A backend that accesses cost nothing, and what it charges besides. */
function made(
  kind: "heap" | "full" | "incremental",
  options: Partial<HeapKeyedStateBackendOptions> = {},
): Made {
  const charges: number[] = [];
  const charge = (cost: Duration): void => void charges.push(cost);
  const common = {
    maxParallelism: 128,
    keyGroupRange: ALL,
    snapshotCosts: COSTS,
    charge,
    ...options,
  };
  const zero = micros(0);
  const costs = {
    serialize: zero,
    deserialize: zero,
    get: zero,
    put: zero,
    seek: zero,
    next: zero,
  };
  const backend =
    kind === "heap"
      ? new HeapKeyedStateBackend(common)
      : new RocksDBKeyedStateBackend({ ...common, costs, isIncremental: kind === "incremental" });
  return { backend, charges };
}

function fill(backend: KeyedStateBackend, keys: number): void {
  const state = backend.getState(NAME);
  for (let key = 0; key < keys; key++) {
    backend.setCurrentKey(`key ${key}`);
    state.update(`value of ${key}`);
  }
}

function written(snapshot: KeyedSnapshot): WrittenKeyedState {
  const state = snapshot.writeAsync();
  snapshot.release();
  if (state.kind === "full") return state;
  const files = new Map(state.files.map((file) => [file.name, file.read()]));
  return { kind: "incremental", meta: state.meta, files };
}

function total(charges: readonly number[]): number {
  return charges.reduce((sum, one) => sum + one, 0);
}

describe.each(["heap", "full"] as const)("a full snapshot: %s", (kind) => {
  test("is serialized once, in the time of its bytes, and what is written is the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (keys) => {
        const { backend } = made(kind);
        fill(backend, keys);
        const plain = written(made(kind, { snapshotCosts: {} }).backend.snapshot(checkpointId(1)));
        expect(plain).toEqual({ kind: "full", bytes: new Uint8Array(0) });
        const ahead = backend.snapshot(checkpointId(1));
        const cost = ahead.serialize?.();
        // What comes after the synchronous part is not in it, whenever it is written.
        fill(backend, keys + 10);
        const state = written(ahead);
        expect(state).toMatchObject({ kind: "full" });
        expect(cost).toBe(state.kind === "full" ? state.bytes.length : -1);
        expect(ahead.syncCost).toBe(0);
        const again = made(kind);
        fill(again.backend, keys);
        expect(state).toEqual(written(again.backend.snapshot(checkpointId(1))));
      }),
      { numRuns: 30 },
    );
  });

  test("may not be serialized after it was written or released", () => {
    const { backend } = made(kind);
    fill(backend, 3);
    const first = backend.snapshot(checkpointId(1));
    written(first);
    expect(() => first.serialize?.()).toThrow(/Cannot write snapshot 1: it was released before/);
  });

  test("costs nothing where nothing is said", () => {
    const { backend, charges } = made(kind, { snapshotCosts: {} });
    fill(backend, 20);
    const snapshot = backend.snapshot(checkpointId(1));
    expect(snapshot.serialize?.()).toBe(0);
    const restored = made(kind, { snapshotCosts: {} });
    restored.backend.restore([written(snapshot)]);
    expect(total([...charges, ...restored.charges])).toBe(0);
  });

  test("is restored in the time of the bytes of the own key groups", () => {
    const { backend } = made(kind);
    fill(backend, 2000);
    const state = written(backend.snapshot(checkpointId(1)));
    const open = kind === "heap" ? 0 : COSTS.openCost;
    const all = made(kind);
    all.backend.restore([state]);
    const halves = [
      { start: 0, end: 63 },
      { start: 64, end: 127 },
    ].map((keyGroupRange) => {
      const half = made(kind, { keyGroupRange });
      half.backend.restore([state]);
      return total(half.charges) - open;
    });
    const size = state.kind === "full" ? state.bytes.length : 0;
    // Two microseconds a byte; the header is no entry.
    expect(total(all.charges) - open).toBeGreaterThan(1.9 * size);
    expect(total(all.charges) - open).toBeLessThanOrEqual(2 * size);
    expect(total(halves)).toBe(total(all.charges) - open);
    for (const half of halves) expect(half).toBeGreaterThan(0.5 * size);
  });
});

describe("an incremental snapshot", () => {
  test("flushes what is new in its synchronous part, and is written at once", () => {
    const { backend } = made("incremental");
    fill(backend, 100);
    const first = backend.snapshot(checkpointId(1));
    const state = first.writeAsync();
    first.release();
    const [file] = state.kind === "incremental" ? state.files : [];
    expect(first.syncCost).toBe(COSTS.holdCost + 4 * (file?.sizeBytes ?? 0));
    expect(first.serialize?.()).toBe(0);
    const second = backend.snapshot(checkpointId(2));
    expect(second.syncCost).toBe(COSTS.holdCost);
    second.release();
  });

  test("is opened by the subtask that has its key groups, and loaded entry by entry by any other", () => {
    const { backend } = made("incremental");
    fill(backend, 200);
    const state = written(backend.snapshot(checkpointId(1)));
    const same = made("incremental");
    same.backend.restore([state]);
    expect(total(same.charges)).toBe(COSTS.openCost);
    const halves = [
      { start: 0, end: 63 },
      { start: 64, end: 127 },
    ].map((keyGroupRange) => {
      const half = made("incremental", { keyGroupRange });
      half.backend.restore([state]);
      return total(half.charges) - COSTS.openCost;
    });
    const size =
      state.kind === "incremental"
        ? [...state.files.values()].reduce((sum, bytes) => sum + bytes.length, 0)
        : 0;
    expect(total(halves)).toBeGreaterThan(size);
    expect(total(halves)).toBeLessThan(2 * size);
  });
});
