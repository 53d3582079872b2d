// The attempts of subtasks in real runs, compared with the events that begin and end them.
import { describe, expect, test } from "vitest";
import { must } from "../../../sim/kernel/invariant.ts";
import { createRunModel } from "../../../viz/model/create-run-model.ts";
import { isOver, type Life, lifeAt, livesOf } from "../../../viz/model/lives.ts";
import type { RunModel } from "../../../viz/model/run-model.ts";
import { CRASH_CASES, traceOfCase } from "./recorded-model.ts";

const models = CRASH_CASES.map((request) => createRunModel(traceOfCase(request), []));

describe("livesOf", () => {
  test("has one life for each deployment, which never meets the next of its lane", () => {
    for (const model of models) {
      const lives = livesOf(model);
      expect(lives.map(({ deployed }) => deployed)).toEqual(indicesOf(model, "task-deployed"));
      for (const lane of model.lanes.keys()) {
        const own = lives.filter((life) => life.lane === lane);
        expect(own.map(({ attempt }) => attempt)).toEqual([...own.keys()]);
        for (const [at, life] of own.entries()) {
          expect(life.started).toBeGreaterThanOrEqual(life.deployed);
          const next = own[at + 1];
          if (next !== undefined) expect(life.ended).toBeLessThanOrEqual(next.deployed);
        }
      }
    }
  });

  test("says how each ended", () => {
    for (const model of models) {
      for (const life of livesOf(model)) {
        const { end, ended } = life;
        if (ended === undefined) {
          expect(end).toBe("none");
          continue;
        }
        const event = model.event(ended);
        const place = end === "lost" ? undefined : model.lanes[life.lane]?.name;
        expect(event.kind).toBe(
          end === "lost"
            ? event.kind === "task-deployed"
              ? event.kind
              : "host-crashed"
            : `task-${end}`,
        );
        if (place !== undefined) expect(event).toMatchObject({ place, incarnation: life.attempt });
      }
      const crashes = indicesOf(model, "host-crashed");
      const lost = livesOf(model).filter(({ end }) => end === "lost");
      expect(lost.some(({ ended }) => crashes.includes(ended ?? -1))).toBe(true);
    }
  });

  test("starts a life where it has its state, from the checkpoint that it was deployed with", () => {
    for (const model of models) {
      for (const life of livesOf(model)) {
        const restored = indicesOf(model, "task-restored").find((index) => {
          const { place, incarnation } = model.event(index);
          return place === model.lanes[life.lane]?.name && incarnation === life.attempt;
        });
        expect(life.started).toBe(restored ?? life.deployed);
        expect(model.event(life.deployed)).toMatchObject({ checkpoint: life.restoredFrom });
      }
    }
  });

  test("is found once for a run", () => {
    const [model] = models;
    expect(livesOf(must(model, "run"))).toBe(livesOf(must(model, "run")));
  });
});

describe("lifeAt", () => {
  test("gives the newest life that had begun, over or not", () => {
    for (const model of models) {
      const lives = livesOf(model);
      for (let index = 0; index < model.count; index += 53) {
        for (const lane of model.lanes.keys()) {
          const begun = lives.filter((life) => life.lane === lane && life.deployed <= index);
          const newest = begun.reduce<Life | undefined>(
            (best, life) => (best === undefined || life.deployed > best.deployed ? life : best),
            undefined,
          );
          expect(lifeAt(lives, lane, index)).toBe(newest);
          if (newest?.ended !== undefined)
            expect(isOver(newest, index)).toBe(index >= newest.ended);
        }
      }
    }
  });
});

function indicesOf(model: RunModel, kind: string): readonly number[] {
  return Array.from({ length: model.count }, (_, index) => index).filter(
    (index) => model.event(index).kind === kind,
  );
}
