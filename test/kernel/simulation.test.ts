// The loop, timed and untimed, on toy actors and on one whole job each.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { SeededChooser } from "../../sim/kernel/chooser.ts";
import { instant, micros } from "../../sim/kernel/virtual-time.ts";
import { complaintsOf, runner } from "../support/runner.ts";
import { NotingActor, ToyWorld } from "../support/toy-world.ts";

test("Simulation hands out events in the order of their instants and moves the clock there", () => {
  const { simulation } = new ToyWorld();
  const actor = new NotingActor(simulation, "actor");
  for (const delay of [30, 10, 20]) simulation.schedule(micros(delay), actor, delay);
  expect(simulation.run({ until: instant(100), maxEvents: 10 })).toBe("idle");
  expect(actor.received).toEqual([10, 20, 30].map((delay) => ({ at: delay, message: delay })));
  expect(simulation.now).toBe(30);
  expect(simulation.handled).toBe(3);
});

test("Simulation has faults come before everything else of their instant", () => {
  const { simulation } = new ToyWorld();
  const actor = new NotingActor(simulation, "actor");
  for (let index = 0; index < 5; index++) simulation.schedule(micros(10), actor, "work");
  simulation.strike(instant(10), actor, "fault");
  simulation.run({ until: instant(100), maxEvents: 10 });
  expect(actor.messages[0]).toBe("fault");
});

test("Simulation breaks ties by chance, and by the place rather than by the order of scheduling", () => {
  const order = (seed: number, names: readonly string[]): string => {
    const { simulation } = new ToyWorld({ seed });
    const seen: string[] = [];
    for (const name of names) {
      const actor = new NotingActor(simulation, name, { onMessage: () => void seen.push(name) });
      simulation.schedule(micros(10), actor, name);
    }
    simulation.run({ until: instant(100), maxEvents: 100 });
    return seen.join("");
  };
  const orders = new Set(Array.from({ length: 200 }, (_, seed) => order(seed, ["a", "b", "c"])));
  expect([...orders].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
  for (let seed = 0; seed < 50; seed++) {
    expect(order(seed, ["c", "a", "b"])).toBe(order(seed, ["a", "b", "c"]));
  }
});

test("Simulation drops what is for an ended life, and what was cancelled", () => {
  const { simulation } = new ToyWorld();
  const dead = new NotingActor(simulation, "dead");
  const alive = new NotingActor(simulation, "alive");
  simulation.schedule(micros(1), dead, "late");
  const handle = simulation.schedule(micros(1), alive, "cancelled");
  simulation.schedule(micros(2), alive, "kept");
  expect(simulation.cancel(handle)).toBe(true);
  dead.incarnation.end();
  const pending: unknown[] = [];
  simulation.forEachPending((_time, _actor, message) => void pending.push(message));
  expect(pending).toEqual(["kept"]);
  simulation.run({ until: instant(100), maxEvents: 10 });
  expect(dead.messages).toEqual([]);
  expect(alive.messages).toEqual(["kept"]);
  expect(simulation.cancel(handle)).toBe(false);
});

test("Simulation stops at a bound of time or of events, or when told to", () => {
  const run = (bounds: { readonly until: number; readonly maxEvents: number }, stopAt = -1) => {
    const { simulation } = new ToyWorld();
    const onMessage = (message: unknown): void => {
      if (message === stopAt) simulation.stop();
    };
    const actor = new NotingActor(simulation, "actor", { onMessage });
    for (let delay = 1; delay <= 5; delay++) simulation.schedule(micros(delay), actor, delay);
    const end = simulation.run({ until: instant(bounds.until), maxEvents: bounds.maxEvents });
    return [end, actor.received.length];
  };
  expect(run({ until: 3, maxEvents: 99 })).toEqual(["time-bound", 3]);
  expect(run({ until: 99, maxEvents: 2 })).toEqual(["event-bound", 2]);
  expect(run({ until: 99, maxEvents: 99 }, 4)).toEqual(["stopped", 4]);
  expect(run({ until: 99, maxEvents: 99 })).toEqual(["idle", 5]);
});

test("Simulation refuses the past", () => {
  const { simulation } = new ToyWorld();
  const onMessage = (): void => {
    expect(() => simulation.deliver(instant(5), actor, "past")).toThrow(
      /^Cannot deliver at 5: it is 10/,
    );
    expect(() => simulation.strike(instant(5), actor, "past")).toThrow(
      /^Cannot strike at 5: it is 10/,
    );
  };
  const actor = new NotingActor(simulation, "actor", { onMessage });
  simulation.schedule(micros(10), actor, "now");
  simulation.run({ until: instant(100), maxEvents: 10 });
  expect(actor.received.length).toBe(1);
});

test("Simulation, untimed, reaches each order in which deliveries and own timers may come", () => {
  const orders = new Set<string>();
  for (let seed = 0; seed < 300; seed++) {
    const { simulation } = new ToyWorld({ chooser: new SeededChooser(seed), mode: "untimed" });
    const actor = new NotingActor(simulation, "actor");
    simulation.schedule(micros(10), actor, "1st timer");
    simulation.schedule(micros(20), actor, "2nd timer");
    simulation.deliver(instant(1000), actor, "message");
    const times = simulation.run({ until: instant(10_000), maxEvents: 10 });
    expect(times).toBe("idle");
    orders.add(actor.messages.join(", "));
    const clock = actor.received.map(({ at }) => at);
    expect(clock).toEqual([...clock].sort((a, b) => a - b));
    expect(simulation.now).toBe(1000);
  }
  expect([...orders].sort()).toEqual([
    "1st timer, 2nd timer, message",
    "1st timer, message, 2nd timer",
    "message, 1st timer, 2nd timer",
  ]);
});

test("Simulation loses no event in either mode", () => {
  const delays = fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 20 });
  const property = fc.property(delays, fc.nat(), (drawn, seed) => {
    for (const mode of ["timed", "untimed"] as const) {
      const { simulation } = new ToyWorld({ seed, mode });
      const actor = new NotingActor(simulation, "actor");
      drawn.forEach(([delay, isOwn], index) => {
        if (isOwn) simulation.schedule(micros(delay), actor, index);
        else simulation.deliver(instant(delay), actor, index);
      });
      simulation.run({ until: instant(100), maxEvents: 100 });
      const numbers = [...(actor.messages as number[])].sort((a, b) => a - b);
      expect(numbers).toEqual(drawn.map((_, index) => index));
    }
  });
  fc.assert(property);
});

