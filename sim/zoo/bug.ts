// A bug of the zoo: what went wrong in a real system or in many a textbook exercise, told as an edit of this
// engine, with the schedule that brings it out and the checker that is expected to speak.

import type { Fault } from "../api/scenario.ts";
import type { Case } from "../harness/case.ts";
import type { ConfigValues } from "../runtime/configuration.ts";
import type { SourceEdit } from "./source-edit.ts";

/** One bug. */
export interface Bug {
  /** Kebab-case and unique; a case's `edits` name it. */
  readonly id: string;
  /** Number in the literature or the tracker it comes from, such as "T01" or "FLINK-6284". */
  readonly ticket: string;
  readonly title: string;
  /** What happens, in two or three sentences. */
  readonly story: string;
  /** Why a programmer would have written it. */
  readonly excuse: string;
  /** The bug first; further edits take out defences that would hide it. */
  readonly edits: readonly SourceEdit[];
  /** The smallest schedule known that brings it out. */
  readonly schedule: BugSchedule;
  /** Name of the checker expected to speak. */
  readonly checker: string;
  /**
   * Whether one crash is enough, a loss of power or the death of a machine, with nothing else going wrong: then
   * trying every crash of the schedule's scenario and configuration has to find it.
   */
  readonly isShownByOneCrash: boolean;
  /** What it spoils: what readers see, or the checkpoint and its files. */
  readonly spoils: "output" | "cut" | "storage";
}

/** A case in which a bug shows itself. */
export interface BugSchedule {
  readonly scenario: Case["scenario"];
  readonly seed: number;
  /** Also what sweeps and searches for the bug are configured with. */
  readonly config: ConfigValues;
  readonly faults: readonly Fault[];
  /** What happens in it, in one sentence. */
  readonly steps: string;
  /** Set where the outside may break its promise, so that a sound engine may be unable to finish and has to say so. */
  readonly isHopeless?: true;
}
