// A keyed snapshot of any backend: it is written once, not after its release, and released once.

import { invariant } from "../../kernel/invariant.ts";
import { type Duration, micros } from "../../kernel/virtual-time.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { KeyedSnapshot, KeyedStateSnapshot } from "./keyed-state-backend.ts";

/** Holds a backend to the order in which a {@link KeyedSnapshot} is used. */
export class OneTimeSnapshot<Written extends KeyedStateSnapshot> implements KeyedSnapshot {
  readonly checkpoint: CheckpointId;
  readonly syncCost: Duration;
  readonly #serializationCost: ((written: Written) => Duration) | undefined;
  readonly #write: () => Written;
  readonly #hash: (visit: (part: Uint8Array) => void) => void;
  readonly #release: () => void;
  #serialized: Written | undefined = undefined;
  #isWritten = false;
  #isReleased = false;

  constructor(
    checkpoint: CheckpointId,
    actions: {
      readonly write: () => Written;
      readonly hash: (visit: (part: Uint8Array) => void) => void;
      readonly release: () => void;
      /** How long it took to fix the state. */
      readonly syncCost?: Duration;
      /** How long it takes to write it; without it no time. */
      readonly serializationCost?: ((written: Written) => Duration) | undefined;
    },
  ) {
    this.checkpoint = checkpoint;
    this.syncCost = actions.syncCost ?? micros(0);
    this.#serializationCost = actions.serializationCost;
    this.#write = actions.write;
    this.#hash = actions.hash;
    this.#release = actions.release;
  }

  serialize(): Duration {
    if (this.#serializationCost === undefined) return micros(0);
    this.#requireUnwritten();
    this.#serialized = this.#write();
    return this.#serializationCost(this.#serialized);
  }

  writeAsync(): Written {
    this.#requireUnwritten();
    this.#isWritten = true;
    const serialized = this.#serialized ?? this.#write();
    this.#serialized = undefined;
    return serialized;
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#release();
  }

  hash(visit: (part: Uint8Array) => void): void {
    invariant(
      !this.#isReleased,
      () => `Cannot hash snapshot ${this.checkpoint}: it was released before`,
    );
    this.#hash(visit);
  }

  #requireUnwritten(): void {
    invariant(
      !this.#isReleased,
      () => `Cannot write snapshot ${this.checkpoint}: it was released before`,
    );
    invariant(
      !this.#isWritten,
      () => `Cannot write snapshot ${this.checkpoint}: it was written before`,
    );
  }
}
