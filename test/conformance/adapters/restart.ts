// restart.json: whether and when a failed job is restarted, against the restart strategies.

import {
  type Instant,
  instant,
  micros,
  millis,
  toMillis,
} from "../../../sim/kernel/virtual-time.ts";
import {
  createRestartStrategy,
  type DrawJitter,
  type RestartStrategy,
  type RestartStrategyConfig,
} from "../../../sim/runtime/cluster/restart-strategy.ts";
import { type Adapter, compare, type Outcome, runScript, type VectorCase } from "../adapter.ts";

interface Step {
  readonly op: string;
  readonly ms?: number;
  readonly value?: boolean;
  readonly expectNewAttempt?: boolean;
  readonly backoffMs?: number;
  readonly failuresPerMs?: number;
  readonly failures?: number;
  readonly advanceBeforeEachFailureMs?: number;
  readonly values?: readonly number[];
}

/** Restart strategies, of Flink's RestartBackoffTimeStrategy tests. */
export const restart: Adapter = {
  file: "restart.json",
  run(vectorCase) {
    const run = new RestartRun(configOf(vectorCase));
    return runScript<Step>(vectorCase, (step) => run.take(step));
  },
};

/** One strategy with a clock. */
class RestartRun {
  readonly #config: RestartStrategyConfig;
  readonly #strategy: RestartStrategy;
  #now: Instant = instant(0);

  constructor(config: RestartStrategyConfig) {
    this.#config = config;
    this.#strategy = createRestartStrategy(config, (bound) => Math.floor(bound / 2));
  }

  take(step: Step): Outcome {
    switch (step.op) {
      case "advance":
        this.#advance(step.ms ?? 0);
        return "passed";
      case "notifyFailure": {
        const isNew = this.#strategy.notifyFailure(this.#now);
        return compare("new attempt", isNew, step.expectNewAttempt ?? isNew);
      }
      case "expectCanRestart":
        return compare("can restart", this.#strategy.canRestart(this.#now), step.value);
      case "expectBackoff":
        return compare("backoff", this.#backoff(), step.ms);
      case "expectBackoffAtMost":
        return compare("backoff within bound", this.#backoff() <= (step.ms ?? 0), true);
      case "expectBackoffError":
        return compare("backoff refused", this.#isBackoffRefused(), true);
      case "mergedRound":
        return this.#mergedRound(step.backoffMs ?? 0, step.failuresPerMs ?? 0);
      case "expectBackoffSetOver1000Runs":
        return this.#backoffsOver1000Runs(step);
      default:
        return { notYet: step.op };
    }
  }

  #mergedRound(backoffMs: number, failuresPerMs: number): Outcome {
    for (let ms = 0; ms < backoffMs; ms++) {
      for (let failure = 0; failure < failuresPerMs; failure++) {
        const isFirst = ms === 0 && failure === 0;
        const outcomes = [
          compare("new attempt", this.#strategy.notifyFailure(this.#now), isFirst),
          compare("can restart", this.#strategy.canRestart(this.#now), true),
          compare("backoff", this.#backoff(), backoffMs - ms),
        ];
        const wrong = outcomes.find((outcome) => outcome !== "passed");
        if (wrong !== undefined) return wrong;
      }
      this.#advance(1);
    }
    return "passed";
  }

  #backoffsOver1000Runs(step: Step): Outcome {
    const seen = new Set<number>();
    for (let run = 0; run < 1000; run++) {
      // Over the runs every number that can be drawn is drawn, in every combination.
      let rest = run;
      const draw: DrawJitter = (bound) => {
        const drawn = rest % bound;
        rest = Math.floor(rest / bound);
        return drawn;
      };
      const strategy = createRestartStrategy(this.#config, draw);
      let now = instant(0);
      for (let failure = 0; failure < (step.failures ?? 0); failure++) {
        now = instant(now + millis(step.advanceBeforeEachFailureMs ?? 0));
        strategy.notifyFailure(now);
      }
      seen.add(toMillis(strategy.backoff(now)));
    }
    const found = [...seen].sort((a, b) => a - b).join(" ");
    return compare("backoffs", found, step.values?.join(" "));
  }

  #isBackoffRefused(): boolean {
    try {
      this.#backoff();
      return false;
    } catch {
      return true;
    }
  }

  #backoff(): number {
    return toMillis(this.#strategy.backoff(this.#now));
  }

  #advance(ms: number): void {
    this.#now = instant(this.#now + millis(ms));
  }
}

function configOf(vectorCase: VectorCase): RestartStrategyConfig {
  const config = vectorCase["config"] as Readonly<Record<string, number | "unlimited">>;
  const count = (key: string) => (config[key] === "unlimited" ? undefined : Number(config[key]));
  const ms = (key: string) => millis(Number(config[key] ?? 0));
  switch (vectorCase["strategy"]) {
    case "exponential-delay":
      return {
        kind: "exponential-delay",
        initialBackoff: ms("initialBackoffMs"),
        maxBackoff: ms("maxBackoffMs"),
        backoffMultiplier: Number(config["backoffMultiplier"]),
        resetBackoffThreshold: ms("resetBackoffThresholdMs"),
        jitterFactor: Number(config["jitterFactor"]),
        attemptsBeforeResetBackoff: count("attemptsBeforeResetBackoff"),
      };
    case "failure-rate":
      return {
        kind: "failure-rate",
        maxFailuresPerInterval: Number(config["maxFailuresPerInterval"]),
        interval: ms("intervalMs"),
        delay: ms("backoffMs"),
      };
    case "fixed-delay":
      return { kind: "fixed-delay", attempts: count("maxAttempts"), delay: ms("backoffMs") };
    default:
      return { kind: "fixed-delay", attempts: undefined, delay: micros(0) };
  }
}
