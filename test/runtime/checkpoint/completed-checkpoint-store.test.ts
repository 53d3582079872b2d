// The store of completed checkpoints: what it keeps, what it lets go, and what it recovers from.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant } from "../../../sim/kernel/virtual-time.ts";
import type { SnapshotKind } from "../../../sim/runtime/checkpoint/checkpoint-properties.ts";
import type { CompletedCheckpoint } from "../../../sim/runtime/checkpoint/completed-checkpoint.ts";
import { CompletedCheckpointStore } from "../../../sim/runtime/checkpoint/completed-checkpoint-store.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";

describe("CompletedCheckpointStore", () => {
  test("CompletedCheckpointStore keeps the newest by number, so 10 is newer than 9 (FLINK-6284)", () => {
    const store = new CompletedCheckpointStore(2);
    store.recover([completed(10), completed(9)]);
    expect(store.latest?.id).toBe(10);
    expect(store.add(completed(11))).toMatchObject([{ checkpoint: { id: 9 }, by: 11 }]);
    expect(idsIn(store)).toEqual([10, 11]);
  });

  test("CompletedCheckpointStore keeps the newest checkpoint beside a newer savepoint, unless that ends the job", () => {
    const store = new CompletedCheckpointStore(1);
    store.add(completed(1));
    store.add(completed(2, "synchronous-savepoint"));
    expect(idsIn(store)).toEqual([2]);
  });

  test("CompletedCheckpointStore holds exactly the newest it may, whatever the order of completion", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 30 }),
        (numRetained, ids) => {
          const store = new CompletedCheckpointStore(numRetained);
          const gone: number[] = [];
          for (const id of ids) {
            expect(store.subsumedBy(completed(id))).toEqual(store.clone().add(completed(id)));
            gone.push(...store.add(completed(id)).map((command) => command.checkpoint.id));
            expect(store.all.length).toBeLessThanOrEqual(numRetained);
          }
          const rising = ids.toSorted((a, b) => a - b);
          expect(store.latest?.id).toBe(rising.at(-1));
          expect([...gone, ...idsIn(store)].sort((a, b) => a - b)).toEqual(rising);
        },
      ),
    );
  });
});

function completed(id: number, kind: SnapshotKind = "checkpoint"): CompletedCheckpoint {
  return {
    id: checkpointId(id),
    kind,
    timestamp: instant(0),
    completedAt: instant(0),
    metadataPath: `chk-${id}/_metadata`,
    operators: [],
  };
}

function idsIn(store: CompletedCheckpointStore): readonly number[] {
  return store.all.map(({ id }) => id);
}
