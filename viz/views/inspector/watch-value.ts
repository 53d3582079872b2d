// What a watch comes to in a world, and why it may come to nothing.

import { canonicalText } from "../../../sim/kernel/canonical-value.ts";
import type { HeldValue } from "../../../sim/trace/held-state.ts";
import type { WorldProgress } from "../../../sim/trace/projection.ts";
import type { SubtaskProgress } from "../../../sim/trace/subtask-progress.ts";
import { stateInCheckpoint } from "../../model/checkpoint-state.ts";
import { measureOf, plainText } from "../../model/state-measure.ts";
import { nextOffsets } from "./inspector-subtask.ts";
import {
  type Operator,
  parseStateName,
  parseWatch,
  type StateName,
  type WatchExpression,
  type WatchSyntaxError,
} from "./watch-expression.ts";

/** What a watch came to. */
export type WatchResult =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "claim"; readonly holds: boolean }
  /** There is no such value now, though there could be. */
  | { readonly kind: "none" }
  | { readonly kind: "error"; readonly error: WatchError };

/** What is wrong with a watch. */
export type WatchError =
  | WatchSyntaxError
  | { readonly kind: "empty" }
  | { readonly kind: "unknown-state"; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: "unknown-function"; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: "unknown-name"; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: "no-checkpoint"; readonly id: string }
  | { readonly kind: "not-a-number"; readonly what: string };

/**
 * What a watch comes to after some event.
 *
 * @example watchResult("sum(count)", model.world(411)) // { kind: "number", value: 10 }
 */
export function watchResult(text: string, world: WorldProgress): WatchResult {
  const expression = parseWatch(text);
  if (expression === undefined) return { kind: "error", error: { kind: "empty" } };
  if (expression.kind === "syntax") return { kind: "error", error: expression };
  return evaluated(expression, world);
}

function evaluated(expression: WatchExpression, world: WorldProgress): WatchResult {
  switch (expression.kind) {
    case "number":
      return expression;
    case "lookup":
      return lookup(expression.state, expression.key, world);
    case "call":
      return call(expression.name, expression.argument, world);
    case "negative":
      return withNumbers([expression.of], world, ([value = 0]) => number(-value));
    case "operation": {
      const { operator, left, right } = expression;
      if (operator === "=" || operator === "!=") return equality(operator, left, right, world);
      return withNumbers([left, right], world, ([one = 0, other = 0]) =>
        calculated(operator, one, other),
      );
    }
  }
}

function number(value: number): WatchResult {
  return { kind: "number", value };
}

function claim(holds: boolean): WatchResult {
  return { kind: "claim", holds };
}

function calculated(operator: Operator, one: number, other: number): WatchResult {
  switch (operator) {
    case "+":
      return number(one + other);
    case "-":
      return number(one - other);
    case "*":
      return number(one * other);
    case "/":
      return number(one / other);
    case "<":
      return claim(one < other);
    case "<=":
      return claim(one <= other);
    case ">":
      return claim(one > other);
    case ">=":
      return claim(one >= other);
    case "=":
      return claim(one === other);
    case "!=":
      return claim(one !== other);
  }
}

/** Values are equal if they read the same, numbers or not. */
function equality(
  operator: "=" | "!=",
  left: WatchExpression,
  right: WatchExpression,
  world: WorldProgress,
): WatchResult {
  const [one, other] = [evaluated(left, world), evaluated(right, world)];
  if (one.kind === "error") return one;
  if (other.kind === "error") return other;
  return claim((textOf(one) === textOf(other)) === (operator === "="));
}

function textOf(result: WatchResult): string {
  switch (result.kind) {
    case "number":
    case "text":
      return String(result.value);
    case "claim":
      return String(result.holds);
    default:
      return "";
  }
}

function withNumbers(
  parts: readonly WatchExpression[],
  world: WorldProgress,
  use: (values: readonly number[]) => WatchResult,
): WatchResult {
  const values: number[] = [];
  for (const part of parts) {
    const result = evaluated(part, world);
    switch (result.kind) {
      case "number":
        values.push(result.value);
        break;
      case "text":
      case "claim":
        return { kind: "error", error: { kind: "not-a-number", what: textOf(result) } };
      default:
        return result;
    }
  }
  return use(values);
}

function lookup(state: StateName, key: string, world: WorldProgress): WatchResult {
  const values = valuesOf(state, world);
  if ("kind" in values) return { kind: "error", error: values };
  const keys = [key, canonicalText(key)];
  const found = values.find((value) => keys.includes(value.key));
  if (found === undefined) return { kind: "none" };
  return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(found.value)
    ? number(Number(found.value))
    : { kind: "text", value: plainText(found.value) };
}

/** The values of a state in all subtasks, or what is wrong with the question. */
function valuesOf(
  { name, checkpoint }: StateName,
  world: WorldProgress,
): readonly HeldValue[] | WatchError {
  const all = allValues(checkpoint, world);
  if (all === undefined) return { kind: "no-checkpoint", id: checkpoint ?? "" };
  const values = all.filter(({ state }) => state === name);
  if (values.length > 0 || isKnownState(name, world)) return values;
  const known = [
    ...new Set(world.subtasks.flatMap(({ keyed }) => keyed.values()).map(({ state }) => state)),
  ];
  return { kind: "unknown-state", name, known };
}

