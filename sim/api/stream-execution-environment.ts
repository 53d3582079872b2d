// Where a program begins and ends (Flink: StreamExecutionEnvironment). `getExecutionEnvironment` gives a fresh
// one, `execute` seals the graph; the harness runs it.

import { ElementsSource } from "../connectors/elements-source.ts";
import { type ConfigValues, OPTIONS } from "../runtime/configuration.ts";
import type { Source } from "../runtime/task/source.ts";
import type { StreamGraph } from "../runtime/task/stream-graph.ts";
import { CheckpointConfig } from "./checkpoint-config.ts";
import type { CheckpointingMode } from "./checkpointing-mode.ts";
import { SingleOutputStreamOperator } from "./data-stream.ts";
import { GraphBuilder, ScenarioError } from "./graph-builder.ts";
import type { StateBackend } from "./state-backends.ts";
import type { WatermarkStrategy } from "./watermark-strategy.ts";

/** A program under construction. */
export class StreamExecutionEnvironment {
  readonly #graph = new GraphBuilder();
  readonly #elements = new Map<string, readonly unknown[]>();
  readonly #sources = new Set<string>();
  readonly #checkpointConfig = new CheckpointConfig((key, value) => this.#values.set(key, value));
  readonly #values = new Map<string, ConfigValues[string]>();
  #stateBackend: StateBackend | undefined = undefined;
  #jobName: string | undefined = undefined;

  /** A fresh environment, whoever asks. */
  static getExecutionEnvironment(): StreamExecutionEnvironment {
    return new StreamExecutionEnvironment();
  }

  /** Takes a checkpoint every `interval` milliseconds. */
  enableCheckpointing(interval: number, mode?: CheckpointingMode): this {
    this.#checkpointConfig.setCheckpointInterval(interval);
    if (mode !== undefined) this.#checkpointConfig.setCheckpointingMode(mode);
    return this;
  }

  getCheckpointConfig(): CheckpointConfig {
    return this.#checkpointConfig;
  }

  /** Sets where state is held and, for the backends that say so, where checkpoints go. */
  setStateBackend(backend: StateBackend): this {
    this.#stateBackend = backend;
    const { type, checkpointDirectory, checkpointStorage, isIncremental } = backend;
    this.#values.set(OPTIONS.stateBackend.key, type);
    if (checkpointDirectory !== undefined) {
      this.#values.set(OPTIONS.checkpointDirectory.key, checkpointDirectory);
    }
    if (checkpointStorage !== undefined) {
      this.#values.set(OPTIONS.checkpointStorage.key, checkpointStorage);
    }
    if (isIncremental !== undefined) this.#values.set(OPTIONS.incremental.key, isIncremental);
    return this;
  }

  /** The parallelism of operators that set none. */
  setParallelism(parallelism: number): this {
    this.#values.set(OPTIONS.parallelism.key, parallelism);
    return this;
  }

  /** Sets configuration values by key; values from outside the program beat them. */
  configure(values: ConfigValues): this {
    for (const [key, value] of Object.entries(values)) this.#values.set(key, value);
    return this;
  }

  /** A stream of the values given, read by one subtask. */
  fromElements<T>(...elements: readonly T[]): SingleOutputStreamOperator<T> {
    const log = this.#elements.size === 0 ? "elements" : `elements-${this.#elements.size + 1}`;
    this.#elements.set(log, elements);
    return this.#addSource<T>(new ElementsSource<T>(log, elements), log, 1);
  }

  /** As {@link StreamExecutionEnvironment.fromElements}, by its newer name. */
  fromData<T>(...elements: readonly T[]): SingleOutputStreamOperator<T> {
    return this.fromElements(...elements);
  }

  /** A stream of what `source` reads. */
  fromSource<T>(
    source: Source<T>,
    _watermarks: WatermarkStrategy,
    name: string,
  ): SingleOutputStreamOperator<T> {
    return this.#addSource<T>(source, name, undefined);
  }

  /** Ends the program: it is run by whoever built it. */
  execute(jobName = "job"): this {
    if (this.#jobName !== undefined) {
      throw new ScenarioError(
        `Cannot execute "${jobName}": this environment has executed "${this.#jobName}"`,
      );
    }
    this.#jobName = jobName;
    return this;
  }

  /** The configuration values set by the program. */
  get configuration(): ConfigValues {
    return Object.fromEntries(this.#values);
  }

  /** The state backend set by the program. */
  get stateBackend(): StateBackend | undefined {
    return this.#stateBackend;
  }

  /** The values given in the program, by the name of the log they are read from. */
  get elements(): ReadonlyMap<string, readonly unknown[]> {
    return this.#elements;
  }

  /** The logical graph, with `parallelism` for operators that set none. Throws before `execute`. */
  streamGraph(parallelism: number): StreamGraph {
    if (this.#jobName === undefined) {
      throw new ScenarioError("Cannot run the job: its program did not call env.execute(...)");
    }
    return this.#graph.seal({ jobName: this.#jobName, parallelism });
  }

  #addSource<T>(
    source: Source<T>,
    name: string,
    parallelism: number | undefined,
  ): SingleOutputStreamOperator<T> {
    if (this.#sources.has(name)) {
      throw new ScenarioError(
        `Cannot add the source "${name}": there is one of that name, choose another`,
      );
    }
    this.#sources.add(name);
    const node = this.#graph.add(
      { kind: "source", source },
      { name, inputs: [], ...(parallelism === undefined ? {} : { parallelism }) },
    );
    return new SingleOutputStreamOperator<T>(this.#graph, node);
  }
}
