// A sweep's outcomes are those of its seeds, however many workers ran them, and whenever it was stopped.
import { expect, test } from "vitest";
import { engineBundle } from "../../sim/node/engine-bundle.ts";
import { sweepInParallel } from "../../sim/node/parallel-sweep.ts";

const whole = {
  scenarios: ["word-count"],
  config: {},
  jobFile: undefined,
  isStopped: () => false,
};

test("sweepInParallel gives the same outcomes with one worker and with two", async () => {
  const engine = await engineBundle({});
  const sweep = { ...whole, engine, seeds: { first: 3, last: 12 }, onProgress: () => {} };
  const one = await sweepInParallel({ ...sweep, jobs: 1 });
  const two = await sweepInParallel({ ...sweep, jobs: 2 });
  expect(one.map(({ seed }) => seed)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(two).toEqual(one);
});

test("sweepInParallel that is stopped has run the first seeds and no others", async () => {
  const engine = await engineBundle({});
  let done = 0;
  const outcomes = await sweepInParallel({
    ...whole,
    engine,
    seeds: { first: 1, last: 1_000_000 },
    jobs: 2,
    isStopped: () => done >= 4,
    onProgress: (batch) => {
      done += batch.length;
    },
  });
  expect(outcomes.map(({ seed }) => seed)).toEqual(outcomes.map((_, index) => index + 1));
  expect(outcomes.length).toBe(done);
});

test("sweepInParallel takes each seed through all scenarios, in their order", async () => {
  const engine = await engineBundle({});
  const scenarios = ["word-count", "listing"];
  const sweep = { ...whole, scenarios, engine, seeds: { first: 3, last: 5 }, onProgress: () => {} };
  const outcomes = await sweepInParallel({ ...sweep, jobs: 2 });
  expect(outcomes.map(({ seed, case: { scenario } }) => `${scenario} ${seed}`)).toEqual(
    [3, 4, 5].flatMap((seed) => scenarios.map((scenario) => `${scenario} ${seed}`)),
  );
});
