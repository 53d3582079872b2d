// Control messages: their order per pair, and what the conditions may do to them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { millis } from "../../sim/kernel/virtual-time.ts";
import { Network, type Transmission, type TransmissionVerdict } from "../../sim/network/network.ts";
import { NotingActor, ToyWorld } from "../support/toy-world.ts";
import { TIMING } from "./toy-channel.ts";

type Conditions = (transmission: Transmission) => TransmissionVerdict;

/** A network with one sender and two receivers. `send` numbers its messages. */
function networkIn(world: ToyWorld, verdict: Conditions = () => ({ kind: "pass" })) {
  const { simulation, recorder } = world;
  const network = new Network({ simulation, recorder, conditions: { verdict }, timing: TIMING });
  const from = new Incarnation(new Place("sender"), 0);
  const about = new Incarnation(new Place("task-1"), 0);
  const receivers = ["one", "other"].map((name) => new NotingActor(simulation, name));
  let id = 0;
  const send = (receiver: number, options: { readonly isReliable?: boolean } = {}): void => {
    const to = receivers[receiver];
    if (to === undefined) return;
    const message = { kind: "hello", number: id };
    const isReliable = options.isReliable ?? false;
    network.send({ from, to, message, about, id: id++, isReliable });
  };
  const numbers = (receiver: number): readonly number[] =>
    (receivers[receiver]?.messages ?? []).map((message) => (message as { number: number }).number);
  return { send, receivers, numbers };
}

test("Network keeps the order of each pair of sender and receiver", () => {
  const property = fc.property(fc.array(fc.nat(1)), fc.nat(), (targets, seed) => {
    const world = new ToyWorld({ seed });
    const { send, numbers } = networkIn(world);
    for (const target of targets) send(target);
    world.run();
    for (const receiver of [0, 1]) {
      const sent = targets.flatMap((target, number) => (target === receiver ? [number] : []));
      expect(numbers(receiver)).toEqual(sent);
    }
  });
  fc.assert(property);
});

test("Network does not keep an order between pairs", () => {
  const firsts = new Set<string>();
  for (let seed = 0; seed < 50; seed++) {
    const world = new ToyWorld({ seed });
    const { send, receivers } = networkIn(world);
    send(0);
    send(1);
    world.run();
    const [one, other] = receivers.map(({ received }) => received[0]?.at ?? 0);
    firsts.add((one ?? 0) < (other ?? 0) ? "first sent came first" : "it was overtaken");
  }
  expect(firsts.size).toBe(2);
});

test("Network loses a message of the unreliable kind for good", () => {
  const world = new ToyWorld();
  const { send, numbers } = networkIn(world, () => ({ kind: "lose" }));
  send(0);
  world.run();
  expect(numbers(0)).toEqual([]);
  const [lost] = world.events().filter(({ kind }) => kind === "message-lost");
  expect(lost).toMatchObject({ message: "hello", to: "one", about: "task-1" });
});

test("Network sends a lost message of the reliable kind again, later than those sent after it", () => {
  const world = new ToyWorld();
  let transmissions = 0;
  const { send, numbers, receivers } = networkIn(world, () => {
    return transmissions++ === 0 ? { kind: "lose" } : { kind: "pass" };
  });
  send(0, { isReliable: true });
  send(0, { isReliable: true });
  world.run();
  expect(numbers(0)).toEqual([1, 0]);
  expect(receivers[0]?.received[1]?.at).toBeGreaterThanOrEqual(200_000);
});

test("Network delivers a doubled message twice", () => {
  const world = new ToyWorld();
  const { send, numbers, receivers } = networkIn(world, () => ({
    kind: "double",
    delay: millis(3),
  }));
  send(0);
  world.run();
  expect(numbers(0)).toEqual([0, 0]);
  const [first, second] = receivers[0]?.received ?? [];
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(3000);
});

test("Network lets later messages overtake a delayed one", () => {
  const world = new ToyWorld();
  let transmissions = 0;
  const { send, numbers } = networkIn(world, () => {
    return transmissions++ === 0 ? { kind: "delay", delay: millis(50) } : { kind: "pass" };
  });
  send(0);
  send(0);
  world.run();
  expect(numbers(0)).toEqual([1, 0]);
});

test("Network asks its conditions once for each message, with sender, receiver and subject", () => {
  const asked: Transmission[] = [];
  const world = new ToyWorld();
  const { send } = networkIn(world, (transmission) => {
    asked.push(transmission);
    return { kind: "pass" };
  });
  send(1);
  world.run();
  expect(asked).toEqual([{ message: "hello", from: "sender", to: "other", about: "task-1" }]);
});

test("Network delivers nothing to an ended life", () => {
  const world = new ToyWorld();
  const { send, receivers, numbers } = networkIn(world);
  send(0);
  receivers[0]?.incarnation.end();
  world.run();
  expect(numbers(0)).toEqual([]);
});
