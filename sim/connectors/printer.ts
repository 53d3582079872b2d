// The outside's standard output: prints a line for every value that reaches it.

import { canonicalText } from "../kernel/canonical-value.ts";
import { Incarnation, Place } from "../kernel/place.ts";
import type { ConnectorRecorder } from "./events.ts";
import { NumberedReceiver } from "./numbered-values.ts";
import {
  type OutsideArrival,
  type OutsideEnvironment,
  type OutsideSystem,
  refused,
  STDOUT,
  succeeded,
} from "./outside-system.ts";

/** Prints what print sinks write. */
export class Printer implements OutsideSystem {
  readonly incarnation = new Incarnation(new Place(STDOUT), 0);
  readonly #recorder: ConnectorRecorder;
  readonly #receiver: NumberedReceiver;
  readonly #lines: string[] = [];

  constructor(
    options: { readonly recorder: ConnectorRecorder },
    receiver = new NumberedReceiver(),
  ) {
    this.#recorder = options.recorder;
    this.#receiver = receiver;
  }

  /** What has been printed. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  handle(arrival: OutsideArrival): void {
    const { request, by, attempt } = arrival;
    if (request.kind !== "write") {
      arrival.answer(refused(`a printer knows no request "${request.kind}"`));
      return;
    }
    for (const value of this.#receiver.take(arrival)) {
      const line = typeof value === "string" ? value : canonicalText(value);
      this.#lines.push(line);
      this.#recorder.record("line-printed", this.incarnation, { line, by, attempt });
    }
    arrival.answer(succeeded());
  }

  describeState(): unknown {
    return [this.#lines, this.#receiver.describeState()];
  }

  copyInto({ recorder }: OutsideEnvironment): Printer {
    const copied = new Printer({ recorder }, this.#receiver.copy());
    copied.#lines.push(...this.#lines);
    return copied;
  }
}
