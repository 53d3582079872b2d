// The change under which a run gives a wrong answer, in a few words.

import type { Under } from "../../../sim/teaching/lesson.ts";
import type { LessonWords } from "../../words/lesson-words.ts";

/**
 * What is changed, in words.
 *
 * @example underText({ config: { "a.b": 1 } }, LESSON_WORDS.en) // "with a.b=1"
 */
export function underText({ config, faults, edits }: Under, words: LessonWords): string {
  const options = Object.entries(config ?? {}).map(([key, value]) => `${key}=${value}`);
  const parts = [
    ...(options.length === 0 ? [] : [words.underConfig(options.join(", "))]),
    ...(edits === undefined || edits.length === 0 ? [] : [words.underEdits(edits.join(", "))]),
    ...(faults === undefined ? [] : [words.underFaults]),
  ];
  return parts.join(", ");
}
