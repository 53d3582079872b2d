// Copies on a task manager's disk against a model, whatever becomes of the disk: what is retrieved is what the checkpoint
// refers to, or nothing.
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesHash } from "../../../sim/kernel/hash.ts";
import { must } from "../../../sim/kernel/invariant.ts";
import { Incarnation, Place } from "../../../sim/kernel/place.ts";
import type {
  KeyedStateHandle,
  StateHandle,
} from "../../../sim/runtime/checkpoint/state-handle.ts";
import {
  localStateFilesOf,
  releaseLocalState,
  TaskLocalStateStore,
} from "../../../sim/runtime/local-recovery/task-local-state-store.ts";
import type {
  KeyedStateSnapshot,
  WrittenKeyedState,
} from "../../../sim/runtime/state/keyed-state-backend.ts";
import { type CheckpointId, checkpointId } from "../../../sim/runtime/stream-element.ts";
import { HostDisk } from "../../../sim/storage/host-disk.ts";
import { ToyWorld } from "../../support/toy-world.ts";

const ON = { isBackupEnabled: true, isRecoveryEnabled: true };
const TASKS = ["count-1", "a/chk-7/b-1"];
const OPERATORS = ["count", "x/y"];

/** What one operator hands in: pieces of bytes by name, or one piece. */
type Handed = readonly number[] | ReadonlyMap<string, readonly number[]>;

const bytes = fc.array(fc.nat(3), { minLength: 1, maxLength: 4 });
const handed: fc.Arbitrary<Handed> = fc.oneof(
  bytes,
  fc
    .uniqueArray(fc.tuple(fc.constantFrom("000001.sst", "000002.sst", "000010.sst"), bytes), {
      selector: ([name]) => name,
      maxLength: 3,
    })
    .map((files) => new Map([["meta", [9]], ...files] as const)),
);
const task = fc.constantFrom(...TASKS);
const checkpoint = fc.integer({ min: 1, max: 9 }).map(checkpointId);
const action = fc.oneof(
  fc.record({
    kind: fc.constant("store" as const),
    task,
    checkpoint,
    states: fc.tuple(handed, handed),
  }),
  fc.record({ kind: fc.constant("confirm" as const), task, checkpoint }),
  fc.record({ kind: fc.constant("abort" as const), task, checkpoint }),
  fc.record({
    kind: fc.constant("crash" as const),
    disk: fc.constantFrom("kept" as const, "lost" as const),
  }),
  fc.record({ kind: fc.constant("damage" as const), file: fc.nat(20) }),
);
type Action = typeof action extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** What one operator handed in for a checkpoint, and whether its copy was damaged since. */
interface Expected {
  readonly task: string;
  readonly checkpoint: CheckpointId;
  readonly operator: string;
  readonly state: Handed;
  isDamaged: boolean;
}

/** A disk with the stores of all tasks, and what they should give back. */
class ModelledDisk {
  readonly disk = new HostDisk();
  readonly #stores = new Map(TASKS.map((name) => [name, storeOn(this.disk, name)]));
  #expected: readonly Expected[] = [];

  apply(one: Action): void {
    switch (one.kind) {
      case "store":
        this.#store(one);
        return;
      case "confirm":
        this.#storeOf(one.task).confirmCheckpoint(one.checkpoint);
        this.#forget((copy) => copy.task === one.task && copy.checkpoint < one.checkpoint);
        return;
      case "abort":
        this.#storeOf(one.task).abortCheckpoint(one.checkpoint);
        this.#forget((copy) => copy.task === one.task && copy.checkpoint === one.checkpoint);
        return;
      case "crash":
        this.disk.crash(one.disk);
        this.#forget(() => one.disk === "lost");
        return;
      case "damage":
        this.#damage(one.file);
        return;
    }
  }

  expectAgreement(isInline: boolean): void {
    for (const { task: name, checkpoint: id, operator, state, isDamaged } of this.#expected) {
      const handle = handleOf(state, isInline);
      const found = this.#storeOf(name).retrieveLocalState(id, operator, handle);
      expect(found).toEqual(isDamaged ? undefined : writtenOf(state));
    }
    const there = localStateFilesOf(this.disk).map((path) => path.split("/").slice(0, 4).join("/"));
    expect(new Set(there)).toEqual(new Set(this.#expected.map(folderOf)));
  }

  #store({ task: name, checkpoint: id, states }: Extract<Action, { kind: "store" }>): void {
    // No checkpoint's id is given twice.
    if (this.#expected.some((copy) => copy.task === name && copy.checkpoint === id)) return;
    const byOperator = OPERATORS.map((operator, index) => [operator, states[index] ?? []] as const);
    const snapshots = byOperator.map(([operator, state]) => [operator, snapshotOf(state)] as const);
    this.#storeOf(name).storeLocalState(id, new Map(snapshots));
    const copies = byOperator.map(([operator, state]) => {
      return { task: name, checkpoint: id, operator, state, isDamaged: false };
    });
    this.#expected = [...this.#expected, ...copies];
  }

  #damage(file: number): void {
    const files = localStateFilesOf(this.disk);
    const path = files[file % Math.max(1, files.length)];
    if (path === undefined) return;
    this.disk.write(path, new Uint8Array([255]));
    this.disk.sync();
    for (const copy of this.#expected) {
      if (path.startsWith(`${folderOf(copy)}/`)) copy.isDamaged = true;
    }
  }

  #forget(isGone: (copy: Expected) => boolean): void {
    this.#expected = this.#expected.filter((copy) => !isGone(copy));
  }

