// One channel from end to end: a producer's output, the wire, a consumer's input, and a consumer that reads when told.

import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { micros, millis } from "../../sim/kernel/virtual-time.ts";
import type { Transmittable } from "../../sim/network/buffer.ts";
import { InputChannel } from "../../sim/network/input-channel.ts";
import { FloatingCreditPool, InputGate } from "../../sim/network/input-gate.ts";
import { Link } from "../../sim/network/link.ts";
import type { NetworkTiming } from "../../sim/network/network.ts";
import { ResultSubpartition } from "../../sim/network/result-subpartition.ts";
import type { ToyWorld } from "../support/toy-world.ts";

/** What travels. */
export interface ToyElement extends Transmittable {
  readonly kind: "record" | "barrier" | "end";
  readonly value: number;
}

export const TIMING: NetworkTiming = {
  latency: micros(500),
  jitter: micros(500),
  bandwidth: 1_000_000,
  retransmission: millis(200),
};

/** Several producers and one consumer. */
export class ToyChannels {
  readonly outputs: readonly ResultSubpartition<ToyElement>[];
  readonly gate: InputGate<ToyElement>;
  readonly producers: readonly Incarnation[];
  readonly consumer = new Incarnation(new Place("consumer"), 0);
  /** How often an output said that it can take more. */
  available = 0;
  #onReadable: () => void = () => {};

  constructor(
    world: ToyWorld,
    options: {
      readonly channels: number;
      readonly exclusive: number;
      readonly floating: number;
      readonly maxBuffers: number;
      readonly isLocal?: boolean;
    },
  ) {
    const { simulation, recorder } = world;
    const indices = Array.from({ length: options.channels }, (_, index) => index);
    const pool = new FloatingCreditPool(options.floating, () => {
      for (const channel of this.gate.channels) channel.requestFloating();
    });
    this.producers = indices.map((index) => new Incarnation(new Place(`producer-${index}`), 0));
    const channels = indices.map(
      (index) =>
        new InputChannel<ToyElement>({
          channel: `channel-${index}`,
          index,
          exclusive: options.exclusive,
          floating: pool,
          recorder,
          onAvailable: () => this.#onReadable(),
        }),
    );
    this.gate = new InputGate({ channels, chooser: simulation.chooser, at: this.consumer });
    this.outputs = indices.map(
      (index) =>
        new ResultSubpartition<ToyElement>({
          channel: `channel-${index}`,
          maxBuffers: options.maxBuffers,
          recorder,
          onAvailable: () => void this.available++,
        }),
    );
    for (const [index, output] of this.outputs.entries()) {
      const channel = channels[index];
      const producer = this.producers[index];
      if (channel === undefined || producer === undefined) continue;
      const link = new Link<ToyElement>({
        simulation,
        timing: TIMING,
        incarnation: new Incarnation(new Place(`channel-${index}`), 0),
        ends: [producer, this.consumer],
        isLocal: options.isLocal ?? false,
        producer: output,
        consumer: channel,
      });
      channel.connect(link);
      output.connect(link, channel.initialCredits);
    }
  }

  /** Calls `read` whenever something has become readable. */
  onReadable(read: () => void): void {
    this.#onReadable = read;
  }

  /** Takes everything that can be read now. */
  readAll(): readonly (readonly [channel: number, element: ToyElement])[] {
    const taken: (readonly [number, ToyElement])[] = [];
    for (let next = this.gate.poll(); next !== undefined; next = this.gate.poll()) {
      taken.push([next.channel, next.element]);
    }
    return taken;
  }
}

export function record(value: number): ToyElement {
  return { kind: "record", value, cause: -1 };
}

export function barrier(value: number): ToyElement {
  return { kind: "barrier", value, cause: -1 };
}
