// An outside log that sources read and can read again (the place of a Kafka topic that someone else fills).
// Record i of every partition is there from instant i x arrival interval on, whoever reads, so that a replay
// comes at once. A fetch that finds nothing is parked until a record arrives; its
// reader only asks again when a request has been unanswered for long.

import type { Actor } from "../kernel/actor.ts";
import type { EventHandle } from "../kernel/event-queue.ts";
import { must } from "../kernel/invariant.ts";
import { Incarnation, Place } from "../kernel/place.ts";
import type { Simulation } from "../kernel/simulation.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import { between, type Duration, instant } from "../kernel/virtual-time.ts";
import type { OutsideRequest } from "../runtime/task/outside-request.ts";
import type { ConnectorRecorder } from "./events.ts";
import {
  logSystem,
  type OutsideArrival,
  type OutsideEnvironment,
  type OutsideSystem,
  refused,
  succeeded,
} from "./outside-system.ts";

/** Asks for up to `max` records of a partition from `offset` on. Answered with {@link FetchedRecords}. */
export interface FetchRequest extends OutsideRequest {
  readonly kind: "fetch";
  readonly partition: number;
  readonly offset: number;
  readonly max: number;
}

/** The records of one fetch, in offset order. */
export interface FetchedRecords {
  readonly records: readonly { readonly offset: number; readonly value: unknown }[];
  /** Whether the log is bounded and nothing can follow these records. */
  readonly endReached: boolean;
}

/** What a `describe` request is answered with. */
export interface LogDescription {
  readonly partitions: number;
  /** Where each partition was read last; for display only. */
  readonly positions: readonly number[];
}

/** A log of the outside world. */
export class ReplayableLog implements Actor, OutsideSystem {
  readonly incarnation: Incarnation;
  readonly #name: string;
  readonly #simulation: Simulation;
  readonly #recorder: ConnectorRecorder;
  readonly #partitions: readonly (readonly unknown[])[];
  readonly #arrivalInterval: Duration;
  readonly #isBounded: boolean;
  /** Records noticed so far, by partition. */
  readonly #noticed: number[];
  /** The last offset asked for, by partition. Informational: the readers' own state says where they go on. */
  readonly #positions: number[];
  /** By reader and partition. */
  readonly #parked = new Map<string, OutsideArrival>();
  #timer: EventHandle | undefined = undefined;

  constructor(options: {
    readonly simulation: Simulation;
    readonly recorder: ConnectorRecorder;
    readonly name: string;
    /** For a copy: the life it goes on with. */
    readonly incarnation?: Incarnation;
    /** The records by partition, in order. */
    readonly partitions: readonly (readonly unknown[])[];
    readonly arrivalInterval: Duration;
    /** Whether the log ends after its last record; true if not given. */
    readonly isBounded?: boolean;
  }) {
    this.#simulation = options.simulation;
    this.#recorder = options.recorder;
    this.#name = options.name;
    this.incarnation =
      options.incarnation ?? new Incarnation(new Place(logSystem(options.name)), 0);
    this.#partitions = options.partitions;
    this.#arrivalInterval = options.arrivalInterval;
    this.#isBounded = options.isBounded ?? true;
    this.#noticed = options.partitions.map(() => 0);
    this.#positions = options.partitions.map(() => 0);
  }

  handle(arrival: OutsideArrival): void {
    this.#notice();
    const { request } = arrival;
    switch (request.kind) {
      case "fetch":
        this.#fetch(arrival, request as FetchRequest);
        return;
      case "describe":
        arrival.answer(succeeded(this.#description()));
        return;
      default:
        arrival.answer(refused(`a replayable log knows no request "${request.kind}"`));
    }
  }

  /** A record has arrived that someone waits for. */
  receive(): void {
    this.#timer = undefined;
    this.#notice();
    const waiting = [...this.#parked.values()];
    this.#parked.clear();
    for (const arrival of waiting) this.#fetch(arrival, arrival.request as FetchRequest);
  }

  describeState(): unknown {
    const now = this.#simulation.now;
    return {
      // Nothing about a partition lies ahead but its arrivals.
      partitions: this.#partitions.map((records, partition) => {
        const available = this.#available(partition);
        const isComplete = available === records.length;
        return [available, isComplete ? -1 : available * this.#arrivalInterval - now];
      }),
      parked: [...this.#parked].map(([reader, { request }]) => [reader, request]),
    };
  }

  stateHash(): string {
    return stateHashOf(this.describeState());
  }

  copyInto({ simulation, recorder }: OutsideEnvironment): ReplayableLog {
    const copied = new ReplayableLog({
      simulation,
      recorder,
      incarnation: this.incarnation.copy(),
      name: this.#name,
      partitions: this.#partitions,
      arrivalInterval: this.#arrivalInterval,
      isBounded: this.#isBounded,
    });
    copied.#noticed.splice(0, copied.#noticed.length, ...this.#noticed);
    copied.#positions.splice(0, copied.#positions.length, ...this.#positions);
    return copied;
  }

  #fetch(arrival: OutsideArrival, request: FetchRequest): void {
    const { partition, max } = request;
    const offset = request.offset;
    const records = this.#partitions[partition];
    if (records === undefined) {
      arrival.answer(
        refused(`there is no partition ${partition}, only ${this.#partitions.length}`),
      );
      return;
    }
    if (offset > records.length) {
      arrival.answer(refused(`offset ${offset} is out of range, the end is ${records.length}`));
      return;
    }
    // A reader's later fetch of a partition replaces its earlier one.
    const reader = `${arrival.by}#${arrival.attempt}/${partition}`;
    this.#parked.delete(reader);
    const end = Math.min(this.#available(partition), offset + max);
    const endReached = this.#isBounded && Math.max(offset, end) === records.length;
    if (offset >= end && !endReached) {
      this.#parked.set(reader, arrival);
      this.#setTimer();
      return;
    }
    this.#positions[partition] = offset;
    const fetched = records.slice(offset, end).map((value, index) => {
      return { offset: offset + index, value };
    });
    arrival.answer(succeeded({ records: fetched, endReached } satisfies FetchedRecords));
  }

  #setTimer(): void {
    const now = this.#simulation.now;
    let next: number | undefined;
    for (const { request } of this.#parked.values()) {
      const { partition, offset } = request as FetchRequest;
      if (offset >= must(this.#partitions[partition], "parked partition").length) continue;
      const arrives = offset * this.#arrivalInterval;
      if (next === undefined || arrives < next) next = arrives;
    }
    if (this.#timer !== undefined) this.#simulation.cancel(this.#timer);
    this.#timer =
      next === undefined
        ? undefined
        : this.#simulation.schedule(between(now, instant(next)), this, { kind: "record-arrives" });
  }

  /** Records growth since it was last looked at. */
  #notice(): void {
    for (const partition of this.#partitions.keys()) {
      const available = this.#available(partition);
      if (available === this.#noticed[partition]) continue;
      this.#noticed[partition] = available;
      this.#recorder.record("log-grew", this.incarnation, { partition, offset: available - 1 });
    }
  }

  #available(partition: number): number {
    const count = must(this.#partitions[partition], () => `partition ${partition}`).length;
    if (this.#arrivalInterval === 0) return count;
    return Math.min(count, Math.floor(this.#simulation.now / this.#arrivalInterval) + 1);
  }

  #description(): LogDescription {
    return { partitions: this.#partitions.length, positions: [...this.#positions] };
  }
}
