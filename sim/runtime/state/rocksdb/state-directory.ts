// Which states a backend knows of: those in its tree with their numbers, and those that a restore has read from a
// canonical snapshot, whose sections stay bytes until their descriptor comes, for only then are their serializers known.

import { invariant } from "../../../kernel/invariant.ts";
import type { SerializedState } from "../keyed-snapshot-format.ts";
import { checkUnchanged, type StateIdentity, stateLabel } from "../state-compatibility.ts";
import type { CarriedStates } from "./canonical-form.ts";
import type { StoredState } from "./manifest-format.ts";
import { STATES_MAX } from "./state-keys.ts";

/** The states of one backend, by name. */
export class StateDirectory {
  readonly #stored = new Map<string, StoredState>();
  #carried: CarriedStates = new Map();
  /** For each state, the key groups that a restore has found so far. */
  readonly #restoredGroups = new Map<string, Set<number>>();
  /** The uid of the operator, for messages. */
  readonly #operator: string | undefined;

  constructor(operator?: string) {
    this.#operator = operator;
  }

  /** Those with a number. */
  get stored(): readonly StoredState[] {
    return [...this.#stored.values()];
  }

  /** Those that are bytes; the map never changes. */
  get carried(): CarriedStates {
    return this.#carried;
  }

  /** How many there are. */
  get size(): number {
    return new Set([...this.#stored.keys(), ...this.#carried.keys()]).size;
  }

  /** The state of this name, with a new number if it has none. Throws a `StateMigrationError` if it was another. */
  claim(name: string, { kind, serializerId }: StateIdentity): StoredState {
    this.#check(name, { kind, serializerId });
    return this.declare(name, { kind, serializerId });
  }

  /** As `claim`, but the state goes on as it is declared now, whatever it was. */
  declare(name: string, { kind, serializerId }: StateIdentity): StoredState {
    const state = { id: this.numberOf(name), name, kind, serializerId };
    this.#stored.set(name, state);
    return state;
  }

  /** The number of a state, or the one it will get. */
  numberOf(name: string): number {
    const known = this.#stored.get(name);
    if (known !== undefined) return known.id;
    const id = 1 + Math.max(-1, ...this.stored.map((state) => state.id));
    invariant(id < STATES_MAX, () => `Cannot add state "${name}": there are ${id} already`);
    return id;
  }

  /** What a state was declared as, or was when it was restored; undefined for one that is new. */
  identityOf(name: string): StateIdentity | undefined {
    return this.#stored.get(name) ?? this.#carried.get(name);
  }

  /** A state as messages name it. */
  labelOf(name: string): string {
    return stateLabel(name, this.#operator);
  }

  /** Takes over states with the numbers they have; only into an empty directory. */
  adopt(states: readonly StoredState[]): void {
    for (const state of states) this.#stored.set(state.name, state);
  }

  /** Takes up the sections of a canonical snapshot. Throws a `StateMigrationError` if a state was another. */
  carry(states: readonly SerializedState[]): void {
    const carried = new Map(this.#carried);
    for (const state of states) {
      this.#check(state.name, state);
      for (const keyGroup of state.sections.keys()) this.markRestored(state.name, keyGroup);
      const before = carried.get(state.name)?.sections ?? [];
      carried.set(state.name, { ...state, sections: new Map([...before, ...state.sections]) });
    }
    this.#carried = carried;
  }

  /** The carried sections of a state are carried no more. */
  dropCarried(name: string): void {
    this.#carried = new Map([...this.#carried].filter(([other]) => other !== name));
  }

  /** Notes that a restore has found a key group of a state, which no other snapshot may have. */
  markRestored(name: string, keyGroup: number): void {
    const groups = this.#restoredGroups.get(name) ?? new Set();
    invariant(
      !groups.has(keyGroup),
      () =>
        `Cannot restore state "${name}": key group ${keyGroup} is in two snapshots, expected one`,
    );
    this.#restoredGroups.set(name, groups.add(keyGroup));
  }

  #check(name: string, identity: StateIdentity): void {
    const known = this.identityOf(name);
    if (known !== undefined) checkUnchanged(this.labelOf(name), known, identity);
  }
}
