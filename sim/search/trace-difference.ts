// Two traces side by side, by the identity of their events, so that what is merely earlier or later is told apart
// from what is another thing. Each first difference comes with its causes, back to the last event that both have.

import type { Case } from "../harness/case.ts";
import { canonicalText } from "../kernel/canonical-value.ts";
import { compareText } from "../kernel/plain-object.ts";
import { RECORDING_LEVELS } from "../kernel/recorder.ts";
import { EventIndex, identityText } from "../trace/event-identity.ts";
import { sentence } from "../trace/sentences/sentence.ts";
import { decodeEvents, type Trace } from "../trace/trace.ts";
import { TRACE_EVENTS, type TraceEvent } from "../trace/trace-event.ts";
import { faultText } from "./fault-text.ts";

/** How two traces differ. */
export interface TraceDifference {
  /** How their cases differ. */
  readonly cases: readonly CaseDifference[];
  /** Events that are compared: those of the lower level. */
  readonly events: { readonly one: number; readonly other: number };
  /** How many of them are equal in both, from the beginning on; fewer than all, if only the order differs. */
  readonly common: number;
  /** The first difference of any kind; undefined if there is none. */
  readonly first: Divergence | undefined;
  /** The first difference that is more than a shift in time; undefined if there is none. */
  readonly firstInContent: Divergence | undefined;
}

/** One part of the case. For lists, only what the other lacks. */
export interface CaseDifference {
  /** Such as "seed", "faults" or "config: recording.level". */
  readonly part: string;
  readonly one: readonly string[];
  readonly other: readonly string[];
}

/** Where the two part. */
export interface Divergence {
  /** The same event at another time, with other contents, or another event altogether. */
  readonly kind: "time" | "contents" | "event";
  /** Undefined where a trace has no more to say. */
  readonly one: DivergingEvent | undefined;
  readonly other: DivergingEvent | undefined;
}

/** One side of a divergence. */
export interface DivergingEvent extends ToldEvent {
  /** What it follows from, the nearest first; the last is equal in both traces. */
  readonly causes: readonly ToldEvent[];
}

/** An event for people. */
export interface ToldEvent {
  readonly index: number;
  readonly identity: string;
  /** Microseconds of virtual time. */
  readonly time: number;
  readonly sentence: string;
}

/** Compares two traces, at the lower of their levels. */
export function differenceOf(one: Trace, other: Trace): TraceDifference {
  const levels = [one, other].map(({ header }) => RECORDING_LEVELS.indexOf(header.level));
  const left = new Side(one, Math.min(...levels));
  const right = new Side(other, Math.min(...levels));
  return {
    cases: caseDifferences(one.header.case, other.header.case),
    events: { one: left.compared.length, other: right.compared.length },
    common: commonLength(left, right),
    first: firstDivergence(left, right, "exactly"),
    firstInContent: firstDivergence(left, right, "contents"),
  };
}

/** An event as it is compared. */
interface ComparedEvent {
  readonly event: TraceEvent;
  readonly identity: string;
  /** All it says but when. */
  readonly contents: string;
  /** All it says. */
  readonly exactly: string;
}

/** What two events must have in common to be alike. */
type Alike = "contents" | "exactly";

/** One trace, as it is compared. */
class Side {
  readonly compared: readonly ComparedEvent[];
  readonly #events: readonly TraceEvent[];
  readonly #byIdentity: ReadonlyMap<string, ComparedEvent>;
  readonly #byIndex: ReadonlyMap<number, ComparedEvent>;

