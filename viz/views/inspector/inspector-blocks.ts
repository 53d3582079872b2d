// What the inspector shows, as plain data: blocks of a few kinds, made by pure functions and put on the page by
// inspector-elements.ts.

import type { Entity } from "../../page/entity.ts";

/** All that is said of what is selected. */
export interface Inspection {
  /** What it is, such as `count-1`. */
  readonly title: string;
  /** What it is at the moment, in a few words. */
  readonly subtitle: string;
  readonly blocks: readonly Block[];
  /** What can be crashed at the cursor. */
  readonly crashable: readonly CrashChoice[];
}

/** A crash that a button starts. */
export interface CrashChoice {
  readonly label: string;
  readonly target: Entity & { readonly kind: "subtask" | "host" };
}

/** A part of an inspection. */
export type Block =
  | { readonly kind: "facts"; readonly title: string; readonly facts: readonly Fact[] }
  | {
      readonly kind: "bars";
      readonly title: string;
      readonly bars: readonly StateBar[];
      /** What is said instead of bars, or after them. */
      readonly note: string | undefined;
    }
  | { readonly kind: "gates"; readonly title: string; readonly gates: readonly Gate[] }
  | {
      readonly kind: "lines";
      readonly title: string;
      readonly lines: readonly Line[];
      /** What is said if there are no lines. */
      readonly empty: string;
    }
  | {
      readonly kind: "phases";
      readonly title: string;
      /** Virtual times, in microseconds, of the left and right end. */
      readonly from: number;
      readonly to: number;
      readonly checkpoint: number;
      readonly rows: readonly PhaseRow[];
      readonly legend: readonly { readonly phase: PhaseName; readonly label: string }[];
    }
  | {
      readonly kind: "acknowledgements";
      readonly title: string;
      readonly checkpoint: number;
      readonly tasks: readonly Acknowledgement[];
    }
  | {
      readonly kind: "files";
      readonly title: string;
      readonly heads: { readonly file: string; readonly size: string; readonly uses: string };
      readonly columns: readonly FileColumn[];
      readonly rows: readonly FileRow[];
      /** How many files there are besides, in words. */
      readonly more: string | undefined;
      readonly legend: readonly { readonly look: FileLook; readonly label: string }[];
    }
  | {
      readonly kind: "key-groups";
      readonly title: string;
      /** How many key groups there are. */
      readonly all: number;
      /** Which of them are the selected subtask's. */
      readonly note: string;
      /** Before and after, or only now. */
      readonly rows: readonly KeyGroupRow[];
      readonly heads: readonly string[];
      readonly keys: readonly KeyPlace[];
      /** How many keys there are besides, in words. */
      readonly more: string | undefined;
      /** What is said of a key that changes hands. */
      readonly moved: string;
    };

/** One thing known of what is selected. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  /** What the value names. */
  readonly entity?: Entity | undefined;
}

/** A value of keyed state as a bullet bar. */
export interface StateBar {
  /** As it is written in a watch: `count[a]`. */
  readonly label: string;
  readonly value: string;
  /** The value as a part of the longest bar, from 0 to 1; undefined for what has no size. */
  readonly share: number | undefined;
  readonly ticks: readonly StateTick[];
  /** True if this step has changed it. */
  readonly isChanged: boolean;
}

/** What a retained checkpoint holds of a value. */
export interface StateTick {
  readonly checkpoint: number;
  readonly share: number;
  readonly title: string;
}

/** One end of a channel. */
export interface Gate {
  readonly name: string;
  readonly entity: Entity;
  /** Open, blocked or broken, in words. */
  readonly status: string;
  readonly kind: "open" | "blocked" | "broken";
  /** The checkpoint it is blocked for; 0 for none. */
  readonly checkpoint: number;
  readonly queue: readonly Token[];
  /** How many more there are than are shown. */
  readonly more: number;
}

/** Something in a channel. */
export interface Token {
  readonly kind: "record" | "barrier" | "cancel-marker";
  readonly text: string;
  /** What it is in full. */
  readonly title: string;
  readonly checkpoint: number;
}

/** A line of text that may lead somewhere. */
export interface Line {
  readonly text: string;
  /** A sign before it, that says what kind of line it is. */
  readonly sign?: string | undefined;
  /** Where a click leads. */
  readonly target?: LineTarget | undefined;
  /** The checkpoint whose hue it has; 0 for none. */
  readonly checkpoint?: number | undefined;
  /** True for what has not happened yet at the cursor. */
  readonly isAhead?: boolean | undefined;
}

/** Where a line leads. */
export type LineTarget =
  | { readonly kind: "event"; readonly index: number }
  | { readonly kind: "entity"; readonly entity: Entity };

/** The phases of a subtask's part in a checkpoint. */
export type PhaseName = "start-delay" | "alignment" | "sync" | "async";

/** A subtask's part in a checkpoint. */
export interface PhaseRow {
  readonly name: string;
  readonly entity: Entity;
  readonly segments: readonly PhaseSegment[];
  /** What its part came to, or how far it is. */
  readonly status: string;
  readonly isAborted: boolean;
}

/** A phase with its true start and end, in microseconds of virtual time. */
export interface PhaseSegment {
  readonly phase: PhaseName;
  readonly from: number;
  readonly to: number;
  readonly isOver: boolean;
  readonly title: string;
}

/** Whether a subtask has acknowledged. */
export interface Acknowledgement {
  readonly name: string;
  readonly entity: Entity;
  readonly isDone: boolean;
  readonly title: string;
}

/** A checkpoint in the table of files. */
export interface FileColumn {
  readonly checkpoint: number;
  readonly title: string;
  readonly isSelected: boolean;
  /** True once what it refers to need not stay for its sake. */
  readonly isReleased: boolean;
}

/** A file in the table, or all of a kind. */
export interface FileRow {
  readonly name: string;
  readonly title: string;
  /** Where its name leads. */
  readonly target?: LineTarget | undefined;
  readonly bytes: string;
  /** By column; undefined where the checkpoint has nothing to do with the file. */
  readonly cells: readonly (FileCell | undefined)[];
  /** How many retained checkpoints refer to it, or that it is gone. */
  readonly uses?: {
    readonly text: string;
    readonly title: string;
    readonly target?: LineTarget | undefined;
  };
  readonly isGone: boolean;
  /** True if this step has changed it. */
  readonly isChanged: boolean;
}

/** What a file is to a checkpoint. */
export interface FileCell {
  readonly look: FileLook;
  readonly checkpoint: number;
  /** How many files it stands for, if it is not one. */
  readonly count?: number | undefined;
  readonly title: string;
}

/** Filled or hollow, pale or not, struck out or not. */
export interface FileLook {
  readonly kind: "brought" | "referred";
  readonly isReleased: boolean;
  readonly isGone: boolean;
}

/** Who owns which key groups in a submission. */
export interface KeyGroupRow {
  readonly name: string;
  readonly bars: readonly {
    /** Both ends are included. */
    readonly start: number;
    readonly end: number;
    readonly text: string;
    readonly title: string;
    readonly isSelected: boolean;
  }[];
}

/** A key, its key group, and the subtask that it belongs to in each submission shown. */
export interface KeyPlace {
  /** The key, as it is recorded. */
  readonly text: string;
  readonly group: number;
  readonly title: string;
  readonly owners: readonly string[];
  readonly hasMoved: boolean;
}
