// Key groups in the inspector, and subtasks that come and go with a job's submissions, on the scenario that rescales.
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import { isAbsent } from "../../../viz/model/submissions.ts";
import { inspectionOf } from "../../../viz/views/inspector/inspection.ts";
import type { Block } from "../../../viz/views/inspector/inspector-blocks.ts";
import { INSPECTOR_WORDS } from "../../../viz/words/inspector-words.ts";
import { modelOfCase, recorded } from "../model/recorded-model.ts";
import { planOf } from "../support/test-pages.ts";
import { frameAt } from "./inspector-frames.ts";

const model = modelOfCase(recorded({ scenario: "rescaling", seed: 3 }));
const submitted = indexOf("job-submitted", 1);
const last = model.count - 1;

describe("key groups", () => {
  test("before the job is started again only the present owners are told", () => {
    const { rows, heads, note } = keyGroupsAt("count+sink-2", submitted - 1);
    expect(rows.map(({ bars }) => bars.map(({ start, end }) => [start, end]))).toEqual([
      [
        [0, 63],
        [64, 127],
      ],
    ]);
    expect(heads).toEqual(["key", "key group", "owner"]);
    expect(note).toBe("64 to 127 of 128 are its own");
  });

  test.each(["count+sink-1", "count+sink-2", "count+sink-3"])(
    "%s owns after the restore just the keys that the table gives it, and those alone are restored to it",
    (name) => {
      const { keys } = keyGroupsAt(name, submitted);
      const given = keys.filter(({ owners }) => owners.at(-1) === name).map(({ text }) => text);
      const restored = indexOf("task-restored", 1, name);
      const held = model.world(restored).subtasks.find((subtask) => subtask.name === name);
      const keysHeld = (held?.keyed.values() ?? []).map(({ key }) => key);
      expect(given.toSorted()).toEqual(keysHeld.toSorted());
      expect(keys.length).toBe(10);
    },
  );

  test("a key is said to move if another subtask owns it, and so some do and some do not", () => {
    const { keys } = keyGroupsAt("count+sink-3", submitted);
    const moved = keys.filter(({ hasMoved }) => hasMoved);
    expect(moved.map(({ text, owners }) => [text, ...owners])).toEqual([
      ['"finn"', "count+sink-1", "count+sink-2"],
      ['"ada"', "count+sink-2", "count+sink-3"],
      ['"eve"', "count+sink-2", "count+sink-3"],
      ['"gita"', "count+sink-2", "count+sink-3"],
    ]);
  });

  test("a task without keys has none", () => {
    expect(blocksAt("source-1", last).some(({ kind }) => kind === "key-groups")).toBe(false);
  });
});

describe("a subtask that the present submission does not have", () => {
  test("is not there until it is started, and says so", () => {
    expect(isAbsent(model, "count+sink-3", submitted - 1)).toBe(true);
    expect(isAbsent(model, "count+sink-3", submitted)).toBe(false);
    expect(isAbsent(model, "count+sink-1", submitted - 1)).toBe(false);
    const selection = { kind: "subtask", name: "count+sink-3" } as const;
    const frame = frameAt(model, submitted - 1, { selection });
    expect(inspectionOf(frame, INSPECTOR_WORDS.en).subtitle).toBe("not in this submission");
  });

  test("is gone again once the job goes on with fewer", () => {
    const faults = planOf("rescaling", "out-and-in");
    const inAgain = modelOfCase(recorded({ scenario: "rescaling", seed: 5, faults }));
    const names = inAgain.world(inAgain.count - 1).subtasks.map(({ name }) => name);
    const absent = names.filter((name) => isAbsent(inAgain, name, inAgain.count - 1));
    expect(absent).toEqual(["source-2", "source-3", "count+sink-2", "count+sink-3"]);
  });

  test("has no part in a checkpoint of that submission, which others make complete", () => {
    const before = checkpointAt(2, last);
    expect(before.title).toBe("checkpoint 2, a savepoint");
    expect(acknowledging(before.blocks).every(({ isDone }) => isDone)).toBe(true);
    expect(acknowledging(before.blocks).length).toBe(4);
    const after = checkpointAt(3, last);
    expect(after.title).toBe("checkpoint 3");
    expect(acknowledging(after.blocks).length).toBe(6);
  });
});

test("what users ask for, and the job's new start, are landmarks and no faults", () => {
  const marks = model.landmarks.filter(({ what }) => what !== "end" && what !== "restore");
  expect(marks.map(({ what, index }) => [what, model.event(index).kind])).toEqual([
    ["request", "fault-struck"],
    ["request", "fault-struck"],
    ["submission", "job-submitted"],
  ]);
  const [stop] = marks;
  expect(model.sentence(must(stop, "stop").index, "en")).toMatch(/^Somebody asks for the job/);
  expect(model.sentence(must(stop, "stop").index, "zh")).toMatch(/^有人要求带 savepoint 停止作业/);
});

function blocksAt(name: string, index: number): readonly Block[] {
  const frame = frameAt(model, index, { selection: { kind: "subtask", name } });
  return inspectionOf(frame, INSPECTOR_WORDS.en).blocks;
}

function keyGroupsAt(name: string, index: number): Block & { readonly kind: "key-groups" } {
  const found = blocksAt(name, index).find((block) => block.kind === "key-groups");
  return must(found, `key groups of ${name}`);
}

function checkpointAt(id: number, index: number) {
  const frame = frameAt(model, index, { selection: { kind: "checkpoint", id } });
  return inspectionOf(frame, INSPECTOR_WORDS.en);
}

function acknowledging(blocks: readonly Block[]) {
  return blocks.flatMap((block) => (block.kind === "acknowledgements" ? block.tasks : []));
}

function indexOf(kind: TraceEvent["kind"], nth: number, place?: string): number {
  let seen = 0;
  for (let index = 0; index < model.count; index++) {
    const event = model.event(index);
    if (event.kind !== kind || (place !== undefined && event.place !== place)) continue;
    // The newest attempt of a subtask is the one started again.
    if (place !== undefined && event.incarnation === 0) continue;
    seen++;
    if (seen === nth) return index;
  }
  throw new Error(`No ${kind}`);
}
