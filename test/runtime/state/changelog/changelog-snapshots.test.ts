// What the files of a changelog backend's snapshots are, one by one, and what is refused.

import { describe, expect, test } from "vitest";
import { SerializationError } from "../../../../sim/kernel/serialization-error.ts";
import { ChangelogKeyedStateBackend } from "../../../../sim/runtime/state/changelog/changelog-keyed-state-backend.ts";
import { HeapKeyedStateBackend } from "../../../../sim/runtime/state/heap-keyed-state-backend.ts";
import { keyGroupRangeOf } from "../../../../sim/runtime/state/key-groups.ts";
import type {
  KeyedStateBackend,
  WrittenKeyedState,
} from "../../../../sim/runtime/state/keyed-state-backend.ts";
import { RocksDBKeyedStateBackend } from "../../../../sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";
import {
  ListStateDescriptor,
  ValueStateDescriptor,
} from "../../../../sim/runtime/state/state-descriptor.ts";
import {
  StateAccessError,
  StateMigrationError,
} from "../../../../sim/runtime/state/state-errors.ts";
import { Types } from "../../../../sim/runtime/state/type-information.ts";
import { entriesOfWritten, readBack } from "../../../../sim/runtime/state/written-keyed-state.ts";
import { checkpointId } from "../../../../sim/runtime/stream-element.ts";
import { all, maxParallelism } from "../bank.ts";

const words = new ListStateDescriptor("words", Types.STRING);

function onHeap(keyGroupRange = all): ChangelogKeyedStateBackend {
  const base = new HeapKeyedStateBackend({ maxParallelism, keyGroupRange });
  return new ChangelogKeyedStateBackend({ maxParallelism, base });
}

function inFiles(): ChangelogKeyedStateBackend {
  const options = { maxParallelism, keyGroupRange: all, isIncremental: true };
  return new ChangelogKeyedStateBackend({
    maxParallelism,
    base: new RocksDBKeyedStateBackend(options),
  });
}

function add(backend: KeyedStateBackend, word: string): void {
  const state = backend.getState(words);
  backend.setCurrentKey("key");
  state.add(word);
}

function checkpoint(
  backend: KeyedStateBackend,
): Extract<WrittenKeyedState, { kind: "incremental" }> {
  const snapshot = backend.snapshot(checkpointId(1));
  const written = readBack(snapshot.writeAsync());
  snapshot.release();
  if (written.kind === "full") throw new Error("the snapshot is full, expected one in files");
  return written;
}

function namesOf(backend: KeyedStateBackend): readonly string[] {
  return [...checkpoint(backend).files.keys()];
}

function materialize(backend: ChangelogKeyedStateBackend): void {
  const materialization = backend.materialize();
  if (materialization !== undefined) backend.materialized(materialization);
}

describe("A snapshot with a changelog", () => {
  test("has one new file for what has changed, and after a materialization no older ones", () => {
    const backend = onHeap();
    add(backend, "a");
    expect(namesOf(backend)).toEqual(["changes-0"]);
    expect(namesOf(backend)).toEqual(["changes-0"]);
    add(backend, "b");
    add(backend, "c");
    expect(namesOf(backend)).toEqual(["changes-0", "changes-1"]);
    materialize(backend);
    expect(namesOf(backend)).toEqual(["materialized-1"]);
    add(backend, "d");
    expect(namesOf(backend)).toEqual(["materialized-1", "changes-3"]);
    materialize(backend);
    expect(backend.materialize(), "nothing has changed").toBeUndefined();
  });

  test("goes on with the old files while a materialization is under way, or when it is given up", () => {
    const backend = onHeap();
    add(backend, "a");
    const lost = backend.materialize();
    add(backend, "b");
    expect(namesOf(backend)).toEqual(["changes-0", "changes-1"]);
    lost?.release();
    add(backend, "c");
    const late = backend.materialize();
    add(backend, "d");
    if (late !== undefined) backend.materialized(late);
    expect(namesOf(backend)).toEqual(["materialized-2", "changes-3"]);
  });

  test("holds every change once, wherever a materialization comes between them", () => {
    for (let at = 0; at <= 4; at++) {
      const backend = inFiles();
      for (const [index, word] of ["a", "b", "c", "d"].entries()) {
        if (index === at) materialize(backend);
        add(backend, word);
        if (index === 1) namesOf(backend);
      }
      if (at === 4) materialize(backend);
      const written = checkpoint(backend);
      expect(entriesOfWritten(written)).toMatchObject([{ value: ["a", "b", "c", "d"] }]);
      const restored = inFiles();
      restored.restore([written]);
      expect(restored.entries()).toEqual(backend.entries());
      add(restored, "e");
      expect(entriesOfWritten(checkpoint(restored))).toMatchObject([
        { value: ["a", "b", "c", "d", "e"] },
      ]);
    }
  });

  test("restored with the same key groups goes on with its files, with others it begins anew", () => {
    const backend = inFiles();
    add(backend, "a");
    materialize(backend);
    add(backend, "b");
    const written = checkpoint(backend);
    const same = inFiles();
    same.restore([written]);
    add(same, "c");
    expect(namesOf(same)).toEqual([...written.files.keys(), "changes-2"]);
    const halves = [0, 1].map((index) => {
      const half = new ChangelogKeyedStateBackend({
        maxParallelism,
        base: new RocksDBKeyedStateBackend({
          maxParallelism,
          keyGroupRange: keyGroupRangeOf(maxParallelism, 2, index),
          isIncremental: true,
        }),
      });
      half.restore([written]);
      return half;
    });
    const parts = halves.map((half) => checkpoint(half));
    expect(parts.flatMap((part) => entriesOfWritten(part))).toEqual(backend.entries());
  });

  test("carries the changes of a state that nobody asks for, through materializations too", () => {
    const backend = onHeap();
    add(backend, "a");
    const first = onHeap();
    first.restore([checkpoint(backend)]);
    const other = first.getState(new ValueStateDescriptor("other", Types.INT));
    first.setCurrentKey("key");
    other.update(1);
    materialize(first);
    const written = checkpoint(first);
    expect([...written.files.keys()]).toEqual(["materialized-1", "carried-1"]);
    const second = onHeap();
    second.restore([written]);
    add(second, "b");
    expect(entriesOfWritten(checkpoint(second))).toMatchObject([
      { state: "other", value: 1 },
      { state: "words", value: ["a", "b"] },
    ]);
  });

  test("may be the first of a job that had no changelog before", () => {
    const plain = new HeapKeyedStateBackend({ maxParallelism, keyGroupRange: all });
    add(plain, "a");
    const backend = onHeap();
    backend.restore([readBack(plain.snapshot(checkpointId(1)).writeAsync())]);
    add(backend, "b");
    const written = checkpoint(backend);
    expect([...written.files.keys()]).toEqual(["materialized-1"]);
    expect(entriesOfWritten(written)).toMatchObject([{ value: ["a", "b"] }]);
  });
});

