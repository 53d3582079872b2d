// The source behind `fromElements`: the values given in the program are the one partition of an outside log that
// the environment names, so that they are replayed like any other input.

import type { Source, SourceReader } from "../runtime/task/source.ts";
import { LogReader } from "./log-reader.ts";
import { logSystem } from "./outside-system.ts";

/** Reads values given in the program. */
export class ElementsSource<T> implements Source<T> {
  readonly system: string;
  readonly elements: readonly T[];

  /** `log` is the name of the log that the elements are put into, such as `elements-1`. */
  constructor(log: string, elements: readonly T[]) {
    this.system = log;
    this.elements = [...elements];
  }

  createReader(options: Parameters<Source<T>["createReader"]>[0]): SourceReader {
    return new LogReader({ system: logSystem(this.system), ...options });
  }
}
