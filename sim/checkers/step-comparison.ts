// Compares what one step put out, by the trace, with what it puts out in the reference interpreter: the same
// values in the same order, edge by edge and sink by sink, each to the consumer it belongs to.

import type { JobEdgeDescription } from "../api/logical-job.ts";
import { canonicalText } from "../kernel/canonical-value.ts";
import type { EventOf } from "../trace/trace-event.ts";
import type { Channel, JobShape, Subtask } from "./job-shape.ts";
import type { ReferenceInterpreter } from "./reference-interpreter.ts";
import { shortened } from "./sentence.ts";
import type { SinkWriter } from "./sink-writers.ts";
import type { StepEvent } from "./witness.ts";

/** Where a subtask puts what it puts out. */
export interface SubtaskOutputs {
  readonly subtask: Subtask;
  readonly edges: readonly JobEdgeDescription[];
  readonly sinks: readonly SinkOutput[];
}

/** What a sink was given in all steps so far. */
interface SinkOutput {
  readonly uid: string;
  readonly written: EventOf<"record-written">[];
  /** How much of it before the present step. */
  before: number;
}

/** The first event of a step that the failure-free run does not have. */
export interface Mismatch {
  readonly event: EventOf<"record-emitted" | "record-written">;
  readonly sentence: string;
}

/** The outputs of a subtask; `written` gathers what each writer is given. */
export function outputsOf(
  subtask: Subtask,
  shape: JobShape,
  sinks: readonly { readonly writer: SinkWriter; readonly written: EventOf<"record-written">[] }[],
): SubtaskOutputs {
  return {
    subtask,
    edges: shape.description.edges.filter(({ source }) => source === subtask.vertex.id),
    sinks: sinks.map(({ writer, written }) => ({ uid: writer.uid, written, before: 0 })),
  };
}

/** Compares steps, one at a time. */
export class StepComparison {
  readonly #shape: JobShape;
  readonly #interpreter: ReferenceInterpreter;
  readonly #onSent: (event: EventOf<"record-emitted">, channel: Channel, value: unknown) => void;
  /** Outputs of the present step found in the trace, by edge. */
  readonly #matched: number[];

  constructor(options: {
    readonly shape: JobShape;
    /** It has just run the step. */
    readonly interpreter: ReferenceInterpreter;
    readonly onSent: (event: EventOf<"record-emitted">, channel: Channel, value: unknown) => void;
  }) {
    this.#shape = options.shape;
    this.#interpreter = options.interpreter;
    this.#onSent = options.onSent;
    this.#matched = options.shape.description.edges.map(() => 0);
  }

  /** Takes up a new step of a subtask. */
  begin({ edges, sinks }: SubtaskOutputs): void {
    for (const { id } of edges) this.#matched[id] = 0;
    for (const sink of sinks) sink.before = sink.written.length;
  }

  /** The next event of the step; undefined if it is as it should be. */
  compare(outputs: SubtaskOutputs, event: StepEvent): Mismatch | undefined {
    if (event.kind === "record-emitted") return this.#compareEmitted(outputs, event);
    return event.kind === "record-written" ? this.#compareWritten(outputs, event) : undefined;
  }

  /** What the step should have put out besides; undefined if nothing. */
  missing({ edges, sinks }: SubtaskOutputs): string | undefined {
    for (const edge of edges) {
      const emitted = this.#interpreter.emitted[edge.id] ?? [];
      const position = Math.floor((this.#matched[edge.id] ?? 0) / this.#widthOf(edge));
      if (position < emitted.length) return `emits ${shortened(canonicalText(emitted[position]))}`;
    }
    for (const { uid, written, before } of sinks) {
      const expected = this.#interpreter.written.get(uid) ?? [];
      const position = written.length - before;
      if (position < expected.length)
        return `writes ${shortened(canonicalText(expected[position]))}`;
    }
    return undefined;
  }

  #compareEmitted(
    { subtask }: SubtaskOutputs,
    event: EventOf<"record-emitted">,
  ): Mismatch | undefined {
    const channel = this.#shape.channelNamed.get(event.channel);
    if (channel?.producer !== subtask) return mismatch(event, "has no such channel");
    const { edge, consumer } = channel;
    const emitted = this.#interpreter.emitted[edge.id] ?? [];
    const count = this.#matched[edge.id] ?? 0;
    const width = this.#widthOf(edge);
    const position = width === 1 ? count : Math.floor(count / width);
    if (position >= emitted.length) {
      return mismatch(event, "emits nothing more in the failure-free run");
    }
    const value = emitted[position];
    const text = canonicalText(value);
    if (text !== event.value) {
      return mismatch(event, `emits ${shortened(text)} in the failure-free run`);
    }
    const target = this.#targetOf(edge, value, { turn: count % width, producer: subtask.index });
    if (target !== undefined && target !== consumer.index) {
      return mismatch(event, `should send it to ${consumer.vertex.name}-${target + 1}`);
    }
    this.#matched[edge.id] = count + 1;
    this.#onSent(event, channel, value);
    return undefined;
  }

  #compareWritten(
    { sinks }: SubtaskOutputs,
    event: EventOf<"record-written">,
  ): Mismatch | undefined {
    const sink = sinks.find(({ uid }) => uid === event.sink);
    if (sink === undefined) return mismatch(event, `has no sink ${event.sink}`);
    const expected = this.#interpreter.written.get(event.sink) ?? [];
    const position = sink.written.length - sink.before;
    if (position >= expected.length) {
      return mismatch(event, "writes nothing more in the failure-free run");
    }
    const text = canonicalText(expected[position]);
    if (text !== event.value) {
      return mismatch(event, `writes ${shortened(text)} in the failure-free run`);
    }
    sink.written.push(event);
    return undefined;
  }

  /** Which consumer a record belongs to; undefined where that is the run's own choice. */
  #targetOf(
    edge: JobEdgeDescription,
    value: unknown,
    { turn, producer }: { readonly turn: number; readonly producer: number },
  ): number | undefined {
    switch (edge.partitioning) {
      case "hash":
        return this.#interpreter.consumerOf(edge.id, value);
      case "broadcast":
        return turn;
      case "forward":
        return producer;
      default:
        return undefined;
    }
  }

  /** How many channels a value goes into. */
  #widthOf({ partitioning, target }: JobEdgeDescription): number {
    return partitioning === "broadcast" ? this.#interpreter.parallelismOf(target) : 1;
  }
}

/** Names what a step put out. */
export function putOut(event: EventOf<"record-emitted" | "record-written">): string {
  const value = shortened(event.value);
  return event.kind === "record-emitted"
    ? `emitted ${value} into ${event.channel}`
    : `wrote ${value} to ${event.target}`;
}

function mismatch(event: EventOf<"record-emitted" | "record-written">, instead: string): Mismatch {
  return { event, sentence: `${event.place} ${putOut(event)}, but ${instead}` };
}
