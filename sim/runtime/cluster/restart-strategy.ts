// Whether a failed job is restarted, and after how long (Flink: RestartBackoffTimeStrategy). Backoffs are whole
// milliseconds as in Flink, and powers are loops of multiplications, so that every machine agrees on them.

import { invariant, unreachable } from "../../kernel/invariant.ts";
import { after, type Duration, type Instant, micros, millis } from "../../kernel/virtual-time.ts";

/** How to restart. Make one complete with {@link restartStrategyConfig}. */
export type RestartStrategyConfig =
  | NoRestartConfig
  | FixedDelayConfig
  | FailureRateConfig
  | ExponentialDelayConfig;

/** `none`: the first failure is the last. */
export interface NoRestartConfig {
  readonly kind: "none";
}

/** `fixed-delay`: so many restarts, each after the same time. */
export interface FixedDelayConfig {
  readonly kind: "fixed-delay";
  /** None means without limit. */
  readonly attempts: number | undefined;
  readonly delay: Duration;
}

/** `failure-rate`: as long as failures do not come too thick. */
export interface FailureRateConfig {
  readonly kind: "failure-rate";
  readonly maxFailuresPerInterval: number;
  readonly interval: Duration;
  readonly delay: Duration;
}

/** `exponential-delay`: each time after a longer time, until it has run well for a while. */
export interface ExponentialDelayConfig {
  readonly kind: "exponential-delay";
  readonly initialBackoff: Duration;
  readonly maxBackoff: Duration;
  readonly backoffMultiplier: number;
  /** Running so long without a failure starts the backoff anew. */
  readonly resetBackoffThreshold: Duration;
  /** The part of the backoff, from 0 to 1, by which it may be longer or shorter. */
  readonly jitterFactor: number;
  /** None means without limit. */
  readonly attemptsBeforeResetBackoff: number | undefined;
}

/** Draws a whole number from 0 up to, not including, `bound`: the restart's jitter. */
export type DrawJitter = (bound: number) => number;

/** The restarts of one job. */
export interface RestartStrategy {
  /** As many failures were counted before this leadership, whose times are not known. Called first, if at all. */
  recover(failures: number): void;
  /** A failure has happened. False if it belongs to a restart that is already under way. */
  notifyFailure(now: Instant): boolean;
  /** True if the job may be restarted after the failures so far. */
  canRestart(now: Instant): boolean;
  /** How long from now until the restart. */
  backoff(now: Instant): Duration;
  /** An equal strategy that shares nothing with this one; its jitter is drawn by `draw`. */
  clone(draw: DrawJitter): RestartStrategy;
  /** Plain data that determines everything this strategy will do. */
  describeState(): unknown;
}

/** A restart strategy that cannot be. The message names the key. */
class RestartStrategyConfigError extends Error {
  override readonly name = "RestartStrategyConfigError";
}

/** Flink's defaults of each kind. */
const DEFAULTS = {
  none: { kind: "none" },
  "fixed-delay": { kind: "fixed-delay", attempts: 1, delay: millis(1000) },
  "failure-rate": {
    kind: "failure-rate",
    maxFailuresPerInterval: 1,
    interval: millis(60_000),
    delay: millis(1000),
  },
  "exponential-delay": {
    kind: "exponential-delay",
    initialBackoff: millis(1000),
    maxBackoff: millis(60_000),
    backoffMultiplier: 1.5,
    resetBackoffThreshold: millis(3_600_000),
    jitterFactor: 0.1,
    attemptsBeforeResetBackoff: undefined,
  },
} as const satisfies { readonly [kind in RestartStrategyConfig["kind"]]: RestartStrategyConfig };

/** The strategy of a job that names none: exponential delay if it is checkpointed, else no restart. */
export function defaultRestartStrategyConfig(isCheckpointed: boolean): RestartStrategyConfig {
  return isCheckpointed ? DEFAULTS["exponential-delay"] : DEFAULTS.none;
}

/**
 * The settings over Flink's defaults for their kind. Throws a {@link RestartStrategyConfigError} for what cannot be.
 *
 * @example restartStrategyConfig({ kind: "fixed-delay", attempts: 3 })
 */
export function restartStrategyConfig(
  settings: { readonly kind: RestartStrategyConfig["kind"] } & Partial<
    Omit<FixedDelayConfig, "kind"> &
      Omit<FailureRateConfig, "kind"> &
      Omit<ExponentialDelayConfig, "kind">
  >,
): RestartStrategyConfig {
  const config = { ...DEFAULTS[settings.kind], ...settings } as RestartStrategyConfig;
  checkConfig(config);
  return config;
}

/** A fresh strategy. `draw` is asked only by an exponential delay with jitter. */
export function createRestartStrategy(
  config: RestartStrategyConfig,
  draw: DrawJitter,
): RestartStrategy {
  switch (config.kind) {
    case "none":
      return new NoRestart();
    case "fixed-delay":
      return new FixedDelayRestart(config);
    case "failure-rate":
      return new FailureRateRestart(config);
    case "exponential-delay":
      return new ExponentialDelayRestart(config, draw);
    default:
      return unreachable(config);
  }
}

class NoRestart implements RestartStrategy {
  recover(): void {}

  notifyFailure(): boolean {
    return true;
  }

  canRestart(): boolean {
    return false;
  }

  backoff(): Duration {
    return micros(0);
  }

  clone(): NoRestart {
    return new NoRestart();
  }

  describeState(): unknown {
    return {};
  }
}

class FixedDelayRestart implements RestartStrategy {
  readonly #config: FixedDelayConfig;
  #failures = 0;

  constructor(config: FixedDelayConfig) {
    this.#config = config;
  }

  recover(failures: number): void {
    this.#failures = failures;
  }

  notifyFailure(): boolean {
    this.#failures += 1;
    return true;
  }

