// A sink that prints (Flink: PrintSinkFunction). Printing does not wait; a snapshot waits until all is printed, so
// that nothing is lost. After a failure lines appear again: the printer knows no transactions.

import type {
  CheckpointedFunction,
  FunctionInitializationContext,
  FunctionSnapshotContext,
  SinkContext,
  SinkFunction,
} from "../runtime/task/functions.ts";
import type { Asking } from "./ask.ts";
import { NumberedSender } from "./numbered-values.ts";
import { STDOUT } from "./outside-system.ts";

/**
 * Prints every value, at least once.
 *
 * @example stream.sinkTo(new PrintSink())
 */
export class PrintSink<T> implements SinkFunction<T>, CheckpointedFunction {
  readonly guarantee = "at-least-once";
  readonly target = STDOUT;
  readonly #sender = new NumberedSender(STDOUT);
  #context: SinkContext | undefined = undefined;

  setSinkContext(context: SinkContext): void {
    this.#context = context;
  }

  initializeState(_context: FunctionInitializationContext): void {}

  invoke(value: T): void {
    if (this.#context === undefined)
      throw new Error("Cannot print: the sink has not been placed yet");
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
