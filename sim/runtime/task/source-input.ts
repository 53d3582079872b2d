// A source task's input: its reader, and the requests the reader has under way. Unlike a hook, a reader never
// blocks its task; a request that stays unanswered is sent again. A reader is the author's code: what it throws
// fails the task.

import type { OutsideAnswer, OutsideRequest } from "./outside-request.ts";
import type { PollResult, SourceReader, SourceSplit } from "./source.ts";
import { callUser } from "./user-code.ts";

/** Reads the source of one attempt. */
export class SourceInput {
  readonly #name: string;
  readonly #reader: SourceReader;
  readonly #send: (request: OutsideRequest) => number;
  readonly #underWay = new Map<number, OutsideRequest>();
  #next: PollResult = { kind: "nothing-available" };

  /** `name` is the source's; `send` puts a request on its way and returns its id. */
  constructor(
    name: string,
    createReader: () => SourceReader,
    send: (request: OutsideRequest) => number,
  ) {
    this.#name = name;
    this.#reader = callUser(name, createReader);
    this.#send = send;
  }

  /** Asks for what the reader wants and looks what has come. */
  advance(): void {
    const requests = callUser(this.#name, () => {
      if (this.#next.kind === "nothing-available") this.#next = this.#reader.pollNext();
      return this.#reader.takeRequests();
    });
    for (const request of requests) this.#underWay.set(this.#send(request), request);
  }

  /** Whether a record or the end has come. */
  get isReadable(): boolean {
    return this.#next.kind !== "nothing-available";
  }

  /** Takes what has come. */
  take(): PollResult {
    const taken = this.#next;
    this.#next = { kind: "nothing-available" };
    return taken;
  }

  /** Whether `requestId` is still unanswered; if so, the request. */
  pending(requestId: number): OutsideRequest | undefined {
    return this.#underWay.get(requestId);
  }

  /** Takes an answer in. Returns false for one nobody waits for. */
  answer(requestId: number, answer: OutsideAnswer): boolean {
    const request = this.#underWay.get(requestId);
    if (request === undefined) return false;
    this.#underWay.delete(requestId);
    callUser(this.#name, () => this.#reader.onAnswer(request, answer));
    return true;
  }

  /**
   * The positions as they are now. A record taken off the reader but not yet worked on still counts as unread.
   */
  snapshotState(): readonly SourceSplit[] {
    const splits = callUser(this.#name, () => this.#reader.snapshotState());
    const next = this.#next;
    if (next.kind !== "record") return splits;
    const { partition, offset } = next.record;
    return splits.map((split) =>
      split.partition === partition ? { partition, nextOffset: offset } : split,
    );
  }

  /** What determines the input's future, as plain data. */
  describeState(): unknown {
    return [this.#reader.describeState(), this.#next, [...this.#underWay.values()]];
  }
}
