// What the topology must know of a run beyond its state at one moment: when each element of a channel was put in, went
// over the wire, came in and was taken; which logs the job reads and writes. One pass over the events.

import { type HeldValue, keyedValues } from "../../../sim/trace/held-state.ts";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import type { RunModel, Transfer } from "../../model/run-model.ts";

/** The way of an element through a channel, by events; undefined where there is none, or none was recorded. */
export interface Journey {
  readonly emitted: number;
  /** It left its producer. */
  readonly sent: number | undefined;
  /** It was in the receiver's queue from here on. */
  readonly received: number | undefined;
  /** The receiver took it off its queue. */
  readonly taken: number | undefined;
  /** For a record, the checkpoint whose barrier comes next behind it, the first to hold its effects; 0 for none. */
  readonly interval: number;
}

/** All that went through a channel in one attempt. */
export interface ChannelJourneys {
  /** By sequence. */
  readonly records: readonly Journey[];
  readonly barriers: ReadonlyMap<number, Journey>;
  readonly cancelMarkers: ReadonlyMap<number, Journey>;
  /** Of the end of input. */
  readonly end: Journey | undefined;
  /** The events that blocked it. */
  readonly blocked: readonly number[];
}

/** A subtask and a log it reads or writes. */
export interface LogLink {
  readonly subtask: string;
  /** The log's place, such as `log:words`. */
  readonly log: string;
}

/** The journeys of a whole run. */
export interface RunJourneys {
  readonly reads: readonly LogLink[];
  readonly writes: readonly LogLink[];
  /** Of a channel, in an attempt of the subtasks at its ends; undefined if nothing happened in it. */
  of(channel: string, attempt: number): ChannelJourneys | undefined;
  /** What a subtask's state held in its snapshot for a checkpoint, by `heldKey`. */
  snapshotOf(subtask: string, checkpoint: number): ReadonlyMap<string, string>;
  /** True if a record had been read before `attempt` read it. */
  isReplayed(record: SourceRecord, attempt: number): boolean;
}

/** Where a record of the job's input lies. */
export interface SourceRecord {
  readonly source: string;
  readonly partition: number;
  readonly offset: number;
}

/** What keeps the values of a subtask's state apart. */
export function heldKey({ state, key }: Pick<HeldValue, "state" | "key">): string {
  return `${state} ${key}`;
}

/** Follows everything that went through the channels of a run. */
export function runJourneys(model: RunModel): RunJourneys {
  const follower = new Follower(model);
  for (const transfer of model.transfers) follower.emit(transfer);
  for (let index = 0; index < model.count; index++) follower.follow(model.event(index));
  return follower.journeys();
}

type OpenJourney = { -readonly [Field in keyof Journey]: Journey[Field] };

/** Elements of one kind, in order, with how many of them left and came in: a channel keeps the order. */
interface Line {
  readonly elements: OpenJourney[];
  sent: number;
  received: number;
}

class OpenChannel implements ChannelJourneys {
  readonly barriers = new Map<number, OpenJourney>();
  readonly cancelMarkers = new Map<number, OpenJourney>();
  end: OpenJourney | undefined;
  readonly blocked: number[] = [];
  readonly #lines = new Map<string, Line>();

  get records(): readonly Journey[] {
    return this.#line("record").elements;
  }

  put(kind: string, journey: OpenJourney): void {
    this.#line(kind).elements.push(journey);
  }

  send(kind: string, index: number): void {
    const line = this.#line(kind);
    const element = line.elements[line.sent++];
    if (element !== undefined) element.sent = index;
  }

  receive(kind: string, index: number): void {
    const line = this.#line(kind);
    const element = line.elements[line.received++];
    if (element !== undefined) element.received = index;
  }

  #line(kind: string): Line {
    const known = this.#lines.get(kind);
    if (known !== undefined) return known;
    const line = { elements: [], sent: 0, received: 0 };
    this.#lines.set(kind, line);
    return line;
  }
}

