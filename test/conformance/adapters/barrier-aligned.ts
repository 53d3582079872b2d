// barrier-aligned.json and barrier-tracker.json, which have one format: inputs of one task are handed to a barrier
// handler one by one, and what it commands is noted. The vectors never hold back what a blocked channel delivers.

import {
  type Duration,
  type Instant,
  instant,
  micros,
  millis,
} from "../../../sim/kernel/virtual-time.ts";
import {
  AlignedBarrierHandler,
  type BarrierHandlerOptions,
} from "../../../sim/runtime/checkpoint/aligned-barrier-handler.ts";
import type {
  Alignment,
  BarrierCommand,
  CheckpointBarrierHandler,
} from "../../../sim/runtime/checkpoint/barrier-handler.ts";
import { BarrierTracker } from "../../../sim/runtime/checkpoint/barrier-tracker.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";
import { type Adapter, compare, type Outcome, type VectorCase } from "../adapter.ts";

interface Input {
  readonly op: "buffer" | "barrier" | "cancel" | "endOfPartition";
  readonly channel: number;
  readonly checkpointId?: number;
  readonly size?: number;
}

interface Timing {
  readonly advanceAfterEachInputMillis?: number;
  readonly barrierCreatedBeforeFirstInputMillis?: number;
  readonly sleepBeforeInput?: Readonly<Record<string, number>>;
}

interface Expectations {
  readonly checks: readonly (Readonly<Record<string, unknown>> & { readonly after: number })[];
  readonly final: Readonly<Record<string, unknown>>;
}

/** Aligned barriers, of Flink's AlignedCheckpointsTest. */
export const barrierAligned: Adapter = {
  file: "barrier-aligned.json",
  run: (vectorCase) => runWith((options) => new AlignedBarrierHandler(options), vectorCase),
};

/** Counted barriers, of Flink's CheckpointBarrierTrackerTest. */
export const barrierTracker: Adapter = {
  file: "barrier-tracker.json",
  run: (vectorCase) => runWith((options) => new BarrierTracker(options), vectorCase),
};

function runWith(
  make: (options: BarrierHandlerOptions) => CheckpointBarrierHandler,
  vectorCase: VectorCase,
): Outcome {
  const options = vectorCase["options"] as { readonly checkpointsAfterTasksFinish: boolean };
  const handler = make({
    channelCount: vectorCase["channels"] as number,
    areCheckpointsAfterTasksFinish: options.checkpointsAfterTasksFinish,
  });
  const run = new HandlerRun(handler, (vectorCase["timing"] ?? {}) as Timing);
  const { checks, final } = vectorCase["expect"] as Expectations;
  for (const [index, input] of (vectorCase["input"] as readonly Input[]).entries()) {
    run.deliver(input, index);
    for (const { after, ...facts } of checks.filter((check) => check.after === index)) {
      const outcome = run.check(facts);
      if (outcome !== "passed") return labelled(`after ${after}`, outcome);
    }
  }
  return labelled("at the end", run.check(final));
}

function labelled(when: string, outcome: Outcome): Outcome {
  if (outcome === "passed" || !("failed" in outcome)) return outcome;
  return { failed: `${when}: ${outcome.failed}` };
}

/** One handler and all it has commanded. */
class HandlerRun {
  readonly #handler: CheckpointBarrierHandler;
  readonly #timing: Timing;
  readonly #barrierTimestamp: Instant;
  #now: Instant = instant(millis(1000));
  readonly #blocked = new Set<number>();
  readonly #notifications: { event: "trigger" | "abort"; checkpointId: number; reason?: string }[] =
    [];
  #alignment: Alignment | undefined;
  #bytesDuringAlignment = 0;

  constructor(handler: CheckpointBarrierHandler, timing: Timing) {
    this.#handler = handler;
    this.#timing = timing;
    this.#barrierTimestamp = this.#now;
    this.#advance(millis(timing.barrierCreatedBeforeFirstInputMillis ?? 0));
  }

