// Decides which requested checkpoint may be triggered now, and which must wait or be refused
// (Flink: CheckpointRequestDecider). Requests equal in rank go in the order they came, by sequence number.

import { after, type Duration, type Instant, micros } from "../../kernel/virtual-time.ts";
import type { CheckpointFailureReason } from "./checkpoint-failure-reason.ts";
import { type CheckpointProperties, isSavepoint } from "./checkpoint-properties.ts";

/** Someone wants a checkpoint. */
export interface CheckpointTriggerRequest {
  /** Counts the coordinator's requests; no two are equal. */
  readonly sequence: number;
  readonly timestamp: Instant;
  readonly isPeriodic: boolean;
  readonly properties: CheckpointProperties;
}

/** What the decider looks at besides its queue. */
export interface TriggerSituation {
  readonly now: Instant;
  /** True while a request is being triggered; only one at a time is. */
  readonly isTriggering: boolean;
  readonly pendingCount: number;
  /** Checkpoints whose files are being deleted. */
  readonly cleaningCount: number;
  /** When the last checkpoint completed. */
  readonly lastCompletion: Instant | undefined;
}

/** The decider's answer. */
export type DeciderCommand =
  | { readonly kind: "run"; readonly request: CheckpointTriggerRequest }
  | {
      readonly kind: "refuse";
      readonly request: CheckpointTriggerRequest;
      readonly reason: CheckpointFailureReason;
    }
  /** Fire the periodic trigger after `delay`, and at its interval from then on. */
  | { readonly kind: "rearm-periodic-timer"; readonly delay: Duration };

/** Limits the decider keeps. */
export interface DeciderLimits {
  readonly maxConcurrent: number;
  readonly minPause: Duration;
  readonly queueCapacity: number;
}

/** Requests that wait, as in Flink. */
export const REQUEST_QUEUE_CAPACITY = 1000;

/** The queue of requests and the rule over it. */
export class CheckpointRequestDecider {
  readonly #limits: DeciderLimits;
  /** In the order in which they go. */
  #queue: readonly CheckpointTriggerRequest[] = [];

  constructor(limits: DeciderLimits) {
    this.#limits = limits;
  }

  /** Requests waiting, the next one first. */
  get queue(): readonly CheckpointTriggerRequest[] {
    return this.#queue;
  }

  /** Takes a request in, and decides. */
  submit(
    request: CheckpointTriggerRequest,
    situation: TriggerSituation,
  ): readonly DeciderCommand[] {
    const { queueCapacity } = this.#limits;
    const last = this.#queue.at(-1);
    if (this.#queue.length >= queueCapacity && last?.isPeriodic === false) {
      return [{ kind: "refuse", request, reason: "TOO_MANY_CHECKPOINT_REQUESTS" }];
    }
    const after = this.#queue.findLastIndex((other) => compareRequests(other, request) <= 0);
    const queue = this.#queue.toSpliced(after + 1, 0, request);
    this.#queue = queue.slice(0, queueCapacity);
    return [
      ...queue.slice(queueCapacity).map(
        (pushedOut): DeciderCommand => ({
          kind: "refuse",
          request: pushedOut,
          reason: "TOO_MANY_CHECKPOINT_REQUESTS",
        }),
      ),
      ...this.choose(situation),
    ];
  }

  /** Decides again; owed whenever a trigger, a pending checkpoint or a clean-up has ended. */
  choose(situation: TriggerSituation): readonly DeciderCommand[] {
    const head = this.#queue[0];
    if (situation.isTriggering) return [];
    if (head === undefined) return [];
    if (situation.cleaningCount > this.#limits.maxConcurrent) return [];
    if (situation.pendingCount >= this.#limits.maxConcurrent) {
      return head.properties.isForced ? [this.#run(head)] : [];
    }
    const pause = this.#remainingPause(situation);
    if (head.isPeriodic && !head.properties.isForced && pause > 0) {
      this.#queue = this.#queue.slice(1);
      return [
        { kind: "refuse", request: head, reason: "MINIMUM_TIME_BETWEEN_CHECKPOINTS" },
        { kind: "rearm-periodic-timer", delay: pause },
      ];
    }
    return [this.#run(head)];
  }

  /** Empties the queue: every request in it is refused for `reason`. */
  refuseAll(reason: CheckpointFailureReason): readonly DeciderCommand[] {
    const refused = this.#queue;
    this.#queue = [];
    return refused.map((request) => ({ kind: "refuse", request, reason }));
  }

  /** An equal decider that shares nothing with this one. */
  clone(): CheckpointRequestDecider {
    const copy = new CheckpointRequestDecider(this.#limits);
    copy.#queue = this.#queue;
    return copy;
  }

  /** Plain data that determines everything this decider will do. */
  describeState(): unknown {
    return { queue: this.#queue };
  }

  #run(head: CheckpointTriggerRequest): DeciderCommand {
    this.#queue = this.#queue.slice(1);
    return { kind: "run", request: head };
  }

  #remainingPause({ now, lastCompletion }: TriggerSituation): Duration {
    if (lastCompletion === undefined) return micros(0);
    return micros(Math.max(0, after(lastCompletion, this.#limits.minPause) - now));
  }
}

/** Savepoints first, then forced, then the user's before the periodic, then the earlier. */
function compareRequests(a: CheckpointTriggerRequest, b: CheckpointTriggerRequest): number {
  return (
    Number(isSavepoint(b.properties.kind)) - Number(isSavepoint(a.properties.kind)) ||
    Number(b.properties.isForced) - Number(a.properties.isForced) ||
    Number(a.isPeriodic) - Number(b.isPeriodic) ||
    a.timestamp - b.timestamp ||
    a.sequence - b.sequence
  );
}
