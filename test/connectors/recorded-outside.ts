// An outside world to test with: a simulation, a recorder that keeps what it is told, and requesters that note answers.

import type { ConnectorRecorder } from "../../sim/connectors/events.ts";
import { type OutsideConditions, OutsideWorld } from "../../sim/connectors/outside-world.ts";
import type { Actor } from "../../sim/kernel/actor.ts";
import { type Chooser, FirstChooser } from "../../sim/kernel/chooser.ts";
import { invariant } from "../../sim/kernel/invariant.ts";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { Simulation } from "../../sim/kernel/simulation.ts";
import { type Instant, instant, millis, seconds } from "../../sim/kernel/virtual-time.ts";
import type {
  OutsideAnswer,
  OutsideAnswerMessage,
  OutsideRequest,
} from "../../sim/runtime/task/outside-request.ts";

/** An event as it was recorded. */
export interface RecordedEvent {
  readonly kind: string;
  readonly place: string;
  readonly time: Instant;
  readonly [field: string]: unknown;
}

/** A simulation with an outside world and everything it records. */
export class RecordedOutside {
  readonly simulation: Simulation;
  readonly recorder: ConnectorRecorder;
  readonly world: OutsideWorld;
  readonly events: RecordedEvent[] = [];

  constructor(
    options: { readonly chooser?: Chooser; readonly conditions?: OutsideConditions } = {},
  ) {
    const { chooser = new FirstChooser(), conditions } = options;
    const causes = { now: instant(0), cause: -1 };
    this.simulation = new Simulation({ chooser, causes });
    this.recorder = {
      record: (kind, at, fields) => {
        const time = this.simulation.now;
        this.events.push({ ...fields, kind, place: at.place.name, time });
        return -1;
      },
    };
    this.world = new OutsideWorld({
      simulation: this.simulation,
      recorder: this.recorder,
      latency: millis(2),
      jitter: millis(2),
      ...(conditions === undefined ? {} : { conditions }),
    });
  }

  /** Runs until nothing is left to happen. */
  settle(): void {
    const until = instant(seconds(1_000_000));
    const end = this.simulation.run({ until, maxEvents: this.simulation.handled + 200_000 });
    invariant(end === "idle", `Cannot settle the world: it came to rest ${end}`);
  }

  /** Lets the next event happen. Returns false if there is none. */
  step(): boolean {
    const before = this.simulation.handled;
    this.simulation.run({ until: instant(seconds(1_000_000)), maxEvents: before + 1 });
    return this.simulation.handled > before;
  }

  /** The events of one kind. */
  eventsOf(kind: string): readonly RecordedEvent[] {
    return this.events.filter((event) => event.kind === kind);
  }
}

/** Asks and keeps the answers, with the instant at which each came. */
export class Requester implements Actor {
  readonly incarnation: Incarnation;
  readonly answers: {
    readonly requestId: number;
    readonly answer: OutsideAnswer;
    readonly at: Instant;
  }[] = [];
  readonly #outside: RecordedOutside;
  #nextRequest = 0;

  constructor(outside: RecordedOutside, name: string, attempt = 0) {
    this.#outside = outside;
    this.incarnation = new Incarnation(new Place(name), attempt);
  }

  /** Sends a request, or one sent before once more. */
  send(request: OutsideRequest, sentBefore?: number): number {
    const requestId = sentBefore ?? this.#nextRequest++;
    const requesterName = this.incarnation.place.name;
    this.#outside.world.send({ requester: this, requesterName, requestId, request });
    return requestId;
  }

  /** Sends a request and runs the world, event by event, until the answer is here. */
  ask(request: OutsideRequest): OutsideAnswer | undefined {
    const requestId = this.send(request);
    for (;;) {
      const found = this.answers.find((candidate) => candidate.requestId === requestId);
      if (found !== undefined || !this.#outside.step()) return found?.answer;
    }
  }

  receive(message: unknown): void {
    const { requestId, answer } = message as OutsideAnswerMessage;
    this.answers.push({ requestId, answer, at: this.#outside.simulation.now });
  }

  stateHash(): string {
    return "";
  }
}