  #storeOf(name: string): TaskLocalStateStore {
    return must(this.#stores.get(name), () => `store of ${name}`);
  }
}

test("TaskLocalStateStore gives back what was handed in until it is pruned, lost or damaged", () => {
  const actions = fc.array(action, { maxLength: 30 });
  const property = fc.property(actions, fc.boolean(), (drawn, isInline) => {
    const modelled = new ModelledDisk();
    for (const one of drawn) {
      modelled.apply(one);
      modelled.expectAgreement(isInline);
    }
    releaseLocalState(hostOf(modelled.disk));
    expect(localStateFilesOf(modelled.disk)).toEqual([]);
  });
  fc.assert(property);
});

test("TaskLocalStateStore takes nothing for a copy that is not what the checkpoint refers to", () => {
  const property = fc.property(handed, handed, fc.boolean(), (stored, wanted, isInline) => {
    const store = storeOn(new HostDisk(), "count-1");
    store.storeLocalState(checkpointId(3), new Map([["count", snapshotOf(stored)]]));
    const found = store.retrieveLocalState(checkpointId(3), "count", handleOf(wanted, isInline));
    if (found !== undefined) expect(found).toEqual(writtenOf(wanted));
    expect(
      store.retrieveLocalState(checkpointId(4), "count", handleOf(stored, isInline)),
    ).toBeUndefined();
    expect(
      store.retrieveLocalState(checkpointId(3), "other", handleOf(stored, isInline)),
    ).toBeUndefined();
  });
  fc.assert(property);
});

test("TaskLocalStateStore trusts no file whose hash the checkpoint does not know", () => {
  const store = storeOn(new HostDisk(), "count-1");
  store.storeLocalState(checkpointId(1), new Map([["count", snapshotOf([1, 2])]]));
  const handle = { kind: "file", path: "checkpoints/chk-1/count", sizeBytes: 2 } as const;
  expect(store.retrieveLocalState(checkpointId(1), "count", handle)).toBeUndefined();
  const hash = bytesHash(new Uint8Array([1, 2]));
  expect(store.retrieveLocalState(checkpointId(1), "count", { ...handle, hash })).toEqual(
    writtenOf([1, 2]),
  );
});

test("TaskLocalStateStore keeps copies without using them, or uses none, as it is told", () => {
  const state = new Map([["count", snapshotOf([1])]]);
  const kept = new HostDisk();
  const backup = storeOn(kept, "count-1", { isBackupEnabled: true, isRecoveryEnabled: false });
  backup.storeLocalState(checkpointId(1), state);
  expect(localStateFilesOf(kept)).toHaveLength(1);
  expect(backup.retrieveLocalState(checkpointId(1), "count", handleOf([1], true))).toBeUndefined();
  const bare = new HostDisk();
  const recovery = storeOn(bare, "count-1", { isBackupEnabled: false, isRecoveryEnabled: true });
  recovery.storeLocalState(checkpointId(1), state);
  expect(localStateFilesOf(bare)).toEqual([]);
});

function folderOf({ task: name, checkpoint: id, operator }: Expected): string {
  return `local-state/${encodeURIComponent(name)}/chk-${id}/${encodeURIComponent(operator)}`;
}

function hostOf(disk: HostDisk) {
  const { recorder } = new ToyWorld();
  return { disk, recorder, at: new Incarnation(new Place("task-manager-1"), 0) };
}

function storeOn(disk: HostDisk, name: string, config = ON): TaskLocalStateStore {
  return new TaskLocalStateStore(hostOf(disk), name, config);
}

function snapshotOf(state: Handed): KeyedStateSnapshot {
  if (!(state instanceof Map)) return { kind: "full", bytes: new Uint8Array(state as number[]) };
  const files = filesOf(state).map(([name, content]) => {
    return { name, sizeBytes: content.length, read: () => new Uint8Array(content) };
  });
  return { kind: "incremental", meta: new Uint8Array(state.get("meta") ?? []), files };
}

function writtenOf(state: Handed): WrittenKeyedState {
  if (!(state instanceof Map)) return { kind: "full", bytes: new Uint8Array(state as number[]) };
  const files = filesOf(state).map(([name, content]) => [name, new Uint8Array(content)] as const);
  return {
    kind: "incremental",
    meta: new Uint8Array(state.get("meta") ?? []),
    files: new Map(files),
  };
}

function handleOf(state: Handed, isInline: boolean): KeyedStateHandle {
  if (!(state instanceof Map)) return pieceOf(state as number[], isInline);
  const files = filesOf(state).map(([name, content]) => {
    return { name, key: name, sizeBytes: content.length, handle: pieceOf(content, isInline) };
  });
  return { kind: "incremental", meta: pieceOf(state.get("meta") ?? [], isInline), files };
}

function filesOf(state: ReadonlyMap<string, readonly number[]>) {
  return [...state].filter(([name]) => name !== "meta");
}

function pieceOf(content: readonly number[], isInline: boolean): StateHandle {
  const bytes = new Uint8Array(content);
  if (isInline) return { kind: "inline", bytes };
  return { kind: "file", path: "somewhere", sizeBytes: bytes.length, hash: bytesHash(bytes) };
}
