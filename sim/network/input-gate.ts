// All inputs of a task (Flink: SingleInputGate, CheckpointedInputGate). Which of several readable channels
// comes next is a choice: the main source of nondeterminism in a run.

import { type Chooser, choiceKind } from "../kernel/chooser.ts";
import { must } from "../kernel/invariant.ts";
import type { Incarnation } from "../kernel/place.ts";
import type { Transmittable } from "./buffer.ts";
import type { FloatingCredits, InputChannel } from "./input-channel.ts";

/** One element and where it came from. */
export interface PolledElement<Element> {
  /** Index of the channel in the gate. */
  readonly channel: number;
  readonly element: Element;
}

const NEXT_CHANNEL = choiceKind("next-channel");

/** The credits shared by the channels of a gate. */
export class FloatingCreditPool implements FloatingCredits {
  #free: number;
  readonly #onReturned: () => void;

  constructor(credits: number, onReturned: () => void) {
    this.#free = credits;
    this.#onReturned = onReturned;
  }

  take(wanted: number): number {
    const taken = wanted < this.#free ? wanted : this.#free;
    this.#free -= taken;
    return taken;
  }

  give(credits: number): void {
    this.#free += credits;
    this.#onReturned();
  }
}

/** The inputs of one attempt. */
export class InputGate<Element extends Transmittable> {
  readonly #channels: readonly InputChannel<Element>[];
  readonly #chooser: Chooser;
  readonly #at: Incarnation;
  #picks = 0;

  constructor(options: {
    readonly channels: readonly InputChannel<Element>[];
    readonly chooser: Chooser;
    readonly at: Incarnation;
  }) {
    this.#channels = options.channels;
    this.#chooser = options.chooser;
    this.#at = options.at;
  }

  get channels(): readonly InputChannel<Element>[] {
    return this.#channels;
  }

  /** Whether something can be read. */
  get isReadable(): boolean {
    for (const channel of this.#channels) if (channel.isReadable) return true;
    return false;
  }

  /** Takes the next element of one of the readable channels; undefined if there is none. */
  poll(): PolledElement<Element> | undefined {
    let readable = 0;
    for (const channel of this.#channels) if (channel.isReadable) readable++;
    if (readable === 0) return undefined;
    let pick = 0;
    if (readable > 1) {
      const address = { kind: NEXT_CHANNEL, at: this.#at, ordinal: this.#picks++ };
      pick = this.#chooser.choose(address, readable);
    }
    for (const channel of this.#channels) {
      if (!channel.isReadable) continue;
      if (pick-- === 0) return { channel: channel.index, element: channel.poll() };
    }
    return undefined;
  }

  /** Stops reading from one channel, for `checkpoint`. */
  block(channel: number, checkpoint: number): void {
    this.#channel(channel).block(checkpoint);
  }

  /** Reads again from a channel that was blocked for `checkpoint`. */
  resume(channel: number, checkpoint: number): void {
    this.#channel(channel).resume(checkpoint);
  }

  /** Has the producer of a channel go on after a barrier, unless the channel is blocked. */
  resumeProducer(channel: number): void {
    this.#channel(channel).resumeProducer();
  }

  /** What determines the gate's future, as plain data. */
  describeState(): unknown {
    return this.#channels.map((channel) => channel.describeState());
  }

  #channel(index: number): InputChannel<Element> {
    return must(this.#channels[index], () => `input channel ${index}`);
  }
}
