// A source that reads an outside log, each record once per checkpointed history (the place of Flink's KafkaSource).

import type { Source, SourceReader } from "../runtime/task/source.ts";
import { LogReader } from "./log-reader.ts";
import { logSystem } from "./outside-system.ts";

/**
 * Reads the outside log of that name from its beginning.
 *
 * @example env.fromSource(new LogSource<string>("words"), WatermarkStrategy.noWatermarks(), "words")
 */
export class LogSource<T> implements Source<T> {
  /** The log's name, as the scenario's `logs` have it. */
  readonly system: string;
  /** None: what it reads lies outside the program. */
  readonly elements?: readonly T[];

  constructor(log: string) {
    this.system = log;
  }

  createReader(options: Parameters<Source<T>["createReader"]>[0]): SourceReader {
    return new LogReader({ system: logSystem(this.system), ...options });
  }
}