  deliver(input: Input, index: number): void {
    this.#advance(millis(this.#timing.sleepBeforeInput?.[index] ?? 0));
    const wasPending = this.#handler.isCheckpointPending;
    if (input.op === "buffer" && wasPending) this.#bytesDuringAlignment += input.size ?? 0;
    for (const command of this.#answerTo(input)) this.#note(command);
    if (!wasPending && this.#handler.isCheckpointPending) this.#bytesDuringAlignment = 0;
    this.#advance(millis(this.#timing.advanceAfterEachInputMillis ?? 0));
  }

  check(expected: Readonly<Record<string, unknown>>): Outcome {
    for (const [fact, value] of Object.entries(expected)) {
      const outcome = this.#checkFact(fact, value);
      if (outcome !== "passed") return outcome;
    }
    return "passed";
  }

  #answerTo({ op, channel, checkpointId: id = 0 }: Input): readonly BarrierCommand[] {
    const checkpoint = checkpointId(id);
    switch (op) {
      case "buffer":
        return [];
      case "barrier": {
        const barrier = {
          kind: "barrier",
          checkpoint,
          timestamp: this.#barrierTimestamp,
          alignment: "aligned",
          cause: -1,
        } as const;
        return this.#handler.onBarrier(channel, barrier, this.#now);
      }
      case "cancel":
        return this.#handler.onCancelMarker(channel, checkpoint, this.#now);
      case "endOfPartition":
        this.#blocked.delete(channel);
        return this.#handler.onEndOfPartition(channel, this.#now);
    }
  }

  #note(command: BarrierCommand): void {
    switch (command.kind) {
      case "block-channel":
        this.#blocked.add(command.channel);
        return;
      case "resume-channels":
        for (const channel of command.channels) this.#blocked.delete(channel);
        return;
      case "trigger-snapshot":
        this.#alignment = command.alignment;
        this.#notifications.push({ event: "trigger", checkpointId: command.barrier.checkpoint });
        return;
      case "abort-checkpoint": {
        const { checkpoint, reason } = command;
        this.#notifications.push({ event: "abort", checkpointId: checkpoint, reason });
        return;
      }
      case "record":
        return;
    }
  }

  #checkFact(fact: string, expected: unknown): Outcome {
    const triggered = this.#idsOf("trigger");
    const aborted = this.#idsOf("abort");
    const duration = this.#span(({ startedAt, endedAt }) => micros(endedAt - startedAt));
    const startDelay = this.#span((alignment) => alignment.startDelay);
    const lastAbort = this.#notifications.findLast(({ event }) => event === "abort");
    const tracker = this.#handler instanceof BarrierTracker ? this.#handler : undefined;
    const found = new Map<string, () => unknown>([
      ["blocked", () => [...this.#blocked].sort((a, b) => a - b)],
      ["latestCheckpointId", () => this.#handler.latestCheckpoint],
      ["triggered", () => triggered],
      ["triggeredUpTo", () => triggered.at(-1) ?? 0],
      ["triggeredCount", () => triggered.length],
      ["aborted", () => aborted],
      ["abortedCount", () => aborted.length],
      ["lastAbortedId", () => aborted.at(-1)],
      ["lastAborted", () => ({ checkpointId: lastAbort?.checkpointId, reason: lastAbort?.reason })],
      ["pending", () => this.#handler.isCheckpointPending],
      ["pendingIds", () => tracker?.pendingCheckpoints],
      ["openChannels", () => tracker?.openChannels],
      [
        "notifications",
        () =>
          this.#notifications.map(({ event, checkpointId: id }) => ({ event, checkpointId: id })),
      ],
      ["triggerIdsConsecutiveFrom", () => (isConsecutive(triggered) ? triggered[0] : "gaps")],
      ["alignmentDurationNanos", () => duration * 1000],
      ["lastAlignmentDurationNanos", () => duration * 1000],
      ["bytesProcessedDuringAlignment", () => this.#bytesDuringAlignment],
    ]);
    const atLeast = new Map<string, number>([
      ["startDelayMillisAtLeast", startDelay / 1000],
      ["alignmentDurationMillisAtLeast", duration / 1000],
    ]);
    const least = atLeast.get(fact);
    if (least !== undefined) return compare(fact, least >= Number(expected), true);
    const ask = found.get(fact);
    return ask === undefined ? { notYet: fact } : compare(fact, ask(), expected);
  }

  #idsOf(event: "trigger" | "abort"): readonly number[] {
    return this.#notifications
      .filter((notification) => notification.event === event)
      .map((notification) => notification.checkpointId);
  }

  #span(of: (alignment: Alignment) => Duration): Duration {
    return this.#alignment === undefined ? micros(0) : of(this.#alignment);
  }

  #advance(span: Duration): void {
    this.#now = instant(this.#now + span);
  }
}

function isConsecutive(ids: readonly number[]): boolean {
  return ids.every((id, index) => index === 0 || id === (ids[index - 1] ?? 0) + 1);
}
