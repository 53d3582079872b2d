// The states of a restored snapshot that no descriptor has claimed yet, with the changes that wait for it: only then are
// their serializers known.

import type { KeyGroupRange } from "../key-groups.ts";
import { checkUnchanged, type StateIdentity } from "../state-compatibility.ts";
import type { StateChange } from "./state-change.ts";

/** States by name, each with its changes in their order. */
export class UnclaimedChanges {
  readonly #states = new Map<string, StateIdentity>();
  #changes: readonly StateChange[] = [];

  /** What the states are. */
  get states(): ReadonlyMap<string, StateIdentity> {
    return this.#states;
  }

  /** The changes of all of them. */
  get changes(): readonly StateChange[] {
    return this.#changes;
  }

  /**
   * Takes up what a snapshot has of some key groups. Throws a `StateMigrationError` if a state was another in one taken up
   * before.
   */
  add(
    states: ReadonlyMap<string, StateIdentity>,
    changes: readonly StateChange[],
    { start, end }: KeyGroupRange,
  ): void {
    for (const [name, identity] of states) {
      const known = this.#states.get(name);
      if (known !== undefined) checkUnchanged(name, known, identity);
      this.#states.set(name, identity);
    }
    const own = changes.filter(({ keyGroup }) => keyGroup >= start && keyGroup <= end);
    this.#changes = [...this.#changes, ...own];
  }

  /** Hands out the changes of a state, which waits no more. Throws a `StateMigrationError` if it was another. */
  claim(name: string, identity: StateIdentity): readonly StateChange[] {
    const known = this.#states.get(name);
    if (known === undefined) return [];
    checkUnchanged(name, known, identity);
    this.#states.delete(name);
    const claimed = this.#changes.filter(({ state }) => state === name);
    this.#changes = this.#changes.filter(({ state }) => state !== name);
    return claimed;
  }
}