class Follower {
  /** Channels, by the subtask that writes into them. */
  readonly #outputs = new Map<string, string[]>();
  readonly #channels = new Map<string, OpenChannel>();
  /** The attempt that read a source record first. */
  readonly #firstRead = new Map<string, number>();
  /** By subtask and checkpoint: what each of its operators wrote. */
  readonly #snapshots = new Map<string, string[]>();
  readonly #held = new Map<string, ReadonlyMap<string, string>>();
  readonly #reads = new Map<string, LogLink>();
  readonly #writes = new Map<string, LogLink>();

  constructor(model: RunModel) {
    for (const { name, producer } of model.world(-1).channels) {
      const known = this.#outputs.get(producer);
      if (known === undefined) this.#outputs.set(producer, [name]);
      else known.push(name);
    }
  }

  journeys(): RunJourneys {
    return {
      reads: [...this.#reads.values()],
      writes: [...this.#writes.values()],
      of: (channel, attempt) => this.#channels.get(lifeOf(channel, attempt)),
      snapshotOf: (subtask, checkpoint) => this.#snapshotOf(`${subtask} ${checkpoint}`),
      isReplayed: (record, attempt) =>
        (this.#firstRead.get(addressOf(record)) ?? attempt) < attempt,
    };
  }

  emit({ what, channel: name, attempt, sent, received, checkpoint, interval }: Transfer): void {
    if (name === undefined || what === "message") return;
    const channel = this.#channel(name, attempt);
    const journey = { ...journeyFrom(sent), taken: received, interval };
    channel.put(what, journey);
    if (what === "barrier") channel.barriers.set(checkpoint, journey);
    if (what === "cancel-marker") channel.cancelMarkers.set(checkpoint, journey);
  }

  follow(event: TraceEvent): void {
    const { index, place, incarnation } = event;
    switch (event.kind) {
      case "buffer-sent":
        this.#channel(place, incarnation).send(event.element, index);
        return;
      case "buffer-received":
        this.#channel(place, incarnation).receive(event.element, index);
        return;
      case "channel-blocked":
        this.#channel(place, incarnation).blocked.push(index);
        return;
      case "end-of-data":
        for (const name of this.#outputs.get(place) ?? []) {
          const channel = this.#channel(name, incarnation);
          channel.end = journeyFrom(index);
          channel.put(event.kind, channel.end);
        }
        return;
      case "record-read": {
        const address = addressOf(event);
        if (!this.#firstRead.has(address)) this.#firstRead.set(address, incarnation);
        link(this.#reads, { subtask: place, log: `log:${event.source}` });
        return;
      }
      case "operator-snapshot-written": {
        const key = `${place} ${event.checkpoint}`;
        this.#snapshots.set(key, [...(this.#snapshots.get(key) ?? []), event.keyed]);
        return;
      }
      case "record-written":
        link(this.#writes, { subtask: place, log: event.target });
        return;
      case "transaction-begun":
        link(this.#writes, { subtask: event.by, log: place });
        return;
      default:
        return;
    }
  }

  #snapshotOf(key: string): ReadonlyMap<string, string> {
    const known = this.#held.get(key);
    if (known !== undefined) return known;
    const values = (this.#snapshots.get(key) ?? []).flatMap(keyedValues);
    const held = new Map(values.map((value) => [heldKey(value), value.value]));
    this.#held.set(key, held);
    return held;
  }

  #channel(name: string, incarnation: number): OpenChannel {
    const key = lifeOf(name, incarnation);
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    const channel = new OpenChannel();
    this.#channels.set(key, channel);
    return channel;
  }
}

function journeyFrom(emitted: number): OpenJourney {
  return { emitted, sent: undefined, received: undefined, taken: undefined, interval: 0 };
}

function link(links: Map<string, LogLink>, found: LogLink): void {
  links.set(`${found.subtask} ${found.log}`, found);
}

function addressOf({ source, partition, offset }: SourceRecord): string {
  return `${partition}:${offset}:${source}`;
}

function lifeOf(name: string, incarnation: number): string {
  return `${name}#${incarnation}`;
}
