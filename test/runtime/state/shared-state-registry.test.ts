// Shared files against a model of incremental checkpoints: subtasks whose files are born and die, checkpoints that
// complete or abort, notifications that get lost, restarts that claim or do not.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import {
  type PlaceholderHandle,
  type RecoveryClaimMode,
  type SharedFile,
  type SharedState,
  SharedStateRegistry,
} from "../../../sim/runtime/state/shared-state-registry.ts";
import { type CheckpointId, checkpointId } from "../../../sim/runtime/stream-element.ts";

const PLACEHOLDER: PlaceholderHandle = { kind: "placeholder" };
const file = (path: string): SharedFile => ({ kind: "file", path, sizeBytes: 1 });
const uses = (...paths: readonly string[]): readonly SharedState[] =>
  paths.map((path) => ({ key: path, handle: file(path) }));
const id = checkpointId;

function deletedBy(registry: SharedStateRegistry, lowest: number): readonly string[] {
  return registry.unregisterUnused(id(lowest)).deletions.map((deletion) => deletion.file.path);
}

describe("SharedStateRegistry", () => {
  test("a placeholder stands for the handle registered first, and keeps the file", () => {
    const registry = new SharedStateRegistry();
    registry.register(id(1), uses("a", "b"));
    const registration = registry.register(id(2), [{ key: "a", handle: PLACEHOLDER }]);
    expect(registration).toEqual({ kind: "registered", handles: [file("a")] });
    expect(deletedBy(registry, 2)).toEqual(["b"]);
    expect(deletedBy(registry, 3)).toEqual(["a"]);
    expect(deletedBy(registry, 4)).toEqual([]);
  });

  test("inline bytes are resolved like files, and nothing is deleted for them", () => {
    const registry = new SharedStateRegistry();
    const handle = { kind: "inline", bytes: new Uint8Array([1, 2]) } as const;
    registry.register(id(1), [{ key: "small", handle }]);
    const equal = { kind: "inline", bytes: new Uint8Array([1, 2]) } as const;
    for (const again of [PLACEHOLDER, equal]) {
      const registration = registry.register(id(2), [{ key: "small", handle: again }]);
      expect(registration).toEqual({ kind: "registered", handles: [handle] });
    }
    expect(deletedBy(registry, 3)).toEqual([]);
    expect(registry.stateHash()).toBe(new SharedStateRegistry().stateHash());
  });

  test.each([
    ["UNKNOWN_STATE", "new", PLACEHOLDER, "found a placeholder, expected its handle"],
    ["UNEQUAL_STATE", "known", file("other"), "found another state, expected that registered"],
    ["UNEQUAL_STATE", "known", { kind: "inline", bytes: new Uint8Array(0) }, "found another state"],
  ] as const)("refuses with %s, and then has changed nothing", (refusal, key, handle, problem) => {
    const registry = new SharedStateRegistry();
    registry.register(id(1), uses("known"));
    const before = registry.stateHash();
    const registration = registry.register(id(2), [...uses("known", "third"), { key, handle }]);
    const message = expect.stringContaining(
      `Cannot register shared state ${key} of checkpoint 2: ${problem}`,
    );
    expect(registration).toEqual({ kind: "refused", refusal, message });
    expect(registry.stateHash()).toBe(before);
    expect(deletedBy(registry, 2)).toEqual(["known"]);
  });

  test("refuses a placeholder for what it has deleted", () => {
    const registry = new SharedStateRegistry();
    registry.register(id(1), uses("a"));
    registry.unregisterUnused(id(2));
    const registration = registry.register(id(2), [{ key: "a", handle: PLACEHOLDER }]);
    expect(registration).toMatchObject({ kind: "refused", refusal: "UNKNOWN_STATE" });
  });

  test("nothing goes as long as no checkpoint is retained", () => {
    const registry = new SharedStateRegistry();
    registry.register(id(1), uses("a"));
    expect(registry.unregisterUnused(undefined)).toEqual({ deletions: [], checkpointsInUse: [] });
    expect(deletedBy(registry, 2)).toEqual(["a"]);
  });

  test.each<readonly [RecoveryClaimMode, readonly string[]]>([
    ["CLAIM", ["new", "old"]],
    ["NO_CLAIM", ["new"]],
    ["LEGACY", ["new"]],
  ])("after a restore with %s it deletes %j", (claimMode, deleted) => {
    const registry = new SharedStateRegistry();
    registry.registerRestored({
      checkpoint: id(9),
      states: uses("old"),
      sharingFilesStrategy: "FORWARD_BACKWARD",
      claimMode,
    });
    registry.register(id(10), uses("new", "old"));
    expect(deletedBy(registry, 11)).toEqual(deleted);
  });

  test("two restored checkpoints are both left alone, whichever comes first", () => {
    const registry = new SharedStateRegistry();
    for (const checkpoint of [id(10), id(9)]) {
      registry.registerRestored({
        checkpoint,
        states: uses(`of-${checkpoint}`),
        sharingFilesStrategy: "FORWARD_BACKWARD",
        claimMode: "NO_CLAIM",
      });
    }
    expect(deletedBy(registry, 11)).toEqual([]);
  });

  test("a state may be handed in twice at once", () => {
    const registry = new SharedStateRegistry();
    const registration = registry.register(id(1), [
      ...uses("a"),
      { key: "a", handle: PLACEHOLDER },
    ]);
    expect(registration).toEqual({ kind: "registered", handles: [file("a"), file("a")] });
    expect(deletedBy(registry, 2)).toEqual(["a"]);
  });

  test("a restored checkpoint is in use as long as state of it is that cannot do without it", () => {
    const inUse = (
      sharingFilesStrategy: "FORWARD_BACKWARD" | "NO_SHARING",
      preventsDiscardingCreatedCheckpoint: boolean,
    ) => {
      const registry = new SharedStateRegistry();
      const states = uses("old");
      const claimMode = "CLAIM";
      registry.registerRestored({ checkpoint: id(1), states, sharingFilesStrategy, claimMode });
      registry.register(id(2), [
        { key: "old", handle: PLACEHOLDER, preventsDiscardingCreatedCheckpoint },
      ]);
      registry.register(id(3), [...uses("new"), { key: "old", handle: PLACEHOLDER }]);
      registry.register(id(4), [
        { key: "new", handle: PLACEHOLDER, preventsDiscardingCreatedCheckpoint },
      ]);
      return [3, 4].map((lowest) => registry.unregisterUnused(id(lowest)).checkpointsInUse);
    };
    expect(inUse("FORWARD_BACKWARD", false)).toEqual([[], []]);
    expect(inUse("FORWARD_BACKWARD", true)).toEqual([[1], []]);
    expect(inUse("NO_SHARING", false)).toEqual([[1], []]);
  });

  test("the order of acknowledgements does not tell", () => {
    const anyStates = fc.uniqueArray(fc.constantFrom("a", "b", "file-9", "file-10"));
    fc.assert(
      fc.property(anyStates, anyStates, (first, second) => {
        const [left, right] = [new SharedStateRegistry(), new SharedStateRegistry()];
        left.register(id(7), uses(...first));
        left.register(id(7), uses(...second));
        right.register(id(7), uses(...second));
        right.register(id(7), uses(...first));
        expect(left.stateHash()).toBe(right.stateHash());
        expect(left.unregisterUnused(id(8))).toEqual(right.unregisterUnused(id(8)));
      }),
    );
  });

  test("never deletes what a retained checkpoint refers to, and deletes all else once it is unused", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.commands([anyCheckpoint, anyRestart], { maxCommands: 30 }),
        (parallelism, numRetained, commands) => {
          const model = modelOf(parallelism, numRetained);
          const real = { registry: new SharedStateRegistry(), storage: new Set<string>() };
          fc.modelRun(() => ({ model, real }), commands);
          drain(model, real);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** A backend's files by their own name, with the path each was uploaded to. */
type Uploads = ReadonlyMap<number, string>;

interface SubtaskModel {
  /** The backend's files as they are; they are never changed, and never come back. */
  live: readonly number[];
  /** What the subtask knows to be uploaded: that of the last checkpoint it heard was complete. */
  base: Uploads;
}

interface RetainedModel {
  readonly checkpoint: CheckpointId;
  readonly uploads: readonly Uploads[];
}

interface JobModel {
  readonly numRetained: number;
  readonly subtasks: SubtaskModel[];
  retained: readonly RetainedModel[];
  /** The last checkpoint that used each file the registry knows. */
  lastUsed: Map<string, CheckpointId>;
  /** Not the job's to delete: the user's, or forgotten by an earlier registry. */
  foreign: Set<string>;
  lastCheckpoint: number;
  lastFile: number;
}

interface Real {
  registry: SharedStateRegistry;
  readonly storage: Set<string>;
}

/** What one subtask does up to a checkpoint, and at it. */
interface SubtaskTurn {
  readonly born: number;
  /** Of the live files, by index. */
  readonly dying: readonly number[];
  readonly sendsPlaceholders: boolean;
  readonly hearsOfCompletion: boolean;
}

class Checkpoint implements fc.Command<JobModel, Real> {
  readonly #turns: readonly SubtaskTurn[];
  readonly #completes: boolean;

  constructor(turns: readonly SubtaskTurn[], completes: boolean) {
    this.#turns = turns;
    this.#completes = completes;
  }

  check(): boolean {
    return true;
  }

  run(model: JobModel, real: Real): void {
    const checkpoint = id(++model.lastCheckpoint);
    const uploads = model.subtasks.map((subtask, index) => {
      const turn = must(this.#turns[index], "turn of a subtask");
      live(model, subtask, turn);
      return acknowledge(model, real, { checkpoint, subtask, turn });
    });
    if (!this.#completes) return;
    model.retained = [...model.retained, { checkpoint, uploads }].slice(-model.numRetained);
    for (const [index, subtask] of model.subtasks.entries()) {
      const hears = this.#turns[index]?.hearsOfCompletion === true;
      if (hears) subtask.base = must(uploads[index], "uploads of a subtask");
    }
    deleteUnused(model, real);
  }

  toString(): string {
    return `Checkpoint(${this.#completes ? "completes" : "aborts"}, ${JSON.stringify(this.#turns)})`;
  }
}

class Restart implements fc.Command<JobModel, Real> {
  readonly #claimMode: RecoveryClaimMode;

  constructor(claimMode: RecoveryClaimMode) {
    this.#claimMode = claimMode;
  }

  check(model: JobModel): boolean {
    return model.retained.length > 0;
  }

  run(model: JobModel, real: Real): void {
    real.registry = new SharedStateRegistry();
    model.lastUsed = new Map();
    for (const { checkpoint, uploads } of model.retained) {
      const states = uploads.flatMap((files) => uses(...files.values()));
      for (const { key } of states) model.lastUsed.set(key, checkpoint);
      const registration = real.registry.registerRestored({
        checkpoint,
        states,
        sharingFilesStrategy: "FORWARD_BACKWARD",
        claimMode: this.#claimMode,
      });
      expect(registration.kind).toBe("registered");
    }
    const own = this.#claimMode === "CLAIM" ? model.lastUsed : new Map();
    model.foreign = new Set([...real.storage].filter((path) => !own.has(path)));
    for (const [index, subtask] of model.subtasks.entries()) {
      const restored = must(model.retained.at(-1)?.uploads[index], "uploads of a subtask");
      subtask.live = [...restored.keys()];
      // Without a claim the first checkpoint is a full one.
      subtask.base = this.#claimMode === "NO_CLAIM" ? new Map() : restored;
    }
  }

  toString(): string {
    return `Restart(${this.#claimMode})`;
  }
}

const anyTurn: fc.Arbitrary<SubtaskTurn> = fc.record({
  born: fc.nat(2),
  dying: fc.uniqueArray(fc.nat(4), { maxLength: 2 }),
  sendsPlaceholders: fc.boolean(),
  hearsOfCompletion: fc.boolean(),
});

const anyCheckpoint = fc
  .tuple(fc.array(anyTurn, { minLength: 3, maxLength: 3 }), fc.nat(3))
  .map(([turns, fate]) => new Checkpoint(turns, fate > 0));

const anyRestart = fc
  .constantFrom<RecoveryClaimMode>("CLAIM", "NO_CLAIM", "LEGACY")
  .map((claimMode) => new Restart(claimMode));

function modelOf(parallelism: number, numRetained: number): JobModel {
  return {
    numRetained,
    subtasks: Array.from({ length: parallelism }, () => ({ live: [], base: new Map() })),
    retained: [],
    lastUsed: new Map(),
    foreign: new Set(),
    // Names and ids cross a digit's border early.
    lastCheckpoint: 7,
    lastFile: 7,
  };
}

function live(model: JobModel, subtask: SubtaskModel, { born, dying }: SubtaskTurn): void {
  const survivors = subtask.live.filter((_, index) => !dying.includes(index));
  const newborn = Array.from({ length: born }, () => ++model.lastFile);
  subtask.live = [...survivors, ...newborn];
}

/** Hands in all live files: those of the base as known, all others uploaded, also once more. */
function acknowledge(
  model: JobModel,
  real: Real,
  at: {
    readonly checkpoint: CheckpointId;
    readonly subtask: SubtaskModel;
    readonly turn: SubtaskTurn;
  },
): Uploads {
  const { checkpoint, subtask, turn } = at;
  const uploads = new Map<number, string>();
  const states = subtask.live.map((name): SharedState => {
    const known = subtask.base.get(name);
    const path = known ?? `file-${name}-of-${checkpoint}`;
    uploads.set(name, path);
    if (known === undefined) real.storage.add(path);
    const isPlaceholder = known !== undefined && turn.sendsPlaceholders;
    return { key: path, handle: isPlaceholder ? PLACEHOLDER : file(path) };
  });
  const handles = states.map(({ key }) => file(key));
  expect(real.registry.register(checkpoint, states)).toEqual({ kind: "registered", handles });
  for (const { key } of states) model.lastUsed.set(key, checkpoint);
  return uploads;
}

function deleteUnused(model: JobModel, real: Real): void {
  const lowest = must(model.retained[0], "a retained checkpoint").checkpoint;
  const before = real.registry.clone();
  expect(before.stateHash()).toBe(real.registry.stateHash());
  const { deletions } = real.registry.unregisterUnused(lowest);
  expect(before.unregisterUnused(lowest).deletions).toEqual(deletions);
  const unused = [...model.lastUsed].filter(([, last]) => last < lowest).map(([path]) => path);
  for (const path of unused) model.lastUsed.delete(path);
  expect(new Set(deletions.map(({ file: { path } }) => path))).toEqual(
    new Set(unused.filter((path) => !model.foreign.has(path))),
  );
  for (const { file: deleted } of deletions) expect(real.storage.delete(deleted.path)).toBe(true);
  for (const path of retainedFilesOf(model)) expect(real.storage.has(path)).toBe(true);
}

/** After as many new full checkpoints as are retained, nothing but their files and what is foreign is left. */
function drain(model: JobModel, real: Real): void {
  for (const subtask of model.subtasks) {
    subtask.base = new Map();
    subtask.live = [++model.lastFile];
  }
  const turn = { born: 0, dying: [], sendsPlaceholders: false, hearsOfCompletion: false };
  for (let left = model.numRetained; left > 0; left--) {
    new Checkpoint([turn, turn, turn], true).run(model, real);
  }
  expect(real.storage).toEqual(new Set([...retainedFilesOf(model), ...model.foreign]));
}

function retainedFilesOf(model: JobModel): readonly string[] {
  return model.retained.flatMap(({ uploads }) => uploads.flatMap((files) => [...files.values()]));
}
