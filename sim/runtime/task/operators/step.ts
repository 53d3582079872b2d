// What one operator does with one record, or at one timer, as a function: the difference between map, filter and the
// rest.

import { unreachable } from "../../../kernel/invariant.ts";
import { ValueStateDescriptor } from "../../state/state-descriptor.ts";
import type { ReadOnlyKeyedBroadcastProcessContext } from "../broadcast-functions.ts";
import type { Collector, KeyedProcessContext, RuntimeContext, TimerService } from "../functions.ts";
import type { Hook } from "../outside-request.ts";
import type { InputNumber, StreamNode } from "../stream-graph.ts";
import {
  type BroadcastEnvironment,
  broadcastContextOf,
  readOnlyContextOf,
} from "./broadcast-step.ts";

/** Handles one record of one of its inputs. A hook it returns is run before the next record. */
export type RecordStep = (value: unknown, input: InputNumber) => Hook;

/** What an operator finds around it. */
export interface StepEnvironment extends BroadcastEnvironment {
  readonly context: RuntimeContext;
  readonly out: Collector<unknown>;
  /** The key that is current. */
  readonly currentKey: () => unknown;
  /** Undefined for an operator that does nothing at a timer. */
  readonly timers: TimerService | undefined;
}

/** The step of an operator; its function is open already. A source's records come from its reader, unchanged. */
export function recordStepOf(node: StreamNode, environment: StepEnvironment): RecordStep {
  const { operator } = node;
  const { out } = environment;
  switch (operator.kind) {
    case "source":
      return (value) => out.collect(value);
    case "map": {
      const map = operator.function;
      if (typeof map === "function") return (value) => out.collect(map(value));
      return (value) => out.collect(map.map(value));
    }
    case "filter": {
      const filter = operator.function;
      const keeps =
        typeof filter === "function" ? filter : (value: unknown) => filter.filter(value);
      return (value) => {
        if (keeps(value)) out.collect(value);
      };
    }
    case "flat-map": {
      const flatMap = operator.function;
      if (typeof flatMap === "function") return (value) => flatMap(value, out);
      return (value) => flatMap.flatMap(value, out);
    }
    case "process": {
      const process = operator.function;
      const context = processContextOf(node, environment);
      return (value) => process.processElement(value, context, out);
    }
    case "broadcast-process": {
      const process = operator.function;
      const context = broadcastContextOf(node, environment);
      const readOnly = readOnlyContextOf(node, environment);
      return (value, input) => {
        if (input === 1) process.processElement(value, readOnly, out);
        else process.processBroadcastElement(value, context, out);
      };
    }
    case "keyed-broadcast-process": {
      const process = operator.function;
      const context = broadcastContextOf(node, environment);
      const readOnly = readOnlyKeyedContextOf(node, environment);
      return (value, input) => {
        if (input === 1) process.processElement(value, readOnly, out);
        else process.processBroadcastElement(value, context, out);
      };
    }
    case "reduce": {
      const reduce = operator.function;
      const descriptor = new ValueStateDescriptor("reduced", operator.serializer);
      const reduced = environment.context.getState(descriptor);
      return (value) => {
        const accumulated = reduced.value();
        const next = accumulated === undefined ? value : reduce(accumulated, value);
        reduced.update(next);
        out.collect(next);
      };
    }
    case "sink": {
      const sink = operator.sink;
      return (value) => sink.invoke(value);
    }
    default:
      return unreachable(operator);
  }
}

/** Whether an operator can set timers: whether its function says what to do at one. */
export function hasTimers({ operator }: StreamNode): boolean {
  const isKeyed = operator.kind === "process" || operator.kind === "keyed-broadcast-process";
  return isKeyed && operator.function.onTimer !== undefined;
}

/** What an operator that can set timers does at one, whose key is current. */
export function timerStepOf(
  node: StreamNode,
  environment: StepEnvironment,
): (timestamp: number) => void {
  const { operator } = node;
  const context = readOnlyKeyedContextOf(node, environment);
  return (timestamp) => {
    if (operator.kind === "process" || operator.kind === "keyed-broadcast-process")
      operator.function.onTimer?.(timestamp, context, environment.out);
  };
}

function readOnlyKeyedContextOf(
  node: StreamNode,
  environment: StepEnvironment,
): ReadOnlyKeyedBroadcastProcessContext<unknown> {
  return { ...readOnlyContextOf(node, environment), ...processContextOf(node, environment) };
}

function processContextOf(
  { name }: StreamNode,
  { currentKey, timers }: StepEnvironment,
): KeyedProcessContext<unknown> {
  return {
    getCurrentKey: currentKey,
    timerService() {
      if (timers !== undefined) return timers;
      throw new Error(`Cannot set timers in "${name}": its function has no onTimer, expected one`);
    },
  };
}