const SMALL: Case = {
  scenario: "word-count",
  seed: 3,
  config: { "heartbeat.timeout": "0 ms", "world.outside.request-timeout": "0 ms" },
  data: Array.from({ length: 26 }, (_, offset) =>
    [0, 1].map((partition) => {
      return { source: "words", partition, offset, drop: true } as const;
    }),
  ).flat(),
};

test("Simulation runs a whole job timed, and it is judged right", () => {
  const checked = runner.runChecked(runner.prepare(SMALL));
  expect(checked.run.jobStatus).toBe("FINISHED");
  expect(complaintsOf(checked)).toEqual([]);
});

// A timer of an untimed run may go off at any moment, so everything that only waits for something not to come is
// switched off.
test("Simulation runs a whole job untimed, and it is judged right", () => {
  const config = { ...SMALL.config, "world.outside.transaction-timeout": "0 ms" };
  const digests = new Set<string>();
  for (let seed = 1; seed <= 5; seed++) {
    const prepared = runner.prepare({ ...SMALL, config, seed });
    const checked = runner.runChecked(prepared, {
      mode: "untimed",
      bounds: { maxEvents: 100_000 },
    });
    expect(checked.run.jobStatus).toBe("FINISHED");
    expect(complaintsOf(checked)).toEqual([]);
    digests.add(checked.run.digest);
  }
  expect(digests.size).toBe(5);
});
