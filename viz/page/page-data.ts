// What a page is given to show: what was put into the HTML file, decoded, and what the file can do.

import type { Lesson } from "../../sim/teaching/lesson.ts";
import type { LabEngine, LabRun } from "../lab/lab-engine.ts";

/** What `startPage` starts with. */
export interface PageData {
  /** The run the page was made for; undefined for a page that runs its own. */
  readonly run: LabRun | undefined;
  readonly lessons: readonly Lesson[];
  /** Runs cases in the page; without one, no crash, no other seed. */
  readonly engine?: LabEngine;
}
