// One change of keyed state as the log has it: what was written, not how it was found (Flink: StateChange,
// StateChangeOperation). Adding to a list is the one change that must not be applied twice.

import { unreachable } from "../../../kernel/invariant.ts";
import { listSerializer } from "../composite-serializers.ts";
import { DataInputView } from "../data-input-view.ts";
import type { StoredState } from "../stored-state.ts";
import type { TypeSerializer } from "../type-serializer.ts";

/** What has become of the stored value of one key. Bytes are never changed. */
export type StateOperation =
  /** It is this one now. */
  | { readonly kind: "set"; readonly value: Uint8Array }
  /** There is none any more. */
  | { readonly kind: "clear" }
  /** A list has these elements more, written as a list. */
  | { readonly kind: "add"; readonly elements: Uint8Array }
  /** A map has this entry. */
  | { readonly kind: "put"; readonly mapKey: Uint8Array; readonly value: Uint8Array }
  /** A map has no entry of this key. */
  | { readonly kind: "remove"; readonly mapKey: Uint8Array };

/** An operation with where it was done. */
export interface StateChange {
  /** The state's name. */
  readonly state: string;
  readonly keyGroup: number;
  readonly key: Uint8Array;
  readonly operation: StateOperation;
}

/** Does to the current key's state what was done to it when `operation` was logged. */
export function apply(operation: StateOperation, stored: StoredState): void {
  switch (stored.kind) {
    case "value":
      if (operation.kind !== "set") stored.state.clear();
      else stored.state.update(read(operation.value, stored.descriptor.serializer));
      return;
    case "list": {
      const serializer = listSerializer(stored.descriptor.elementSerializer);
      if (operation.kind === "set") stored.state.update(read(operation.value, serializer));
      else if (operation.kind === "add") stored.state.addAll(read(operation.elements, serializer));
      else stored.state.clear();
      return;
    }
    case "map": {
      const { keySerializer, valueSerializer } = stored.descriptor;
      if (operation.kind === "put") {
        stored.state.put(
          read(operation.mapKey, keySerializer),
          read(operation.value, valueSerializer),
        );
      } else if (operation.kind === "remove") {
        stored.state.remove(read(operation.mapKey, keySerializer));
      } else {
        stored.state.clear();
      }
      return;
    }
    default:
      unreachable(stored);
  }
}

/** A copy of the bytes is read, for a serializer may give a view on them. */
function read<T>(bytes: Uint8Array, serializer: TypeSerializer<T>): T {
  return serializer.deserialize(new DataInputView(bytes.slice()));
}
