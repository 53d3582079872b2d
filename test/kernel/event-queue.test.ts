// The queue against a model: a plain array, sorted.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Actor } from "../../sim/kernel/actor.ts";
import { type EventClass, type EventHandle, EventQueue } from "../../sim/kernel/event-queue.ts";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { instant } from "../../sim/kernel/virtual-time.ts";

interface ModelEvent {
  readonly time: number;
  readonly eventClass: EventClass;
  readonly tie: number;
  readonly age: number;
  readonly handle: EventHandle;
  isCancelled: boolean;
}

/** Pending events in no order, and the handles of those that are past. */
interface Model {
  pending: ModelEvent[];
  past: EventHandle[];
  age: number;
}

const somebody: Actor = {
  incarnation: new Incarnation(new Place("somebody"), 0),
  receive: () => {},
  stateHash: () => "",
};

function compareEvents(a: ModelEvent, b: ModelEvent): number {
  return a.time - b.time || a.eventClass - b.eventClass || a.tie - b.tie || a.age - b.age;
}

class Push implements fc.Command<Model, EventQueue> {
  readonly event: { readonly time: number; readonly eventClass: EventClass; readonly tie: number };

  constructor(event: Push["event"]) {
    this.event = event;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, queue: EventQueue): void {
    const { time, eventClass, tie } = this.event;
    const age = model.age++;
    const when = { time: instant(time), eventClass, tie };
    const handle = queue.push({ ...when, actor: somebody, message: age, cause: age });
    expect(model.past).not.toContain(handle);
    model.pending.push({ ...this.event, age, handle, isCancelled: false });
    expect(queue.size).toBe(model.pending.length);
  }

  toString(): string {
    return `push(${JSON.stringify(this.event)})`;
  }
}

class Pop implements fc.Command<Model, EventQueue> {
  check(): boolean {
    return true;
  }

  run(model: Model, queue: EventQueue): void {
    const least = [...model.pending].sort(compareEvents)[0];
    expect(queue.pop()).toBe(least !== undefined);
    if (least === undefined) return;
    model.pending = model.pending.filter((event) => event !== least);
    model.past.push(least.handle);
    expect(queue.time).toBe(least.time);
    expect(queue.cause).toBe(least.age);
    expect(queue.actor).toBe(least.isCancelled ? undefined : somebody);
    expect(queue.message).toBe(least.isCancelled ? undefined : least.age);
  }

  toString(): string {
    return "pop()";
  }
}

/** Cancels one of those pending, or one that is past. */
class Cancel implements fc.Command<Model, EventQueue> {
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }

  check({ pending, past }: Readonly<Model>): boolean {
    return pending.length + past.length > 0;
  }

  run({ pending, past }: Model, queue: EventQueue): void {
    const number = this.number % (pending.length + past.length);
    const event = pending[number];
    const handle = event?.handle ?? past[number - pending.length] ?? -1;
    expect(queue.cancel(handle)).toBe(event !== undefined && !event.isCancelled);
    if (event !== undefined) event.isCancelled = true;
  }

  toString(): string {
    return `cancel(${this.number})`;
  }
}

/** Visits what is pending, in any order. */
class Visit implements fc.Command<Model, EventQueue> {
  check(): boolean {
    return true;
  }

  run({ pending }: Model, queue: EventQueue): void {
    const visited: number[] = [];
    queue.forEach((_time, _actor, message) => void visited.push(message as number));
    const ages = pending.filter(({ isCancelled }) => !isCancelled).map(({ age }) => age);
    expect(visited.sort((a, b) => a - b)).toEqual(ages.sort((a, b) => a - b));
  }

  toString(): string {
    return "visit()";
  }
}

test("EventQueue pops by time, class, tie and age, whatever is cancelled in between", () => {
  const push = fc
    .record({
      time: fc.nat(5),
      eventClass: fc.constantFrom<EventClass>(0, 1),
      tie: fc.oneof(fc.nat(2), fc.constant(0x7fff_ffff)),
    })
    .map((event) => new Push(event));
  const commands = fc.commands(
    [
      push,
      push,
      fc.constant(new Pop()),
      fc.nat().map((n) => new Cancel(n)),
      fc.constant(new Visit()),
    ],
    { maxCommands: 60, size: "max" },
  );
  const property = fc.property(commands, (drawn) => {
    const setup = () => ({
      model: { pending: [], past: [], age: 0 },
      real: new EventQueue(1), // So that it has to grow.
    });
    fc.modelRun(setup, drawn);
  });
  fc.assert(property);
});

test("EventQueue keeps 2^31 ties and 2^53 microseconds apart", () => {
  const queue = new EventQueue();
  const push = (time: number, tie: number): void => {
    queue.push({
      time: instant(time),
      eventClass: 1,
      tie,
      actor: somebody,
      message: [time, tie],
      cause: -1,
    });
  };
  push(Number.MAX_SAFE_INTEGER, 0);
  push(Number.MAX_SAFE_INTEGER - 1, 0x7fff_ffff);
  push(Number.MAX_SAFE_INTEGER - 1, 0x7fff_fffe);
  const popped: unknown[] = [];
  while (queue.pop()) popped.push(queue.message);
  expect(popped).toEqual([
    [Number.MAX_SAFE_INTEGER - 1, 0x7fff_fffe],
    [Number.MAX_SAFE_INTEGER - 1, 0x7fff_ffff],
    [Number.MAX_SAFE_INTEGER, 0],
  ]);
});

test("EventQueue refuses a handle whose place was taken by another event", () => {
  const queue = new EventQueue();
  const event = {
    time: instant(1),
    eventClass: 1,
    tie: 0,
    actor: somebody,
    message: 0,
    cause: -1,
  } as const;
  const first = queue.push(event);
  queue.pop();
  const second = queue.push(event);
  expect(second).not.toBe(first);
  expect(queue.cancel(first)).toBe(false);
  expect(queue.cancel(second)).toBe(true);
  expect(queue.cancel(second)).toBe(false);
});
