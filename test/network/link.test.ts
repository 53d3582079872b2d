// One wire: first in, first out, nothing lost, and nothing left of it when an end dies.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { instant, micros } from "../../sim/kernel/virtual-time.ts";
import type { Buffer } from "../../sim/network/buffer.ts";
import { Link } from "../../sim/network/link.ts";
import { ToyWorld } from "../support/toy-world.ts";
import { record, TIMING, type ToyElement } from "./toy-channel.ts";

function linkIn(world: ToyWorld, options: { readonly isLocal: boolean }) {
  const ends = [new Incarnation(new Place("a"), 0), new Incarnation(new Place("b"), 0)] as const;
  const received: { readonly at: number; readonly sequence: number }[] = [];
  const signals: { readonly at: number; readonly what: number | "resume" }[] = [];
  const { simulation } = world;
  const link = new Link<ToyElement>({
    simulation,
    timing: TIMING,
    incarnation: new Incarnation(new Place("a->b"), 0),
    ends,
    isLocal: options.isLocal,
    producer: {
      onCredit: (credits) => void signals.push({ at: simulation.now, what: credits }),
      onResume: () => void signals.push({ at: simulation.now, what: "resume" }),
    },
    consumer: {
      onBuffer: ({ sequence }) => void received.push({ at: simulation.now, sequence }),
    },
  });
  return { link, ends, received, signals };
}

function bufferOf(sequence: number, sizeBytes = 10): Buffer<ToyElement> {
  const head = { sequence, element: record(sequence), sizeBytes, isData: true };
  return { ...head, blocksUpstream: false, backlog: 0, arrival: instant(0) };
}

test("Link delivers in order and loses nothing, whatever the jitter and the sizes", () => {
  const sizes = fc.array(fc.nat(5000), { maxLength: 30 });
  const property = fc.property(sizes, fc.nat(), fc.boolean(), (drawn, seed, isLocal) => {
    const world = new ToyWorld({ seed });
    const { link, received } = linkIn(world, { isLocal });
    drawn.forEach((size, sequence) => {
      link.transmit(bufferOf(sequence, size));
    });
    world.run();
    expect(received.map(({ sequence }) => sequence)).toEqual(drawn.map((_, index) => index));
  });
  fc.assert(property);
});

test("Link takes its latency, its jitter and the time for the bytes", () => {
  const arrivals = new Set<number>();
  for (let seed = 0; seed < 200; seed++) {
    const world = new ToyWorld({ seed });
    const { link, received } = linkIn(world, { isLocal: false });
    link.transmit(bufferOf(0, 1000));
    world.run();
    const arrival = received[0]?.at ?? 0;
    expect(arrival).toBeGreaterThanOrEqual(1000 + 500);
    expect(arrival).toBeLessThanOrEqual(1000 + 1000);
    arrivals.add(arrival);
  }
  expect(arrivals.size).toBeGreaterThan(50);
});

test("Link between two tasks of one host takes 20 microseconds", () => {
  const world = new ToyWorld();
  const { link, received } = linkIn(world, { isLocal: true });
  link.transmit(bufferOf(0, 0));
  world.run();
  expect(received).toEqual([{ at: 20, sequence: 0 }]);
});

test.each([0, 1] as const)("Link drops what is on it when end %i dies", (end) => {
  const world = new ToyWorld();
  const { link, ends, received } = linkIn(world, { isLocal: false });
  link.transmit(bufferOf(0));
  world.run();
  link.transmit(bufferOf(1));
  link.transmit(bufferOf(2));
  ends[end].end();
  world.run();
  expect(received.map(({ sequence }) => sequence)).toEqual([0]);
  expect(link.incarnation.isAlive).toBe(false);
});

test("Link carries credits and the word to resume back, in order, to a producer that waits", () => {
  const world = new ToyWorld();
  const { link, signals } = linkIn(world, { isLocal: false });
  link.grantCredit(2);
  link.resume();
  link.grantCredit(1);
  for (let ask = 0; ask < 3; ask++) {
    link.awaitSignal();
    world.run();
  }
  expect(signals).toEqual([2, "resume", 1].map((what) => ({ at: 500, what })));
  expect(() => link.grantCredit(0)).toThrow(/^Cannot grant 0 credits on a->b$/);
});

test("Link lets a producer take arrived credits early, but not past the word to resume, nor before they arrive", () => {
  const world = new ToyWorld();
  const { link } = linkIn(world, { isLocal: false });
  link.grantCredit(2);
  link.grantCredit(3);
  link.resume();
  link.grantCredit(4);
  expect(link.takeArrivedCredits()).toBe(0);
  const { simulation } = world;
  const waker = {
    incarnation: new Incarnation(new Place("w"), 0),
    receive: () => {},
    stateHash: () => "",
  };
  simulation.schedule(micros(500), waker, "later");
  world.run();
  expect(link.takeArrivedCredits()).toBe(5);
  expect(link.takeArrivedCredits()).toBe(0);
});
