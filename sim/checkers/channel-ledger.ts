// What has gone through each channel and where the snapshots of its two ends cut it. Channels are FIFO, so a cut is
// two counts: records sent before the producer's snapshot, records received before the consumer's. The records
// between the two are what the channel holds at the cut.

import { must } from "../kernel/invariant.ts";
import type { EventOf, TraceEvent } from "../trace/trace-event.ts";
import { EventHistory } from "./event-history.ts";
import type { Channel, JobShape, Subtask } from "./job-shape.ts";
import type { Refutation } from "./refutation.ts";
import { shortened } from "./sentence.ts";
import { Submissions } from "./submissions.ts";

/** How a checkpoint cuts one channel. */
export interface ChannelCut {
  readonly channel: Channel;
  readonly attempt: number;
  /** The snapshots of its two ends. */
  readonly producer: EventOf<"snapshot-taken">;
  readonly consumer: EventOf<"snapshot-taken">;
  /** Records sent before the producer's snapshot, and received before the consumer's. */
  readonly sent: number;
  readonly received: number;
}

/** The records of one channel between two attempts. */
interface Flow {
  readonly attempt: number;
  readonly sent: EventHistory<EventOf<"record-emitted">>;
  readonly received: EventHistory<EventOf<"record-processed">>;
  /** By checkpoint: how many records lay before the snapshot of either end. */
  readonly sentAt: Map<number, number>;
  readonly receivedAt: Map<number, number>;
}

/** Follows all channels of a job. */
export class ChannelLedger {
  readonly #shape: JobShape;
  readonly #submissions: Submissions;
  /** By channel: its flows, by attempt. */
  readonly #flows: readonly Map<number, Flow>[];
  /** By subtask: its snapshots, by checkpoint. */
  readonly #snapshots: readonly Map<number, EventOf<"snapshot-taken">>[];
  readonly #channelsOf: readonly { readonly from: Channel[]; readonly to: Channel[] }[];
  /** Attempts up to this one are past: a restore was decided on since. */
  #past = -1;
  #newest = -1;

