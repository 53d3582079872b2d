// One sentence for each event, in English and in Chinese: what captions, searches, reports and exports say. It
// names who acts, on what, and what follows. A kind without a template in both languages does not compile.

import type { TraceEvent } from "../trace-event.ts";
import { CHINESE } from "./chinese.ts";
import { ENGLISH } from "./english.ts";
import type { SentenceTemplates } from "./sentence-templates.ts";

/** The languages sentences exist in. */
export type Language = "en" | "zh";

/**
 * What happened, as a sentence with its full stop.
 *
 * @example sentence(event, "en") // "count-2 emits the barrier of checkpoint 3 on all its outputs: ..."
 */
export function sentence(event: TraceEvent, language: Language): string {
  // A kind's template takes that kind's events, which the compiler cannot see through the lookup.
  const template = TEMPLATES[language][event.kind] as (event: TraceEvent) => string;
  return template(event);
}

const TEMPLATES: { readonly [language in Language]: SentenceTemplates } = {
  en: ENGLISH,
  zh: CHINESE,
};
