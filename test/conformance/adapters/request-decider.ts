// request-decider.json: which request runs now, which waits, which is refused, against CheckpointRequestDecider.

import { type Instant, instant, millis } from "../../../sim/kernel/virtual-time.ts";
import {
  CHECKPOINT_PROPERTIES,
  type CheckpointProperties,
} from "../../../sim/runtime/checkpoint/checkpoint-properties.ts";
import {
  CheckpointRequestDecider,
  type DeciderCommand,
} from "../../../sim/runtime/checkpoint/checkpoint-request-decider.ts";
import { type Adapter, compare, type Outcome, runScript } from "../adapter.ts";

interface Config {
  readonly maxQueuedRequests: number;
  readonly maxConcurrentCheckpoints: number;
  readonly minPauseMs: number;
  readonly nowMs: number;
}

interface Step {
  readonly op: string;
  readonly request?: string;
  readonly type?: "checkpoint" | "savepoint";
  readonly periodic?: boolean;
  readonly forced?: boolean;
  readonly isTriggering?: boolean;
  readonly lastCompletionMs?: number;
  readonly pending?: number;
  readonly cleaning?: number;
  readonly expectExecuted?: string | null;
  readonly reason?: string;
  readonly count?: number;
}

/** The request decider, of Flink's CheckpointRequestDeciderTest. */
export const requestDecider: Adapter = {
  file: "request-decider.json",
  run(vectorCase) {
    const run = new DeciderRun(vectorCase["config"] as Config);
    return runScript<Step>(vectorCase, (step) => run.take(step));
  },
};

/** One decider and what it was told and has said so far. */
class DeciderRun {
  readonly #decider: CheckpointRequestDecider;
  readonly #now: Instant;
  /** Names of the requests, by sequence number. */
  readonly #names: string[] = [];
  readonly #executed: string[] = [];
  readonly #refused = new Map<string, string>();
  #pending = 0;
  #cleaning = 0;

  constructor(config: Config) {
    this.#now = instantOf(config.nowMs);
    this.#decider = new CheckpointRequestDecider({
      maxConcurrent: config.maxConcurrentCheckpoints,
      minPause: millis(config.minPauseMs),
      queueCapacity: config.maxQueuedRequests,
    });
  }

  take(step: Step): Outcome {
    const name = step.request ?? "";
    switch (step.op) {
      case "set":
        this.#pending = step.pending ?? this.#pending;
        this.#cleaning = step.cleaning ?? this.#cleaning;
        return "passed";
      case "submit":
        return this.#expectExecuted(this.#submit(step), step);
      case "takeQueued":
        return this.#expectExecuted(this.#decider.choose(this.#situation(step)), step);
      case "expectFailed":
        return compare(`reason for ${name}`, this.#refused.get(name), step.reason);
      case "expectNotDone": {
        const isDone = this.#refused.has(name) || this.#executed.includes(name);
        return compare(`done ${name}`, isDone, false);
      }
      case "expectFailedCount": {
        const reasons = [...this.#refused.values()].filter((reason) => reason === step.reason);
        return compare(`count of ${step.reason}`, reasons.length, step.count);
      }
      default:
        return { notYet: step.op };
    }
  }

  #submit(step: Step): readonly DeciderCommand[] {
    this.#names.push(step.request ?? "");
    const properties: CheckpointProperties = {
      kind: step.type ?? CHECKPOINT_PROPERTIES.kind,
      isForced: step.forced === true,
    };
    const request = {
      sequence: this.#names.length - 1,
      timestamp: this.#now,
      isPeriodic: step.periodic === true,
      properties,
    };
    return this.#decider.submit(request, this.#situation(step));
  }

  #situation(step: Step) {
    return {
      now: this.#now,
      isTriggering: step.isTriggering === true,
      pendingCount: this.#pending,
      cleaningCount: this.#cleaning,
      lastCompletion: instantOf(step.lastCompletionMs ?? 0),
    };
  }

  #expectExecuted(commands: readonly DeciderCommand[], step: Step): Outcome {
    const executed: string[] = [];
    for (const command of commands) {
      if (command.kind === "rearm-periodic-timer") continue;
      const name = this.#names[command.request.sequence] ?? "";
      if (command.kind === "refuse") this.#refused.set(name, command.reason);
      else executed.push(name);
    }
    this.#executed.push(...executed);
    return compare("executed", executed[0] ?? null, step.expectExecuted);
  }
}

function instantOf(ms: number): Instant {
  return instant(millis(ms));
}
