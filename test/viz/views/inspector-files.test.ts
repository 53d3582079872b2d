// The table of files by checkpoints, on the published walk-through: it must be the published table.
import { expect, test } from "vitest";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import { inspectionOf } from "../../../viz/views/inspector/inspection.ts";
import type { Block, FileRow } from "../../../viz/views/inspector/inspector-blocks.ts";
import { changesInStep } from "../../../viz/views/inspector/inspector-changes.ts";
import { INSPECTOR_WORDS } from "../../../viz/words/inspector-words.ts";
import { modelOfCase, recorded } from "../model/recorded-model.ts";
import { frameAt } from "./inspector-frames.ts";

const model = modelOfCase(recorded({ scenario: "incremental-walk", seed: 1 }));

/** By checkpoint, the retained checkpoints that refer to each file once older ones are dropped; source as in test/scenarios. */
const PUBLISHED: readonly (readonly [number, Readonly<Record<string, string>>])[] = [
  [1, { "1": "1", "2": "1" }],
  [2, { "1": "2", "2": "2", "3": "1", "4": "1" }],
  [3, { "1": "1", "2": "1", "3": "1", "4": "2", "5": "1", "6": "1" }],
  [4, { "4": "1", "5": "2", "6": "1", "8": "1" }],
];

test.each(PUBLISHED)(
  "after CP%i as many retained checkpoints use each file as is published",
  (id, uses) => {
    // The next checkpoint begins when what this one's predecessor leaves behind is deleted.
    const next = indexOf("checkpoint-triggered", id + 1);
    const rows = tableAt(id, next - 1).rows.filter(({ name }) => name.endsWith(".sst"));
    const used = rows.filter(({ isGone }) => !isGone);
    expect(Object.fromEntries(used.map((row) => [numberOf(row), row.uses?.text]))).toEqual(uses);
    for (const { uses: gone } of rows.filter(({ isGone }) => isGone)) {
      expect(gone?.title).toMatch(/^deleted at [\d.]+ s, with checkpoint 2$/);
    }
  },
);

test("filled where uploaded, hollow where referred to, pale once its checkpoint is dropped, struck once it is gone", () => {
  const subsumed = indexOf("checkpoint-subsumed", 2);
  const before = tableAt(4, subsumed - 1);
  expect(before.columns.map(({ checkpoint }) => checkpoint)).toEqual([1, 2, 3, 4]);
  expect(before.columns.filter(({ isSelected }) => isSelected)).toMatchObject([{ checkpoint: 4 }]);
  expect(looks(before.rows, "000001")).toEqual(["brought released", "referred", "", ""]);
  expect(looks(before.rows, "000004")).toEqual(["", "brought", "referred", ""]);
  expect(looks(before.rows, "000005")).toEqual(["", "", "brought", "referred"]);
  const after = tableAt(4, indexOf("checkpoint-triggered", 5));
  expect(looks(after.rows, "000001")).toEqual([
    "brought released gone",
    "referred released gone",
    "",
    "",
  ]);
  expect(looks(after.rows, "000004")).toEqual(["", "brought released", "referred", ""]);
});

test("a checkpoint says what it uploaded, what it refers to and of whom, and what went and what stayed with its end", () => {
  const third = factsAt(3, indexOf("checkpoint-completed", 3));
  expect(third["uploaded"]).toBe("2 files, 994 bytes");
  expect(third["referred to"]).toBe("1 file, 143 bytes, of checkpoint 2");
  expect(third["deleted with it"]).toBeUndefined();
  const second = factsAt(2, indexOf("checkpoint-triggered", 5));
  expect(second["deleted with it"]).toMatch(/^7 files, /);
  expect(second["stays"]).toBe("1 file, 143 bytes, for checkpoint 3");
});

test("a step in which a file comes, is referred to or goes says so, in both languages", () => {
  const steps = [
    ["write-completed", 3, "notes-1 uploads 000005.sst", "notes-1 上传 000005.sst"],
    [
      "shared-files-referenced",
      3,
      "checkpoint 3 refers to 3 shared files, 1 of them uploaded before",
      "checkpoint 3 引用 3 个共享文件，其中 1 个是以前上传的",
    ],
    ["file-deleted", 2, "000003.sst is deleted", "000003.sst 已删除"],
  ] as const;
  for (const [kind, id, english, chinese] of steps) {
    const index = Array.from({ length: model.count }, (_, at) => at).find((at) => {
      const event = model.event(at);
      if (event.kind !== kind) return false;
      return "path" in event
        ? event.path.endsWith(kind === "file-deleted" ? "000003.sst" : "000005.sst")
        : "checkpoint" in event && event.checkpoint === id;
    });
    const selection = { kind: "checkpoint", id } as const;
    for (const language of ["en", "zh"] as const) {
      const frame = frameAt(model, index ?? -1, { selection, language, stepSize: "event" });
      const said = changesInStep(frame, INSPECTOR_WORDS[language]).map(({ text }) => text);
      expect(said).toContain(language === "en" ? english : chinese);
    }
  }
});

test("a job whose checkpoints share nothing has no table", () => {
  const plain = modelOfCase(recorded({ scenario: "word-count", seed: 7 }));
  const frame = frameAt(plain, plain.count - 1, { selection: { kind: "checkpoint", id: 2 } });
  const { blocks } = inspectionOf(frame, INSPECTOR_WORDS.en);
  expect(blocks.some(({ kind }) => kind === "files")).toBe(false);
});

function blocksAt(id: number, index: number): readonly Block[] {
  const frame = frameAt(model, index, { selection: { kind: "checkpoint", id } });
  return inspectionOf(frame, INSPECTOR_WORDS.en).blocks;
}

function tableAt(id: number, index: number): Block & { readonly kind: "files" } {
  const found = blocksAt(id, index).find((block) => block.kind === "files");
  if (found === undefined) throw new Error(`No table of checkpoint ${id} at event ${index}`);
  return found;
}

function factsAt(id: number, index: number): Readonly<Record<string, string>> {
  const facts = blocksAt(id, index).flatMap((block) => (block.kind === "facts" ? block.facts : []));
  return Object.fromEntries(facts.map(({ name, value }) => [name, value]));
}

function looks(rows: readonly FileRow[], file: string): readonly string[] {
  const row = rows.find(({ name }) => name.includes(file));
  return (row?.cells ?? []).map((cell) => {
    if (cell === undefined) return "";
    const { kind, isReleased, isGone } = cell.look;
    return [kind, isReleased && "released", isGone && "gone"].filter(Boolean).join(" ");
  });
}

function numberOf({ name }: FileRow): string {
  return /(\d)\.sst$/.exec(name)?.[1] ?? name;
}

function indexOf(kind: TraceEvent["kind"], checkpoint: number): number {
  for (let index = 0; index < model.count; index++) {
    if (model.event(index).kind === kind && model.checkpointOf[index] === checkpoint) return index;
  }
  throw new Error(`No ${kind} of checkpoint ${checkpoint}`);
}
