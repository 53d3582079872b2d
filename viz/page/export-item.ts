// What the export menu offers: who makes a file says what it is called and what is in it; the page saves it.

import type { Language } from "../../sim/trace/sentences/sentence.ts";
import type { Frame } from "../views/view.ts";
import type { LessonSession } from "./lesson-session.ts";
import type { ShownRun } from "./run-shelf.ts";

/** One thing to export. */
export interface ExportItem {
  /** Tells it from the others. */
  readonly id: string;
  title(language: Language): string;
  make(moment: ExportedMoment): Promise<ExportedFile> | ExportedFile;
}

/** What is on the page when something is exported. */
export interface ExportedMoment {
  readonly run: ShownRun;
  readonly frame: Frame;
  /** The lesson under way, whose stops a storyboard shows. */
  readonly session: LessonSession | undefined;
}

/** A file to save. */
export interface ExportedFile {
  readonly name: string;
  readonly content: Blob;
}
