// The way between a machine and the storage: what goes over it at once takes as long as all of it, each way by itself.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  after,
  type Instant,
  instant,
  micros,
  WORLD_START,
} from "../../sim/kernel/virtual-time.ts";
import { type StorageDirection, StorageLink } from "../../sim/storage/storage-link.ts";

/** A byte a microsecond. */
const BANDWIDTH = 1_000_000;

test("StorageLink carries one after the other what is asked of it at once", () => {
  const link = new StorageLink(BANDWIDTH);
  expect(link.carry(100, "up", WORLD_START)).toBe(100);
  expect(link.carry(50, "up", WORLD_START)).toBe(150);
  expect(link.carry(10, "down", WORLD_START)).toBe(10);
  expect(link.describeState(instant(40))).toEqual([110, 0]);
  expect(link.carry(5, "up", instant(140))).toBe(15);
  expect(link.carry(5, "up", instant(1000))).toBe(5);
});

test("StorageLink without a bound keeps nobody waiting", () => {
  const link = new StorageLink(0);
  for (const bytes of [1, 1e9, 5]) expect(link.carry(bytes, "up", WORLD_START)).toBe(0);
  expect(link.describeState(WORLD_START)).toEqual([0, 0]);
});

test("StorageLink never carries more than its bandwidth, and never rests while something waits", () => {
  const requests = fc.array(
    fc.record({
      wait: fc.nat(500),
      bytes: fc.nat(1000),
      direction: fc.constantFrom<StorageDirection>("up", "down"),
    }),
  );
  fc.assert(
    fc.property(requests, (asked) => {
      const link = new StorageLink(BANDWIDTH);
      // A queue of one server, worked out by the rule for the next departure.
      const freeAt = new Map<StorageDirection, number>();
      let now: Instant = WORLD_START;
      for (const { wait, bytes, direction } of asked) {
        now = after(now, micros(wait));
        const through = Math.max(now, freeAt.get(direction) ?? 0) + bytes;
        freeAt.set(direction, through);
        expect(now + link.carry(bytes, direction, now)).toBe(through);
      }
    }),
  );
});
