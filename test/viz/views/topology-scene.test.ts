// What the topology shows of real runs: of alignment, crash, restore and replay, event by event.
import { beforeAll, describe, expect, test } from "vitest";
import type { Scene } from "../../../viz/drawing/mark.ts";
import { textWidth } from "../../../viz/drawing/text-width.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
import { type Entity, entityKey, parseEntity } from "../../../viz/page/entity.ts";
import { TopologyDrawer } from "../../../viz/views/topology/topology-drawer.ts";
import { CRASH_CASES, modelOfCase, recorded } from "../model/recorded-model.ts";

const SIZE = { width: 1000, height: 480 };

let model: RunModel;
let drawer: TopologyDrawer;

beforeAll(() => {
  model = modelOfCase(recorded({ scenario: "word-count", seed: 7, faults: CRASH }));
  drawer = new TopologyDrawer(model);
});

/** The scenario's own plan `crash`. */
const CRASH = [
  {
    what: "task-manager-dies",
    where: "task-manager-2",
    when: { after: { event: "checkpoint-acknowledged", place: "count-2", checkpoint: 2, nth: 1 } },
  },
] as const;

type Shown = Scene["few"][number];

function draw(index: number, selected?: Entity, size = SIZE): readonly Shown[] {
  const world = model.world(index);
  const before = model.world(model.step(index, "event", -1));
  const scene = drawer.scene({ world, before, size, language: "en", selected });
  return [...scene.many, ...scene.few];
}

function find(kind: string, where: (event: ReturnType<RunModel["event"]>) => boolean = () => true) {
  for (let index = 0; index < model.count; index++) {
    const event = model.event(index);
    if (event.kind === kind && where(event)) return index;
  }
  throw new Error(`Cannot find an event: no ${kind} in the run`);
}

function marksOf(marks: readonly Shown[], key: string): readonly Shown[] {
  return marks.filter((mark) => mark.key.startsWith(key));
}

function textOf(marks: readonly Shown[], key: string): string {
  const [mark] = marks.filter((one) => one.key === key);
  return mark?.kind === "text" ? mark.text : `no text ${key}`;
}

test("every moment has marks of one key each, all of whose entities can be read, on numbers that are", () => {
  for (let index = -1; index < model.count; index += 29) {
    const marks = draw(index);
    expect(new Set(marks.map(({ key }) => key)).size).toBe(marks.length);
    for (const mark of marks) {
      if (mark.entity !== undefined) expect(parseEntity(mark.entity), mark.entity).toBeDefined();
      const numbers = Object.values(mark).filter((value) => typeof value === "number");
      expect(numbers.every(Number.isFinite), mark.key).toBe(true);
      if (mark.kind === "path") expect(mark.d).not.toMatch(/NaN|undefined/);
    }
    const { subtasks, channels } = model.world(index);
    const entities = new Set(marks.map(({ entity }) => entity));
    for (const { name } of subtasks) expect(entities).toContain(`subtask:${name}`);
    for (const { name } of channels) expect(entities).toContain(`channel:${name}`);
  }
});

test("a blocked channel is hatched in its checkpoint's hue, with a gate that says since when", () => {
  const first = find("channel-blocked");
  const later = find("channel-blocked", ({ index }) => index > first);
  const { place } = model.event(first);
  const span = (model.times[later] ?? 0) - (model.times[first] ?? 0);
  expect(span).toBeGreaterThan(0);
  const marks = draw(later);
  expect(textOf(marks, `blocked ${place}`)).toBe(`blocked · ckpt 1 · ${span} µs`);
  expect(marksOf(marks, `tube ${place}`)).toEqual([
    expect.objectContaining({ hatch: "checkpoint-1" }),
  ]);
  expect(marksOf(marks, `gate ${place}`)).toHaveLength(1);
  const { consumer } = model.world(later).channels.find(({ name }) => name === place) ?? {};
  expect(textOf(marks, `phase ${consumer}`)).toBe("aligning 1/2");
  const resumed = draw(find("channel-resumed", (event) => event.place === place));
  expect(marksOf(resumed, `gate ${place}`)).toEqual([]);
});

