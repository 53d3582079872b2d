// Operator state from snapshot to restore, through handles: whatever the old and the new parallelism, every element comes
// to whom it belongs, and no snapshot is read of which nothing is needed.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignOperatorState } from "../../../sim/runtime/checkpoint/operator-state-assignment.ts";
import type { OperatorStateHandle } from "../../../sim/runtime/checkpoint/state-handle.ts";
import { operatorStateMetasOf } from "../../../sim/runtime/state/operator-snapshot-format.ts";
import { OperatorStateBackend } from "../../../sim/runtime/state/operator-state.ts";
import type { OperatorStateMode } from "../../../sim/runtime/state/operator-state-redistribution.ts";
import {
  ListStateDescriptor,
  MapStateDescriptor,
} from "../../../sim/runtime/state/state-descriptor.ts";
import { Types } from "../../../sim/runtime/state/type-information.ts";

const offsets = new ListStateDescriptor("offsets", Types.INT);
const members = new ListStateDescriptor("members", Types.STRING);
const rules = new MapStateDescriptor("rules", Types.STRING, Types.INT);

/** What one old subtask holds; undefined for one without operator state. */
interface Held {
  readonly offsets: readonly number[];
  readonly members: readonly string[];
  /** Alike in all that have any. */
  readonly rules: readonly (readonly [string, number])[];
}

function handleOf(held: Held | undefined): OperatorStateHandle | undefined {
  if (held === undefined) return undefined;
  const backend = new OperatorStateBackend();
  backend.getListState(offsets).update(held.offsets);
  backend.getUnionListState(members).update(held.members);
  backend.getBroadcastState(rules).putAll(held.rules);
  const bytes = backend.snapshot();
  return { kind: "inline", bytes, states: operatorStateMetasOf(bytes) };
}

/** What the functions of the new subtasks find. */
function restored(
  old: readonly (Held | undefined)[],
  parallelism: number,
): readonly { readonly [Part in keyof Held]: Held[Part] }[] {
  return assignOperatorState(old.map(handleOf), parallelism).map(({ handles, shares }) => {
    const backend = new OperatorStateBackend();
    const snapshots = handles.map((handle) =>
      handle.kind === "inline" ? handle.bytes : undefined,
    );
    backend.restore(snapshots, shares);
    return {
      offsets: backend.getListState(offsets).get(),
      members: backend.getUnionListState(members).get(),
      rules: backend.getBroadcastState(rules).entries(),
    };
  });
}

const anyRules = fc.dictionary(fc.string({ maxLength: 3 }), fc.integer({ min: 0, max: 9 }), {
  noNullPrototype: true,
});
const anyOld = anyRules.chain((all) => {
  const held = fc.record({
    offsets: fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 5 }),
    members: fc.array(fc.string({ maxLength: 3 }), { maxLength: 4 }),
    rules: fc.constant(Object.entries(all)),
  });
  return fc.array(fc.option(held, { nil: undefined, freq: 5 }), { minLength: 1, maxLength: 5 });
});

describe("assignOperatorState", () => {
  test("gives split elements to one, union elements to all, and each a copy of what is broadcast", () => {
    fc.assert(
      fc.property(anyOld, fc.integer({ min: 1, max: 6 }), (old, parallelism) => {
        const there = old.flatMap((held) => held ?? []);
        const all = restored(old, parallelism);
        expect(all.length).toBe(parallelism);
        const pooled = there.flatMap((held) => held.offsets);
        if (parallelism === old.length) {
          expect(all.map((held) => held.offsets)).toEqual(old.map((held) => held?.offsets ?? []));
        }
        expect(all.flatMap((held) => held.offsets)).toEqual(pooled);
        const sizes = all.map((held) => held.offsets.length);
        if (parallelism !== old.length) {
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
        for (const held of all) {
          expect(held.members).toEqual(there.flatMap((one) => one.members));
          expect(new Map(held.rules)).toEqual(new Map(there[0]?.rules ?? []));
        }
      }),
    );
  });

  test("leaves out the snapshots of which a subtask needs nothing", () => {
    const meta = (name: string, mode: OperatorStateMode, elementCount: number) => {
      return { name, mode, elementCount };
    };
    const handle = (...states: OperatorStateHandle["states"]): OperatorStateHandle => {
      return { kind: "inline", bytes: new Uint8Array(0), states };
    };
    const first = handle(meta("offsets", "split-distribute", 2), meta("rules", "broadcast", 0));
    const second = handle(meta("offsets", "split-distribute", 1), meta("rules", "broadcast", 0));
    expect(assignOperatorState([first, undefined, second], 3)).toEqual([
      {
        handles: [first],
        shares: [
          { oldSubtask: 0, state: "offsets", start: 0, end: 2 },
          { oldSubtask: 0, state: "rules", start: 0, end: 0 },
        ],
      },
      { handles: [second], shares: [{ oldSubtask: 0, state: "rules", start: 0, end: 0 }] },
      {
        handles: [first, second],
        shares: [
          { oldSubtask: 1, state: "offsets", start: 0, end: 1 },
          { oldSubtask: 0, state: "rules", start: 0, end: 0 },
        ],
      },
    ]);
    expect(assignOperatorState([undefined], 2)).toEqual([
      { handles: [], shares: [] },
      { handles: [], shares: [] },
    ]);
  });
});
