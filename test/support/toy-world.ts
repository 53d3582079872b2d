// A world small enough for a test of one part: a clock, a chooser, a recorder of everything, and actors that only
// note what they get.
import type { Actor } from "../../sim/kernel/actor.ts";
import { type Chooser, SeededChooser } from "../../sim/kernel/chooser.ts";
import { Incarnation, Place } from "../../sim/kernel/place.ts";
import { type RecordingLevel, TraceRecorder } from "../../sim/kernel/recorder.ts";
import { Simulation } from "../../sim/kernel/simulation.ts";
import { stateHashOf } from "../../sim/kernel/state-hash.ts";
import { instant } from "../../sim/kernel/virtual-time.ts";
import { sha256 } from "../../sim/node/sha256.ts";
import { decodeEvents, tracedKinds } from "../../sim/trace/trace.ts";
import {
  TRACE_EVENT_KINDS,
  type TRACE_EVENTS,
  type TraceEvent,
} from "../../sim/trace/trace-event.ts";

/** A simulation with its recorder. */
export class ToyWorld {
  readonly recorder: TraceRecorder<typeof TRACE_EVENTS>;
  readonly simulation: Simulation;

  constructor(
    options: {
      readonly seed?: number;
      readonly chooser?: Chooser;
      readonly mode?: "timed" | "untimed";
      readonly level?: RecordingLevel;
    } = {},
  ) {
    const level = options.level ?? "network";
    this.recorder = new TraceRecorder({ kinds: TRACE_EVENT_KINDS, level, sha256 });
    this.simulation = new Simulation({
      chooser: options.chooser ?? new SeededChooser(options.seed ?? 1),
      causes: this.recorder,
      mode: options.mode ?? "timed",
    });
  }

  /** Runs until nothing is left, or `until` microseconds. */
  run(until = Number.MAX_SAFE_INTEGER): void {
    this.simulation.run({ until: instant(until), maxEvents: 1_000_000 });
  }

  /** Everything recorded. Nothing can be recorded afterwards. */
  events(): readonly TraceEvent[] {
    this.recorder.finish();
    return decodeEvents(this.recorder.blocks, tracedKinds(TRACE_EVENT_KINDS));
  }
}

/** An actor that notes what it receives, and when. */
export class NotingActor implements Actor {
  readonly incarnation: Incarnation;
  readonly received: { readonly at: number; readonly message: unknown }[] = [];
  readonly #simulation: Simulation;
  readonly #onMessage: ((message: unknown) => void) | undefined;

  constructor(
    simulation: Simulation,
    name: string,
    options: { readonly number?: number; readonly onMessage?: (message: unknown) => void } = {},
  ) {
    this.#simulation = simulation;
    this.incarnation = new Incarnation(new Place(name), options.number ?? 0);
    this.#onMessage = options.onMessage;
  }

  /** What was received, without the times. */
  get messages(): readonly unknown[] {
    return this.received.map(({ message }) => message);
  }

  receive(message: unknown): void {
    this.received.push({ at: this.#simulation.now, message });
    this.#onMessage?.(message);
  }

  stateHash(): string {
    return stateHashOf(this.received);
  }
}
