// Restart strategies, beside the conformance vectors: defaults, limits, and backoffs within their bounds.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant, millis, seconds } from "../../../sim/kernel/virtual-time.ts";
import {
  createRestartStrategy,
  defaultRestartStrategyConfig,
  restartStrategyConfig,
} from "../../../sim/runtime/cluster/restart-strategy.ts";

const noJitter = () => {
  throw new Error("Cannot draw: no jitter was expected");
};

describe("restart strategies", () => {
  test("createRestartStrategy none never restarts", () => {
    const strategy = createRestartStrategy(defaultRestartStrategyConfig(false), noJitter);
    expect(strategy.notifyFailure(instant(0))).toBe(true);
    expect(strategy.canRestart(instant(0))).toBe(false);
  });

  test("createRestartStrategy fixed-delay restarts so many times, or without end", () => {
    const failuresSurvived = (attempts: number | undefined) => {
      const config = { kind: "fixed-delay", attempts, delay: seconds(1) } as const;
      const strategy = createRestartStrategy(config, noJitter);
      let survived = 0;
      for (; survived < 100; survived++) {
        strategy.notifyFailure(instant(0));
        if (!strategy.canRestart(instant(0))) break;
      }
      return survived;
    };
    expect(failuresSurvived(0)).toBe(0);
    expect(failuresSurvived(3)).toBe(3);
    expect(failuresSurvived(undefined)).toBe(100);
  });

  test("createRestartStrategy failure-rate forgets failures an interval ago", () => {
    const config = restartStrategyConfig({ kind: "failure-rate", interval: seconds(1) });
    const strategy = createRestartStrategy(config, noJitter);
    strategy.notifyFailure(instant(0));
    expect(strategy.canRestart(instant(0))).toBe(true);
    strategy.notifyFailure(instant(seconds(1)));
    expect(strategy.canRestart(instant(seconds(1)))).toBe(false);
    expect(strategy.canRestart(instant(seconds(1.1)))).toBe(true);
  });

  test("createRestartStrategy exponential-delay stays within its bounds, and its clone agrees", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 120_000 }), fc.nat()), { maxLength: 40 }),
        (failures) => {
          let drawn = 0;
          const draw = (bound: number) => drawn % bound;
          const config = defaultRestartStrategyConfig(true);
          let strategy = createRestartStrategy(config, draw);
          let now = instant(0);
          for (const [gapMs, jitter] of failures) {
            now = instant(now + millis(gapMs));
            drawn = jitter;
            const copy = strategy.clone(draw);
            const isNew = strategy.notifyFailure(now);
            expect(copy.notifyFailure(now)).toBe(isNew);
            expect(copy.describeState()).toEqual(strategy.describeState());
            if (isNew) expect(strategy.backoff(now)).toBeGreaterThanOrEqual(seconds(1));
            expect(strategy.backoff(now)).toBeLessThanOrEqual(seconds(60));
            strategy = copy;
          }
        },
      ),
    );
  });

  test("a strategy goes on from failures counted before, of which none is taken for one of now", () => {
    const fixed = restartStrategyConfig({ kind: "fixed-delay", attempts: 3 });
    const limited = createRestartStrategy(fixed, noJitter);
    limited.recover(3);
    expect(limited.canRestart(instant(0))).toBe(true);
    limited.notifyFailure(instant(0));
    expect(limited.canRestart(instant(0))).toBe(false);

    const rising = restartStrategyConfig({ kind: "exponential-delay", jitterFactor: 0 });
    const delayed = createRestartStrategy(rising, noJitter);
    delayed.recover(2);
    expect(delayed.notifyFailure(instant(0))).toBe(true);
    expect(delayed.backoff(instant(0))).toBe(seconds(1.5 * 1.5));

    const dense = createRestartStrategy(restartStrategyConfig({ kind: "failure-rate" }), noJitter);
    dense.recover(100);
    dense.notifyFailure(instant(0));
    expect(dense.canRestart(instant(0))).toBe(true);
  });

  test("restartStrategyConfig has Flink's defaults and refuses what cannot be", () => {
    expect(restartStrategyConfig({ kind: "fixed-delay" })).toEqual({
      kind: "fixed-delay",
      attempts: 1,
      delay: seconds(1),
    });
    expect(() => restartStrategyConfig({ kind: "fixed-delay", attempts: -1 })).toThrow(
      "Cannot use restart-strategy.fixed-delay.attempts: found -1",
    );
    expect(() => restartStrategyConfig({ kind: "exponential-delay", jitterFactor: 2 })).toThrow(
      /jitter-factor/,
    );
  });
});
