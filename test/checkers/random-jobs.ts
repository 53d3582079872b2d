// Small jobs of every shape: chains, exchanges of each kind, keyed and operator state, one or two sinks.
import fc from "fast-check";
import type { CheckedJob } from "../../sim/checkers/checker.ts";
import type { ListState, ValueState } from "../../sim/runtime/state/state.ts";
import {
  ListStateDescriptor,
  ValueStateDescriptor,
} from "../../sim/runtime/state/state-descriptor.ts";
import { Types } from "../../sim/runtime/state/type-information.ts";
import {
  type FunctionInitializationContext,
  KeyedProcessFunction,
  RichMapFunction,
} from "../../sim/runtime/task/functions.ts";
import type { OperatorSpec, Partitioning } from "../../sim/runtime/task/stream-graph.ts";
import { hashBy, jobOf, type Layer, sinkTo, sourceOf } from "./small-jobs.ts";

type Kind = "map" | "filter" | "flat-map" | "numbering" | "reduce" | "count";

interface Step {
  readonly kind: Kind;
  readonly parallelism: number;
  readonly partitioning: "forward" | "rebalance" | "broadcast" | "hash";
}

interface Shape {
  readonly sourceParallelism: number;
  readonly steps: readonly Step[];
  readonly sinkParallelism: number;
  readonly sinkPartitions: number;
  readonly target: "log:out" | "stdout";
  /** The step that a second sink reads, if there is one. */
  readonly tapAt: number | undefined;
  readonly input: readonly (readonly number[])[];
}

/** Any small job. */
export const smallJob: fc.Arbitrary<CheckedJob> = fc
  .record<Shape>({
    sourceParallelism: fc.integer({ min: 1, max: 2 }),
    steps: fc.array(
      fc.record<Step>({
        kind: fc.constantFrom<Kind>("map", "filter", "flat-map", "numbering", "reduce", "count"),
        parallelism: fc.integer({ min: 1, max: 3 }),
        partitioning: fc.constantFrom("forward", "forward", "rebalance", "broadcast", "hash"),
      }),
      { maxLength: 3 },
    ),
    sinkParallelism: fc.integer({ min: 1, max: 2 }),
    sinkPartitions: fc.integer({ min: 1, max: 2 }),
    target: fc.constantFrom("log:out", "log:out", "stdout"),
    tapAt: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
    input: fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 12 }), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map((shape) =>
    jobOf(() => layersOf(shape), {
      logs: new Map<string, readonly (readonly unknown[])[]>([
        ["log:in", shape.input],
        ["log:out", Array.from({ length: shape.sinkPartitions }, () => [])],
        ["log:tap", [[]]],
      ]),
    }),
  );

function layersOf(shape: Shape): readonly Layer[] {
  const layers: Layer[] = [
    { uid: "source", operator: sourceOf("log:in"), parallelism: shape.sourceParallelism },
  ];
  let parallelism = shape.sourceParallelism;
  shape.steps.forEach((step, index) => {
    layers.push({
      uid: `${step.kind}-${index}`,
      operator: operatorOf(step.kind),
      ...placeOf(step, parallelism),
    });
    parallelism = layers.at(-1)?.parallelism ?? 1;
  });
  const before = layers.at(-1)?.uid as string;
  const place = placeOf(
    { kind: "map", parallelism: shape.sinkParallelism, partitioning: "hash" },
    parallelism,
  );
  const guarantee = shape.target === "stdout" ? "at-least-once" : "exactly-once";
  if (shape.tapAt !== undefined) {
    const after = layers[Math.min(shape.tapAt, layers.length - 1)] as Layer;
    const from = { after: after.uid, parallelism: after.parallelism ?? 1 };
    layers.push({ uid: "tap", operator: sinkTo("log:tap"), ...from });
  }
  layers.push({ uid: "sink", operator: sinkTo(shape.target, guarantee), ...place, after: before });
  return layers;
}

/** Where a step runs: keyed ones behind a hash, forward only at equal parallelism. */
function placeOf(
  step: Step,
  before: number,
): Pick<Layer, "parallelism" | "partitioning" | "keySelector"> {
  const { kind, parallelism } = step;
  if (kind === "reduce" || kind === "count")
    return { parallelism, ...hashBy((value) => Number(value) % 5) };
  if (step.partitioning === "hash") {
    const keySelector = (value: unknown): unknown => ({ bucket: Number(value) % 7 });
    return { parallelism, partitioning: { kind: "hash", keySelector } };
  }
  if (step.partitioning === "forward") return { parallelism: before };
  const partitioning: Partitioning = { kind: step.partitioning };
  return { parallelism, partitioning };
}

function operatorOf(kind: Kind): OperatorSpec {
  switch (kind) {
    case "map":
      return { kind, function: (value) => Number(value) * 3 + 1 };
    case "filter":
      return { kind, function: (value) => Number(value) % 3 !== 0 };
    case "flat-map":
      return {
        kind,
        function: (value, out) => {
          out.collect(value);
          if (Number(value) % 4 === 0) out.collect(Number(value) + 1);
        },
      };
    case "numbering":
      return { kind: "map", function: new Numbering() };
    case "reduce":
      return {
        kind,
        function: (held, value) => Number(held) + Number(value),
        serializer: Types.GENERIC,
      };
    case "count":
      return { kind: "process", function: new Counting() };
    default:
      throw new Error(`Cannot build an operator: found ${String(kind)}`);
  }
}

/** Numbers what it sees, in a field that it saves in operator state. */
class Numbering extends RichMapFunction<unknown, unknown> {
  #count = 0;
  #saved: ListState<number> | undefined;

  initializeState(context: FunctionInitializationContext): void {
    this.#saved = context
      .getOperatorStateStore()
      .getListState(new ListStateDescriptor<number>("count"));
    for (const count of this.#saved.get()) this.#count = count;
  }

  snapshotState(): void {
    this.#saved?.update([this.#count]);
  }

  map(value: unknown): unknown {
    this.#count++;
    return (
      Number(value) * 10 + (this.#count % 10) + this.getRuntimeContext().getIndexOfThisSubtask()
    );
  }
}

/** Counts by key, in keyed state. */
class Counting extends KeyedProcessFunction<unknown, unknown, unknown> {
  #count: ValueState<{ seen: number }> | undefined;

  override open(): void {
    this.#count = this.getRuntimeContext().getState(
      new ValueStateDescriptor<{ seen: number }>("count"),
    );
  }

  processElement(
    _value: unknown,
    context: { getCurrentKey(): unknown },
    out: { collect(value: unknown): void },
  ): void {
    const seen = (this.#count?.value()?.seen ?? 0) + 1;
    this.#count?.update({ seen });
    out.collect(Number(context.getCurrentKey()) * 1000 + seen);
  }
}
