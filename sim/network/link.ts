// One data channel's wire, in both directions: buffers forward, credits and the word to resume backward.
// It is first in, first out and lossless while both ends live; what is on it is gone when either dies.
// Only the head of what is on its way is scheduled, so that order never hangs on a tie.

import type { Actor } from "../kernel/actor.ts";
import { choiceKind } from "../kernel/chooser.ts";
import { invariant, must, unreachable } from "../kernel/invariant.ts";
import type { Incarnation } from "../kernel/place.ts";
import type { Simulation } from "../kernel/simulation.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import { after, type Duration, type Instant, micros } from "../kernel/virtual-time.ts";
import type { Buffer, Transmittable } from "./buffer.ts";
import type { NetworkTiming } from "./network.ts";

/** The end that takes buffers in. */
export interface LinkConsumer<Element extends Transmittable> {
  onBuffer(buffer: Buffer<Element>): void;
}

/** The end that sends. */
export interface LinkProducer {
  onCredit(credits: number): void;
  onResume(): void;
}

type LinkMessage = "buffer-arrives" | "signal-arrives";

interface Signal {
  readonly arrival: Instant;
  /** Credits granted; 0 is the word to resume. */
  readonly credits: number;
}

const LINK_DELAY = choiceKind("link-delay");
const LOCAL_LATENCY: Duration = micros(20);

/** The wire of one channel, for one pair of attempts. */
export class Link<Element extends Transmittable> implements Actor {
  readonly incarnation: Incarnation;
  readonly #simulation: Simulation;
  readonly #timing: NetworkTiming;
  readonly #isLocal: boolean;
  readonly #ends: readonly [Incarnation, Incarnation];
  readonly #producer: LinkProducer;
  readonly #consumer: LinkConsumer<Element>;
  readonly #buffers: { readonly arrival: Instant; readonly buffer: Buffer<Element> }[] = [];
  readonly #signals: Signal[] = [];
  #busyUntil: Instant;
  #lastArrival: Instant;
  /** Whether the producer waits for a signal that has not been sent yet. */
  #isAwaited = false;

  constructor(options: {
    readonly simulation: Simulation;
    readonly timing: NetworkTiming;
    readonly incarnation: Incarnation;
    /** The attempts at both ends, producer first. */
    readonly ends: readonly [Incarnation, Incarnation];
    /** Whether both ends are on one host. */
    readonly isLocal: boolean;
    readonly producer: LinkProducer;
    readonly consumer: LinkConsumer<Element>;
  }) {
    this.incarnation = options.incarnation;
    this.#simulation = options.simulation;
    this.#timing = options.timing;
    this.#isLocal = options.isLocal;
    this.#ends = options.ends;
    this.#producer = options.producer;
    this.#consumer = options.consumer;
    this.#busyUntil = options.simulation.now;
    this.#lastArrival = options.simulation.now;
  }

  /** Puts a buffer on the wire. */
  transmit(buffer: Buffer<Element>): void {
    const now = this.#simulation.now;
    const start = this.#busyUntil > now ? this.#busyUntil : now;
    this.#busyUntil = after(start, this.#occupation(buffer.sizeBytes));
    const flight = after(this.#busyUntil, this.#delay(buffer.sequence));
    this.#lastArrival = flight > this.#lastArrival ? flight : this.#lastArrival;
    this.#buffers.push({ arrival: this.#lastArrival, buffer });
    if (this.#buffers.length === 1) this.#scheduleHead();
  }

  /** Sends credits back to the producer. */
  grantCredit(credits: number): void {
    invariant(credits > 0, `Cannot grant ${credits} credits on ${this.incarnation.place.name}`);
    this.#signal(credits);
  }

  /** Tells the producer to go on after a barrier that blocked it. */
  resume(): void {
    this.#signal(0);
  }

  /** Takes credits that have arrived by now without waiting for their event; 0 if there are none. */
  takeArrivedCredits(): number {
    let credits = 0;
    while (this.#signals[0] !== undefined && this.#isArrivedCredit(this.#signals[0])) {
      credits += this.#signals[0].credits;
      this.#signals.shift();
    }
    return credits;
  }

  /** Asks to be told of the next signal. The producer asks only when it cannot go on without. */
  awaitSignal(): void {
    const next = this.#signals[0];
    if (next !== undefined) this.#simulation.deliver(this.#notBefore(next.arrival), this, "signal-arrives");
    else this.#isAwaited = true;
  }

  receive(message: LinkMessage): void {
    if (!this.#ends[0].isAlive || !this.#ends[1].isAlive) {
      this.incarnation.end();
      return;
    }
    switch (message) {
      case "buffer-arrives": {
        const head = must(this.#buffers.shift(), "buffer on the wire");
        if (this.#buffers.length > 0) this.#scheduleHead();
        this.#consumer.onBuffer(head.buffer);
        return;
      }
      case "signal-arrives": {
        const head = this.#signals[0];
        if (head === undefined || head.arrival > this.#simulation.now) return this.awaitSignal();
        this.#signals.shift();
        if (head.credits > 0) this.#producer.onCredit(head.credits);
        else this.#producer.onResume();
        return;
      }
      default:
        return unreachable(message);
    }
  }

  stateHash(): string {
    return stateHashOf(this.describeState());
  }

  /** What is on the wire, with times relative to now. */
  describeState(): unknown {
    const now = this.#simulation.now;
    return {
      buffers: this.#buffers.map((flight) => [flight.arrival - now, flight.buffer]),
      signals: this.#signals.map((signal) => [Math.max(0, signal.arrival - now), signal.credits]),
      busyFor: Math.max(0, this.#busyUntil - now),
    };
  }

  #isArrivedCredit(signal: Signal): boolean {
    return signal.credits > 0 && signal.arrival <= this.#simulation.now;
  }

  #signal(credits: number): void {
    const last = this.#signals.at(-1);
    const flight = after(this.#simulation.now, this.#isLocal ? LOCAL_LATENCY : this.#timing.latency);
    const arrival = last !== undefined && last.arrival > flight ? last.arrival : flight;
    this.#signals.push({ arrival, credits });
    if (this.#isAwaited) {
      this.#isAwaited = false;
      this.awaitSignal();
    }
  }

  #scheduleHead(): void {
    const head = must(this.#buffers[0], "buffer on the wire");
    this.#simulation.deliver(this.#notBefore(head.arrival), this, "buffer-arrives");
  }

  #notBefore(time: Instant): Instant {
    return time > this.#simulation.now ? time : this.#simulation.now;
  }

  #occupation(sizeBytes: number): Duration {
    return micros(Math.ceil((sizeBytes * 1_000_000) / this.#timing.bandwidth));
  }

  #delay(sequence: number): Duration {
    if (this.#isLocal) return LOCAL_LATENCY;
    const address = { kind: LINK_DELAY, at: this.incarnation, ordinal: sequence };
    const jitter = this.#simulation.chooser.choose(address, this.#timing.jitter + 1);
    return micros(this.#timing.latency + jitter);
  }
}
