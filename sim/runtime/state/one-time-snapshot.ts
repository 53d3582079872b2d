// A keyed snapshot of any backend: it is written once, not after its release, and released once.

import { invariant } from "../../kernel/invariant.ts";
import type { CheckpointId } from "../stream-element.ts";
import type { KeyedSnapshot, KeyedStateSnapshot } from "./keyed-state-backend.ts";

/** Holds a backend to the order in which a {@link KeyedSnapshot} is used. */
export class OneTimeSnapshot<Written extends KeyedStateSnapshot> implements KeyedSnapshot {
  readonly checkpoint: CheckpointId;
  readonly #write: () => Written;
  readonly #hash: (visit: (part: Uint8Array) => void) => void;
  readonly #release: () => void;
  #isWritten = false;
  #isReleased = false;

  constructor(
    checkpoint: CheckpointId,
    actions: {
      readonly write: () => Written;
      readonly hash: (visit: (part: Uint8Array) => void) => void;
      readonly release: () => void;
    },
  ) {
    this.checkpoint = checkpoint;
    this.#write = actions.write;
    this.#hash = actions.hash;
    this.#release = actions.release;
  }

  writeAsync(): Written {
    invariant(
      !this.#isReleased,
      () => `Cannot write snapshot ${this.checkpoint}: it was released before`,
    );
    invariant(
      !this.#isWritten,
      () => `Cannot write snapshot ${this.checkpoint}: it was written before`,
    );
    this.#isWritten = true;
    return this.#write();
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
}
