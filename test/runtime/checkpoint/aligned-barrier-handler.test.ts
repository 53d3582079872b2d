// The aligned handler against a model of one task's channels, each of which delivers its barriers in order and
// nothing while it is blocked. What the handler commands is what the model lives by.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant } from "../../../sim/kernel/virtual-time.ts";
import { AlignedBarrierHandler } from "../../../sim/runtime/checkpoint/aligned-barrier-handler.ts";
import type { BarrierCommand } from "../../../sim/runtime/checkpoint/barrier-handler.ts";
import { type CheckpointBarrier, checkpointId } from "../../../sim/runtime/stream-element.ts";

describe("AlignedBarrierHandler", () => {
  test("AlignedBarrierHandler blocks each channel, snapshots on the last barrier, and only then resumes", () => {
    const handler = handlerOf(2);
    expect(handler.onBarrier(0, barrier(1), instant(10))).toEqual([
      { kind: "block-channel", channel: 0 },
    ]);
    expect(handler.onBarrier(1, barrier(1), instant(25))).toEqual([
      { kind: "block-channel", channel: 1 },
      { kind: "record", event: "alignment-completed", fields: { checkpoint: 1, duration: 15 } },
      {
        kind: "trigger-snapshot",
        barrier: barrier(1),
        alignment: { startedAt: 10, endedAt: 25, startDelay: 10 },
      },
      { kind: "resume-channels", channels: [0, 1] },
    ]);
  });

  test("AlignedBarrierHandler of one channel snapshots at once", () => {
    const kinds = handlerOf(1)
      .onBarrier(0, barrier(1), instant(0))
      .map(({ kind }) => kind);
    expect(kinds).toEqual(["block-channel", "record", "trigger-snapshot", "resume-channels"]);
  });

  test("AlignedBarrierHandler gives up an alignment for a newer barrier", () => {
    const handler = handlerOf(3);
    handler.onBarrier(0, barrier(1), instant(0));
    expect(handler.onBarrier(1, barrier(2), instant(1))).toEqual([
      { kind: "resume-channels", channels: [0] },
      { kind: "abort-checkpoint", checkpoint: 1, reason: "CHECKPOINT_DECLINED_SUBSUMED" },
      { kind: "block-channel", channel: 1 },
    ]);
    expect(handler.onBarrier(0, barrier(1), instant(2))).toEqual([]);
  });

  test("AlignedBarrierHandler aborts on a cancel marker once, also before any barrier", () => {
    const handler = handlerOf(2);
    expect(handler.onCancelMarker(0, checkpointId(1))).toEqual([
      {
        kind: "abort-checkpoint",
        checkpoint: 1,
        reason: "CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER",
      },
    ]);
    expect(handler.onCancelMarker(1, checkpointId(1))).toEqual([]);
    expect(handler.onBarrier(1, barrier(1), instant(0))).toEqual([]);
  });

  test("AlignedBarrierHandler keeps blocking and resuming in pairs, and ends each checkpoint once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.commands(deliveries(), { maxCommands: 80, size: "max" }),
        (channelCount, areCheckpointsAfterTasksFinish, commands) => {
          fc.modelRun(
            () => ({
              model: new ModelChannels(channelCount),
              real: {
                handler: new AlignedBarrierHandler({
                  channelCount,
                  areCheckpointsAfterTasksFinish,
                }),
              },
            }),
            commands,
          );
        },
      ),
    );
  });
});

interface Real {
  handler: AlignedBarrierHandler;
}

/** The channels of one task: each delivers barriers 1, 2, 3, ... or cancel markers in their place, unless blocked. */
class ModelChannels {
  /** The newest checkpoint each channel has delivered a barrier or marker of; nothing once it has ended. */
  readonly delivered: (number | undefined)[];
  readonly blocked = new Set<number>();
  readonly ended: number[] = [];
  now = 0;

  constructor(channelCount: number) {
    this.delivered = new Array(channelCount).fill(0);
  }

