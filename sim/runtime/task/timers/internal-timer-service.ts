// The processing-time timers of one operator in one subtask (Flink: InternalTimerServiceImpl). They are keyed state like
// any other: for each key a map from timestamps, under a reserved name, so that every backend stores them and a rescale
// shares them out by key group. The queue beside it is only their order, made again from what was restored.
//
// Flink's timers have a namespace too, which is a window; there are none here.

import { must } from "../../../kernel/invariant.ts";
import { type Instant, instant } from "../../../kernel/virtual-time.ts";
import { keyGroupOf } from "../../state/key-groups.ts";
import type { KeyedStateBackend } from "../../state/keyed-state-backend.ts";
import type { MapState } from "../../state/state.ts";
import { MapStateDescriptor } from "../../state/state-descriptor.ts";
import { structuralKeyOf } from "../../state/structural-key.ts";
import { Types } from "../../state/type-information.ts";
import type { TimerService } from "../functions.ts";
import { type Timer, TimerQueue } from "./timer-queue.ts";

/** The state that timers are kept in, under the name that Flink gives it. */
export const TIMER_STATE: MapStateDescriptor<number, boolean> = new MapStateDescriptor(
  "_timer_state/processing_user-timers",
  Types.LONG,
  Types.BOOLEAN,
);

const MICROS_PER_MILLI = 1000;

/** Sets timers, and knows the next one. */
export class InternalTimerService implements TimerService {
  readonly #backend: KeyedStateBackend;
  readonly #state: MapState<number, boolean>;
  readonly #maxParallelism: number;
  readonly #now: () => Instant;
  readonly #onRegistered: (timer: Timer) => void;
  readonly #queue = new TimerQueue();

  constructor(options: {
    readonly backend: KeyedStateBackend;
    /** The backend's state of {@link TIMER_STATE}. */
    readonly state: MapState<number, boolean>;
    readonly maxParallelism: number;
    readonly now: () => Instant;
    readonly onRegistered: (timer: Timer) => void;
  }) {
    this.#backend = options.backend;
    this.#state = options.state;
    this.#maxParallelism = options.maxParallelism;
    this.#now = options.now;
    this.#onRegistered = options.onRegistered;
  }

  /** Puts the timers that the backend was restored with in order. */
  restore(): void {
    for (const { key, value } of this.#backend.entries(TIMER_STATE.name)) {
      const timers = value as ReadonlyMap<number, boolean>;
      for (const timestamp of timers.keys()) this.#queue.add(this.#timerOf(key, timestamp));
    }
  }

  currentProcessingTime(): number {
    return Math.floor(this.#now() / MICROS_PER_MILLI);
  }

  registerProcessingTimeTimer(timestamp: number): void {
    const timer = this.#timerOf(this.#backend.currentKey, timestamp);
    if (!this.#queue.add(timer)) return;
    this.#state.put(timer.timestamp, true);
    this.#onRegistered(timer);
  }

  deleteProcessingTimeTimer(timestamp: number): void {
    const timer = this.#timerOf(this.#backend.currentKey, timestamp);
    if (this.#queue.remove(timer)) this.#state.remove(timer.timestamp);
  }

  /**
   * When the next timer is due: as in Flink once the clock shows more than its timestamp, a millisecond after it.
   * Undefined if there is none, or only such as are due after the end of time.
   */
  get dueAt(): Instant | undefined {
    const { first } = this.#queue;
    if (first === undefined) return undefined;
    const due = (first.timestamp + 1) * MICROS_PER_MILLI;
    return due > Number.MAX_SAFE_INTEGER ? undefined : instant(Math.max(0, due));
  }

  get isEmpty(): boolean {
    return this.#queue.size === 0;
  }

  /** Takes the next timer out and makes its key current. There must be one. */
  take(): Timer {
    const timer = must(this.#queue.first, "next timer");
    this.#queue.remove(timer);
    this.#backend.setCurrentKey(timer.key);
    this.#state.remove(timer.timestamp);
    return timer;
  }

  #timerOf(key: unknown, timestamp: number): Timer {
    if (!Number.isSafeInteger(timestamp)) {
      throw new Error(
        `Cannot set a timer: its timestamp is ${timestamp}, expected a whole number of milliseconds`,
      );
    }
    return {
      key,
      structuralKey: structuralKeyOf(key),
      keyGroup: keyGroupOf(key, this.#maxParallelism),
      timestamp: timestamp + 0, // Not -0, of which a map might make an entry of its own.
    };
  }
}
