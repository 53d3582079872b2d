// A host's disk against a model: what is synced survives a crash, what is not does not.
import fc from "fast-check";
import { expect, test } from "vitest";
import { HostDisk } from "../../sim/storage/host-disk.ts";

type Action =
  | { readonly kind: "write"; readonly path: string; readonly byte: number }
  | { readonly kind: "delete"; readonly path: string }
  | { readonly kind: "sync" }
  | { readonly kind: "crash"; readonly disk: "kept" | "lost" };

const path = fc.constantFrom("a", "b", "c");
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), path, byte: fc.nat(255) }),
  fc.record({ kind: fc.constant("delete" as const), path }),
  fc.record({ kind: fc.constant("sync" as const) }),
  fc.record({ kind: fc.constant("crash" as const), disk: fc.constantFrom("kept", "lost") }),
);

test("HostDisk keeps what was synced, and after a crash nothing else", () => {
  const property = fc.property(fc.array(action), (actions) => {
    const disk = new HostDisk();
    let synced = new Map<string, number>();
    let seen = new Map<string, number>();
    for (const one of actions) {
      switch (one.kind) {
        case "write":
          disk.write(one.path, new Uint8Array([one.byte]));
          seen.set(one.path, one.byte);
          break;
        case "delete":
          disk.delete(one.path);
          seen.delete(one.path);
          break;
        case "sync":
          disk.sync();
          synced = new Map(seen);
          break;
        case "crash":
          disk.crash(one.disk);
          if (one.disk === "lost") synced = new Map();
          seen = new Map(synced);
          break;
      }
      for (const name of ["a", "b", "c"]) expect(disk.read(name)?.[0]).toBe(seen.get(name));
      expect(disk.list("")).toEqual([...seen.keys()].sort());
      expect(disk.list("b")).toEqual(seen.has("b") ? ["b"] : []);
      const durable = [...synced].map(([name, byte]) => [name, new Uint8Array([byte])]).sort();
      expect(disk.describeState()).toEqual(durable);
    }
  });
  fc.assert(property);
});
