// A text in every language that the page speaks.

import * as z from "zod";
import type { Language } from "../trace/sentences/sentence.ts";

/** One text in all languages. */
export type Localized = { readonly [language in Language]: string };

/** A text in all languages, as JSON; none of them may be empty. */
export const localizedSchema: z.ZodType<Localized> = z.strictObject({
  en: z.string().min(1),
  zh: z.string().min(1),
});
