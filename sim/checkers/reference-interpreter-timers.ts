// Timers as the reference interpreter keeps them: a map from timestamps for each key. When one fires is the run's own
// choice, which the caller takes from the trace; here is said whether it could.

import type { MapState, TimerService } from "../api/logical-job.ts";
import type { InterpretedKeyedState, TextOf } from "./reference-interpreter-state.ts";
import type { StepClock } from "./reference-interpreter-ttl.ts";

/** A timer of one operator. */
export interface InterpretedTimer {
  readonly key: unknown;
  /** In milliseconds. */
  readonly timestamp: number;
}

/** The state in which the engine keeps timers. */
const TIMERS = { name: "_timer_state/processing_user-timers", timeToLive: undefined };

/** The timers of one operator in one subtask. */
export class InterpretedTimers implements TimerService {
  readonly #keyed: InterpretedKeyedState;
  readonly #textOf: TextOf;
  readonly #clock: StepClock;
  readonly #state: MapState<number, boolean>;
  /** By the text of key and timestamp. */
  readonly #pending = new Map<string, InterpretedTimer>();
  /** Undefined while it has to be looked for. */
  #earliest: number | undefined = undefined;

  constructor(keyed: InterpretedKeyedState, textOf: TextOf, clock: StepClock) {
    this.#keyed = keyed;
    this.#textOf = textOf;
    this.#clock = clock;
    this.#state = keyed.map<number, boolean>(TIMERS);
  }

  currentProcessingTime(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  registerProcessingTimeTimer(at: number): void {
    if (!Number.isSafeInteger(at)) throw new Error(`Cannot set a timer for ${at}: no whole number`);
    const timer = { key: this.#keyed.key, timestamp: at + 0 };
    this.#pending.set(this.#nameOf(timer), timer);
    this.#state.put(timer.timestamp, true);
    if (timer.timestamp < this.#earliestOf()) this.#earliest = timer.timestamp;
  }

  deleteProcessingTimeTimer(at: number): void {
    if (!Number.isSafeInteger(at)) throw new Error(`Cannot take a timer back for ${at}`);
    this.#remove({ key: this.#keyed.key, timestamp: at + 0 });
  }

  /** The timestamp of a timer that is due by now, if there is one. */
  get overdue(): number | undefined {
    const earliest = this.#earliestOf();
    return this.#isDue(earliest) ? earliest : undefined;
  }

  /** Takes a timer out and makes its key current. Returns why it cannot fire, if it cannot. */
  take(timer: InterpretedTimer): string | undefined {
    const earliest = this.#earliestOf();
    if (!this.#pending.has(this.#nameOf(timer))) return "no such timer is set";
    if (!this.#isDue(timer.timestamp)) return `the clock shows ${this.currentProcessingTime()} ms`;
    if (earliest < timer.timestamp) return `the timer at ${earliest} ms comes first`;
    this.#keyed.setKey(timer.key);
    this.#remove(timer);
    return undefined;
  }

  /** Takes over what others have set for its own keys. */
  takeOver(others: InterpretedTimers, isOwnKey: (key: unknown) => boolean): void {
    for (const [name, timer] of others.#pending) {
      if (isOwnKey(timer.key)) this.#pending.set(name, timer);
    }
    this.#earliest = undefined;
  }

  /** Forgets all timers. */
  drop(): void {
    for (const timer of [...this.#pending.values()]) {
      this.#keyed.setKey(timer.key);
      this.#remove(timer);
    }
  }

  #remove(timer: InterpretedTimer): void {
    if (!this.#pending.delete(this.#nameOf(timer))) return;
    this.#state.remove(timer.timestamp);
    if (timer.timestamp === this.#earliest) this.#earliest = undefined;
  }

  /** The least timestamp that is set; after everything if none is. */
  #earliestOf(): number {
    if (this.#earliest !== undefined) return this.#earliest;
    let earliest = Number.POSITIVE_INFINITY;
    for (const { timestamp } of this.#pending.values()) earliest = Math.min(earliest, timestamp);
    this.#earliest = earliest;
    return earliest;
  }

  /** A timer is due once the clock shows more than its timestamp. */
  #isDue(timestamp: number): boolean {
    return timestamp < this.currentProcessingTime();
  }

  #nameOf({ key, timestamp }: InterpretedTimer): string {
    return `${this.#textOf(key)} ${timestamp}`;
  }
}