  constructor(original: ChannelLedger | JobShape) {
    if (original instanceof ChannelLedger) {
      this.#shape = original.#shape;
      this.#submissions = original.#submissions.clone();
      this.#channelsOf = original.#channelsOf;
      this.#flows = original.#flows.map(
        (flows) => new Map([...flows].map(([attempt, flow]) => [attempt, copyOf(flow)])),
      );
      this.#snapshots = original.#snapshots.map((snapshots) => new Map(snapshots));
      this.#past = original.#past;
      this.#newest = original.#newest;
      return;
    }
    this.#shape = original;
    this.#submissions = new Submissions(original);
    this.#flows = original.channels.map(() => new Map());
    this.#snapshots = original.subtasks.map(() => new Map());
    this.#channelsOf = original.subtasks.map((subtask) => ({
      from: original.channels.filter(({ producer }) => producer === subtask),
      to: original.channels.filter(({ consumer }) => consumer === subtask),
    }));
  }

  /** Takes the next event. What it refutes is that a channel hands on what was sent, in order. */
  step(event: TraceEvent): Refutation | undefined {
    this.#submissions.step(event);
    switch (event.kind) {
      case "record-emitted": {
        const channel = this.#shape.channelNamed.get(event.channel);
        if (channel !== undefined) this.#flow(channel, event.incarnation).sent.push(event);
        return undefined;
      }
      case "record-processed":
        return this.#receive(event);
      case "snapshot-taken":
        this.#cut(event);
        return undefined;
      case "restore-started":
        this.#past = this.#newest;
        return undefined;
      default:
        return undefined;
    }
  }

  /** How `checkpoint` cuts every channel; a subtask without a snapshot for it is named instead. */
  cut(checkpoint: number): readonly ChannelCut[] | Subtask {
    const submission = this.#submissions.ofCheckpoint(checkpoint);
    for (const subtask of this.#shape.subtasks) {
      if (!this.#submissions.has(submission, subtask)) continue;
      if (this.#snapshots[subtask.number]?.has(checkpoint) !== true) return subtask;
    }
    const channels = this.#shape.channels.filter(({ producer, consumer }) => {
      return [producer, consumer].every((end) => this.#submissions.has(submission, end));
    });
    return channels.map((channel): ChannelCut => {
      const producer = this.#snapshotOf(channel.producer, checkpoint);
      const consumer = this.#snapshotOf(channel.consumer, checkpoint);
      const flows = must(this.#flows[channel.number], "flows of a channel");
      const sent = flows.get(producer.incarnation)?.sentAt.get(checkpoint) ?? 0;
      const received = flows.get(consumer.incarnation)?.receivedAt.get(checkpoint) ?? 0;
      return { channel, attempt: producer.incarnation, producer, consumer, sent, received };
    });
  }

  /** The records of a cut that were sent before it and received after it, in order. */
  underWay({ channel, attempt, sent, received }: ChannelCut): readonly EventOf<"record-emitted">[] {
    const flow = this.#flows[channel.number]?.get(attempt);
    return flow?.sent.events.slice(received, sent) ?? [];
  }

  /** The first record of a cut that was received before it, but sent after it. */
  orphan({ channel, attempt, sent }: ChannelCut): EventOf<"record-processed"> | undefined {
    return this.#flows[channel.number]?.get(attempt)?.received.events[sent];
  }

  clone(): ChannelLedger {
    return new ChannelLedger(this);
  }

  /** Plain data that determines what is still to be said of channels and cuts. */
  describeState(): unknown {
    const flows = this.#flows.map((ofChannel) =>
      [...ofChannel.values()]
        .filter(({ attempt }) => attempt > this.#past)
        .map(({ attempt, sent, received, sentAt, receivedAt }) => {
          const contents = [sent.contentHash(), received.contentHash()];
          return [attempt, contents, [...sentAt], [...receivedAt]];
        }),
    );
    const snapshots = this.#snapshots.map((ofSubtask) =>
      [...ofSubtask.values()]
        .filter(({ incarnation }) => incarnation > this.#past)
        .map(({ checkpoint, incarnation }) => [checkpoint, incarnation]),
    );
    return [flows, snapshots];
  }

  #receive(event: EventOf<"record-processed">): Refutation | undefined {
    const channel = this.#shape.channelNamed.get(event.channel);
    if (channel === undefined) return undefined;
    const { sent, received } = this.#flow(channel, event.incarnation);
    const expected = sent.events[received.length];
    received.push(event);
    if (expected?.value === event.value && expected.sequence === event.sequence) return undefined;
    const found = `${shortened(event.value)} (number ${event.sequence})`;
    const next =
      expected === undefined
        ? "all that was sent has been received"
        : `${shortened(expected.value)} (number ${expected.sequence}) is next`;
    return {
      sentence: `Not in order: ${event.place} received ${found} from ${channel.name}, where ${next}`,
      events: [...(expected === undefined ? [] : [expected.index]), event.index],
    };
  }

  #cut(event: EventOf<"snapshot-taken">): void {
    const subtask = this.#shape.subtaskNamed.get(event.place);
    if (subtask === undefined) return;
    const { checkpoint, incarnation } = event;
    this.#newest = Math.max(this.#newest, incarnation);
    this.#snapshots[subtask.number]?.set(checkpoint, event);
    const { from, to } = must(this.#channelsOf[subtask.number], "channels of a subtask");
    for (const channel of from) {
      const { sent, sentAt } = this.#flow(channel, incarnation);
      sentAt.set(checkpoint, sent.length);
    }
    for (const channel of to) {
      const { received, receivedAt } = this.#flow(channel, incarnation);
      receivedAt.set(checkpoint, received.length);
    }
  }

  #flow(channel: Channel, attempt: number): Flow {
    const flows = must(this.#flows[channel.number], "flows of a channel");
    const known = flows.get(attempt);
    if (known !== undefined) return known;
    this.#newest = Math.max(this.#newest, attempt);
    const fresh: Flow = {
      attempt,
      sent: new EventHistory(),
      received: new EventHistory(),
      sentAt: new Map(),
      receivedAt: new Map(),
    };
    flows.set(attempt, fresh);
    return fresh;
  }

  #snapshotOf(subtask: Subtask, checkpoint: number): EventOf<"snapshot-taken"> {
    return must(this.#snapshots[subtask.number]?.get(checkpoint), "snapshot of a subtask");
  }
}

function copyOf({ attempt, sent, received, sentAt, receivedAt }: Flow): Flow {
  return {
    attempt,
    sent: sent.clone(),
    received: received.clone(),
    sentAt: new Map(sentAt),
    receivedAt: new Map(receivedAt),
  };
}
