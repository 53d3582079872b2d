// What a language must offer: a template for every kind of event.

import type { TraceEvent, TraceEventKind } from "../trace-event.ts";

/** The event of one kind. */
export type EventOf<Kind extends TraceEventKind> = Extract<TraceEvent, { readonly kind: Kind }>;

/** The sentences of one language. */
export type SentenceTemplates = {
  readonly [Kind in TraceEventKind]: (event: EventOf<Kind>) => string;
};
