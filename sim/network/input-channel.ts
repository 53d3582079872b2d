// The consumer's half of a channel (Flink: RemoteInputChannel). It queues what arrives and gives credit back
// as buffers are consumed: exclusive credits always, floating ones while the producer has a backlog.

import { invariant } from "../kernel/invariant.ts";
import type { Buffer, Transmittable } from "./buffer.ts";
import type { NetworkRecorder } from "./events.ts";
import type { Link, LinkConsumer } from "./link.ts";

/** The credits that the channels of one gate share. */
export interface FloatingCredits {
  /** Takes up to `wanted` credits and returns how many there were. */
  take(wanted: number): number;
  give(credits: number): void;
}

/** One input of a task. */
export class InputChannel<Element extends Transmittable> implements LinkConsumer<Element> {
  /** The channel's name. */
  readonly channel: string;
  /** Position in its gate, from 0. */
  readonly index: number;
  readonly #exclusive: number;
  readonly #floating: FloatingCredits;
  readonly #recorder: NetworkRecorder;
  readonly #onAvailable: () => void;
  readonly #queue: Buffer<Element>[] = [];
  #link: Link<Element> | undefined = undefined;
  #expected = 0;
  #backlog = 0;
  /** Credits the producer holds. */
  #granted: number;
  /** Floating credits this channel holds, at the producer or as queued buffers. */
  #borrowed = 0;
  #isBlocked = false;
  /** Whether the producer waits, after a barrier, for the word to go on. */
  #isProducerBlocked = false;

  constructor(options: {
    readonly channel: string;
    readonly index: number;
    readonly exclusive: number;
    readonly floating: FloatingCredits;
    readonly recorder: NetworkRecorder;
    readonly onAvailable: () => void;
  }) {
    this.channel = options.channel;
    this.index = options.index;
    this.#exclusive = options.exclusive;
    this.#floating = options.floating;
    this.#recorder = options.recorder;
    this.#onAvailable = options.onAvailable;
    this.#granted = options.exclusive;
  }

  /** Credits the producer starts with. */
  get initialCredits(): number {
    return this.#exclusive;
  }

  /** Whether the gate may read from here. */
  get isReadable(): boolean {
    return !this.#isBlocked && this.#queue.length > 0;
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** What lies next, without taking it. */
  peek(): Element | undefined {
    return this.#queue[0]?.element;
  }

  connect(link: Link<Element>): void {
    invariant(this.#link === undefined, () => `Cannot connect ${this.channel}: it is connected`);
    this.#link = link;
  }

  /** The other end is gone: nothing more comes, and what was on the wire is lost. */
  break(reason: string): void {
    if (this.#link === undefined) return;
    this.#recorder.record("channel-broken", this.#link.incarnation, { reason });
  }

  onBuffer(buffer: Buffer<Element>): void {
    invariant(
      buffer.sequence === this.#expected,
      () =>
        `Cannot accept a buffer on ${this.channel}: its sequence number is ${buffer.sequence}, expected ${this.#expected}`,
    );
    this.#expected++;
    if (buffer.isData) {
      this.#granted--;
      invariant(
        this.#granted >= 0,
        () => `Cannot accept a buffer on ${this.channel}: it came without credit`,
      );
    }
    this.#backlog = buffer.backlog;
    this.#queue.push(buffer);
    if (this.#link !== undefined) {
      const fields = { sequence: buffer.sequence, element: buffer.element.kind };
      this.#recorder.record("buffer-received", this.#link.incarnation, fields);
    }
    this.requestFloating();
    if (!this.#isBlocked) this.#onAvailable();
  }

  /** Takes the next element; there must be one. */
  poll(): Element {
    const buffer = this.#queue.shift();
    invariant(buffer !== undefined, () => `Cannot poll ${this.channel}: it is empty`);
    invariant(!this.#isBlocked, () => `Cannot poll ${this.channel}: it is blocked by a barrier`);
    if (buffer.isData) this.#recycle();
    if (buffer.blocksUpstream) this.#isProducerBlocked = true;
    return buffer.element;
  }

  /** Stops reading here, for `checkpoint`, until {@link InputChannel.resume}. */
  block(checkpoint: number): void {
    this.#isBlocked = true;
    this.#record("channel-blocked", checkpoint);
  }

  /** Reads here again after `checkpoint`, and has the producer go on after its barrier. */
  resume(checkpoint: number): void {
    this.#isBlocked = false;
    this.#record("channel-resumed", checkpoint);
    this.resumeProducer();
    if (this.#queue.length > 0) this.#onAvailable();
  }

  /** Has the producer go on after a barrier, unless reading here is blocked (Flink: resumeConsumption). */
  resumeProducer(): void {
    if (this.#isBlocked || !this.#isProducerBlocked) return;
    this.#isProducerBlocked = false;
    this.#link?.resume();
  }

  /** While the producer has buffers waiting, borrows floating credits up to those and its exclusive ones. */
  requestFloating(): void {
    const wanted = this.#backlog + this.#exclusive - this.#granted;
    if (this.#backlog === 0 || wanted <= 0) return;
    const taken = this.#floating.take(wanted);
    if (taken === 0) return;
    this.#borrowed += taken;
    this.#grant(taken);
  }

  /** What determines this input's future, as plain data. */
  describeState(): unknown {
    return {
      queue: this.#queue,
      credits: [this.#granted, this.#borrowed, this.#backlog],
      blocked: [this.#isBlocked, this.#isProducerBlocked],
      expected: this.#expected,
    };
  }

  #record(kind: "channel-blocked" | "channel-resumed", checkpoint: number): void {
    if (this.#link !== undefined)
      this.#recorder.record(kind, this.#link.incarnation, { checkpoint });
  }

  #recycle(): void {
    if (this.#borrowed > 0 && this.#backlog <= this.#granted) {
      this.#borrowed--;
      this.#floating.give(1);
    } else {
      this.#grant(1);
    }
  }

  #grant(credits: number): void {
    if (this.#link === undefined) return;
    this.#granted += credits;
    this.#recorder.record("credit-granted", this.#link.incarnation, { credits });
    this.#link.grantCredit(credits);
  }
}
