// A named collector outside: keeps every value that reaches it, in order.

import { Incarnation, Place } from "../kernel/place.ts";
import type { ConnectorRecorder } from "./events.ts";
import { NumberedReceiver } from "./numbered-values.ts";
import {
  collectorSystem,
  type OutsideArrival,
  type OutsideEnvironment,
  type OutsideSystem,
  refused,
  succeeded,
} from "./outside-system.ts";

/** Keeps what collect sinks write. */
export class Collector implements OutsideSystem {
  readonly incarnation: Incarnation;
  readonly #name: string;
  readonly #recorder: ConnectorRecorder;
  readonly #receiver: NumberedReceiver;
  readonly #values: unknown[] = [];

  constructor(
    options: { readonly recorder: ConnectorRecorder; readonly name: string },
    receiver = new NumberedReceiver(),
  ) {
    this.#receiver = receiver;
    this.#recorder = options.recorder;
    this.#name = options.name;
    this.incarnation = new Incarnation(new Place(collectorSystem(options.name)), 0);
  }

  /** What has been collected. */
  get values(): readonly unknown[] {
    return this.#values;
  }

  handle(arrival: OutsideArrival): void {
    const { request, by, attempt } = arrival;
    if (request.kind !== "write") {
      arrival.answer(refused(`a collector knows no request "${request.kind}"`));
      return;
    }
    const collector = this.#name;
    for (const value of this.#receiver.take(arrival)) {
      this.#values.push(value);
      const collected = { collector, value, by, attempt };
      this.#recorder.record("record-collected", this.incarnation, collected);
    }
    arrival.answer(succeeded());
  }

  describeState(): unknown {
    return [this.#values, this.#receiver.describeState()];
  }

  copyInto({ recorder }: OutsideEnvironment): Collector {
    const copied = new Collector({ recorder, name: this.#name }, this.#receiver.copy());
    copied.#values.push(...this.#values);
    return copied;
  }
}
