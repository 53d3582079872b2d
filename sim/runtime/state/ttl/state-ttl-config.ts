// How long a value of keyed state lives without being used, and when what has expired is thrown away (Flink:
// StateTtlConfig). Times are of the task's virtual clock: processing time, the only one that Flink has here.

import { type Duration, millis } from "../../../kernel/virtual-time.ts";
import { StateTtlError } from "../state-errors.ts";

/** What starts a value's time anew. */
const UpdateType = Object.freeze({
  /** Nothing: the state has no time to live. */
  Disabled: "Disabled",
  /** Its being written. */
  OnCreateAndWrite: "OnCreateAndWrite",
  /** Its being written or read. */
  OnReadAndWrite: "OnReadAndWrite",
});

/** Whether an expired value may still be seen. */
const StateVisibility = Object.freeze({
  /** Never, whether it is there or not. */
  NeverReturnExpired: "NeverReturnExpired",
  /** As long as nothing has thrown it away. */
  ReturnExpiredIfNotCleanedUp: "ReturnExpiredIfNotCleanedUp",
});

/** A member of `StateTtlConfig.UpdateType`. */
export type StateTtlUpdateType = keyof typeof UpdateType;

/** A member of `StateTtlConfig.StateVisibility`. */
export type StateTtlVisibility = keyof typeof StateVisibility;

/** Looks at a few entries at each access to the state (Flink: IncrementalCleanupStrategy). */
export interface IncrementalCleanup {
  /** How many keys it looks at each time. */
  readonly cleanupSize: number;
  /** Whether it does so for every record besides, even if the record does not touch the state. */
  readonly runCleanupForEveryRecord: boolean;
}

/** What the heap backend does unless told otherwise, as in Flink. */
const DEFAULT_CLEANUP: IncrementalCleanup = { cleanupSize: 5, runCleanupForEveryRecord: false };

interface Settings {
  readonly updateType: StateTtlUpdateType;
  readonly stateVisibility: StateTtlVisibility;
  readonly timeToLive: Duration;
  readonly isCleanedUpInFullSnapshot: boolean;
  readonly isCleanedUpInBackground: boolean;
  readonly incrementalCleanup: IncrementalCleanup | undefined;
}

/**
 * The time to live of a state (Flink: StateTtlConfig), given to its descriptor. Each element of a list and each entry
 * of a map has a time of its own. A value has expired once it has not been used for as long as the time to live.
 *
 * @example
 * const config = StateTtlConfig.newBuilder(30_000)
 *   .setUpdateType(StateTtlConfig.UpdateType.OnReadAndWrite)
 *   .cleanupFullSnapshot()
 *   .build();
 * descriptor.enableTimeToLive(config);
 */
export class StateTtlConfig {
  static readonly UpdateType = UpdateType;
  static readonly StateVisibility = StateVisibility;

  readonly updateType: StateTtlUpdateType;
  readonly stateVisibility: StateTtlVisibility;
  readonly timeToLive: Duration;
  /** Whether snapshots leave out what has expired. */
  readonly isCleanedUpInFullSnapshot: boolean;
  /** What the heap backend does while the state is used; undefined for nothing. */
  readonly incrementalCleanup: IncrementalCleanup | undefined;

  constructor(settings: Settings) {
    this.updateType = settings.updateType;
    this.stateVisibility = settings.stateVisibility;
    this.timeToLive = settings.timeToLive;
    this.isCleanedUpInFullSnapshot = settings.isCleanedUpInFullSnapshot;
    this.incrementalCleanup =
      settings.incrementalCleanup ??
      (settings.isCleanedUpInBackground ? DEFAULT_CLEANUP : undefined);
  }

  /** Whether there is a time to live at all. */
  get isEnabled(): boolean {
    return this.updateType !== UpdateType.Disabled;
  }

  /** A builder for a time to live of so many milliseconds. Throws a `StateTtlError` unless it is a whole number above 0. */
  static newBuilder(ttl: number): StateTtlConfigBuilder {
    if (!Number.isSafeInteger(ttl * 1000) || !Number.isInteger(ttl) || ttl <= 0) {
      throw new StateTtlError(
        `Cannot set a time to live: found ${ttl}, expected a whole number of milliseconds above 0`,
      );
    }
    return new StateTtlConfigBuilder({
      updateType: UpdateType.OnCreateAndWrite,
      stateVisibility: StateVisibility.NeverReturnExpired,
      timeToLive: millis(ttl),
      isCleanedUpInFullSnapshot: false,
      isCleanedUpInBackground: true,
      incrementalCleanup: undefined,
    });
  }
}

/** Builds a {@link StateTtlConfig} (Flink: StateTtlConfig.Builder). */
export class StateTtlConfigBuilder {
  #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** What starts a value's time anew; `OnCreateAndWrite` unless set. */
  setUpdateType(updateType: StateTtlUpdateType): this {
    return this.#with({ updateType: memberOf("UpdateType", UpdateType, updateType) });
  }

  updateTtlOnCreateAndWrite(): this {
    return this.setUpdateType(UpdateType.OnCreateAndWrite);
  }

  updateTtlOnReadAndWrite(): this {
    return this.setUpdateType(UpdateType.OnReadAndWrite);
  }

  /** Whether an expired value may still be seen; `NeverReturnExpired` unless set. */
  setStateVisibility(stateVisibility: StateTtlVisibility): this {
    const member = memberOf("StateVisibility", StateVisibility, stateVisibility);
    return this.#with({ stateVisibility: member });
  }

  returnExpiredIfNotCleanedUp(): this {
    return this.setStateVisibility(StateVisibility.ReturnExpiredIfNotCleanedUp);
  }

  neverReturnExpired(): this {
    return this.setStateVisibility(StateVisibility.NeverReturnExpired);
  }

  /** Leaves out of a snapshot what has expired when it is taken; the state at hand keeps it. */
  cleanupFullSnapshot(): this {
    return this.#with({ isCleanedUpInFullSnapshot: true });
  }

  /** Looks at `cleanupSize` keys at each access, and for every record too if so wanted. Throws a `StateTtlError`. */
  cleanupIncrementally(cleanupSize: number, runCleanupForEveryRecord: boolean): this {
    if (!Number.isSafeInteger(cleanupSize) || cleanupSize <= 0) {
      throw new StateTtlError(
        `Cannot clean up incrementally: the cleanup size is ${cleanupSize}, expected a whole number above 0`,
      );
    }
    return this.#with({ incrementalCleanup: { cleanupSize, runCleanupForEveryRecord } });
  }

  /** Throws expired values away only where that was asked for, or where one is read. */
  disableCleanupInBackground(): this {
    return this.#with({ isCleanedUpInBackground: false });
  }

  build(): StateTtlConfig {
    return new StateTtlConfig(this.#settings);
  }

  #with(settings: Partial<Settings>): this {
    this.#settings = { ...this.#settings, ...settings };
    return this;
  }
}

/** Checks a word that a program without types may have got wrong. */
function memberOf<Name extends string>(
  enumeration: string,
  members: { readonly [Member in Name]: Member },
  found: Name,
): Name {
  if (Object.hasOwn(members, found)) return found;
  const names = Object.keys(members).join(", ");
  throw new StateTtlError(
    `Cannot set StateTtlConfig.${enumeration}: found ${String(found)}, expected one of ${names}`,
  );
}
