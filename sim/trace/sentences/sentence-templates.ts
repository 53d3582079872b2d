// What a language must offer: a template for every kind of event.

import type { EventOf, TraceEventKind } from "../trace-event.ts";

/** The sentences of one language. */
export type SentenceTemplates = {
  readonly [Kind in TraceEventKind]: (event: EventOf<Kind>) => string;
};
