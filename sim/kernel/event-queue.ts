// The pending events of a timed run: a binary heap over typed arrays, ordered by (time, class, tie, age).
// Class, tie and age are packed into one float of 53 bits, so that a comparison reads two numbers.
// Ages wrap after 2^21 events; that can only swap two events of equal time and equal 31-bit tie.

import type { Actor } from "./actor.ts";
import type { Instant } from "./virtual-time.ts";

/** Faults come before everything else of the same instant. */
export type EventClass = 0 | 1;

/** Names a scheduled event, for cancelling it. */
export type EventHandle = number;

const AGES = 0x20_0000;
const SLOTS = 0x40_0000;

/** A queue of pending events, least (time, class, tie) first; equal ones in the order they were scheduled. */
export class EventQueue {
  #capacity: number;
  #size = 0;
  #age = 0;
  #times: Float64Array;
  #orders: Float64Array;
  #heapSlots: Int32Array;
  #causes: Int32Array;
  #generations: Int32Array;
  readonly #actors: (Actor | undefined)[] = [];
  readonly #messages: unknown[] = [];
  #free: Int32Array;
  #freeCount = 0;
  #slotCount = 0;
  #poppedTime = 0;
  #poppedCause = -1;
  #poppedActor: Actor | undefined = undefined;
  #poppedMessage: unknown = undefined;

  constructor(capacity = 64) {
    this.#capacity = capacity;
    this.#times = new Float64Array(capacity);
    this.#orders = new Float64Array(capacity);
    this.#heapSlots = new Int32Array(capacity);
    this.#causes = new Int32Array(capacity);
    this.#generations = new Int32Array(capacity);
    this.#free = new Int32Array(capacity);
  }

  /** Events in the heap, cancelled ones included. */
  get size(): number {
    return this.#size;
  }

  /** When the least event is due; after everything if there is none. */
  get nextTime(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#times[0]!;
  }

  /** When the event popped last was due. */
  get time(): Instant {
    return this.#poppedTime as Instant;
  }

  /** The trace event that caused the event popped last; -1 for none. */
  get cause(): number {
    return this.#poppedCause;
  }

  /** Whom the event popped last is for; undefined if it was cancelled. */
  get actor(): Actor | undefined {
    return this.#poppedActor;
  }

  /** What the event popped last says. */
  get message(): unknown {
    return this.#poppedMessage;
  }

  /** Adds an event. `tie` has 31 bits. */
  push(event: {
    readonly time: Instant;
    readonly eventClass: EventClass;
    readonly tie: number;
    readonly actor: Actor;
    readonly message: unknown;
    readonly cause: number;
  }): EventHandle {
    return this.insert(
      event.time,
      event.eventClass,
      event.tie,
      event.actor,
      event.message,
      event.cause,
    );
  }

  /** As {@link EventQueue.push}, without an object: the kernel's hot path. */
  insert(
    time: Instant,
    eventClass: EventClass,
    tie: number,
    actor: Actor,
    message: unknown,
    cause: number,
  ): EventHandle {
    if (this.#size === this.#capacity) this.#grow();
    const slot = this.#freeCount > 0 ? this.#free[--this.#freeCount]! : this.#slotCount++;
    this.#actors[slot] = actor;
    this.#messages[slot] = message;
    this.#causes[slot] = cause;
    const order = (eventClass * 0x8000_0000 + tie) * AGES + this.#age;
    this.#age = (this.#age + 1) & (AGES - 1);
    this.#rise(this.#size++, time, order, slot);
    return this.#generations[slot]! * SLOTS + slot;
  }

  /** Takes an event back. Returns false if it has been popped or cancelled already. */
  cancel(handle: EventHandle): boolean {
    const slot = handle % SLOTS;
    if (this.#generations[slot] !== (handle - slot) / SLOTS) return false;
    if (this.#actors[slot] === undefined) return false;
    this.#actors[slot] = undefined;
    this.#messages[slot] = undefined;
    return true;
  }

  /** Takes the least event off into `time`, `actor`, `message` and `cause`. False when there is none. */
  pop(): boolean {
    if (this.#size === 0) return false;
    const slot = this.#heapSlots[0]!;
    this.#poppedTime = this.#times[0]!;
    this.#poppedCause = this.#causes[slot]!;
    this.#poppedActor = this.#actors[slot];
    this.#poppedMessage = this.#messages[slot];
    this.#actors[slot] = undefined;
    this.#messages[slot] = undefined;
    this.#generations[slot] = (this.#generations[slot]! + 1) & 0x3fff_ffff;
    this.#free[this.#freeCount++] = slot;
    const last = --this.#size;
    if (last > 0) this.#sink(this.#times[last]!, this.#orders[last]!, this.#heapSlots[last]!);
    return true;
  }

  /** Visits every event that is still pending, in heap order, which is no order at all. */
  forEach(visit: (time: Instant, actor: Actor, message: unknown) => void): void {
    for (let index = 0; index < this.#size; index++) {
      const slot = this.#heapSlots[index]!;
      const actor = this.#actors[slot];
      if (actor !== undefined) visit(this.#times[index] as Instant, actor, this.#messages[slot]);
    }
  }

  #rise(from: number, time: number, order: number, slot: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#heapSlots;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const parentTime = times[parent]!;
      if (parentTime < time || (parentTime === time && orders[parent]! < order)) break;
      times[at] = parentTime;
      orders[at] = orders[parent]!;
      slots[at] = slots[parent]!;
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    slots[at] = slot;
  }

  #sink(time: number, order: number, slot: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#heapSlots;
    const size = this.#size;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (
        right < size &&
        (times[right]! < times[child]! ||
          (times[right]! === times[child]! && orders[right]! < orders[child]!))
      ) {
        child = right;
      }
      const childTime = times[child]!;
      if (time < childTime || (time === childTime && order < orders[child]!)) break;
      times[at] = childTime;
      orders[at] = orders[child]!;
      slots[at] = slots[child]!;
      at = child;
    }
    times[at] = time;
    orders[at] = order;
    slots[at] = slot;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#times = grown(this.#times, new Float64Array(this.#capacity));
    this.#orders = grown(this.#orders, new Float64Array(this.#capacity));
    this.#heapSlots = grown(this.#heapSlots, new Int32Array(this.#capacity));
    this.#causes = grown(this.#causes, new Int32Array(this.#capacity));
    this.#generations = grown(this.#generations, new Int32Array(this.#capacity));
    this.#free = grown(this.#free, new Int32Array(this.#capacity));
  }
}

function grown<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