test("what is in a channel lies in its order: no more than eight discs, the others counted", () => {
  let most = 0;
  for (let index = 0; index < model.count; index += 11) {
    const marks = draw(index);
    for (const { name, inFlight, producer } of model.world(index).channels) {
      const attempt = model.world(index).subtasks.find((one) => one.name === producer)?.attempt;
      const discs = marksOf(marks, `disc ${name} ${attempt} `);
      const records = inFlight.filter(({ kind }) => kind === "record");
      const more = marksOf(marks, `more ${name}`).reduce(
        (sum, mark) => sum + (mark.kind === "text" ? Number(mark.text) : 0),
        0,
      );
      const isShown = discs.length + more > 0;
      if (isShown) expect(discs.length + more).toBe(records.length);
      expect(discs.length).toBeLessThanOrEqual(8);
      most = Math.max(most, records.length);
      const places = discs.map((disc) => (disc.kind === "circle" ? disc.x : Number.NaN));
      for (const [at, x] of places.slice(1).entries()) {
        expect(x).toBeLessThan(places[at] ?? 0);
      }
      const barriers = marksOf(marks, `bar barrier ${name}`);
      const isOpen = isShown || barriers.length > 0;
      const waiting = inFlight.filter(({ kind }) => kind === "barrier");
      if (isOpen) expect(barriers).toHaveLength(waiting.length);
    }
  }
  expect(most).toBeGreaterThan(8);
});

test("a barrier moves along the wire by the share of its time that is over", () => {
  const { sent, place, between, received } = wireOfBarrier();
  const x = (index: number): number => {
    const [bar] = marksOf(draw(index), `bar barrier ${place}`);
    return bar?.kind === "line" ? bar.x1 : Number.NaN;
  };
  const [from, now, to] = [sent, between, received].map((index) => model.times[index] ?? 0);
  const over = ((now ?? 0) - (from ?? 0)) / ((to ?? 0) - (from ?? 0));
  expect(over).toBeGreaterThan(0.1);
  expect(over).toBeLessThan(0.9);
  // Along the pipe, which is longer than it is wide.
  const way = (x(between) - x(sent)) / (x(received) - x(sent));
  expect(way).toBeGreaterThan(over - 0.35);
  expect(way).toBeLessThan(over + 0.35);
});

/** A barrier's way over a wire, with an event well between its ends. */
function wireOfBarrier() {
  for (let sent = 0; sent < model.count; sent++) {
    const event = model.event(sent);
    if (event.kind !== "buffer-sent" || event.element !== "barrier") continue;
    const { place } = event;
    const received = find("buffer-received", (one) => one.index > sent && one.place === place);
    const [from, to] = [model.times[sent] ?? 0, model.times[received] ?? 0];
    for (let between = sent + 1; between < received; between++) {
      const over = ((model.times[between] ?? 0) - from) / (to - from);
      if (over > 0.1 && over < 0.9) return { sent, place, between, received };
    }
  }
  throw new Error("Cannot find a barrier on its way: no event lies between its ends");
}

test("a crash leaves its subtasks hollow and crossed, and what was in their channels is gone", () => {
  const crash = find("host-crashed");
  const marks = draw(crash);
  for (const name of ["source-2", "count-2"]) {
    expect(marksOf(marks, `box ${name}`)).toEqual([expect.objectContaining({ dash: [4, 3] })]);
    expect(textOf(marks, `phase ${name}`)).toBe("lost");
    expect(marksOf(marks, `sign ${name}`)).toEqual([expect.objectContaining({ stroke: "failed" })]);
    expect(marksOf(marks, `disc source-2->${name}`)).toEqual([]);
  }
  expect(textOf(marks, "phase count-1")).not.toBe("lost");
});

test("a cancel marker is a crossed bar with its checkpoint's flag, and input that ended has a double bar", () => {
  const request = recorded({
    scenario: "word-count",
    seed: 7,
    config: {
      "execution.checkpointing.timeout": "60 ms",
      "execution.checkpointing.tolerable-failed-checkpoints": 10,
    },
    // The source hears of the checkpoint after it was given up.
    faults: [
      {
        what: "message-delayed",
        where: "source-1",
        message: "trigger-checkpoint",
        duration: 80_000,
        when: { at: 0 },
      },
    ],
  });
  const run = modelOfCase(request);
  const any = new TopologyDrawer(run);
  const shown = (kind: string): readonly Shown[] => {
    for (let index = 0; index < run.count; index++) {
      const event = run.event(index);
      if (event.kind !== kind || event.place !== "source-1") continue;
      const world = run.world(index);
      return any.scene({ world, before: run.world(index - 1), size: SIZE, language: "en" }).few;
    }
    throw new Error(`Cannot find an event: no ${kind} at source-1`);
  };
  const canceled = shown("cancel-marker-emitted");
  for (const consumer of ["count-1", "count-2"]) {
    const key = `cancel-marker source-1->${consumer}/0 1`;
    expect(textOf(canceled, `id ${key}`)).toBe("1");
    expect(marksOf(canceled, `bar ${key}`)).toEqual([
      expect.objectContaining({ stroke: "checkpoint-1" }),
    ]);
    expect(marksOf(canceled, `cross ${key}`)).toHaveLength(1);
  }
  const ended = shown("end-of-data");
  expect(
    ended
      .filter(({ key }) => /^end (thin )?source-1/.test(key))

      .map(({ key }) => key)
      .toSorted(),
  ).toEqual(
    ["count-1", "count-2"]
      .flatMap((consumer) => [`end source-1->${consumer}/0`, `end thin source-1->${consumer}/0`])
      .toSorted(),
  );
});

