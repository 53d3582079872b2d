// The world outside the cluster: its systems by name, and the ways to them and back. A request on its way
// belongs to the durable world and outlives whoever sent it, so that a zombie's late write still arrives; an
// answer dies with the one it is for.

import { type Actor, deadStandIn } from "../kernel/actor.ts";
import { type ChoiceKind, choiceKind } from "../kernel/chooser.ts";
import { invariant, must, unreachable } from "../kernel/invariant.ts";
import { Incarnation, Place } from "../kernel/place.ts";
import type { Simulation } from "../kernel/simulation.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import { after, type Duration, type Instant, micros } from "../kernel/virtual-time.ts";
import { genericSerializer } from "../runtime/state/generic-serializer.ts";
import type {
  Outside,
  OutsideAnswer,
  OutsideAnswerMessage,
  OutsideRequest,
} from "../runtime/task/outside-request.ts";
import type { ConnectorRecorder } from "./events.ts";
import { type OutsideEnvironment, type OutsideSystem, refused } from "./outside-system.ts";

/** What becomes of one request. */
export type OutsideVerdict =
  | { readonly kind: "normal" }
  /** It arrives `delay` later than it would have, and so does what follows it to the same system. */
  | { readonly kind: "late"; readonly delay: Duration }
  /** It never arrives. */
  | { readonly kind: "lost-request" }
  /** It arrives and has its effect, but the answer never comes back. */
  | { readonly kind: "lost-answer" };

/** Decides what becomes of requests; asked once for each time a request is sent. */
export interface OutsideConditions {
  verdict(request: OutsideRequest, requesterName: string): OutsideVerdict;
}

const OUTSIDE_DELAY = choiceKind("outside-delay");
const OUTSIDE_ANSWER_DELAY = choiceKind("outside-answer-delay");

const FAIR_WEATHER: OutsideConditions = { verdict: () => ({ kind: "normal" }) };

/** All outside systems of one world. */
export class OutsideWorld implements Outside {
  readonly #simulation: Simulation;
  readonly #recorder: ConnectorRecorder;
  readonly #conditions: OutsideConditions;
  readonly #latency: Duration;
  readonly #jitter: Duration;
  readonly #systems = new Map<string, OutsideSystem>();
  readonly #lanes = new Map<string, OutsideLane>();

  constructor(options: {
    readonly simulation: Simulation;
    readonly recorder: ConnectorRecorder;
    /** The time each way takes at least. */
    readonly latency: Duration;
    /** What chance may add to it. */
    readonly jitter: Duration;
    /** Without them every request arrives in time and is answered. */
    readonly conditions?: OutsideConditions;
  }) {
    this.#simulation = options.simulation;
    this.#recorder = options.recorder;
    this.#conditions = options.conditions ?? FAIR_WEATHER;
    this.#latency = options.latency;
    this.#jitter = options.jitter;
  }

  /** Adds a system under its place's name, which must be new. */
  add(system: OutsideSystem): void {
    const { name } = system.incarnation.place;
    invariant(
      !this.#systems.has(name),
      () => `Cannot add outside system ${name}: there is one already`,
    );
    this.#systems.set(name, system);
  }

  /** The system called `name`, if there is one. */
  system(name: string): OutsideSystem | undefined {
    return this.#systems.get(name);
  }

  /**
   * Sends a copy of a request on its way; a copy of the answer comes back to `requester`.
   * Requests of one requester to one system arrive in order. A request sent again keeps its id.
   */
  send(options: {
    readonly requester: Actor;
    readonly requesterName: string;
    readonly requestId: number;
    readonly request: OutsideRequest;
  }): void {
    const { requester, requesterName, requestId } = options;
    const verdict = this.#conditions.verdict(options.request, requesterName);
    if (verdict.kind === "lost-request") return;
    const request = genericSerializer.copy(options.request) as OutsideRequest;
    const delay = this.#delay(OUTSIDE_DELAY, requester, requestId);
    this.#laneOf(requester, requesterName, request.system).add({
      requester,
      requestId,
      request,
      arrival: after(after(this.#simulation.now, delay), latenessOf(verdict)),
      isAnswered: verdict.kind !== "lost-answer",
    });
  }

  /** All of it in another world that goes on from this instant, in which everyone who ever asked is dead. */
  copyInto(environment: OutsideEnvironment): OutsideWorld {
    const { simulation, recorder } = environment;
    const latency = this.#latency;
    const jitter = this.#jitter;
    const copied = new OutsideWorld({ simulation, recorder, latency, jitter });
    for (const system of this.#systems.values()) copied.add(system.copyInto(environment));
    for (const lane of this.#lanes.values()) {
      for (const flight of lane.flights) {
        const requester = deadStandIn(flight.requester);
        const name = requester.incarnation.place.name;
        copied.#laneOf(requester, name, flight.request.system).add({ ...flight, requester });
      }
    }
    return copied;
  }

  /**
   * The durable world outside: all systems, and the requests on their way with the time they still need. Times
   * further ahead than `horizon` only say that they are.
   */
  describeState(horizon?: Duration): unknown {
    const systems = [...this.#systems].map(([name, system]) => [
      name,
      system.describeState(horizon),
    ]);
    const lanes = [...this.#lanes].flatMap(([name, lane]) =>
      lane.isEmpty ? [] : [[name, lane.describeState()]],
    );
    return { systems, lanes };
  }

