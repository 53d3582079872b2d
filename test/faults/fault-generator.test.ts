// Plans drawn for every scenario fit its job, cover every kind of fault, and are equal for equal seeds.
import { describe, expect, test } from "vitest";
import { SCENARIOS } from "../../scenarios/index.ts";
import { drawFaults } from "../../sim/faults/fault-generator.ts";
import { FAULT_KINDS, FAULTY_MESSAGES } from "../../sim/faults/fault-kinds.ts";
import { faultKindOf } from "../../sim/faults/fault-plan.ts";
import { seconds } from "../../sim/kernel/virtual-time.ts";
import { faultSpaceOf } from "../../sim/search/fault-space.ts";
import { runner } from "../support/runner.ts";

const SEEDS = Array.from({ length: 400 }, (_, index) => index + 1);

describe.each(SCENARIOS.map(({ name }) => name))("drawFaults for %s", (scenario) => {
  const prepared = runner.prepare({ scenario, faults: [] });
  const space = faultSpaceOf(prepared);
  const plans = SEEDS.map((seed) => drawFaults(space, seed));

  test("drawFaults draws equal plans for equal seeds", () => {
    expect(SEEDS.map((seed) => drawFaults(space, seed))).toEqual(plans);
  });

  test("drawFaults draws only what the job has", () => {
    for (const faults of plans) expect(() => runner.prepare({ scenario, faults })).not.toThrow();
  });

  test("drawFaults draws none to three faults, none for about one seed in five", () => {
    const empty = plans.filter(({ length }) => length === 0).length;
    expect(empty).toBeGreaterThan(SEEDS.length / 10);
    expect(empty).toBeLessThan(SEEDS.length / 3);
    expect(Math.max(...plans.map(({ length }) => length))).toBe(3);
  });

  test("drawFaults draws every kind of fault and names every message", () => {
    const faults = plans.flat();
    const kinds = new Set(faults.map(({ what }) => what));
    expect([...kinds].sort()).toEqual(FAULT_KINDS.map(({ what }) => what).sort());
    const messages = new Set(faults.flatMap(({ message }) => message ?? []));
    expect([...messages].sort()).toEqual([...FAULTY_MESSAGES].sort());
  });

  test("drawFaults says how long where a fault lasts, and never longer than a few seconds", () => {
    for (const { what, duration } of plans.flat()) {
      if (faultKindOf(what).needsDuration) expect(duration).toBeDefined();
      if (duration === undefined) continue;
      expect(["message-delayed", "message-doubled", "storage-slow"]).toContain(what);
      expect(duration).toBeGreaterThan(0);
      expect(duration).toBeLessThanOrEqual(seconds(6));
    }
  });

  test("drawFaults mostly waits for events", () => {
    const faults = plans.flat();
    const waiting = faults.filter(({ when }) => "after" in when).length;
    expect(waiting).toBeGreaterThan(faults.length / 2);
  });
});

test("drawFaults delays past a short time-out of checkpoints", () => {
  const config = { "execution.checkpointing.timeout": "50 s" };
  const space = faultSpaceOf(runner.prepare({ scenario: "word-count", config, faults: [] }));
  const delays = SEEDS.flatMap((seed) => drawFaults(space, seed)).map(
    (fault) => fault.duration ?? 0,
  );
  expect(delays.some((delay) => delay >= seconds(50))).toBe(true);
});