  constructor({ blocks, header }: Trace, level: number) {
    this.#events = decodeEvents(blocks, header.kinds);
    const index = new EventIndex(this.#events);
    this.compared = this.#events
      .filter(({ kind }) => RECORDING_LEVELS.indexOf(TRACE_EVENTS[kind].level) <= level)
      .map((event) => comparedEvent(event, identityText(index.identityOf(event.index))));
    this.#byIdentity = new Map(this.compared.map((compared) => [compared.identity, compared]));
    this.#byIndex = new Map(this.compared.map((compared) => [compared.event.index, compared]));
  }

  find(identity: string): ComparedEvent | undefined {
    return this.#byIdentity.get(identity);
  }

  /** The first event that `other` has not, or not like this. */
  firstWithoutLike(other: Side, alike: Alike): ComparedEvent | undefined {
    return this.compared.find((compared) => {
      return other.find(compared.identity)?.[alike] !== compared[alike];
    });
  }

  /** An event with what it follows from, back to one that `other` has too. */
  told(compared: ComparedEvent | undefined, other: Side): DivergingEvent | undefined {
    if (compared === undefined) return undefined;
    const causes: ToldEvent[] = [];
    let at = compared.event.cause;
    for (let event = this.#events[at]; event !== undefined; event = this.#events[at]) {
      at = event.cause;
      const cause = this.#byIndex.get(event.index);
      if (cause === undefined) continue;
      causes.push(toldEvent(cause));
      if (other.find(cause.identity)?.exactly === cause.exactly) break;
    }
    return { ...toldEvent(compared), causes };
  }
}

function comparedEvent(event: TraceEvent, identity: string): ComparedEvent {
  const { index: _index, cause: _cause, time, ...fields } = event;
  const contents = Object.entries(fields).filter(([name]) => !TIMES.has(name));
  return {
    event,
    identity,
    contents: canonicalText(contents),
    exactly: canonicalText([time, fields]),
  };
}

/** Fields that measure time, or whose value hangs on it: a checkpoint's metadata says when it was triggered. */
const TIMES: ReadonlySet<string> = new Set([
  "duration",
  "delay",
  "startDelay",
  "alignment",
  "sync",
  "async",
  "hash",
]);

function toldEvent({ event, identity }: ComparedEvent): ToldEvent {
  return { index: event.index, identity, time: event.time, sentence: sentence(event, "en") };
}

function commonLength(left: Side, right: Side): number {
  let length = 0;
  for (const { identity, exactly } of left.compared) {
    const counterpart = right.compared[length];
    if (counterpart?.identity !== identity || counterpart.exactly !== exactly) break;
    length++;
  }
  return length;
}

/** Of the two traces' first events without a like, the earlier; beside its namesake, or else beside the later. */
function firstDivergence(left: Side, right: Side, alike: Alike): Divergence | undefined {
  const one = left.firstWithoutLike(right, alike);
  const other = right.firstWithoutLike(left, alike);
  const identity = earlier(one, other)?.identity;
  if (identity === undefined) return undefined;
  const mine = left.find(identity);
  const theirs = right.find(identity);
  if (mine === undefined || theirs === undefined) {
    return { kind: "event", one: left.told(one, right), other: right.told(other, left) };
  }
  const kind = mine.contents === theirs.contents ? "time" : "contents";
  return { kind, one: left.told(mine, right), other: right.told(theirs, left) };
}

function earlier(
  one: ComparedEvent | undefined,
  other: ComparedEvent | undefined,
): ComparedEvent | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.event.time <= other.event.time ? one : other;
}

function caseDifferences(one: Required<Case>, other: Required<Case>): readonly CaseDifference[] {
  const keys = new Set([...Object.keys(one.config), ...Object.keys(other.config)]);
  return [
    differenceIn("scenario", [canonicalText(one.scenario)], [canonicalText(other.scenario)]),
    differenceIn("seed", [String(one.seed)], [String(other.seed)]),
    ...[...keys].sort(compareText).map((key) => {
      return differenceIn(`config: ${key}`, settingOf(one, key), settingOf(other, key));
    }),
    differenceIn("faults", one.faults.map(faultText), other.faults.map(faultText)),
    differenceIn("overrides", one.overrides.map(canonicalText), other.overrides.map(canonicalText)),
    differenceIn("data", one.data.map(canonicalText), other.data.map(canonicalText)),
    differenceIn("edits", one.edits, other.edits),
  ].filter((difference) => difference.one.length + difference.other.length > 0);
}

function settingOf({ config }: Required<Case>, key: string): readonly string[] {
  return config[key] === undefined ? [] : [String(config[key])];
}

/** What only one of two lists has; a text that both have is left out as often as both have it. */
function differenceIn(
  part: string,
  one: readonly string[],
  other: readonly string[],
): CaseDifference {
  return { part, one: without(one, other), other: without(other, one) };
}

function without(texts: readonly string[], taken: readonly string[]): readonly string[] {
  const left = [...taken];
  return texts.filter((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
