// The entries of a state whose values are migrated (Flink: RocksDBKeyedStateBackend.migrateStateValues): each is read as it
// was written, and written as the state is declared now. Keys stay, so that each takes the place of the one it was.

import { DataInputView } from "../data-input-view.ts";
import { DataOutputView } from "../data-output-view.ts";
import type { TypeSerializer } from "../type-serializer.ts";
import type { ContentDatabase } from "./content-database.ts";
import { serialized, stateIdIn } from "./state-keys.ts";

/** An entry of a database. */
export type DatabaseEntry = readonly [key: Uint8Array, value: Uint8Array];

/** All entries of the state with this number, anew; nothing is changed yet. */
export function rewrittenEntries(
  database: ContentDatabase,
  stateId: number,
  migrating: TypeSerializer<unknown>,
): DatabaseEntry[] {
  const out = new DataOutputView();
  const entries: DatabaseEntry[] = [];
  database.scan(new Uint8Array(0), undefined, (key, value) => {
    if (stateIdIn(key) !== stateId) return true;
    const held = migrating.deserialize(new DataInputView(value.slice()));
    entries.push([key.slice(), serialized(held, migrating, out)]);
    return true;
  });
  return entries;
}
