// The two halves of a channel with credits: nothing lost, nothing out of order, never more on the way than there is
// room for, and a producer that has to stop when its consumer does.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ToyWorld } from "../support/toy-world.ts";
import { barrier, record, ToyChannels, type ToyElement } from "./toy-channel.ts";

const ONE = { channels: 1, exclusive: 2, floating: 0, maxBuffers: 3 };

function valuesOf(taken: readonly (readonly [number, ToyElement])[]): readonly number[] {
  return taken.map(([, { value }]) => value);
}

test("channels keep every record, in the order of each, and never pass their credit", () => {
  const shape = fc.record({
    channels: fc.integer({ min: 1, max: 3 }),
    exclusive: fc.integer({ min: 1, max: 3 }),
    floating: fc.nat(4),
    maxBuffers: fc.integer({ min: 1, max: 4 }),
    isLocal: fc.boolean(),
  });
  const sends = fc.array(fc.tuple(fc.nat(2), fc.boolean()), { maxLength: 60 });
  const property = fc.property(shape, sends, fc.nat(), (options, drawn, seed) => {
    const world = new ToyWorld({ seed });
    const channels = new ToyChannels(world, options);
    const taken: (readonly [number, ToyElement])[] = [];
    const sent = channels.outputs.map((): number[] => []);
    drawn.forEach(([number, readsNow], value) => {
      const index = number % options.channels;
      channels.outputs[index]?.addData(record(value), 20);
      sent[index]?.push(value);
      if (!readsNow) return;
      world.run();
      taken.push(...channels.readAll());
    });
    // A consumer that reads on drains everything: credit comes back as it reads.
    for (let round = 0; round < drawn.length + 1; round++) {
      world.run();
      taken.push(...channels.readAll());
    }
    for (const [index, values] of sent.entries()) {
      expect(valuesOf(taken.filter(([channel]) => channel === index))).toEqual(values);
    }
    // That credit never goes below zero is an invariant at both ends; here is what it means from outside.
    const onTheWay = mostUnread(world);
    const room = options.exclusive * options.channels + options.floating;
    expect(onTheWay).toBeLessThanOrEqual(room);
  });
  fc.assert(property, { numRuns: 60 });
});

/** The most buffers sent and not yet given back as credit, over all channels of a gate. */
function mostUnread(world: ToyWorld): number {
  let most = 0;
  let sent = 0;
  let granted = 0;
  for (const event of world.events()) {
    if (event.kind === "buffer-sent") most = Math.max(most, ++sent - granted);
    if (event.kind === "credit-granted") granted += event.credits;
  }
  return most;
}

test("a producer has to stop when its consumer does, and goes on when it reads again", () => {
  const world = new ToyWorld();
  const channels = new ToyChannels(world, ONE);
  const output = channels.outputs[0];
  let value = 0;
  while (output?.isAvailable === true) output.addData(record(value++), 20);
  world.run();
  // Two are at the consumer for its two credits, three wait at the producer.
  expect(value).toBe(5);
  expect(channels.available).toBe(0);
  expect(valuesOf(channels.readAll())).toEqual([0, 1]);
  world.run();
  expect(channels.available).toBe(1);
  expect(output?.isAvailable).toBe(true);
  const rest: number[] = [];
  for (let round = 0; round < 4; round++) {
    rest.push(...valuesOf(channels.readAll()));
    world.run();
  }
  expect(rest).toEqual([2, 3, 4]);
});

test("an event costs no credit and passes none of the records before it", () => {
  const world = new ToyWorld();
  const channels = new ToyChannels(world, { ...ONE, exclusive: 1 });
  const output = channels.outputs[0];
  output?.addData(record(0), 20);
  output?.addEvent(barrier(1), false);
  output?.addData(record(2), 20);
  output?.addEvent(barrier(3), false);
  world.run();
  expect(valuesOf(channels.readAll())).toEqual([0, 1]);
  world.run();
  expect(valuesOf(channels.readAll())).toEqual([2, 3]);
});

test("an aligned barrier blocks the producer until the consumer resumes", () => {
  const world = new ToyWorld();
  const channels = new ToyChannels(world, ONE);
  const { gate } = channels;
  channels.outputs[0]?.addData(record(0), 20);
  channels.outputs[0]?.addEvent(barrier(1), true);
  channels.outputs[0]?.addData(record(2), 20);
  world.run();
  expect(valuesOf(channels.readAll())).toEqual([0, 1]);
  gate.block(0, 7);
  gate.resumeProducer(0);
  world.run();
  expect(gate.isReadable).toBe(false);
  gate.resume(0, 7);
  world.run();
  expect(valuesOf(channels.readAll())).toEqual([2]);
  const blocking = world.events().filter(({ kind }) => kind.startsWith("channel-"));
  expect(blocking.map(({ kind }) => kind)).toEqual([
    "channel-connected",
    "channel-blocked",
    "channel-resumed",
  ]);
});

test("a blocked channel is passed over while others are read", () => {
  const world = new ToyWorld();
  const channels = new ToyChannels(world, { ...ONE, channels: 2 });
  channels.gate.block(0, 1);
  channels.outputs[0]?.addData(record(0), 20);
  channels.outputs[1]?.addData(record(1), 20);
  world.run();
  expect(valuesOf(channels.readAll())).toEqual([1]);
  channels.gate.resume(0, 1);
  expect(valuesOf(channels.readAll())).toEqual([0]);
  const [blocked] = channels.gate.channels;
  channels.gate.block(0, 2);
  channels.outputs[0]?.addData(record(2), 20);
  world.run();
  expect(() => blocked?.poll()).toThrow(/^Cannot poll channel-0: it is blocked by a barrier$/);
});

test("which of several readable channels is read next is a choice", () => {
  const firsts = new Set<number>();
  for (let seed = 0; seed < 50; seed++) {
    const world = new ToyWorld({ seed });
    const channels = new ToyChannels(world, { ...ONE, channels: 3 });
    for (const [index, output] of channels.outputs.entries()) output.addData(record(index), 20);
    world.run();
    firsts.add(valuesOf(channels.readAll())[0] ?? -1);
  }
  expect([...firsts].sort()).toEqual([0, 1, 2]);
});

test("floating credits go where there is a backlog, and come back", () => {
  const world = new ToyWorld();
  const channels = new ToyChannels(world, {
    channels: 2,
    exclusive: 1,
    floating: 4,
    maxBuffers: 100,
  });
  const [busy, calm] = channels.outputs;
  for (let value = 0; value < 10; value++) busy?.addData(record(value), 20);
  world.run();
  // The first record went out before there was a backlog to tell of.
  expect(channels.readAll().length).toBe(1);
  world.run();
  // One of its own and all four floating ones: the other channel needs none.
  expect(channels.readAll().length).toBe(5);
  for (let round = 0; round < 10; round++) {
    world.run();
    channels.readAll();
  }
  for (let value = 0; value < 10; value++) calm?.addData(record(value), 20);
  world.run();
  expect(channels.readAll().length).toBe(1);
  world.run();
  expect(channels.readAll().length).toBe(5);
});

test("what a dead end leaves on the wire never arrives", () => {
  const world = new ToyWorld();
  const channels = new ToyChannels(world, ONE);
  channels.outputs[0]?.addData(record(0), 20);
  channels.producers[0]?.end();
  world.run();
  expect(channels.gate.isReadable).toBe(false);
});
