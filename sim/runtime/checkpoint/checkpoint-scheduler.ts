// When periodic checkpoints are due, and whether any may still begin (Flink: CheckpointCoordinator's
// startCheckpointScheduler and ScheduledTrigger). A fixed rate: each is planned from the last planned one.

import { invariant } from "../../kernel/invariant.ts";
import { after, type Duration, type Instant, instant } from "../../kernel/virtual-time.ts";
import {
  type CheckpointCoordinatorConfig,
  effectiveInterval,
  type JobStatusAtEnd,
} from "./checkpoint-config.ts";
import type { CheckpointFailureReason } from "./checkpoint-failure-reason.ts";
import type { CoordinatorCommand } from "./coordinator-command.ts";

type State =
  | { readonly kind: "stopped" }
  /** `next` is absent if there is no interval: only the user triggers. */
  | { readonly kind: "running"; readonly next: Instant | undefined }
  | { readonly kind: "shut-down"; readonly status: JobStatusAtEnd };

/** The clock of one coordinator. Once it is shut down it stays so. */
export class CheckpointScheduler {
  readonly #config: CheckpointCoordinatorConfig;
  #state: State;

  constructor(config: CheckpointCoordinatorConfig, state: State = { kind: "stopped" }) {
    this.#config = config;
    this.#state = state;
  }

  /** How the job has ended; undefined as long as it has not. */
  get statusAtEnd(): JobStatusAtEnd | undefined {
    return this.#state.kind === "shut-down" ? this.#state.status : undefined;
  }

  /** The first periodic delay is drawn between these, both included; undefined if none is periodic. */
  firstDelayBounds(): { readonly min: Duration; readonly max: Duration } | undefined {
    const max = effectiveInterval(this.#config);
    return max === undefined ? undefined : { min: this.#config.minPause, max };
  }

  /** Runs from `now` on. `firstDelay` is within {@link firstDelayBounds}, and unused if there are none. */
  start(now: Instant, firstDelay: Duration): readonly CoordinatorCommand[] {
    invariant(
      this.#state.kind !== "shut-down",
      "Cannot start the periodic scheduler: the coordinator has been shut down",
    );
    const bounds = this.firstDelayBounds();
    if (bounds === undefined) {
      this.#state = { kind: "running", next: undefined };
      return [];
    }
    invariant(
      bounds.min <= firstDelay && firstDelay <= bounds.max,
      () =>
        `Cannot start the periodic scheduler: the first delay is ${firstDelay}, expected ${bounds.min} to ${bounds.max}`,
    );
    return this.plan(after(now, firstDelay));
  }

  /** The next periodic checkpoint is due at `next`, whatever was planned before. */
  plan(next: Instant): readonly CoordinatorCommand[] {
    this.#state = { kind: "running", next };
    return [{ kind: "set-timer", timer: { kind: "periodic-trigger" }, at: next }];
  }

  /**
   * The timer has fired, and a checkpoint is due: plans the one after it, and makes up for none that was missed. Returns
   * undefined if none is due, for nothing is periodic any more.
   */
  fired(now: Instant): readonly CoordinatorCommand[] | undefined {
    const interval = effectiveInterval(this.#config);
    if (this.#state.kind !== "running" || this.#state.next === undefined) return undefined;
    if (interval === undefined) return undefined;
    const { next } = this.#state;
    const periods = Math.max(1, Math.floor((now - next) / interval) + 1);
    return this.plan(instant(next + periods * interval));
  }

  /** The job has left RUNNING. */
  stop(): readonly CoordinatorCommand[] {
    return this.#become({ kind: "stopped" });
  }

  /** The job has ended. */
  shutDown(status: JobStatusAtEnd): readonly CoordinatorCommand[] {
    return this.#become({ kind: "shut-down", status });
  }

  /** Why no checkpoint begins now that is asked for; undefined if one may. */
  refusalOf(request: { readonly isPeriodic: boolean }): CheckpointFailureReason | undefined {
    if (this.#state.kind === "shut-down") return "CHECKPOINT_COORDINATOR_SHUTDOWN";
    if (request.isPeriodic && !this.#isPeriodic) return "PERIODIC_SCHEDULER_SHUTDOWN";
    return undefined;
  }

  clone(): CheckpointScheduler {
    return new CheckpointScheduler(this.#config, this.#state);
  }

  /** Plain data that determines what it will do. */
  describeState(): unknown {
    return this.#state;
  }

  get #isPeriodic(): boolean {
    return this.#state.kind === "running" && this.#state.next !== undefined;
  }

  #become(state: State): readonly CoordinatorCommand[] {
    const commands: readonly CoordinatorCommand[] = this.#isPeriodic
      ? [{ kind: "cancel-timer", timer: { kind: "periodic-trigger" } }]
      : [];
    if (this.#state.kind !== "shut-down") this.#state = state;
    return commands;
  }
}
