// Control messages between actors on hosts (Flink: RPC). They travel apart from the data channels and keep
// their order per pair, unless the conditions delay, lose or double one. A lost message of the reliable kind
// is sent again by the transport; of the other kind it is gone.

import type { Actor } from "../kernel/actor.ts";
import { type ChoiceKind, choiceKind } from "../kernel/chooser.ts";
import type { Incarnation } from "../kernel/place.ts";
import type { Simulation } from "../kernel/simulation.ts";
import { after, type Duration, type Instant, micros } from "../kernel/virtual-time.ts";
import type { NetworkRecorder } from "./events.ts";

/** A control message, as plain data. */
export interface ControlMessage {
  readonly kind: string;
}

/** A message as the conditions of the network see it. */
export interface Transmission {
  readonly message: string;
  readonly from: string;
  readonly to: string;
  /** The subtask or host the message speaks of. */
  readonly about: string;
}

/** What happens to a transmission. */
export type TransmissionVerdict =
  | { readonly kind: "pass" }
  | { readonly kind: "lose" }
  | { readonly kind: "delay"; readonly delay: Duration }
  | { readonly kind: "double"; readonly delay: Duration };

/** The state of the network: asked once for every transmission. */
export interface NetworkConditions {
  verdict(transmission: Transmission): TransmissionVerdict;
}

/** How long things take. */
export interface NetworkTiming {
  readonly latency: Duration;
  readonly jitter: Duration;
  /** Bytes a link carries in a second. */
  readonly bandwidth: number;
  readonly retransmission: Duration;
}

/** A message and where it goes. */
export interface SendOptions {
  /** The life that sends. */
  readonly from: Incarnation;
  readonly to: Actor;
  readonly message: ControlMessage;
  /** The life the message speaks of; its choices are made there. */
  readonly about: Incarnation;
  /** The message's own number among those of its kind about the same life. */
  readonly id: number;
  /** Whether the transport sends it again when it is lost. */
  readonly isReliable: boolean;
}

/** Carries control messages. */
export class Network {
  readonly timing: NetworkTiming;
  readonly #simulation: Simulation;
  readonly #recorder: NetworkRecorder;
  readonly #conditions: NetworkConditions;
  /** The kind of choice that delays messages of a kind. */
  readonly #delays = new Map<string, ChoiceKind>();
  /** The last arrival, by sender, by receiver. */
  readonly #lastArrivals = new Map<string, Map<string, Instant>>();

  constructor(options: {
    readonly simulation: Simulation;
    readonly recorder: NetworkRecorder;
    readonly conditions: NetworkConditions;
    readonly timing: NetworkTiming;
  }) {
    this.#simulation = options.simulation;
    this.#recorder = options.recorder;
    this.#conditions = options.conditions;
    this.timing = options.timing;
  }

  /** Sends a message; it arrives later, or never. */
  send(options: SendOptions): void {
    const message = options.message.kind;
    const about = options.about.place.name;
    const from = options.from.place.name;
    const to = options.to.incarnation.place.name;
    this.#recorder.record("message-sent", options.from, { message, to, about });
    const verdict = this.#conditions.verdict({ message, from, to, about });
    const arrival = this.#arrival(options, verdict);
    switch (verdict.kind) {
      case "pass":
        break;
      case "lose":
        this.#recorder.record("message-lost", options.from, { message, to, about });
        if (!options.isReliable) return;
        break;
      case "delay": {
        const delay = verdict.delay;
        this.#recorder.record("message-delayed", options.from, { message, to, about, delay });
        break;
      }
      case "double":
        this.#recorder.record("message-doubled", options.from, { message, to, about });
        this.#simulation.deliver(after(arrival, verdict.delay), options.to, options.message);
        break;
    }
    this.#simulation.deliver(arrival, options.to, options.message);
  }

  #arrival(options: SendOptions, verdict: TransmissionVerdict): Instant {
    const now = this.#simulation.now;
    const flight = after(after(now, this.timing.latency), this.#jitter(options));
    if (verdict.kind === "delay") return after(flight, verdict.delay);
    if (verdict.kind === "lose") return after(flight, this.timing.retransmission);
    const lastArrivals = this.#lastArrivalsFrom(options.from.place.name);
    const to = options.to.incarnation.place.name;
    const last = lastArrivals.get(to);
    // A microsecond apart, since which of two comes first must not hang on a tie.
    const arrival = last === undefined || last < flight ? flight : after(last, micros(1));
    lastArrivals.set(to, arrival);
    return arrival;
  }

  #lastArrivalsFrom(sender: string): Map<string, Instant> {
    const known = this.#lastArrivals.get(sender);
    if (known !== undefined) return known;
    const none = new Map<string, Instant>();
    this.#lastArrivals.set(sender, none);
    return none;
  }

  #jitter(options: SendOptions): Duration {
    const message = options.message.kind;
    let kind = this.#delays.get(message);
    if (kind === undefined) {
      kind = choiceKind(`delay:${message}`);
      this.#delays.set(message, kind);
    }
    const address = { kind, at: options.about, ordinal: options.id };
    return micros(this.#simulation.chooser.choose(address, this.timing.jitter + 1));
  }
}
