// Why a case fails, in a few sentences: the happens-before slice back from the events that prove the violation. Each
// fault, choice and record told is necessary: the case without it was run, and the checker was silent. Events are
// the links between them.

import type { Fault } from "../api/scenario.ts";
import type { ChoiceOverride } from "../kernel/chooser.ts";
import { EventIndex, identityText } from "../trace/event-identity.ts";
import { addressText, type RecordAddress } from "../trace/record-address.ts";
import { sentence } from "../trace/sentences/sentence.ts";
import type { TraceEvent } from "../trace/trace-event.ts";
import { failureOf, recordedAtLeastFor } from "./case-outcome.ts";
import type { CaseSearch } from "./case-search.ts";
import { faultText } from "./fault-text.ts";
import { addressesAsRead, keptRecords } from "./input-records.ts";
import { type Necessities, type NecessityRequest, necessitiesOf } from "./necessity.ts";
import { storyOf } from "./story.ts";

/** One sentence. What is no mere event is necessary. */
export type ExplanationSentence = {
  readonly text: string;
  /** The event it tells; undefined for a choice. */
  readonly event: ExplainedEvent | undefined;
} & (
  | { readonly kind: "fault"; readonly fault: Fault }
  | { readonly kind: "choice"; readonly override: ChoiceOverride }
  | { readonly kind: "record" /** Before any edit. */; readonly record: RecordAddress }
  | { readonly kind: "event" }
);

/** Where an event lies in the trace of the case. */
export interface ExplainedEvent {
  readonly index: number;
  readonly identity: string;
  /** Microseconds of virtual time. */
  readonly time: number;
}

/** Why a case fails. */
export interface Explanation {
  readonly checker: string;
  /** What the checker says. */
  readonly sentence: string;
  /** Choices first, then in the order of the run. */
  readonly sentences: readonly ExplanationSentence[];
  /** Faults, choices and records that were left out one at a time, and the checker still spoke; in words. */
  readonly unnecessary: readonly string[];
  readonly runs: number;
}

/**
 * Explains why `checker` speaks of a case. Undefined if it does not. Indices are those of the case's own recording,
 * unless the checker needs more.
 */
export function* explain(request: NecessityRequest): CaseSearch<Explanation | undefined> {
  const outcome = yield recordedAtLeastFor(request.case, request.checker);
  const failure = outcome && failureOf(outcome, request.checker);
  if (outcome === undefined || failure === undefined) return undefined;
  const { events } = outcome;
  const story = storyOf(events, failure.events);
  const addresses = addressesAsRead(keptRecords(request.records, request.case.data));
  const candidates = story.records.flatMap((read) => addresses.get(addressText(read)) ?? []);
  const needs = yield* necessitiesOf(request, { outcome, candidates });
  const choices = request.case.overrides.filter(({ key }) => needs.choices.has(key));
  const facts = factsOf(events, needs, addresses);
  const room = Math.max(SENTENCES_MIN, SENTENCES_MAX - choices.length - facts.size);
  const links = story.events.filter((event) => !facts.has(event)).slice(0, room);
  const told = [...facts.keys(), ...links].sort((one, other) => one.index - other.index);
  const teller = new Teller(request, events, addresses);
  return {
    checker: request.checker,
    sentence: failure.sentence,
    sentences: [
      ...choices.map(choiceSentence),
      ...told.map((event) => teller.sentenceOf(event, facts.has(event))),
    ],
    unnecessary: needs.others,
    runs: 1 + needs.runs,
  };
}

/** So many sentences in all, unless more than that is necessary; and so many events at least. */
const SENTENCES_MAX = 12;
const SENTENCES_MIN = 4;

/** Addresses before any edit, by where the run reads them. */
type Addresses = ReturnType<typeof addressesAsRead>;

/** The events in which what is necessary shows first: faults that strike, records that are read. */
function factsOf(
  events: readonly TraceEvent[],
  needs: Necessities,
  addresses: Addresses,
): ReadonlySet<TraceEvent> {
  const addressOf = (event: TraceEvent): string | undefined => {
    const address = event.kind === "record-read" ? addresses.get(addressText(event)) : undefined;
    return address && addressText(address);
  };
  const faults = [...needs.faults].map((fault) =>
    events.find((event) => event.kind === "fault-struck" && event.fault === fault),
  );
  const records = [...needs.records].map((record) =>
    events.find((event) => addressOf(event) === record),
  );
  return new Set([...faults, ...records].filter((event) => event !== undefined));
}

function choiceSentence(override: ChoiceOverride): ExplanationSentence {
  const text = `The choice ${override.key} is fixed at ${override.value}.`;
  return { kind: "choice", override, text, event: undefined };
}

/** Puts events into words. */
class Teller {
  readonly #request: NecessityRequest;
  readonly #index: EventIndex;
  readonly #addresses: Addresses;
  /** The first reading of each record. */
  readonly #firstReads = new Map<string, TraceEvent>();

  constructor(request: NecessityRequest, events: readonly TraceEvent[], addresses: Addresses) {
    this.#request = request;
    this.#addresses = addresses;
    this.#index = new EventIndex(events);
    for (const event of events) {
      if (event.kind !== "record-read" || this.#firstReads.has(addressText(event))) continue;
      this.#firstReads.set(addressText(event), event);
    }
  }

  sentenceOf(event: TraceEvent, isFact: boolean): ExplanationSentence {
    const { index, time } = event;
    const identity = identityText(this.#index.identityOf(index));
    const told = { text: this.#textOf(event), event: { index, identity, time } };
    if (isFact && event.kind === "fault-struck") {
      const fault = this.#request.case.faults[event.fault];
      if (fault !== undefined) {
        return {
          kind: "fault",
          fault,
          ...told,
          text: `Fault ${event.fault}: ${faultText(fault)}.`,
        };
      }
    }
    if (isFact && event.kind === "record-read") {
      const record = this.#addresses.get(addressText(event));
      if (record !== undefined) return { kind: "record", record, ...told };
    }
    return { kind: "event", ...told };
  }

  #textOf(event: TraceEvent): string {
    const text = sentence(event, "en");
    const isRepeated =
      event.kind === "record-read" && this.#firstReads.get(addressText(event)) !== event;
    return isRepeated ? text.replace(/\.$/, " once more.") : text;
  }
}
