// The states of a restored snapshot that no descriptor has claimed yet, with the changes that wait for it: only then are
// their serializers known.

import { unreachable } from "../../../kernel/invariant.ts";
import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import type { KeyGroupRange } from "../key-groups.ts";
import {
  checkUnchanged,
  migratingSerializerOf,
  type StateIdentity,
  stateLabel,
} from "../state-compatibility.ts";
import type { StateDescriptor } from "../state-descriptor.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import type { StateChange, StateOperation } from "./state-change.ts";

/** The changes of a state, as its descriptor reads them. */
export interface ReadableChanges {
  readonly changes: readonly StateChange[];
  /** Whether the state was of an older version, which these changes are no more. */
  readonly isMigrated: boolean;
}

/** States by name, each with its changes in their order. */
export class UnclaimedChanges {
  readonly #states = new Map<string, StateIdentity>();
  /** The uid of the operator, for messages. */
  readonly #operator: string | undefined;
  #changes: readonly StateChange[] = [];

  constructor(operator?: string) {
    this.#operator = operator;
  }

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
      if (known !== undefined) checkUnchanged(this.#labelOf(name), known, identity);
      this.#states.set(name, identity);
    }
    const own = changes.filter(({ keyGroup }) => keyGroup >= start && keyGroup <= end);
    this.#changes = [...this.#changes, ...own];
  }

  /**
   * The changes of the state that a descriptor describes, which go on waiting. Throws a `StateMigrationError` if the state
   * cannot go on under it, and whatever its author's migration throws.
   */
  changesFor(descriptor: StateDescriptor): ReadableChanges {
    const { name } = descriptor;
    const before = this.#states.get(name);
    const changes = this.#changes.filter(({ state }) => state === name);
    const migrating = before && migratingSerializerOf(this.#labelOf(name), before, descriptor);
    if (migrating === undefined) return { changes, isMigrated: false };
    const migrated = changes.map((change) => {
      return { ...change, operation: rewritten(change.operation, migrating) };
    });
    return { changes: migrated, isMigrated: true };
  }

  /** A state waits no more. */
  drop(name: string): void {
    this.#states.delete(name);
    this.#changes = this.#changes.filter(({ state }) => state !== name);
  }

  #labelOf(name: string): string {
    return stateLabel(name, this.#operator);
  }
}

/** An operation with its values read as they were written, and written as the state is declared now. */
function rewritten(operation: StateOperation, migrating: TypeSerializer<unknown>): StateOperation {
  const anew = (bytes: Uint8Array): Uint8Array => {
    const out = new DataOutputView();
    migrating.serialize(migrating.deserialize(new DataInputView(bytes.slice())), out);
    return out.toBytes();
  };
  switch (operation.kind) {
    case "set":
    case "put":
      return { ...operation, value: anew(operation.value) };
    case "add":
      return { ...operation, elements: anew(operation.elements) };
    case "clear":
    case "remove":
      return operation;
    default:
      return unreachable(operation);
  }
}
