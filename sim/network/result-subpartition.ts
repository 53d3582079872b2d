// The producer's half of a channel (Flink: PipelinedSubpartition with its CreditBasedSequenceNumberingViewReader).
// Data goes out only against credit; after an aligned barrier nothing goes out until the consumer resumes.

import { invariant } from "../kernel/invariant.ts";
import { WORLD_START } from "../kernel/virtual-time.ts";
import type { Buffer, Transmittable } from "./buffer.ts";
import type { NetworkRecorder } from "./events.ts";
import type { Link, LinkProducer } from "./link.ts";

/** Events take no room on the wire; every record takes a byte at least. */
const EVENT_SIZE_BYTES = 0;

/** What waits to go out to one consumer. */
export class ResultSubpartition<Element extends Transmittable> implements LinkProducer {
  /** The channel's name. */
  readonly channel: string;
  readonly #maxBuffers: number;
  readonly #recorder: NetworkRecorder;
  readonly #onAvailable: () => void;
  readonly #queue: Buffer<Element>[] = [];
  #link: Link<Element> | undefined = undefined;
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
    invariant(this.#link === undefined, () => `Cannot connect ${this.channel}: it is connected`);
    this.#link = link;
    this.#credits = credits;
    this.#recorder.record("channel-connected", link.incarnation, {});
    this.#flush();
  }

  /** Adds a record, of `sizeBytes` (at least 1) on the wire. */
  addData(element: Element, sizeBytes: number): void {
    this.#backlog++;
    this.#enqueue(element, sizeBytes, false);
  }

  /** Adds an event, which costs no credit. */
  addEvent(element: Element, blocksUpstream: boolean): void {
    this.#enqueue(element, EVENT_SIZE_BYTES, blocksUpstream);
  }

  onCredit(credits: number): void {
    this.#isAwaiting = false;
    this.#credits += credits;
    this.#flush();
  }

  onResume(): void {
    this.#isAwaiting = false;
    invariant(
      this.#isBlocked,
      () => `Cannot resume ${this.channel}: it was not blocked by a barrier`,
    );
    this.#isBlocked = false;
    this.#flush();
  }

  /** What determines this output's future, as plain data. */
  describeState(): unknown {
    return [this.#queue, this.#credits, this.#sequence, this.#isBlocked];
  }

  #enqueue(element: Element, sizeBytes: number, blocksUpstream: boolean): void {
    this.#queue.push({
      sequence: this.#sequence++,
      element,
      sizeBytes,
      isData: sizeBytes > 0,
      blocksUpstream,
      backlog: 0,
      arrival: WORLD_START,
    });
    this.#flush();
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

  #maySend(link: Link<Element>, head: Buffer<Element>): boolean {
    if (this.#isBlocked) return false;
    if (!head.isData) return true;
    if (this.#credits === 0) this.#credits += link.takeArrivedCredits();
    return this.#credits > 0;
  }

  #send(link: Link<Element>, head: Buffer<Element>): void {
    if (head.isData) {
      this.#credits--;
      this.#backlog--;
    }
    this.#isBlocked = head.blocksUpstream;
    head.backlog = this.#backlog;
    this.#recorder.record("buffer-sent", link.incarnation, {
      sequence: head.sequence,
      element: head.element.kind,
      bytes: head.sizeBytes,
    });
    link.transmit(head);
  }
}
