// What the inspector says, on real runs: of a blocked input, of state beside its checkpoint, of a checkpoint's phases,
// of a record through a crash, of what a step has changed.
import { describe, expect, test } from "vitest";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import type { Entity } from "../../../viz/page/entity.ts";
import { inspectionOf } from "../../../viz/views/inspector/inspection.ts";
import type { Block, Inspection } from "../../../viz/views/inspector/inspector-blocks.ts";
import { changesInStep } from "../../../viz/views/inspector/inspector-changes.ts";
import { INSPECTOR_WORDS } from "../../../viz/words/inspector-words.ts";
import { dies, modelOfCase, recorded } from "../model/recorded-model.ts";
import { frameAt } from "./inspector-frames.ts";

const model = modelOfCase(
  recorded({ scenario: "word-count", seed: 7, faults: [dies("task-manager-2", 160_000)] }),
);
const words = INSPECTOR_WORDS.en;

describe("a subtask", () => {
  test("whose input is blocked shows which, for what, and what waits there", () => {
    const blocked = indexOf("channel-blocked", ({ place }) => place.includes("->count-1/"));
    const inspection = inspect({ kind: "subtask", name: "count-1" }, blocked);
    const inputs = block(inspection, "gates");
    const { place } = model.event(blocked);
    expect(inspection.subtitle).toBe("attempt 0 · aligning checkpoint 1: 1 of 2 barriers");
    expect(inputs.gates.map(({ name, status }) => `${name} ${status}`)).toEqual([
      `source-1->count-1/0 ${place.startsWith("source-1") ? "blocked (1)" : "open"}`,
      `source-2->count-1/0 ${place.startsWith("source-2") ? "blocked (1)" : "open"}`,
    ]);
  });

  test("shows its state with a tick for what the retained checkpoint holds", () => {
    const stored = indexOf("checkpoint-completed");
    const later = indexOf(
      "state-updated",
      ({ index, place }) => index > stored && place === "count-2",
    );
    const inspection = inspect({ kind: "subtask", name: "count-2" }, later);
    const event = model.event(later);
    if (event.kind !== "state-updated") throw new Error("Cannot be");
    const bars = block(inspection, "bars").bars;
    const bar = bars.find(({ label }) => label === `count[${JSON.parse(event.key)}]`);
    expect(bar).toMatchObject({ value: event.value, isChanged: true });
    const held = bars.flatMap(({ ticks }) => ticks);
    expect(held.length).toBeGreaterThan(3);
    expect(held.every(({ checkpoint }) => checkpoint === 1)).toBe(true);
    expect(Math.max(...bars.map(({ share }) => share ?? 0))).toBe(1);
    // A count never falls: what the checkpoint holds is at most what is held now.
    for (const { share, ticks } of bars)
      for (const tick of ticks) expect(tick.share).toBeLessThanOrEqual(share ?? 0);
  });

  test("loses its state with its host and says so, and can only be crashed while it lives", () => {
    const crash = indexOf("host-crashed");
    const entity = { kind: "subtask", name: "count-2" } as const;
    expect(inspect(entity, crash - 1).crashable.map(({ target }) => target)).toEqual([
      entity,
      { kind: "host", name: "task-manager-2" },
    ]);
    const dead = inspect(entity, crash);
    expect(dead.subtitle).toBe("attempt 0 · lost with task-manager-2");
    expect(block(dead, "bars")).toMatchObject({ bars: [], note: words.lostState });
    expect(dead.crashable).toEqual([]);
  });

  test("that is a source shows where it goes on, by its last record and after a restore", () => {
    const read = indexOf("record-read", ({ place }) => place === "source-1");
    const event = model.event(read);
    if (event.kind !== "record-read") throw new Error("Cannot be");
    expect(fact(inspect({ kind: "subtask", name: "source-1" }, read), words.nextOffset)).toBe(
      `${event.partition}:${event.offset + 1}`,
    );
    const restored = indexOf("task-running", ({ incarnation, place }) => {
      return incarnation === 1 && place === "source-1";
    });
    const inspection = inspect({ kind: "subtask", name: "source-1" }, restored);
    expect(fact(inspection, words.restoredFrom)).toBe("checkpoint 1");
    expect(fact(inspection, words.nextOffset)).toMatch(/^0:\d+$/);
  });
});

test("a channel shows all that is in it, oldest first", () => {
  const emitted = indexOf("barrier-emitted", ({ place }) => place === "source-1");
  const name = "source-1->count-1/0";
  const inspection = inspect({ kind: "channel", name }, emitted);
  const channel = model.world(emitted).channels.find((one) => one.name === name);
  const lines = block(inspection, "lines").lines;
  expect(lines).toHaveLength(channel?.inFlight.length ?? 0);
  expect(lines.at(-1)).toMatchObject({ sign: "┃", checkpoint: 1 });
  expect(lines.at(-1)?.text).toMatch(/^barrier 1, sent 0 µs ago$/);
});