  /** The hash of the durable world outside. */
  stateHash(): string {
    return stateHashOf(this.describeState());
  }

  #laneOf(requester: Actor, requesterName: string, system: string): OutsideLane {
    const attempt = requester.incarnation.number;
    const key = `${requesterName}#${attempt}->${system}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const place = new Place(`${requesterName}->${system}`);
    const lane = new OutsideLane({
      simulation: this.#simulation,
      incarnation: new Incarnation(place, attempt),
      arrive: (flight) => this.#arrive(flight, requesterName),
    });
    this.#lanes.set(key, lane);
    return lane;
  }

  #arrive(flight: Flight, by: string): void {
    const { request } = flight;
    const attempt = flight.requester.incarnation.number;
    const system = this.#systems.get(request.system);
    const answer = (given: OutsideAnswer): void => {
      if (system !== undefined) {
        this.#recorder.record("request-handled", system.incarnation, {
          request: request.kind,
          by,
          attempt,
          outcome: given.kind === "ok" ? "ok" : given.reason,
        });
      }
      this.#answer(flight, given);
    };
    if (system === undefined) answer(refused(`there is no outside system "${request.system}"`));
    else system.handle({ request, by, attempt, answer });
  }

  #answer(flight: Flight, given: OutsideAnswer): void {
    const { requester, requestId } = flight;
    if (!flight.isAnswered || !requester.incarnation.isAlive) return;
    const message: OutsideAnswerMessage = {
      kind: "outside-answer",
      requestId,
      answer: genericSerializer.copy(given) as OutsideAnswer,
    };
    const delay = this.#delay(OUTSIDE_ANSWER_DELAY, requester, requestId);
    this.#simulation.deliver(after(this.#simulation.now, delay), requester, message);
  }

  #delay(kind: ChoiceKind, requester: Actor, requestId: number): Duration {
    const address = { kind, at: requester.incarnation, ordinal: requestId };
    return micros(this.#latency + this.#simulation.chooser.choose(address, this.#jitter + 1));
  }
}

function latenessOf(verdict: OutsideVerdict): Duration {
  switch (verdict.kind) {
    case "late":
      return verdict.delay;
    case "normal":
    case "lost-request":
    case "lost-answer":
      return micros(0);
    default:
      return unreachable(verdict);
  }
}

/** A request on its way. */
interface Flight {
  readonly requester: Actor;
  readonly requestId: number;
  readonly request: OutsideRequest;
  readonly arrival: Instant;
  /** Whether the answer finds its way back. */
  readonly isAnswered: boolean;
}

/** The way from one requester to one system. Only its head is scheduled, so that order never hangs on a tie. */
class OutsideLane implements Actor {
  readonly incarnation: Incarnation;
  readonly #simulation: Simulation;
  readonly #arrive: (flight: Flight) => void;
  readonly #flights: Flight[] = [];

  constructor(options: {
    readonly simulation: Simulation;
    readonly incarnation: Incarnation;
    readonly arrive: (flight: Flight) => void;
  }) {
    this.#simulation = options.simulation;
    this.incarnation = options.incarnation;
    this.#arrive = options.arrive;
  }

  get isEmpty(): boolean {
    return this.#flights.length === 0;
  }

  get flights(): readonly Flight[] {
    return this.#flights;
  }

  add(flight: Flight): void {
    this.#flights.push(flight);
    if (this.#flights.length === 1) this.#scheduleHead();
  }

  receive(): void {
    const head = must(
      this.#flights.shift(),
      () => `request on the way ${this.incarnation.place.name}`,
    );
    if (!this.isEmpty) this.#scheduleHead();
    this.#arrive(head);
  }

  describeState(): unknown {
    const now = this.#simulation.now;
    return this.#flights.map(({ request, requestId, arrival, isAnswered }) => {
      return { request, requestId, isAnswered, arrivesIn: Math.max(0, arrival - now) };
    });
  }

  stateHash(): string {
    return stateHashOf(this.describeState());
  }

  #scheduleHead(): void {
    const now = this.#simulation.now;
    const { arrival } = must(this.#flights[0], "request at the head of its way");
    this.#simulation.deliver(arrival > now ? arrival : now, this, { kind: "request-arrives" });
  }
}