describe("A changelog backend refuses", () => {
  test("a piece of its log that has changed in any byte", () => {
    const backend = onHeap();
    add(backend, "a");
    const { meta, files } = checkpoint(backend);
    const bytes = files.get("changes-0") ?? new Uint8Array(0);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.with(at, (bytes[at] ?? 0) ^ 1);
      const written = {
        kind: "incremental",
        meta,
        files: new Map([["changes-0", damaged]]),
      } as const;
      expect(() => onHeap().restore([written]), `byte ${at}`).toThrow(SerializationError);
    }
    expect(() => onHeap().restore([{ kind: "incremental", meta, files: new Map() }])).toThrow(
      "expected the file changes-0",
    );
  });

  test("a name that stands for something else than in the log", () => {
    const backend = onHeap();
    add(backend, "a");
    const restored = onHeap();
    restored.restore([checkpoint(backend)]);
    expect(() => restored.getState(new ListStateDescriptor("words", Types.INT))).toThrow(
      StateMigrationError,
    );
  });

  test("a use without a key, after a replay too", () => {
    const backend = onHeap();
    expect(() => backend.getState(words).get()).toThrow(StateAccessError);
    add(backend, "a");
    const restored = onHeap();
    restored.restore([checkpoint(backend)]);
    expect(() => restored.getState(words).get()).toThrow(StateAccessError);
    expect(() => restored.getState(words).add("b")).toThrow(StateAccessError);
  });

  test("to be read by another backend", () => {
    const backend = onHeap();
    add(backend, "a");
    const written = checkpoint(backend);
    for (const other of [
      new HeapKeyedStateBackend({ maxParallelism, keyGroupRange: all }),
      new RocksDBKeyedStateBackend({ maxParallelism, keyGroupRange: all }),
    ]) {
      expect(() => other.restore([written])).toThrow(StateMigrationError);
    }
  });
});

test("A savepoint has no log, and is what the backend beneath would write", () => {
  const plain = new HeapKeyedStateBackend({ maxParallelism, keyGroupRange: all });
  const backend = onHeap();
  for (const each of [plain, backend]) add(each, "a");
  const before = checkpoint(backend);
  const restored = onHeap();
  restored.restore([before]);
  for (const each of [backend, restored]) {
    for (const form of ["full", "incremental"] as const) {
      expect(each.snapshot(checkpointId(2), form).writeAsync()).toEqual(
        plain.snapshot(checkpointId(2)).writeAsync(),
      );
    }
  }
  expect(namesOf(backend), "the log goes on as if there had been none").toEqual(["changes-0"]);
});

test("After a rescale no file bears the name of one that it comes from", () => {
  const backend = onHeap();
  add(backend, "a");
  materialize(backend);
  add(backend, "b");
  const before = checkpoint(backend);
  const half = onHeap(keyGroupRangeOf(maxParallelism, 2, 0));
  half.restore([before]);
  half.getState(words);
  const names = namesOf(half);
  expect(names.filter((name) => before.files.has(name))).toEqual([]);
});