describe("a checkpoint", () => {
  const entity = { kind: "checkpoint", id: 1 } as const;

  test("counts who has acknowledged, by name", () => {
    const received = indices("acknowledgement-received").slice(0, 5);
    for (const [done, index] of received.entries()) {
      const inspection = inspect(entity, index);
      const { title, tasks } = block(inspection, "acknowledgements");
      expect(title).toBe(`Acknowledged ${done + 1}/5`);
      expect(tasks.filter(({ isDone }) => isDone)).toHaveLength(done + 1);
    }
  });

  test("shows phases with the starts and ends that the events had", () => {
    const completed = indexOf("checkpoint-completed");
    const { rows, from, to } = block(inspect(entity, completed), "phases");
    for (const { name, segments } of rows) {
      const at = (kind: TraceEvent["kind"]): number | undefined =>
        [...model.eventsOf(entity)]
          .map((index) => model.event(index))
          .find((event) => event.kind === kind && event.place === name)?.time;
      const [first] = segments;
      const last = segments.at(-1);
      expect(first).toMatchObject({
        phase: "start-delay",
        to: at("barrier-received") ?? at("trigger-received"),
      });
      expect(last).toMatchObject({ phase: "async", to: at("snapshot-written"), isOver: true });
      const sync = segments.find(({ phase }) => phase === "sync");
      expect(sync?.from).toBe(at("barrier-emitted") ?? at("alignment-completed"));
      expect(sync?.to).toBeGreaterThan(at("snapshot-taken") ?? Number.POSITIVE_INFINITY);
      for (const [position, segment] of segments.entries()) {
        expect(segment.to).toBeGreaterThanOrEqual(segment.from);
        if (position > 0) expect(segment.from).toBe(segments[position - 1]?.to);
        expect(segment.from).toBeGreaterThanOrEqual(from);
        expect(segment.to).toBeLessThanOrEqual(to);
      }
    }
    expect(rows.map(({ status }) => status)).toEqual(rows.map(() => "acknowledged"));
  });

  test("under way shows phases that are not over up to now", () => {
    const blocked = indexOf("channel-blocked", ({ place }) => place.includes("->count-1/"));
    const { rows } = block(inspect(entity, blocked), "phases");
    const row = rows.find(({ name }) => name === "count-1");
    expect(row?.status).toBe("aligning");
    expect(row?.segments.at(-1)).toMatchObject({ phase: "alignment", isOver: false });
  });

  test("that is not triggered yet is not there", () => {
    expect(inspect(entity, 3)).toMatchObject({ blocks: [], title: "checkpoint 1" });
  });
});

test("a record is followed through every attempt that read it, what is ahead as not yet happened", () => {
  const seen = new Set<string>();
  const again = indexOf("record-read", (event) => {
    if (event.kind !== "record-read") return false;
    const address = `${event.partition} ${event.offset}`;
    if (seen.has(address)) return true;
    seen.add(address);
    return false;
  });
  const record = model.recordOf(again);
  if (record === undefined) throw new Error("Cannot be");
  const inspection = inspect(record, again);
  const readings = blocks(inspection, "lines");
  expect(readings.map(({ title }) => title)).toEqual(["Read in attempt 0", "Read in attempt 1"]);
  expect(fact(inspection, words.readsSoFar)).toBe("2 times");
  const lines = readings.flatMap((reading) => reading.lines);
  for (const { target, isAhead } of lines) {
    if (target?.kind !== "event") throw new Error("Cannot be");
    expect(isAhead).toBe(target.index > again);
  }
  expect(lines.some(({ isAhead }) => isAhead)).toBe(true);
});

describe("hosts and logs", () => {
  test("a host shows its subtasks, and can be crashed while it is up", () => {
    const crash = indexOf("host-crashed");
    const host = { kind: "host", name: "task-manager-2" } as const;
    expect(inspect(host, crash - 1).crashable.map(({ target }) => target)).toEqual([host]);
    expect(inspect(host, crash).crashable).toEqual([]);
    const lines = block(inspect(host, crash), "lines").lines;
    expect(lines.length).toBeGreaterThan(0);
    for (const { text } of lines) expect(text).toMatch(/: lost with task-manager-2$/);
  });

  test("a log shows open transactions and what can be read", () => {
    const log = { kind: "log", name: "log:counts" } as const;
    const flushed = indexOf("transaction-flushed");
    const open = blocks(inspect(log, flushed), "lines")[0]?.lines ?? [];
    const transaction = model.event(flushed);
    if (transaction.kind !== "transaction-flushed") throw new Error("Cannot be");
    expect(open.map(({ text }) => text)).toContainEqual(
      expect.stringContaining(transaction.transaction),
    );
    const end = model.count - 1;
    const records = blocks(inspect(log, end), "lines").at(-1)?.lines ?? [];
    const all =
      model.world(end).logs.find(({ name }) => name === "log:counts")?.records.length ?? 0;
    expect(records).toHaveLength(Math.min(50, all));
    expect(fact(inspect(log, end), words.visibleCount)).toBe(String(all));
  });
});

