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

/** The word to resume, among numbers of credits. */
const RESUME = 0;

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
  readonly #buffers: Buffer<Element>[] = [];
  /** Signals on their way back: when each arrives, and its credits, or {@link RESUME}. */
  readonly #signalArrivals: Instant[] = [];
  readonly #signals: number[] = [];
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
    buffer.arrival = this.#lastArrival;
    this.#buffers.push(buffer);
    if (this.#buffers.length === 1) this.#scheduleHead();
  }

  /** Sends credits back to the producer. */
  grantCredit(credits: number): void {
    invariant(
      credits > 0,
      () => `Cannot grant ${credits} credits on ${this.incarnation.place.name}`,
    );
    this.#signal(credits);
  }

  /** Tells the producer to go on after a barrier that blocked it. */
  resume(): void {
    this.#signal(RESUME);
  }

  /** Takes credits that have arrived by now without waiting for their event; 0 if there are none. */
  takeArrivedCredits(): number {
    let credits = 0;
    for (;;) {
      const arrival = this.#signalArrivals[0];
      const signal = this.#signals[0];
      if (arrival === undefined || signal === undefined) return credits;
      if (arrival > this.#simulation.now || signal === RESUME) return credits;
      credits += signal;
      this.#dropSignal();
    }
  }

  /** Asks to be told of the next signal. The producer asks only when it cannot go on without. */
  awaitSignal(): void {
    const next = this.#signalArrivals[0];
    if (next === undefined) this.#isAwaited = true;
    else this.#simulation.deliver(this.#notBefore(next), this, "signal-arrives");
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
        this.#consumer.onBuffer(head);
        return;
      }
      case "signal-arrives": {
        const arrival = this.#signalArrivals[0];
        const signal = this.#signals[0];
        if (arrival === undefined || signal === undefined || arrival > this.#simulation.now) {
          this.awaitSignal();
          return;
        }
        this.#dropSignal();
        if (signal === RESUME) this.#producer.onResume();
        else this.#producer.onCredit(signal);
        return;
      }
      default:
        unreachable(message);
    }
  }

  stateHash(): string {
    return stateHashOf(this.describeState());
  }

  /** What is on the wire, with times relative to now. */
  describeState(): unknown {
    const now = this.#simulation.now;
    return {
      buffers: this.#buffers.map((buffer) => ({ ...buffer, arrival: buffer.arrival - now })),
      signals: this.#signalArrivals.map((arrival, index) => [
        Math.max(0, arrival - now),
        this.#signals[index],
      ]),
      busyFor: Math.max(0, this.#busyUntil - now),
    };
  }

  #signal(signal: number): void {
    const last = this.#signalArrivals.at(-1);
    const latency = this.#isLocal ? LOCAL_LATENCY : this.#timing.latency;
    const flight = after(this.#simulation.now, latency);
    this.#signalArrivals.push(last !== undefined && last > flight ? last : flight);
    this.#signals.push(signal);
    if (this.#isAwaited) {
      this.#isAwaited = false;
      this.awaitSignal();
    }
  }

  #dropSignal(): void {
    this.#signalArrivals.shift();
    this.#signals.shift();
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
    const { chooser } = this.#simulation;
    const jitter = chooser.draw(LINK_DELAY, this.incarnation, sequence, this.#timing.jitter + 1);
    return micros(this.#timing.latency + jitter);
  }
}
