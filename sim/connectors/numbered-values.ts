// At least once, in order, over a way that may lose things: values are numbered and sent without waiting; before a
// snapshot, all that are not known to have arrived are sent once more in one request that is waited for. The receiver
// takes each number of an attempt once. Both halves of the protocol are here.

import type { SinkContext } from "../runtime/task/functions.ts";
import type { OutsideRequest } from "../runtime/task/outside-request.ts";
import { type Asking, ask } from "./ask.ts";
import type { OutsideArrival } from "./outside-system.ts";

/** Values of one writer, the first of them numbered `first`. Answered with nothing. */
export interface WriteRequest extends OutsideRequest {
  readonly kind: "write";
  readonly first: number;
  readonly values: readonly unknown[];
}

/** The sending half, in the sink. */
export class NumberedSender {
  readonly #system: string;
  /** How many values are known to have arrived. */
  #confirmed = 0;
  /** The values after those. */
  #unconfirmed: unknown[] = [];

  constructor(system: string) {
    this.#system = system;
  }

  /** Sends a value without waiting. */
  send(value: unknown, context: SinkContext): void {
    const first = this.#confirmed + this.#unconfirmed.length;
    this.#unconfirmed.push(value);
    context.send(this.#writeRequest(first, [value]));
  }

  /** Waits until everything sent has arrived. */
  *confirm(): Asking<void> {
    const values = this.#unconfirmed;
    if (values.length === 0) return;
    yield* ask(this.#writeRequest(this.#confirmed, values));
    this.#confirmed += values.length;
    this.#unconfirmed = [];
  }

  /** What determines this half's future, as plain data. */
  describeState(): unknown {
    return [this.#confirmed, this.#unconfirmed];
  }

  #writeRequest(first: number, values: readonly unknown[]): WriteRequest {
    return { system: this.#system, kind: "write", first, values };
  }
}

/** The receiving half, in the outside system. */
export class NumberedReceiver {
  /** How many values of each writer's attempt have arrived. */
  readonly #arrived = new Map<string, number>();

  /** The values of a write that come next, in order: none of those before, and none beyond a gap. */
  take({ request, by, attempt }: OutsideArrival): readonly unknown[] {
    const { first, values } = request as WriteRequest;
    const writer = `${by}#${attempt}`;
    const arrived = this.#arrived.get(writer) ?? 0;
    if (first > arrived) return []; // What fills the gap will bring these again.
    const taken = values.slice(arrived - first);
    this.#arrived.set(writer, arrived + taken.length);
    return taken;
  }

  /** What determines this half's future, as plain data. */
  describeState(): unknown {
    return [...this.#arrived];
  }

  /** An equal half that shares nothing with this one. */
  copy(): NumberedReceiver {
    const copied = new NumberedReceiver();
    for (const [writer, arrived] of this.#arrived) copied.#arrived.set(writer, arrived);
    return copied;
  }
}
