// Snapshots in the canonical form, for tests of backends that write no other.
import type {
  FullKeyedState,
  KeyedSnapshot,
  KeyedStateSnapshot,
} from "../../../sim/runtime/state/keyed-state-backend.ts";

/** A snapshot of these bytes, as a backend is restored from it. */
export function full(bytes: Uint8Array): FullKeyedState {
  return { kind: "full", bytes };
}

/** What the asynchronous part of a snapshot writes, in the canonical form. */
export function written(snapshot: KeyedSnapshot): Uint8Array {
  return bytesOf(snapshot.writeAsync());
}

function bytesOf(state: KeyedStateSnapshot): Uint8Array {
  if (state.kind === "full") return state.bytes;
  throw new Error("Cannot test: the snapshot is incremental, expected one in the canonical form");
}