  canDeliver(channel: number): boolean {
    return this.delivered[channel] !== undefined && !this.blocked.has(channel);
  }

  /** Moves the channel on by `count` checkpoints, and the clock by a tick. */
  deliver(channel: number, count: number): { readonly id: number; readonly now: Instant } {
    const id = (this.delivered[channel] ?? 0) + count;
    this.delivered[channel] = id;
    this.now += 1;
    return { id, now: instant(this.now) };
  }

  obey(commands: readonly BarrierCommand[]): void {
    for (const command of commands) {
      switch (command.kind) {
        case "block-channel":
          expect(this.blocked.has(command.channel)).toBe(false);
          this.blocked.add(command.channel);
          break;
        case "resume-channels":
          expect(new Set(command.channels)).toEqual(this.blocked);
          this.blocked.clear();
          break;
        case "trigger-snapshot":
          this.#checkSnapshot(command.barrier.checkpoint);
          this.#end(command.barrier.checkpoint);
          break;
        case "abort-checkpoint":
          this.#end(command.checkpoint);
          break;
        case "record":
          break;
      }
    }
  }

  /** No open channel has anything left that belongs to the snapshot, nor can it deliver anything beyond. */
  #checkSnapshot(checkpoint: number): void {
    for (const [channel, delivered] of this.delivered.entries()) {
      if (delivered === undefined) continue;
      expect(delivered).toBe(checkpoint);
      expect(this.blocked.has(channel)).toBe(true);
    }
  }

  #end(checkpoint: number): void {
    expect(this.ended).not.toContain(checkpoint);
    this.ended.push(checkpoint);
  }
}

/** What a channel delivers, or that the handler goes on as its own clone. */
class Delivery implements fc.Command<ModelChannels, Real> {
  readonly #kind: "barrier" | "cancel" | "cancel-next" | "end" | "clone";
  readonly #channel: number;

  constructor(kind: "barrier" | "cancel" | "cancel-next" | "end" | "clone", channel: number) {
    this.#kind = kind;
    this.#channel = channel;
  }

  check(model: Readonly<ModelChannels>): boolean {
    return model.canDeliver(this.#channel);
  }

  run(model: ModelChannels, real: Real): void {
    const channel = this.#channel;
    switch (this.#kind) {
      case "barrier": {
        const { id, now } = model.deliver(channel, 1);
        model.obey(real.handler.onBarrier(channel, barrier(id), now));
        break;
      }
      case "cancel":
      case "cancel-next": {
        const { id } = model.deliver(channel, this.#kind === "cancel" ? 1 : 2);
        model.obey(real.handler.onCancelMarker(channel, checkpointId(id)));
        break;
      }
      case "end": {
        const { now } = model.deliver(channel, 0);
        model.delivered[channel] = undefined;
        model.obey(real.handler.onEndOfPartition(channel, now));
        break;
      }
      case "clone": {
        const copy = real.handler.clone();
        expect(copy.describeState()).toEqual(real.handler.describeState());
        real.handler = copy;
        break;
      }
    }
    expect(real.handler.isCheckpointPending).toBe(model.blocked.size > 0);
  }

  toString(): string {
    return `${this.#kind} on ${this.#channel}`;
  }
}

function deliveries(): fc.Arbitrary<Delivery>[] {
  const channel = fc.nat({ max: 3 });
  const weighted = [
    "barrier",
    "barrier",
    "barrier",
    "cancel",
    "cancel-next",
    "end",
    "clone",
  ] as const;
  return weighted.map((kind) => channel.map((index) => new Delivery(kind, index)));
}

function handlerOf(channelCount: number): AlignedBarrierHandler {
  return new AlignedBarrierHandler({ channelCount, areCheckpointsAfterTasksFinish: true });
}

function barrier(id: number): CheckpointBarrier {
  return {
    kind: "barrier",
    checkpoint: checkpointId(id),
    timestamp: instant(0),
    alignment: "aligned",
    cause: -1,
  };
}
