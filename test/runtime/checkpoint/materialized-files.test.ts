// Whose the files of materializations are: each is deleted by the task exactly if no acknowledgement has handed it in.

import fc from "fast-check";
import { expect, test } from "vitest";
import { MaterializedFiles } from "../../../sim/runtime/checkpoint/materialized-files.ts";
import type { SharedFileHandle } from "../../../sim/runtime/checkpoint/state-handle.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";

const OPERATOR = "count";

function handleOf(name: string): SharedFileHandle {
  return { name, key: name, sizeBytes: 1, handle: { kind: "file", path: name, sizeBytes: 1 } };
}

/** What happens to one task's files. */
type Happening =
  /** A materialization that keeps some of the files there are, by their positions, and brings one more. */
  | { readonly kind: "materialized"; readonly kept: readonly number[] }
  /** A checkpoint names all of the newest. */
  | { readonly kind: "named" }
  | { readonly kind: "acknowledged"; readonly at: number }
  | { readonly kind: "dropped"; readonly at: number };

const anyHappening = fc.oneof(
  fc.record({ kind: fc.constant("materialized" as const), kept: fc.array(fc.nat(3)) }),
  fc.record({ kind: fc.constant("named" as const) }),
  fc.record({ kind: fc.constant("acknowledged" as const), at: fc.nat(3) }),
  fc.record({ kind: fc.constant("dropped" as const), at: fc.nat(3) }),
);

/** Runs what happens; afterwards the attempt has ended. */
function play(happenings: readonly Happening[]): void {
  const files = new MaterializedFiles();
  const brought: string[] = [];
  const handedIn = new Set<string>();
  const deleted: string[] = [];
  const open: { readonly checkpoint: number; readonly names: readonly string[] }[] = [];
  let current: readonly string[] = [];
  let checkpoints = 0;
  const remove = (paths: readonly string[]): void => {
    for (const path of paths) {
      expect(handedIn.has(path), `${path} was handed in`).toBe(false);
      expect(current, "the newest are still needed").not.toContain(path);
      expect(open.flatMap(({ names }) => names)).not.toContain(path);
    }
    deleted.push(...paths);
  };
  for (const happening of happenings) {
    if (happening.kind === "materialized") {
      const kept = current.filter((_, index) => happening.kept.includes(index));
      const name = `file-${brought.length}`;
      brought.push(name);
      current = [...kept, name];
      remove(files.replace(OPERATOR, current.map(handleOf)));
    } else if (happening.kind === "named") {
      const checkpoint = ++checkpoints;
      for (const name of current) {
        expect(files.use(checkpointId(checkpoint), OPERATOR, name)).toEqual(handleOf(name));
      }
      open.push({ checkpoint, names: current });
    } else {
      const [ended] = open.splice(happening.at % Math.max(1, open.length), 1);
      if (ended === undefined) continue;
      const checkpoint = checkpointId(ended.checkpoint);
      if (happening.kind === "acknowledged") {
        for (const name of ended.names) handedIn.add(name);
        remove(files.acknowledged(checkpoint));
      } else {
        remove(files.dropped(checkpoint));
      }
    }
    for (const name of brought) {
      expect(files.find(OPERATOR, name) !== undefined, name).toBe(current.includes(name));
    }
  }
  for (const { checkpoint } of open.splice(0)) remove(files.dropped(checkpointId(checkpoint)));
  current = [];
  remove(files.close());
  expect([...deleted, ...handedIn].sort()).toEqual(brought.sort());
}

test("MaterializedFiles deletes each file once, unless it was handed in, and none that is needed", () => {
  fc.assert(fc.property(fc.array(anyHappening, { maxLength: 30 }), play), { numRuns: 500 });
});