describe("changesInStep", () => {
  test("tells what a beat did, of the selected subtask or of all", () => {
    const blocked = indexOf("channel-blocked", ({ place }) => place.includes("->count-1/"));
    const { place } = model.event(blocked);
    const texts = changesAt(blocked, { kind: "subtask", name: "count-1" });
    expect(texts).toContain(`${place}: open → blocked (1)`);
    expect(texts).toContain("count-1: running → aligning checkpoint 1: 1 of 2 barriers");
    expect(changesAt(blocked, { kind: "subtask", name: "sink-1" })).toEqual([]);
    expect(changesAt(blocked, undefined)).toEqual(texts);
  });

  test("tells a state's value before and after", () => {
    const index = indexOf("state-updated", ({ index: at }) => at > 400);
    const event = model.event(index);
    if (event.kind !== "state-updated") throw new Error("Cannot be");
    const { value } = event;
    const before = value === "1" ? "nothing" : String(Number(value) - 1);
    expect(changesAt(index, { kind: "subtask", name: event.place })).toContain(
      `count[${JSON.parse(event.key)}]: ${before} → ${value}`,
    );
  });

  test("says nothing where nothing changed, and something at nearly every beat", () => {
    let silent = 0;
    let beats = 0;
    for (let at = model.step(-1, "beat", 1); at < model.count - 1; at = model.step(at, "beat", 1)) {
      beats++;
      if (changesAt(at, undefined).length === 0) silent++;
    }
    expect(silent).toBeGreaterThan(0);
    expect(silent / beats).toBeLessThan(0.75);
  });
});

test("whatever is selected, at any event and in both languages, the inspector has something to say", () => {
  const entities: readonly (Entity | undefined)[] = [
    undefined,
    ...model.lanes.map(({ name, kind }): Entity => {
      if (kind === "subtask") return { kind, name };
      return kind === "host" ? { kind, name } : { kind: "log", name };
    }),
    ...model.world(-1).channels.map(({ name }): Entity => ({ kind: "channel", name })),
    ...model.checkpoints.map(({ id }): Entity => ({ kind: "checkpoint", id })),
    { kind: "event", index: 40 },
    { kind: "event", index: model.count },
    { kind: "record", source: "words", partition: 0, offset: 3 },
    { kind: "record", source: "words", partition: 0, offset: 99_999 },
  ];
  for (let cursor = -1; cursor < model.count; cursor += 97) {
    for (const selection of entities) {
      for (const language of ["en", "zh"] as const) {
        const frame = frameAt(model, cursor, { selection, language });
        const { title, subtitle } = inspectionOf(frame, INSPECTOR_WORDS[language]);
        expect(title).not.toBe("");
        expect(subtitle).not.toBe("");
      }
    }
  }
});

function inspect(selection: Entity, cursor: number): Inspection {
  return inspectionOf(frameAt(model, cursor, { selection }), words);
}

function changesAt(cursor: number, selection: Entity | undefined): readonly string[] {
  return changesInStep(frameAt(model, cursor, { selection }), words).map(({ text }) => text);
}

function blocks<Kind extends Block["kind"]>(
  inspection: Inspection,
  kind: Kind,
): readonly (Block & { readonly kind: Kind })[] {
  return inspection.blocks.filter(
    (one): one is Block & { readonly kind: Kind } => one.kind === kind,
  );
}

function block<Kind extends Block["kind"]>(
  inspection: Inspection,
  kind: Kind,
): Block & { readonly kind: Kind } {
  const [first] = blocks(inspection, kind);
  if (first === undefined) throw new Error(`Cannot test: ${inspection.title} has no ${kind}`);
  return first;
}

function fact(inspection: Inspection, name: string): string | undefined {
  const facts = blocks(inspection, "facts").flatMap((one) => one.facts);
  return facts.find((one) => one.name === name)?.value;
}

function indices(kind: TraceEvent["kind"]): readonly number[] {
  return Array.from({ length: model.count }, (_, index) => index).filter(
    (index) => model.event(index).kind === kind,
  );
}

function indexOf(
  kind: TraceEvent["kind"],
  isWanted: (event: TraceEvent) => boolean = () => true,
): number {
  const found = indices(kind).find((index) => isWanted(model.event(index)));
  if (found === undefined) throw new Error(`Cannot test: the run has no such ${kind}`);
  return found;
}
