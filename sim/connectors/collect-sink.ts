// A sink that hands values to a named collector outside, at least once: for tests and examples that look at what
// a job put out (the place of Flink's CollectSinkFunction).

import type {
  CheckpointedFunction,
  FunctionInitializationContext,
  FunctionSnapshotContext,
  SinkContext,
  SinkFunction,
} from "../runtime/task/functions.ts";
import type { Asking } from "./ask.ts";
import { NumberedSender } from "./numbered-values.ts";
import { collectorSystem } from "./outside-system.ts";

/**
 * Collects every value, at least once, under a name.
 *
 * @example stream.sinkTo(new CollectSink("results"))
 */
export class CollectSink<T> implements SinkFunction<T>, CheckpointedFunction {
  readonly guarantee = "at-least-once";
  readonly target: string;
  readonly #sender: NumberedSender;
  #context: SinkContext | undefined = undefined;

  constructor(collector: string) {
    this.target = collectorSystem(collector);
    this.#sender = new NumberedSender(this.target);
  }

  setSinkContext(context: SinkContext): void {
    this.#context = context;
  }

  initializeState(_context: FunctionInitializationContext): void {}

  invoke(value: T): void {
    if (this.#context === undefined) {
      throw new Error("Cannot collect: the sink has not been placed yet");
    }
    this.#sender.send(value, this.#context);
  }

  snapshotState(_context: FunctionSnapshotContext): Asking<void> {
    return this.#sender.confirm();
  }

  finish(): Asking<void> {
    return this.#sender.confirm();
  }

  /** What determines this sink's future, as plain data. */
  describeState(): unknown {
    return this.#sender.describeState();
  }
}
