// The guard: while a simulation steps, clock, chance and timers of the real world are shut, and opened again after.
import { expect, test } from "vitest";
import { guarded } from "../../sim/harness/determinism-guard.ts";
import { NondeterminismError } from "../../sim/runtime/task/user-code.ts";
import { refusalOf, runOneMap } from "./one-map-job.ts";

/** What must not be reached for, by the name it is refused under. */
const FORBIDDEN: readonly (readonly [name: string, reach: () => unknown])[] = [
  ["Date", () => Date.now()],
  ["Date", () => new Date()],
  ["Date", () => new Date(0)],
  ["Date", () => Date()],
  ["Date", () => Date.parse("2026-01-01")],
  ["Math.random", () => Math.random()],
  ["performance", () => performance.now()],
  ["crypto", () => crypto.randomUUID()],
  ["crypto", () => crypto.getRandomValues(new Uint8Array(1))],
  ["setTimeout", () => setTimeout(() => {}, 0)],
  ["setInterval", () => setInterval(() => {}, 1)],
  ["setImmediate", () => setImmediate(() => {})],
  ["queueMicrotask", () => queueMicrotask(() => {})],
];

test.each(FORBIDDEN)("guarded refuses %s: %s", (name, reach) => {
  expect(() => guarded(reach)).toThrow(NondeterminismError);
  expect(() => guarded(reach)).toThrow(`found ${name} while the simulation runs`);
});

test.each(FORBIDDEN)(
  "a user's function that reaches for %s ends the run, named: %s",
  (name, reach) => {
    const refusal = refusalOf((value) => [value, reach()]);
    expect(refusal).toBeInstanceOf(NondeterminismError);
    expect(refusal.message).toContain('Cannot run the function of "suspect"');
    expect(refusal.message).toContain(`found ${name} while the simulation runs`);
  },
);

test("a function that swallows the refusal gets away with nothing but its own answer", () => {
  const { jobStatus } = runOneMap((value) => {
    try {
      return Date.now();
    } catch {
      return value;
    }
  });
  expect(jobStatus).toBe("FINISHED");
});

test("guarded hands back what the simulation gives", () => {
  expect(guarded(() => 42)).toBe(42);
});

function openWorld(): readonly unknown[] {
  const timers = [setTimeout, setInterval, setImmediate, queueMicrotask];
  return [Date, Math.random, performance, crypto, ...timers];
}

test("guarded opens everything again, also when the simulation throws", () => {
  const before = openWorld();
  guarded(() => {});
  expect(openWorld()).toEqual(before);
  expect(() =>
    guarded(() => {
      throw new Error("The simulation broke");
    }),
  ).toThrow("The simulation broke");
  for (const [index, thing] of openWorld().entries()) expect(thing).toBe(before[index]);
  expect(Date.now()).toBeGreaterThan(1_700_000_000_000);
});

test("guarded nests", () => {
  const before = openWorld();
  guarded(() => guarded(() => {}));
  for (const [index, thing] of openWorld().entries()) expect(thing).toBe(before[index]);
  expect(() =>
    guarded(() => {
      guarded(() => {});
      return Math.random();
    }),
  ).toThrow(NondeterminismError);
});

test("a run leaves the world open, also one that was refused", () => {
  const before = openWorld();
  runOneMap((value) => value);
  refusalOf(() => Math.random());
  for (const [index, thing] of openWorld().entries()) expect(thing).toBe(before[index]);
});