  canRestart(): boolean {
    const { attempts } = this.#config;
    return attempts === undefined || this.#failures <= attempts;
  }

  backoff(): Duration {
    return this.#config.delay;
  }

  clone(): FixedDelayRestart {
    const copy = new FixedDelayRestart(this.#config);
    copy.#failures = this.#failures;
    return copy;
  }

  describeState(): unknown {
    return { failures: this.#failures };
  }
}

class FailureRateRestart implements RestartStrategy {
  readonly #config: FailureRateConfig;
  /** The latest failures, one more than an interval may hold, the oldest first. */
  #failures: readonly Instant[] = [];

  constructor(config: FailureRateConfig) {
    this.#config = config;
  }

  /** How thick they came is forgotten. */
  recover(): void {}

  notifyFailure(now: Instant): boolean {
    this.#failures = [...this.#failures, now].slice(-this.#config.maxFailuresPerInterval - 1);
    return true;
  }

  canRestart(now: Instant): boolean {
    const [oldest] = this.#failures;
    if (oldest === undefined) return true;
    if (this.#failures.length <= this.#config.maxFailuresPerInterval) return true;
    return now - oldest > this.#config.interval;
  }

  backoff(): Duration {
    return this.#config.delay;
  }

  clone(): FailureRateRestart {
    const copy = new FailureRateRestart(this.#config);
    copy.#failures = this.#failures;
    return copy;
  }

  describeState(): unknown {
    return { failures: this.#failures };
  }
}

/** Failures up to the planned restart belong to it; only a later one begins another attempt. */
class ExponentialDelayRestart implements RestartStrategy {
  readonly #config: ExponentialDelayConfig;
  readonly #draw: DrawJitter;
  #attempt = 0;
  #nextRestart: Instant | undefined;

  constructor(config: ExponentialDelayConfig, draw: DrawJitter) {
    this.#config = config;
    this.#draw = draw;
  }

  recover(failures: number): void {
    this.#attempt = failures;
  }

  notifyFailure(now: Instant): boolean {
    if (this.#nextRestart !== undefined) {
      if (now <= this.#nextRestart) return false;
      if (now - this.#nextRestart >= this.#config.resetBackoffThreshold) this.#attempt = 0;
    }
    this.#nextRestart = after(now, this.#nextBackoff());
    this.#attempt += 1;
    return true;
  }

  canRestart(): boolean {
    const { attemptsBeforeResetBackoff } = this.#config;
    return attemptsBeforeResetBackoff === undefined || this.#attempt <= attemptsBeforeResetBackoff;
  }

  backoff(now: Instant): Duration {
    invariant(
      this.#nextRestart !== undefined,
      "Cannot tell the backoff: there has been no failure, expected one first",
    );
    return micros(Math.max(0, this.#nextRestart - now));
  }

  clone(draw: DrawJitter): ExponentialDelayRestart {
    const copy = new ExponentialDelayRestart(this.#config, draw);
    copy.#attempt = this.#attempt;
    copy.#nextRestart = this.#nextRestart;
    return copy;
  }

  describeState(): unknown {
    return { attempt: this.#attempt, nextRestart: this.#nextRestart };
  }

  #nextBackoff(): Duration {
    const { initialBackoff, maxBackoff, backoffMultiplier, jitterFactor } = this.#config;
    let raised: number = initialBackoff;
    for (let attempt = 0; attempt < this.#attempt && raised < maxBackoff; attempt++) {
      raised *= backoffMultiplier;
    }
    const base = wholeMillis(Math.min(raised, maxBackoff));
    const reach = wholeMillis(base * jitterFactor);
    const jittered = base + this.#jitter(reach);
    return micros(Math.max(initialBackoff, Math.min(jittered, maxBackoff)));
  }

  /** A whole number of milliseconds from -reach to reach, both included, in microseconds. */
  #jitter(reach: number): number {
    const steps = reach / MILLISECOND;
    return steps === 0 ? 0 : (this.#draw(2 * steps + 1) - steps) * MILLISECOND;
  }
}

const MILLISECOND = 1000;

function wholeMillis(microseconds: number): number {
  return Math.trunc(microseconds / MILLISECOND) * MILLISECOND;
}

function checkConfig(config: RestartStrategyConfig): void {
  switch (config.kind) {
    case "none":
      return;
    case "fixed-delay":
      demand(isCount(config.attempts, 0), "fixed-delay.attempts", config.attempts);
      return;
    case "failure-rate": {
      const most = config.maxFailuresPerInterval;
      demand(isCount(most, 1), "failure-rate.max-failures-per-interval", most);
      return;
    }
    case "exponential-delay": {
      const { initialBackoff, maxBackoff, backoffMultiplier, jitterFactor } = config;
      const attempts = config.attemptsBeforeResetBackoff;
      demand(initialBackoff >= MILLISECOND, "exponential-delay.initial-backoff", initialBackoff);
      demand(maxBackoff >= initialBackoff, "exponential-delay.max-backoff", maxBackoff);
      demand(backoffMultiplier >= 1, "exponential-delay.backoff-multiplier", backoffMultiplier);
      demand(
        jitterFactor >= 0 && jitterFactor <= 1,
        "exponential-delay.jitter-factor",
        jitterFactor,
      );
      demand(isCount(attempts, 1), "exponential-delay.attempts-before-reset-backoff", attempts);
      return;
    }
    default:
      unreachable(config);
  }
}

function isCount(value: number | undefined, least: number): boolean {
  return value === undefined || (Number.isSafeInteger(value) && value >= least);
}

function demand(isFine: boolean, key: string, found: number | undefined): void {
  if (isFine) return;
  throw new RestartStrategyConfigError(`Cannot use restart-strategy.${key}: found ${found}`);
}
