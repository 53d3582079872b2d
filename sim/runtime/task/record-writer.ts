// Writes what a chain emits into the channels of one exchange (Flink: RecordWriter). A record is copied for
// each consumer, so that nothing mutable is shared between tasks.

import { must } from "../../kernel/invariant.ts";
import type { Incarnation } from "../../kernel/place.ts";
import type { ResultSubpartition } from "../../network/result-subpartition.ts";
import type { TypeSerializer } from "../state/type-serializer.ts";
import type { StreamElement } from "../stream-element.ts";
import type { TaskRecorder } from "./events.ts";
import type { Partitioner } from "./partitioner.ts";

/** The output of a chain into one exchange. */
export class RecordWriter {
  readonly #subpartitions: readonly ResultSubpartition<StreamElement>[];
  readonly #sequences: number[];
  readonly #partitioner: Partitioner;
  readonly #serializer: TypeSerializer<unknown>;
  readonly #recorder: TaskRecorder;
  readonly #at: Incarnation;

  constructor(options: {
    readonly subpartitions: readonly ResultSubpartition<StreamElement>[];
    readonly partitioner: Partitioner;
    readonly serializer: TypeSerializer<unknown>;
    readonly recorder: TaskRecorder;
    readonly at: Incarnation;
  }) {
    this.#subpartitions = options.subpartitions;
    this.#sequences = options.subpartitions.map(() => 0);
    this.#partitioner = options.partitioner;
    this.#serializer = options.serializer;
    this.#recorder = options.recorder;
    this.#at = options.at;
  }

  /** Whether every channel can take a record. */
  get isAvailable(): boolean {
    for (const subpartition of this.#subpartitions) if (!subpartition.isAvailable) return false;
    return true;
  }

  /** Sends a record to the consumer or consumers it belongs to. */
  emit(value: unknown): void {
    const target = this.#partitioner(value);
    if (target !== "all") {
      this.#emitTo(target, value);
      return;
    }
    for (let index = 0; index < this.#subpartitions.length; index++) this.#emitTo(index, value);
  }

  /** Sends an event to every consumer. */
  broadcast(element: StreamElement): void {
    const blocksUpstream = element.kind === "barrier" && element.alignment === "aligned";
    for (const subpartition of this.#subpartitions) subpartition.addEvent(element, blocksUpstream);
  }

  #emitTo(index: number, value: unknown): void {
    const subpartition = must(this.#subpartitions[index], () => `output channel ${index}`);
    const sequence = this.#sequences[index] ?? 0;
    this.#sequences[index] = sequence + 1;
    const copy = this.#serializer.copy(value);
    const sizeBytes = this.#serializer.sizeOf(copy);
    const fields = { channel: subpartition.channel, sequence, value: copy };
    const cause = this.#recorder.record("record-emitted", this.#at, fields);
    subpartition.addData({ kind: "record", value: copy, cause }, sizeBytes);
  }
}
