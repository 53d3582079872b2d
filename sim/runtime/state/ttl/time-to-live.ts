// The rules of one state's time to live, whatever its kind (Flink: AbstractTtlDecorator, TtlUtils).

import type { Instant } from "../../../kernel/virtual-time.ts";
import type { StateTtlConfig } from "./state-ttl-config.ts";
import type { TtlValue } from "./ttl-value.ts";

/** Where a value that is read can be written again, or thrown away. */
export interface TtlPlace<T> {
  readonly update: (fresh: TtlValue<T>) => void;
  readonly clear: () => void;
}

/** The time to live of one state. */
export class TimeToLive {
  /** Whether a read starts a value's time anew. */
  readonly isRefreshedByReads: boolean;
  /** Whether an expired value may be seen while it is there. */
  readonly showsExpired: boolean;
  readonly #config: StateTtlConfig;
  readonly #now: () => Instant;

  constructor(config: StateTtlConfig, now: () => Instant) {
    this.#config = config;
    this.#now = now;
    this.isRefreshedByReads = config.updateType === "OnReadAndWrite";
    this.showsExpired = config.stateVisibility === "ReturnExpiredIfNotCleanedUp";
  }

  /** Whether a value has expired by now, or by another instant. */
  hasExpired({ lastAccess }: TtlValue<unknown>, at: Instant = this.#now()): boolean {
    return at - lastAccess >= this.#config.timeToLive;
  }

  /** A value used now. */
  stamp<T>(value: T): TtlValue<T> {
    return { lastAccess: this.#now(), value };
  }

  /** What of a stored value may be used, leaving it as it is. */
  visible<T>(held: TtlValue<T> | undefined): T | undefined {
    return held === undefined || (this.hasExpired(held) && !this.showsExpired)
      ? undefined
      : held.value;
  }

  /**
   * What a read gives of a stored value. An expired one is thrown away, and shown this last time if that is allowed;
   * another has its time started anew, if reads do that.
   */
  read<T>(held: TtlValue<T> | undefined, { update, clear }: TtlPlace<T>): TtlValue<T> | undefined {
    if (held === undefined) return undefined;
    if (this.hasExpired(held)) {
      clear();
      return this.showsExpired ? held : undefined;
    }
    if (this.isRefreshedByReads) update(this.stamp(held.value));
    return held;
  }
}
