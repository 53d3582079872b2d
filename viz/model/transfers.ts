// What went from lane to lane: records, barriers and cancel markers through channels, control messages past them. A
// sending and its taking are paired by what identifies them, never by how close they are.

import { must } from "../../sim/kernel/invariant.ts";
import type { ChannelEnds, Lanes } from "./lanes.ts";
import type { Transfer } from "./run-model.ts";
import type { TraceColumns } from "./trace-columns.ts";

/** All transfers of a run, by the event they were sent in. */
export function transfersOf(columns: TraceColumns, lanes: Lanes): readonly Transfer[] {
  const through = new ChannelTransfers(columns, lanes);
  const messages = new MessageTransfers(columns, lanes);
  for (let index = 0; index < columns.length; index++) {
    through.see(index);
    messages.see(index);
  }
  const all = [...through.transfers, ...messages.transfers];
  return all.toSorted((one, other) => one.sent - other.sent);
}

/** A transfer that may still be taken. */
type OpenTransfer = { -readonly [Field in keyof Transfer]: Transfer[Field] };

class ChannelTransfers {
  readonly transfers: OpenTransfer[] = [];
  readonly #columns: TraceColumns;
  readonly #lanes: Lanes;
  readonly #outputs: ReadonlyMap<string, readonly ChannelEnds[]>;
  /** The newest of each identity; an attempt counts anew from 0. */
  readonly #open = new Map<string, OpenTransfer>();
  /** By channel, records that no barrier has followed yet. */
  readonly #sinceBarrier = new Map<string, OpenTransfer[]>();

  constructor(columns: TraceColumns, lanes: Lanes) {
    this.#columns = columns;
    this.#lanes = lanes;
    const outputs = new Map<string, ChannelEnds[]>();
    for (const ends of lanes.channels.values()) {
      outputs.set(ends.producer, [...(outputs.get(ends.producer) ?? []), ends]);
    }
    this.#outputs = outputs;
  }

  see(index: number): void {
    const columns = this.#columns;
    switch (columns.kind(index)) {
      case "record-emitted":
        this.#recordSent(index);
        return;
      case "record-processed":
        this.#take(`${this.#channel(index)} ${this.#sequence(index)}`, index);
        return;
      case "barrier-emitted":
        this.#markerSent(index, "barrier");
        return;
      case "cancel-marker-emitted":
        this.#markerSent(index, "cancel-marker");
        return;
      case "barrier-received":
        this.#take(`${this.#channel(index)} barrier ${columns.checkpoints[index]}`, index);
        return;
      case "cancel-marker-received":
        this.#take(`${this.#channel(index)} cancel-marker ${columns.checkpoints[index]}`, index);
        return;
      default:
        return;
    }
  }

  #recordSent(index: number): void {
    const name = this.#channel(index);
    const ends = this.#lanes.channels.get(name);
    if (ends === undefined) return;
    const transfer = this.#sent(index, ends, "record");
    transfer.label = this.#columns.value(index, "value");
    this.#open.set(`${name} ${this.#sequence(index)}`, transfer);
    const waiting = this.#sinceBarrier.get(name);
    if (waiting === undefined) this.#sinceBarrier.set(name, [transfer]);
    else waiting.push(transfer);
  }

  #markerSent(index: number, what: "barrier" | "cancel-marker"): void {
    const checkpoint = must(this.#columns.checkpoints[index], "checkpoint of a marker");
    for (const ends of this.#outputs.get(this.#columns.place(index)) ?? []) {
      const transfer = this.#sent(index, ends, what);
      transfer.checkpoint = checkpoint;
      transfer.label = String(checkpoint);
      this.#open.set(`${ends.name} ${what} ${checkpoint}`, transfer);
      if (what !== "barrier") continue;
      for (const record of this.#sinceBarrier.get(ends.name) ?? []) {
        if (record.attempt === transfer.attempt) record.interval = checkpoint;
      }
      this.#sinceBarrier.delete(ends.name);
    }
  }

  #sent(index: number, ends: ChannelEnds, what: Transfer["what"]): OpenTransfer {
    const transfer: OpenTransfer = {
      what,
      from: this.#lanes.laneNamed(ends.producer),
      to: this.#lanes.laneNamed(ends.consumer),
      sent: index,
      received: undefined,
      attempt: this.#columns.incarnations[index] ?? 0,
      checkpoint: 0,
      interval: 0,
      channel: ends.name,
      label: "",
    };
    this.transfers.push(transfer);
    return transfer;
  }

  #take(identity: string, index: number): void {
    const transfer = this.#open.get(identity);
    if (transfer === undefined) return;
    transfer.received = index;
    this.#open.delete(identity);
  }

  #channel(index: number): string {
    return this.#columns.text(must(this.#columns.channels[index], "channel of an event"));
  }

  #sequence(index: number): number {
    return must(this.#columns.field(index, "sequence"), "sequence number of a record");
  }
}

class MessageTransfers {
  readonly transfers: OpenTransfer[] = [];
  readonly #columns: TraceColumns;
  readonly #lanes: Lanes;
  /** Messages under way, by the event that their arrival names as its cause. */
  readonly #open = new Map<number, OpenTransfer>();

  constructor(columns: TraceColumns, lanes: Lanes) {
    this.#columns = columns;
    this.#lanes = lanes;
  }

  see(index: number): void {
    const cause = this.#columns.causes[index] ?? -1;
    switch (this.#columns.kind(index)) {
      case "message-sent":
        this.#send(index);
        this.#take(cause, index);
        return;
      // Recorded right after the sending: what the message brings about names this as its cause.
      case "message-lost":
      case "message-delayed":
      case "message-doubled": {
        const transfer = this.#open.get(cause);
        if (transfer !== undefined) this.#open.set(index, transfer);
        return;
      }
      default:
        this.#take(cause, index);
    }
  }

  #send(index: number): void {
    const columns = this.#columns;
    const text = (field: string): string =>
      columns.text(must(columns.field(index, field), "field of a message"));
    const cause = columns.causes[index] ?? -1;
    const transfer: OpenTransfer = {
      what: "message",
      from: this.#lanes.laneOf[index] ?? -1,
      to: this.#lanes.laneOfMessageEnd(text("to"), text("about"), "receiver"),
      sent: index,
      received: undefined,
      attempt: columns.incarnations[index] ?? 0,
      checkpoint: columns.checkpoints[cause] ?? 0,
      interval: 0,
      channel: undefined,
      label: text("message"),
    };
    this.transfers.push(transfer);
    this.#open.set(index, transfer);
  }

  /** The first event on the receiver's lane that follows from a message, later than its sending, took it. */
  #take(cause: number, index: number): void {
    const transfer = this.#open.get(cause);
    if (transfer === undefined || transfer.received !== undefined) return;
    const { times, checkpoints } = this.#columns;
    if (times[index] === times[transfer.sent]) return;
    if (this.#lanes.laneOf[index] !== transfer.to) return;
    transfer.received = index;
    transfer.checkpoint = checkpoints[index] || transfer.checkpoint;
  }
}
