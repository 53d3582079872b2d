// The hold model, the classic measure of an event loop: N events are pending; the least is taken and puts a new one
// in. Here on our kernel, with and without recording, and on a bare heap of typed arrays: what the machine can do.

import type { Actor } from "../kernel/actor.ts";
import { SeededChooser } from "../kernel/chooser.ts";
import { invariant } from "../kernel/invariant.ts";
import { Incarnation, Place } from "../kernel/place.ts";
import { numberKinds, TraceRecorder } from "../kernel/recorder.ts";
import { Simulation } from "../kernel/simulation.ts";
import { type Duration, instant, micros } from "../kernel/virtual-time.ts";
import { sha256 } from "./sha256.ts";

/** Handles `events` events with `pending` in the queue. Returns the milliseconds it took. */
export function holdOnKernel(options: {
  readonly pending: number;
  readonly events: number;
  readonly recording: boolean;
}): number {
  const { pending, events, recording } = options;
  const recorder = new TraceRecorder<typeof HOLD_EVENTS>({
    kinds: numberKinds(HOLD_EVENTS),
    level: recording ? "protocol" : "off",
    sha256,
    onBlock: () => {},
  });
  const simulation = new Simulation({ chooser: new SeededChooser(1), causes: recorder });
  const actors = Array.from(
    { length: Math.min(pending, ACTORS) },
    (_, index) => new Holder({ simulation, recorder, recording, name: `holder-${index}` }),
  );
  for (let index = 0; index < pending; index++) actors[index % actors.length]?.receive();
  simulation.run({ until: END, maxEvents: events / 10 });
  const start = performance.now();
  const end = simulation.run({ until: END, maxEvents: events / 10 + events });
  const took = performance.now() - start;
  invariant(end === "event-bound", `Cannot measure: the loop ended ${end}`);
  return took;
}

/** The same on a bare heap. */
export function holdOnBareHeap(options: {
  readonly pending: number;
  readonly events: number;
}): number {
  const { pending, events } = options;
  const heap = new BareHeap(pending + 1);
  let drawn = 0;
  for (let index = 0; index < pending; index++) heap.push(delayAt(drawn++), index);
  const warmUp = events / 10;
  let start = 0;
  for (let handled = 0; handled < warmUp + events; handled++) {
    if (handled === warmUp) start = performance.now();
    heap.pop();
    heap.push(heap.time + delayAt(drawn++), heap.id);
  }
  return performance.now() - start;
}

const HOLD_EVENTS = {
  held: { level: "protocol", fields: { number: "number", delay: "number" } },
} as const;

const ACTORS = 64;
const END = instant(Number.MAX_SAFE_INTEGER);

/** Puts a new event in for each it takes. */
class Holder implements Actor {
  readonly incarnation: Incarnation;
  readonly #simulation: Simulation;
  readonly #recorder: TraceRecorder<typeof HOLD_EVENTS>;
  readonly #isRecording: boolean;
  #drawn: number;

  constructor(options: {
    readonly simulation: Simulation;
    readonly recorder: TraceRecorder<typeof HOLD_EVENTS>;
    readonly recording: boolean;
    readonly name: string;
  }) {
    this.incarnation = new Incarnation(new Place(options.name), 0);
    this.#simulation = options.simulation;
    this.#recorder = options.recorder;
    this.#isRecording = options.recording;
    this.#drawn = this.incarnation.hash & 0xffff;
  }

  receive(): void {
    const delay = delayAt(this.#drawn++);
    if (this.#isRecording) {
      this.#recorder.record("held", this.incarnation, { number: this.#drawn, delay });
    }
    this.#simulation.schedule(delay, this, undefined);
  }

  stateHash(): string {
    return String(this.#drawn);
  }
}

/** A binary heap over typed arrays, ordered by (time, age), and nothing else. */
class BareHeap {
  readonly #times: Float64Array;
  readonly #ages: Float64Array;
  readonly #ids: Int32Array;
  #size = 0;
  #age = 0;
  /** Of the event popped last. */
  time = 0;
  id = 0;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
    this.#ages = new Float64Array(capacity);
    this.#ids = new Int32Array(capacity);
  }

  push(time: number, id: number): void {
    const times = this.#times;
    const age = this.#age++;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if ((times[parent] ?? 0) <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, time, age, id);
  }

  pop(): void {
    const times = this.#times;
    const ages = this.#ages;
    this.time = times[0] ?? 0;
    this.id = this.#ids[0] ?? 0;
    const last = --this.#size;
    const time = times[last] ?? 0;
    const age = ages[last] ?? 0;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      const right = child + 1;
      if (right < last && this.#isBefore(right, times[child] ?? 0, ages[child] ?? 0)) child = right;
      if (!this.#isBefore(child, time, age)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, time, age, this.#ids[last] ?? 0);
  }

  #isBefore(index: number, time: number, age: number): boolean {
    const own = this.#times[index] ?? 0;
    return own < time || (own === time && (this.#ages[index] ?? 0) < age);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#times[from] ?? 0, this.#ages[from] ?? 0, this.#ids[from] ?? 0);
  }

  #set(at: number, time: number, age: number, id: number): void {
    this.#times[at] = time;
    this.#ages[at] = age;
    this.#ids[at] = id;
  }
}

/** Delays of an exponential distribution with mean 1,000, as whole microseconds. */
const DELAYS: readonly Duration[] = exponentialDelays();

function delayAt(index: number): Duration {
  return DELAYS[index & 0xffff] as Duration;
}

function exponentialDelays(): readonly Duration[] {
  let state = 1;
  return Array.from({ length: 0x10000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return micros(Math.round(-1000 * Math.log((state + 1) / 4_294_967_297)));
  });
}