test("while an output has no room, the pipes it fills grow thicker", () => {
  const blocked = find("output-blocked");
  const { place } = model.event(blocked);
  const full = marksOf(draw(blocked), `pressure ${place}->`);
  expect(full.length).toBeGreaterThan(0);
  expect(textOf(draw(blocked), `phase ${place}`)).toBe("back-pressured");
  const available = find("output-available", (event) => event.place === place);
  expect(marksOf(draw(available), `pressure ${place}->`)).toEqual([]);
});

test("records that were read before have two outlines and their attempt's number; others have none", () => {
  const restore = find(
    "restore-started",
    (event) => event.kind === "restore-started" && event.checkpoint > 0,
  );
  const readBefore = new Set<string>();
  for (let index = 0; index < restore; index++) {
    const event = model.event(index);
    if (event.kind === "record-read") readBefore.add(`${event.partition}:${event.offset}`);
  }
  const seen = { again: 0, new: 0 };
  for (let index = restore; index < model.count; index += 17) {
    const marks = draw(index);
    for (const disc of marks.filter(({ key }) => key.startsWith("disc "))) {
      const record = parseEntity(disc.entity ?? "");
      if (record?.kind !== "record") continue;
      const isAgain = readBefore.has(`${record.partition}:${record.offset}`);
      seen[isAgain ? "again" : "new"]++;
      const key = disc.key.slice("disc ".length);
      expect(
        marks.filter((mark) => mark.key === `again ${key}` || mark.key === `life ${key}`),
      ).toHaveLength(isAgain ? 2 : 0);
      if (isAgain) expect(textOf(marks, `life ${key}`)).toBe("1");
    }
  }
  expect(seen.again).toBeGreaterThan(10);
  expect(seen.new).toBeGreaterThan(10);
});

test("the ring of a checkpoint has a part for each subtask, filled once it has acknowledged", () => {
  const completed = find("checkpoint-completed");
  for (let index = find("checkpoint-triggered"); index <= completed; index += 5) {
    const marks = draw(index);
    const parts = marksOf(marks, "ring part 1 ");
    const [checkpoint] = model.world(index).checkpoints;
    expect(parts).toHaveLength(5);
    expect(parts.filter(({ stroke }) => stroke === "checkpoint-1")).toHaveLength(
      checkpoint?.acknowledgements.length ?? -1,
    );
  }
  expect(marksOf(draw(completed), "sign ring label 1")).toEqual([
    expect.objectContaining({ stroke: "completed" }),
  ]);
});

test("who does nothing in the step is dimmed to 35 %, unless the reader has selected it", () => {
  const index = find("record-processed");
  const { place } = model.event(index);
  const idle = model
    .world(index)
    .subtasks.find(({ name }) => name !== place && name.startsWith("sink"));
  const nameOf = (name: string, selected?: Entity): number | undefined =>
    marksOf(draw(index, selected), `name ${name}`)[0]?.opacity;
  expect(nameOf(place)).toBeUndefined();
  expect(nameOf(idle?.name ?? "")).toBe(0.35);
  const selected = { kind: "subtask", name: idle?.name ?? "" } as const;
  expect(nameOf(selected.name, selected)).toBeUndefined();
  expect(marksOf(draw(index, selected), `light ${selected.name}`)).toHaveLength(1);
});

test("a selected record is ringed wherever it is", () => {
  const index = find("record-emitted", (event) => event.place.startsWith("count"));
  const origin = model.recordOf(index);
  expect(origin).toBeDefined();
  const lit = marksOf(draw(index, origin), "lit ");
  expect(lit.length).toBeGreaterThan(0);
  expect(lit.every(({ entity }) => origin !== undefined && entity === entityKey(origin))).toBe(
    true,
  );
});

