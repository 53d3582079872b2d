// The shared storage: writes are published whole or not at all, die with their writer, may fail and may be slow.
import fc from "fast-check";
import { expect, test } from "vitest";
import { instant, micros, millis } from "../../sim/kernel/virtual-time.ts";
import {
  SharedStorage,
  type StorageAccess,
  type StorageAnswer,
  type StorageRequest,
  type StorageVerdict,
} from "../../sim/storage/shared-storage.ts";
import { StorageLink } from "../../sim/storage/storage-link.ts";
import { NotingActor, ToyWorld } from "../support/toy-world.ts";

const TIMING = { latency: millis(5), jitter: millis(5), bandwidth: 1_000_000 };
const BYTES = new Uint8Array([1, 2, 3]);

function storageIn(
  world: ToyWorld,
  verdict: (access: StorageAccess) => StorageVerdict = () => ({ kind: "normal" }),
) {
  const { simulation, recorder } = world;
  const storage = new SharedStorage({
    simulation,
    recorder,
    conditions: { verdict },
    timing: TIMING,
  });
  const client = new NotingActor(simulation, "client");
  let id = 0;
  const ask = (request: StorageRequest, requester = client): void => {
    storage.request(request, { requester, tag: `request ${id}`, id: id++ });
  };
  const outcomes = () => client.messages.map((message) => (message as StorageAnswer).outcome);
  return { storage, client, ask, outcomes };
}

test("SharedStorage gives back what was written, to whom it was asked, with the tag", () => {
  const world = new ToyWorld();
  const { ask, client } = storageIn(world);
  ask({ kind: "write", path: "dir/a", bytes: BYTES });
  world.run();
  ask({ kind: "read", path: "dir/a" });
  world.run();
  expect(client.messages).toEqual([
    { kind: "storage-answer", tag: "request 0", outcome: { kind: "written" } },
    { kind: "storage-answer", tag: "request 1", outcome: { kind: "read", bytes: BYTES } },
  ]);
});

test("SharedStorage shows nothing of a write before all of it is there", () => {
  const world = new ToyWorld();
  const { storage, ask } = storageIn(world);
  const size = 1_000_000; // A second, at this bandwidth.
  ask({ kind: "write", path: "a", bytes: new Uint8Array(size) });
  world.run(999_999);
  expect([...storage.files.keys()]).toEqual([]);
  ask({ kind: "write", path: "b", bytes: BYTES });
  world.run();
  expect(storage.files.get("a")?.length).toBe(size);
  expect(world.simulation.now).toBeGreaterThanOrEqual(1_000_000);
});

test("SharedStorage publishes nothing for a writer that died before the write was done", () => {
  const property = fc.property(fc.nat(12_000), fc.nat(), (death, seed) => {
    const world = new ToyWorld({ seed });
    const { storage, ask, client } = storageIn(world);
    const { simulation } = world;
    ask({ kind: "write", path: "a", bytes: BYTES });
    const reaper = new NotingActor(simulation, "reaper", {
      onMessage: () => client.incarnation.end(),
    });
    simulation.strike(instant(death), reaper, "die");
    world.run();
    const isWritten = storage.files.has("a");
    expect(isWritten).toBe(client.received.length === 1);
    if (isWritten) expect(client.received[0]?.at).toBeLessThan(death);
    const kinds = world.events().map(({ kind }) => kind);
    expect(kinds).toEqual(["write-started", isWritten ? "write-completed" : "write-abandoned"]);
  });
  fc.assert(property);
});

test("SharedStorage deletes for a client that died meanwhile", () => {
  const world = new ToyWorld();
  const { storage, ask, client } = storageIn(world);
  ask({ kind: "write", path: "a", bytes: BYTES });
  world.run();
  ask({ kind: "delete", path: "a" });
  client.incarnation.end();
  world.run();
  expect([...storage.files.keys()]).toEqual([]);
  expect(client.received.length).toBe(1);
});

