// The `_metadata` file: whatever is written is read back, and nothing else is taken for it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant } from "../../../sim/kernel/virtual-time.ts";
import {
  decodeCheckpointMetadata,
  encodeCheckpointMetadata,
} from "../../../sim/runtime/checkpoint/checkpoint-metadata.ts";
import {
  type CompletedCheckpoint,
  filesOf,
  pairs,
  sizeBytesOf,
} from "../../../sim/runtime/checkpoint/completed-checkpoint.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";

const EXAMPLE: CompletedCheckpoint = {
  id: checkpointId(7),
  kind: "checkpoint",
  timestamp: instant(1),
  completedAt: instant(2),
  metadataPath: "chk-7/_metadata",
  operators: [
    {
      operatorId: "count",
      name: "Count",
      parallelism: 2,
      maxParallelism: 128,
      subtasks: [
        {
          keyed: { kind: "file", path: "chk-7/a", sizeBytes: 5 },
          operator: undefined,
          sizeBytes: 5,
          checkpointedBytes: 5,
        },
        undefined,
      ],
    },
  ],
};

describe("checkpoint metadata", () => {
  test("decodeCheckpointMetadata reads back what encodeCheckpointMetadata wrote", () => {
    fc.assert(
      fc.property(checkpoints(), (checkpoint) => {
        const bytes = encodeCheckpointMetadata(checkpoint);
        const read = JSON.stringify(decodeCheckpointMetadata(bytes));
        expect(read).toBe(JSON.stringify(checkpoint));
      }),
    );
  });

  test("decodeCheckpointMetadata refuses bytes that are cut short, too long or of another kind", () => {
    const bytes = encodeCheckpointMetadata(EXAMPLE);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeCheckpointMetadata(bytes.slice(0, length))).toThrow(/^Cannot/);
    }
    expect(() => decodeCheckpointMetadata(new Uint8Array([...bytes, 0]))).toThrow(/^Cannot/);
    expect(() => decodeCheckpointMetadata(new Uint8Array(bytes.length))).toThrow(/magic 0/);
  });

  test("pairs are the set that a checkpoint is; its files are those of its state and its metadata", () => {
    expect(pairs(EXAMPLE).map(({ operator, state }) => [operator.operatorId, state])).toEqual([
      ["count", EXAMPLE.operators[0]?.subtasks],
    ]);
    expect(filesOf(EXAMPLE)).toEqual(["chk-7/a", "chk-7/_metadata"]);
    expect(sizeBytesOf(EXAMPLE)).toBe(5);
  });
});

function checkpoints(): fc.Arbitrary<CompletedCheckpoint> {
  const instants = fc.maxSafeNat().map(instant);
  const files = fc
    .tuple(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.maxSafeNat(),
      fc.option(fc.string({ maxLength: 12 })),
    )
    .map(
      ([path, sizeBytes, hash]) =>
        ({ kind: "file", path, sizeBytes, ...(hash === null ? {} : { hash }) }) as const,
    );
  const inline = fc
    .uint8Array({ maxLength: 20 })
    .map((bytes) => ({ kind: "inline", bytes }) as const);
  const present = fc.oneof(files, inline);
  const shared = fc.record({
    name: fc.string(),
    key: fc.string(),
    sizeBytes: fc.nat(),
    handle: present,
  });
  const incremental = fc.record({
    kind: fc.constant("incremental" as const),
    meta: present,
    files: fc.array(shared, { maxLength: 3 }),
  });
  const states = fc.array(
    fc.record({
      name: fc.string(),
      mode: fc.constantFrom("split-distribute", "union", "broadcast"),
      elementCount: fc.nat(),
    }),
    { maxLength: 3 },
  );
  const operatorHandles = fc
    .tuple(present, states)
    .map(([handle, held]) => ({ ...handle, states: held }));
  const subtasks = fc.record({
    keyed: fc.option(fc.oneof(present, incremental), { nil: undefined }),
    operator: fc.option(operatorHandles, { nil: undefined }),
    sizeBytes: fc.maxSafeNat(),
    checkpointedBytes: fc.maxSafeNat(),
  });
  const operators = fc.record({
    operatorId: fc.string(),
    name: fc.string(),
    parallelism: fc.nat(),
    maxParallelism: fc.nat(),
    subtasks: fc.array(fc.option(subtasks, { nil: undefined }), { maxLength: 3 }),
  });
  return fc.record({
    id: fc.maxSafeNat().map(checkpointId),
    kind: fc.constantFrom("checkpoint", "savepoint", "synchronous-savepoint"),
    timestamp: instants,
    completedAt: instants,
    metadataPath: fc.string(),
    operators: fc.array(operators, { maxLength: 3 }),
  });
}
