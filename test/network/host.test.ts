// Machines: each boot is a new life, and what runs on one dies with it.
import { expect, test } from "vitest";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { Host } from "../../sim/network/host.ts";

test("Host's residents die with the boot they live on, and no other", () => {
  const host = new Host("task-manager-1");
  expect(host.isUp).toBe(false);
  const first = host.boot();
  const resident = new Incarnation(new Place("count-1"), 0);
  host.adopt(resident);
  host.crash();
  expect([first.isAlive, resident.isAlive, host.isUp]).toEqual([false, false, false]);
  const second = host.boot();
  const next = new Incarnation(new Place("count-1"), 1);
  host.adopt(next);
  expect([first.number, second.number, host.boots]).toEqual([0, 1, 2]);
  expect([second.isAlive, next.isAlive]).toEqual([true, true]);
});

test("Host refuses to boot twice, to run anything while it is down, and to say which boot it is then", () => {
  const host = new Host("task-manager-1");
  expect(() => host.incarnation).toThrow(/which is down/);
  expect(() => host.adopt(new Incarnation(new Place("count-1"), 0))).toThrow(/the host is down$/);
  host.boot();
  expect(() => host.boot()).toThrow(/^Cannot boot task-manager-1: it is up$/);
});
