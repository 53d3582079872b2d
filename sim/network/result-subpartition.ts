// The producer's half of a channel (Flink: PipelinedSubpartition with its CreditBasedSequenceNumberingViewReader).
// Data goes out only against credit; after an aligned barrier nothing goes out until the consumer resumes.

import { invariant } from "../kernel/invariant.ts";
import type { Incarnation } from "../kernel/place.ts";
import type { Buffer, Transmittable } from "./buffer.ts";
import type { NetworkRecorder } from "./events.ts";
import type { Link, LinkProducer } from "./link.ts";

interface QueuedElement<Element> {
  readonly element: Element;
  readonly sizeBytes: number;
  readonly isData: boolean;
  readonly blocksUpstream: boolean;
}

/** What waits to go out to one consumer. */
export class ResultSubpartition<Element extends Transmittable> implements LinkProducer {
  /** The channel's name. */
  readonly channel: string;
  readonly #maxBuffers: number;
  readonly #recorder: NetworkRecorder;
  readonly #onAvailable: () => void;
  readonly #queue: QueuedElement<Element>[] = [];
  #link: Link<Element> | undefined = undefined;
  #at: Incarnation | undefined = undefined;
  #credits = 0;
  #sequence = 0;
  #backlog = 0;
  #isBlocked = false;
  #isAwaiting = false;

  constructor(options: {
    readonly channel: string;
    /** Data buffers this output may hold before its task has to stop. */
    readonly maxBuffers: number;
    readonly recorder: NetworkRecorder;
    /** Called when the output can take more again. */
    readonly onAvailable: () => void;
  }) {
    this.channel = options.channel;
    this.#maxBuffers = options.maxBuffers;
    this.#recorder = options.recorder;
    this.#onAvailable = options.onAvailable;
  }

  /** Whether a record may be added; an atomic step under way may add more all the same (Flink: overdraft). */
  get isAvailable(): boolean {
    return this.#backlog < this.#maxBuffers;
  }

  get isConnected(): boolean {
    return this.#link !== undefined;
  }

  /** Connects the consumer, which has `credits` buffers to itself. */
  connect(link: Link<Element>, credits: number): void {
    invariant(this.#link === undefined, `Cannot connect ${this.channel}: it is connected`);
    this.#link = link;
    this.#at = link.incarnation;
    this.#credits = credits;
    this.#recorder.record("channel-connected", link.incarnation, {});
    this.#flush();
  }

  /** Adds a record, of `sizeBytes` on the wire. */
  addData(element: Element, sizeBytes: number): void {
    this.#backlog++;
    this.#queue.push({ element, sizeBytes, isData: true, blocksUpstream: false });
    this.#flush();
  }

  /** Adds an event, which costs no credit. */
  addEvent(element: Element, blocksUpstream: boolean): void {
    this.#queue.push({ element, sizeBytes: 0, isData: false, blocksUpstream });
    this.#flush();
  }

  onCredit(credits: number): void {
    this.#isAwaiting = false;
    this.#credits += credits;
    this.#flush();
  }

  onResume(): void {
    this.#isAwaiting = false;
    invariant(this.#isBlocked, `Cannot resume ${this.channel}: it was not blocked by a barrier`);
    this.#isBlocked = false;
    this.#flush();
  }

  /** What determines this output's future, as plain data. */
  describeState(): unknown {
    return [this.#queue, this.#credits, this.#sequence, this.#isBlocked];
  }

  #flush(): void {
    const link = this.#link;
    if (link === undefined) return;
    const wasAvailable = this.isAvailable;
    let head = this.#queue[0];
    while (head !== undefined && this.#maySend(link, head)) {
      this.#queue.shift();
      this.#send(link, head);
      head = this.#queue[0];
    }
    if (head !== undefined && !this.#isAwaiting) {
      this.#isAwaiting = true;
      link.awaitSignal();
    }
    if (!wasAvailable && this.isAvailable) this.#onAvailable();
  }

  #maySend(link: Link<Element>, head: QueuedElement<Element>): boolean {
    if (this.#isBlocked) return false;
    if (!head.isData) return true;
    if (this.#credits === 0) this.#credits += link.takeArrivedCredits();
    return this.#credits > 0;
  }

  #send(link: Link<Element>, head: QueuedElement<Element>): void {
    if (head.isData) {
      this.#credits--;
      this.#backlog--;
    }
    this.#isBlocked = head.blocksUpstream;
    const sequence = this.#sequence++;
    const buffer: Buffer<Element> = { ...head, sequence, backlog: this.#backlog };
    if (this.#at !== undefined) {
      const element = head.element.kind;
      this.#recorder.record("buffer-sent", this.#at, { sequence, element, bytes: head.sizeBytes });
    }
    link.transmit(buffer);
  }
}
