// Reads the partitions of an outside log that belong to one subtask (Flink: SourceReader with its split readers).
// It keeps one fetch under way for each partition and hands records out one partition after the other. What a
// checkpoint saves is where the operator stands, not what has been fetched ahead.

import { must } from "../kernel/invariant.ts";
import type { OutsideAnswer, OutsideRequest } from "../runtime/task/outside-request.ts";
import type {
  PollResult,
  SourceReader,
  SourceRecord,
  SourceSplit,
} from "../runtime/task/source.ts";
import { OutsideRequestError } from "./ask.ts";
import type { FetchedRecords, FetchRequest } from "./replayable-log.ts";

interface ReadPartition {
  readonly partition: number;
  /** The offset of the next record the operator will be given. */
  nextOffset: number;
  /** The offset to fetch from next. */
  fetchOffset: number;
  /** Fetched and not handed out yet. */
  readonly buffer: SourceRecord[];
  isFetching: boolean;
  endReached: boolean;
}

/** The reader of one subtask of a log source. */
export class LogReader implements SourceReader {
  readonly #system: string;
  readonly #fetchSize: number;
  readonly #partitions: readonly ReadPartition[];
  /** Position, in `#partitions`, of the one whose turn it is. */
  #turn = 0;

  constructor(options: {
    /** The log's outside system. */
    readonly system: string;
    readonly restored: readonly SourceSplit[] | undefined;
    readonly subtaskIndex: number;
    readonly parallelism: number;
    readonly partitions: number;
    readonly fetchSize: number;
  }) {
    this.#system = options.system;
    this.#fetchSize = options.fetchSize;
    const splits = options.restored ?? initialSplits(options);
    this.#partitions = splits.map(({ partition, nextOffset }) => {
      const fetchOffset = nextOffset;
      return {
        partition,
        nextOffset,
        fetchOffset,
        buffer: [],
        isFetching: false,
        endReached: false,
      };
    });
  }

  pollNext(): PollResult {
    const count = this.#partitions.length;
    for (let step = 0; step < count; step++) {
      const position = (this.#turn + step) % count;
      const read = must(this.#partitions[position], "partition of this reader");
      const record = read.buffer.shift();
      if (record === undefined) continue;
      read.nextOffset = record.offset + 1;
      this.#turn = (position + 1) % count;
      return { kind: "record", record };
    }
    const isAtEnd = this.#partitions.every((read) => read.endReached);
    return isAtEnd ? { kind: "end-of-input" } : { kind: "nothing-available" };
  }

  takeRequests(): readonly OutsideRequest[] {
    const requests: FetchRequest[] = [];
    for (const read of this.#partitions) {
      if (read.isFetching || read.endReached || 2 * read.buffer.length > this.#fetchSize) continue;
      read.isFetching = true;
      requests.push({
        system: this.#system,
        kind: "fetch",
        partition: read.partition,
        offset: read.fetchOffset,
        max: this.#fetchSize,
      });
    }
    return requests;
  }

  /** Takes the answer to a fetch; one to a fetch answered before says nothing new and is passed over. */
  onAnswer(request: OutsideRequest, answer: OutsideAnswer): void {
    const { partition, offset } = request as FetchRequest;
    const read = this.#partitions.find((candidate) => candidate.partition === partition);
    if (read === undefined || !read.isFetching || read.fetchOffset !== offset) return;
    read.isFetching = false;
    if (answer.kind === "error") {
      if (answer.retriable) return;
      throw new OutsideRequestError(`Cannot fetch from ${this.#system}: ${answer.reason}`);
    }
    const fetched = answer.value as FetchedRecords;
    for (const { offset, value } of fetched.records) read.buffer.push({ partition, offset, value });
    read.fetchOffset += fetched.records.length;
    read.endReached = fetched.endReached;
  }

  snapshotState(): readonly SourceSplit[] {
    return this.#partitions.map((read) => {
      return { partition: read.partition, nextOffset: read.nextOffset };
    });
  }

  describeState(): unknown {
    return [this.#turn, this.#partitions];
  }
}

/** Subtask i of p reads the partitions whose number is i modulo p, each from its beginning. */
function initialSplits(options: {
  readonly subtaskIndex: number;
  readonly parallelism: number;
  readonly partitions: number;
}): readonly SourceSplit[] {
  const splits: SourceSplit[] = [];
  for (
    let partition = options.subtaskIndex;
    partition < options.partitions;
    partition += options.parallelism
  ) {
    splits.push({ partition, nextOffset: 0 });
  }
  return splits;
}
