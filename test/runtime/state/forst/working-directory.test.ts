// Whose a file is, at every moment: none goes that a tree, a snapshot or a checkpoint has, none stays that nobody has.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  attemptFolder,
  attemptOfWorkingFile,
  WorkingDirectory,
} from "../../../../sim/runtime/state/forst/working-directory.ts";
import { manyRuns } from "../rocksdb/many-runs.ts";

/** What is known of a file from what was done to it. */
interface ModelFile {
  isInUse: boolean;
  holds: number;
  isHandedIn: boolean;
}

const PATHS = ["a", "b", "c"];

/** Something that happens to one of the files; what makes no sense for it does not happen. */
const anyDeed = fc.record({
  path: fc.constantFrom(...PATHS),
  deed: fc.constantFrom("discard", "hold", "release", "hand in", "settle", "fail"),
});

test("WorkingDirectory deletes exactly what nobody has and no checkpoint was handed", () => {
  fc.assert(
    fc.property(fc.array(anyDeed, { maxLength: 60 }), (deeds) => {
      const model = new Map<string, ModelFile>();
      const stored = new Set<string>();
      const writing = new Set<string>();
      const directory = new WorkingDirectory({
        write: (path) => {
          expect([stored.has(path), writing.has(path)]).toEqual([false, false]);
          writing.add(path);
        },
        delete: (path) => {
          expect(model.get(path)).toEqual({ isInUse: false, holds: 0, isHandedIn: false });
          expect([stored.delete(path), writing.has(path)]).toEqual([true, false]);
        },
      });
      const settle = (path: string, hasFailed: boolean): void => {
        if (!writing.delete(path)) return;
        if (!hasFailed) stored.add(path);
        directory.settled(path, hasFailed);
      };
      const release = (path: string, isHandedIn: boolean): void => {
        const file = model.get(path);
        // Only what is there is handed in.
        if (file === undefined || file.holds === 0 || (isHandedIn && !stored.has(path))) return;
        file.holds--;
        file.isHandedIn ||= isHandedIn;
        directory.release(path, isHandedIn);
      };
      const discard = (path: string): void => {
        const file = model.get(path);
        if (file?.isInUse !== true) return;
        file.isInUse = false;
        directory.discard(path);
      };
      for (const path of PATHS) {
        model.set(path, { isInUse: true, holds: 0, isHandedIn: false });
        directory.write(path, new Uint8Array(1));
      }
      for (const { path, deed } of deeds) {
        const file = model.get(path);
        if (deed === "discard") discard(path);
        else if (deed === "release" || deed === "hand in") release(path, deed === "hand in");
        else if (deed === "settle" || deed === "fail") settle(path, deed === "fail");
        else if (file !== undefined && (file.isInUse || file.holds > 0)) {
          file.holds++;
          expect(directory.hold(path)).toBe(stored.has(path) ? "stored" : "writing");
        }
      }
      for (const [path, file] of model) {
        while (file.holds > 0) release(path, false);
        discard(path);
        settle(path, false);
      }
      const handedIn = [...model].filter(([, file]) => file.isHandedIn).map(([path]) => path);
      expect([...stored].sort()).toEqual(handedIn);
      expect(directory.describeState()).toBeUndefined();
    }),
    manyRuns,
  );
});

describe("A path", () => {
  test("tells which attempt wrote the file", () => {
    expect(attemptOfWorkingFile(`${attemptFolder("dir/x", 12)}count-1/count/000001.sst`)).toBe(12);
    expect(attemptOfWorkingFile("dir/shared/chk-3-count-1-0-count-000001.sst")).toBeUndefined();
  });
});

test("A file of another attempt is taken for stored, and left alone", () => {
  const directory = new WorkingDirectory({
    write: () => expect.unreachable(),
    delete: () => expect.unreachable(),
  });
  expect([directory.hold("other"), directory.isNew("other")]).toEqual(["stored", false]);
  directory.release("other", true);
  directory.discard("other");
  expect(directory.describeState()).toBeUndefined();
});