function allValues(
  checkpoint: string | undefined,
  { subtasks, checkpoints }: WorldProgress,
): readonly HeldValue[] | undefined {
  if (checkpoint === undefined) return subtasks.flatMap(({ keyed }) => keyed.values());
  const found = checkpoints.find(({ id }) => String(id) === checkpoint);
  return found && subtasks.flatMap(({ name }) => stateInCheckpoint(found, name));
}

/** A state that a checkpoint holds is known even while nobody holds it, as after a crash. */
function isKnownState(name: string, { subtasks, checkpoints }: WorldProgress): boolean {
  return checkpoints.some((checkpoint) =>
    subtasks.some((subtask) =>
      stateInCheckpoint(checkpoint, subtask.name).some(({ state }) => state === name),
    ),
  );
}

function call(name: string, argument: string, world: WorldProgress): WatchResult {
  const ofState = OF_STATE.get(name);
  if (ofState !== undefined) {
    const values = valuesOf(parseStateName(argument), world);
    if ("kind" in values) return { kind: "error", error: values };
    return number(ofState(values.map(({ value }) => measureOf(value) ?? 0)));
  }
  const ofName = OF_NAME.get(name);
  if (ofName !== undefined) return ofName(argument, world);
  const known = [...OF_STATE.keys(), ...OF_NAME.keys()];
  return { kind: "error", error: { kind: "unknown-function", name, known } };
}

/** Functions over the values of a state in all subtasks; of a list or map its length counts. */
const OF_STATE: ReadonlyMap<string, (sizes: readonly number[]) => number> = new Map<
  string,
  (sizes: readonly number[]) => number
>([
  ["sum", (sizes) => sizes.reduce((sum, size) => sum + size, 0)],
  ["keys", (sizes) => sizes.length],
  ["max", (sizes) => (sizes.length === 0 ? 0 : sizes.reduce((one, size) => Math.max(one, size)))],
  ["min", (sizes) => (sizes.length === 0 ? 0 : sizes.reduce((one, size) => Math.min(one, size)))],
]);

type OfName = (name: string, world: WorldProgress) => WatchResult;

/** Functions of a subtask, a channel or a log, by name, or of nothing. */
const OF_NAME: ReadonlyMap<string, OfName> = new Map<string, OfName>([
  ["offset", ofSubtask(offsetOf)],
  ["attempt", ofSubtask(({ attempt }) => number(attempt))],
  ["read", ofSubtask(({ counts }) => number(counts.read))],
  ["processed", ofSubtask(({ counts }) => number(counts.processed))],
  ["emitted", ofSubtask(({ counts }) => number(counts.emitted))],
  ["written", ofSubtask(({ counts }) => number(counts.written))],
  ["queue", queueOf],
  [
    "visible",
    (name, { logs }) => ofPart(logName(name), logs, ({ records }) => number(records.length)),
  ],
  ["open", (name, { logs }) => ofPart(logName(name), logs, ({ open }) => number(open.length))],
  ["printed", (_name, { printed }) => number(printed.length)],
  ["completed", (_name, { job }) => number(job.newestCheckpoint)],
]);

function ofSubtask(value: (subtask: SubtaskProgress) => WatchResult): OfName {
  return (name, { subtasks }) => ofPart(name, subtasks, value);
}

function ofPart<Part extends { readonly name: string }>(
  name: string,
  parts: readonly Part[],
  value: (part: Part) => WatchResult,
): WatchResult {
  const part = parts.find((one) => one.name === name);
  if (part !== undefined) return value(part);
  const known = parts.map((one) => one.name);
  return { kind: "error", error: { kind: "unknown-name", name, known } };
}

/** Where a source goes on: a number if it reads one partition, else `partition:offset` for each. */
function offsetOf(subtask: SubtaskProgress): WatchResult {
  const offsets = nextOffsets(subtask);
  const [only] = offsets;
  if (only === undefined) return { kind: "none" };
  return offsets.length === 1
    ? number(Number(only.slice(only.indexOf(":") + 1)))
    : { kind: "text", value: offsets.join(", ") };
}

/** How much is in a channel, or in all inputs of a subtask; without a name, in all channels. */
function queueOf(name: string, { channels, subtasks }: WorldProgress): WatchResult {
  const meant = channels.filter(
    (channel) => name === "" || channel.name === name || channel.consumer === name,
  );
  if (meant.length > 0 || subtasks.some((subtask) => subtask.name === name))
    return number(meant.reduce((sum, { inFlight }) => sum + inFlight.length, 0));
  const known = [...subtasks, ...channels].map((part) => part.name);
  return { kind: "error", error: { kind: "unknown-name", name, known } };
}

/** A log by its place or by the name its scenario gives it. */
function logName(name: string): string {
  return name.startsWith("log:") ? name : `log:${name}`;
}