test("logs show their open transactions and what a read-committed reader sees", () => {
  const begun = find("transaction-begun");
  expect(marksOf(draw(begun), "transaction ")).toHaveLength(1);
  const last = draw(model.count - 1);
  expect(marksOf(last, "transaction ")).toEqual([]);
  expect(textOf(last, "count written log:counts")).toBe("60 committed");
});

test("state bars are as long as their values on one scale, with a tick for what a checkpoint holds", () => {
  const index = find(
    "checkpoint-triggered",
    (event) => event.kind === "checkpoint-triggered" && event.checkpoint === 2,
  );
  const marks = draw(index);
  const world = model.world(index);
  const counted = world.subtasks.filter(({ name }) => name.startsWith("count"));
  let ticks = 0;
  for (const { name, keyed } of counted) {
    const heights = keyed.values().map(({ state, key, value }) => {
      const [mark] = marks.filter((one) => one.key === `state column ${name} ${state} ${key}`);
      return { value: Number(value), height: mark?.kind === "rect" ? mark.height : Number.NaN };
    });
    expect(heights.length).toBeGreaterThan(5);
    const unit = (heights[0]?.height ?? 0) / (heights[0]?.value ?? 1);
    for (const { value, height } of heights) expect(height).toBeCloseTo(unit * value, 6);
    ticks += marksOf(marks, `state tick 1 ${name}`).length;
  }
  expect(ticks).toBeGreaterThan(5);
});

describe("texts beside pipes", () => {
  test.each([320, 480, 700, 1000, 1600])(
    "never reach a box or the edge, at a width of %d",
    (width) => {
      let found = 0;
      for (let index = find("channel-blocked"); index < model.count; index += 19) {
        const marks = draw(index, undefined, { width, height: 480 });
        const boxes = marks.filter(({ key, kind }) => kind === "rect" && /^box (?!job)/.test(key));
        // Where a text does not fit there is the gate alone.
        found += marksOf(marks, "gate ").length;
        for (const label of marksOf(marks, "blocked ")) {
          if (label.kind !== "text") continue;
          const size = textWidth(label.text, label.size);
          const left = label.anchor === "end" ? label.x - size : label.x - size / 2;
          expect(left).toBeGreaterThanOrEqual(0);
          for (const box of boxes) {
            if (box.kind !== "rect") continue;
            const isOver =
              left < box.x + box.width &&
              box.x < left + size &&
              label.y > box.y &&
              label.y - label.size < box.y + box.height;
            expect(isOver, `${label.text} over ${box.key}`).toBe(false);
          }
        }
      }
      expect(found).toBeGreaterThan(0);
    },
  );
});

test("a job too large for nodes is painted, and its channels can still be pointed at", () => {
  const params = {
    shape: "diamond",
    parallelism: 8,
    sources: 8,
    sinks: 8,
    left: Array.from({ length: 8 }, (_, part) =>
      Array.from({ length: 60 }, (_, index) => (index * 7 + part) % 50),
    ),
  };
  const large = modelOfCase(recorded({ scenario: { name: "generated", params }, seed: 5 }));
  const many = new TopologyDrawer(large);
  let painted = 0;
  const [first] = large.checkpoints;
  for (let index = first?.triggered ?? 0; index < (first?.ended ?? 0); index += 40) {
    const world = large.world(index);
    const scene = many.scene({ world, before: world, size: SIZE, language: "zh" });
    expect(scene.few.length).toBeLessThanOrEqual(1500);
    if (scene.many.length > 0) painted++;
    const entities = new Set(scene.few.map(({ entity }) => entity));
    for (const { name } of world.channels) expect(entities).toContain(`channel:${name}`);
  }
  expect(painted).toBeGreaterThan(0);
});

test.each(CRASH_CASES.map((request) => [JSON.stringify(request.scenario), request] as const))(
  "every moment of %s can be drawn in both languages and all sizes",
  (_, request) => {
    const run = modelOfCase(request);
    const any = new TopologyDrawer(run);
    for (const width of [320, 900]) {
      for (let index = -1; index < run.count; index += 61) {
        const world = run.world(index);
        const before = run.world(run.step(index, "beat", -1));
        for (const language of ["en", "zh"] as const) {
          const scene = any.scene({ world, before, size: { width, height: 400 }, language });
          expect(scene.few.length).toBeGreaterThan(10);
        }
      }
    }
  },
);