test("SharedStorage's failures are data, and leave what was there before", () => {
  const world = new ToyWorld();
  let isBroken = false;
  const { storage, ask, outcomes } = storageIn(world, () =>
    isBroken ? { kind: "fail", reason: "disk full" } : { kind: "normal" },
  );
  ask({ kind: "write", path: "a", bytes: BYTES });
  world.run();
  isBroken = true;
  ask({ kind: "write", path: "a", bytes: new Uint8Array([9]) });
  world.run();
  expect(outcomes()).toEqual([{ kind: "written" }, { kind: "failed", reason: "disk full" }]);
  expect(storage.files.get("a")).toEqual(BYTES);
  const [failed] = world.events().filter(({ kind }) => kind === "write-failed");
  expect(failed).toMatchObject({ path: "a", writer: "client", reason: "disk full" });
});

test("SharedStorage says that there is no file, rather than giving an empty one", () => {
  const world = new ToyWorld();
  const { ask, outcomes } = storageIn(world);
  ask({ kind: "read", path: "none" });
  ask({ kind: "delete", path: "none" });
  world.run();
  const kinds = outcomes().map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(["deleted", "failed"]);
  expect(outcomes()).toContainEqual({ kind: "failed", reason: "no file at none" });
});

test("SharedStorage is as slow as it is told to be", () => {
  const world = new ToyWorld();
  const { ask, client } = storageIn(world, () => ({ kind: "slow", delay: millis(100) }));
  ask({ kind: "write", path: "a", bytes: BYTES });
  world.run();
  expect(client.received[0]?.at).toBeGreaterThanOrEqual(105_000);
  expect(client.received[0]?.at).toBeLessThanOrEqual(110_003);
});

test("SharedStorage lists the files under a prefix, sorted by path", () => {
  const world = new ToyWorld();
  const { ask, outcomes } = storageIn(world);
  for (const path of ["dir/b", "dir/a", "dir/10", "other"])
    ask({ kind: "write", path, bytes: BYTES });
  world.run();
  ask({ kind: "list", prefix: "dir/" });
  world.run();
  expect(outcomes().at(-1)).toEqual({
    kind: "listed",
    files: ["dir/10", "dir/a", "dir/b"].map((path) => ({ path, bytes: BYTES })),
  });
});

test("SharedStorage's state hash is that of its files, however they came to be there", () => {
  const hashAfter = (paths: readonly string[], seed: number): string => {
    const world = new ToyWorld({ seed });
    const { storage, ask } = storageIn(world);
    for (const path of paths) ask({ kind: "write", path, bytes: BYTES });
    world.run();
    return storage.stateHash();
  };
  expect(hashAfter(["a", "b"], 1)).toBe(hashAfter(["b", "a"], 2));
  expect(hashAfter(["a", "b"], 1)).not.toBe(hashAfter(["a"], 1));
});

test("SharedStorage asks its conditions who wants what", () => {
  const asked: StorageAccess[] = [];
  const world = new ToyWorld();
  const { ask } = storageIn(world, (access) => {
    asked.push(access);
    return { kind: "slow", delay: micros(0) };
  });
  ask({ kind: "write", path: "a", bytes: BYTES });
  ask({ kind: "list", prefix: "dir/" });
  world.run();
  expect(asked).toEqual([
    { request: "write", path: "a", by: "client" },
    { request: "list", path: "dir/", by: "client" },
  ]);
});

test("SharedStorage lets files that share a link take as long as all of their bytes", () => {
  const half = new Uint8Array(500_000);
  /** When the last of four files is there, each of which takes half a second by itself. */
  const doneAt = (linkOf: () => StorageLink | undefined): number => {
    const world = new ToyWorld();
    const { storage, client } = storageIn(world);
    for (const id of [0, 1, 2, 3]) {
      const link = linkOf();
      const asker = { requester: client, tag: id, id, ...(link === undefined ? {} : { link }) };
      storage.request({ kind: "write", path: `file ${id}`, bytes: half }, asker);
    }
    world.run();
    return world.simulation.now;
  };
  const shared = new StorageLink(1_000_000);
  const [alone, own, together] = [undefined, () => new StorageLink(1_000_000), () => shared].map(
    (linkOf) => doneAt(linkOf ?? (() => undefined)),
  );
  expect(own).toBe(alone);
  expect(alone).toBeLessThanOrEqual(510_000);
  expect(together).toBeGreaterThanOrEqual(2_005_000);
  expect(together).toBeLessThanOrEqual(2_010_000);
});
