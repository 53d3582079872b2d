// What a task that is no source reads (Flink: CheckpointedInputGate in StreamTaskNetworkInput): its gate, with the handler
// that is told of each barrier. The handler's commands are carried out in a hook of the task, for a snapshot may wait.

import { must, unreachable } from "../../kernel/invariant.ts";
import type { Incarnation } from "../../kernel/place.ts";
import type { CauseTracker } from "../../kernel/recorder.ts";
import type { Instant } from "../../kernel/virtual-time.ts";
import type { InputGate } from "../../network/input-gate.ts";
import type {
  Alignment,
  BarrierCommand,
  CheckpointBarrierHandler,
} from "../checkpoint/barrier-handler.ts";
import type { CheckpointFailureReason } from "../checkpoint/checkpoint-failure-reason.ts";
import type { CheckpointRecorder } from "../checkpoint/events.ts";
import type { CheckpointBarrier, CheckpointId, StreamElement } from "../stream-element.ts";
import type { TaskRecorder } from "./events.ts";
import type { InputNumber } from "./stream-graph.ts";
import type { Waiting } from "./stream-operator.ts";

/** A gate, and what its channels are to the task. */
export interface TaskGate {
  readonly gate: InputGate<StreamElement>;
  readonly handler: CheckpointBarrierHandler;
  /** Of each channel, which input of the chain's head it belongs to. */
  readonly inputs: readonly InputNumber[];
}

/** The task that reads: what it does about what came. */
export interface GateReader {
  /** A record came. */
  process(value: unknown, input: InputNumber | undefined): void;
  /** Something came that is about checkpoints: `hook` does what the barrier handler commands. */
  align(hook: Waiting): void;
  /** The data of all channels has ended. */
  endOfData(): void;
  /** The barriers of a checkpoint are there: takes the snapshot, which may wait. */
  takeSnapshot(barrier: CheckpointBarrier, alignment: Alignment): Waiting;
  /** A checkpoint will not be completed here. */
  abortSnapshot(checkpoint: CheckpointId, reason: CheckpointFailureReason): void;
}

/** Reads the gate of one attempt. */
export class GateInput {
  readonly #gate: InputGate<StreamElement>;
  readonly #handler: CheckpointBarrierHandler;
  readonly #inputs: readonly InputNumber[];
  readonly #recorder: TaskRecorder & CheckpointRecorder;
  readonly #causes: CauseTracker;
  readonly #at: Incarnation;
  readonly #reader: GateReader;
  /** The channels whose data has not ended. */
  readonly #open = new Set<number>();
  /** By channel, how many records came. */
  readonly #recordSequences: number[] = [];

  constructor(
    { gate, handler, inputs }: TaskGate,
    world: {
      readonly recorder: TaskRecorder & CheckpointRecorder;
      readonly causes: CauseTracker;
      /** The attempt. */
      readonly at: Incarnation;
      readonly reader: GateReader;
    },
  ) {
    this.#gate = gate;
    this.#handler = handler;
    this.#inputs = inputs;
    this.#recorder = world.recorder;
    this.#causes = world.causes;
    this.#at = world.at;
    this.#reader = world.reader;
    for (const channel of gate.channels) {
      this.#open.add(channel.index);
      this.#recordSequences.push(0);
    }
  }

  get isReadable(): boolean {
    return this.#gate.isReadable;
  }

  /** Takes one element, if there is one, and has the reader do what there is to do about it. */
  take(now: Instant): void {
    const polled = this.#gate.poll();
    if (polled === undefined) return;
    const { channel, element } = polled;
    this.#causes.cause = element.cause;
    const name = must(this.#gate.channels[channel], "input channel").channel;
    switch (element.kind) {
      case "record": {
        const { value } = element;
        const sequence = this.#recordSequences[channel] ?? 0;
        this.#recordSequences[channel] = sequence + 1;
        this.#recorder.record("record-processed", this.#at, { channel: name, sequence, value });
        this.#reader.process(value, this.#inputs[channel]);
        return;
      }
      case "barrier": {
        const { checkpoint } = element;
        this.#recorder.record("barrier-received", this.#at, { checkpoint, channel: name });
        const commands = this.#handler.onBarrier(channel, element, now);
        this.#reader.align(this.#align(channel, checkpoint, commands));
        return;
      }
      case "cancel-marker": {
        const { checkpoint } = element;
        this.#recorder.record("cancel-marker-received", this.#at, { checkpoint, channel: name });
        const commands = this.#handler.onCancelMarker(channel, checkpoint, now);
        this.#reader.align(this.#align(channel, checkpoint, commands));
        return;
      }
      case "end-of-data":
        this.#open.delete(channel);
        if (this.#open.size === 0) this.#reader.endOfData();
        return;
      case "end-of-partition": {
        const commands = this.#handler.onEndOfPartition(channel, now);
        this.#reader.align(this.#align(channel, 0, commands));
        return;
      }
      default:
        unreachable(element);
    }
  }

  /** Carries out what the barrier handler commands about what came on `channel`; checkpoint 0 is none. */
  *#align(channel: number, checkpoint: number, commands: readonly BarrierCommand[]): Waiting {
    const gate = this.#gate;
    for (const command of commands) {
      switch (command.kind) {
        case "block-channel":
          gate.block(command.channel, checkpoint);
          break;
        case "resume-channels":
          for (const blocked of command.channels) gate.resume(blocked, checkpoint);
          break;
        case "trigger-snapshot":
          yield* this.#reader.takeSnapshot(command.barrier, command.alignment);
          break;
        case "abort-checkpoint":
          this.#reader.abortSnapshot(command.checkpoint, command.reason);
          break;
        case "record":
          this.#recorder.record(command.event, this.#at, command.fields);
          break;
        default:
          return unreachable(command);
      }
    }
    gate.resumeProducer(channel);
  }

  /** Plain data that determines what it will do with what comes. */
  describeState(): unknown {
    return [this.#gate.describeState(), this.#handler.describeState(), [...this.#open]];
  }
}
