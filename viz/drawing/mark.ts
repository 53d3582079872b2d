// What views draw, as plain data. A view turns state into marks; one painter puts them on a canvas, one joins them
// into an SVG on the page, one writes them as an SVG file: so the screen and every export show the same.

/** What one drawing shows, in CSS pixels from its top left corner. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** What may be thousands: painted on a canvas, lowest. */
  readonly many: readonly Mark[];
  /** What is labelled or can be pointed at, at most 1,500: nodes of an SVG, on top. */
  readonly few: readonly Mark[];
}

/** One mark. */
export type Mark = MarkLook & Shape;

/** The form of a mark. */
export type Shape =
  | {
      readonly kind: "rect";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly radius?: number;
    }
  | { readonly kind: "circle"; readonly x: number; readonly y: number; readonly radius: number }
  | {
      readonly kind: "line";
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
    }
  /** `d` as in SVG's path, from its place on; from the drawing's corner unless said. */
  | { readonly kind: "path"; readonly d: string; readonly x?: number; readonly y?: number }
  /** Many shapes in one: the numbers of each as above, one after the other, as thousands of marks would take long to make. */
  | {
      readonly kind: "shapes";
      /** x1, y1, x2 and y2 of each. */
      readonly lines: readonly number[];
      /** x, y, width and height of each. */
      readonly rects: readonly number[];
      /** x, y and radius of each. */
      readonly circles: readonly number[];
    }
  | {
      readonly kind: "text";
      readonly x: number;
      /** Of the base line. */
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly anchor?: "start" | "middle" | "end";
      readonly weight?: "normal" | "bold";
    };

/** How a mark looks, and what it stands for. */
export interface MarkLook {
  /** Tells the mark from all others of its scene, and stays its own from frame to frame. */
  readonly key: string;
  readonly fill?: Ink;
  readonly stroke?: Ink;
  /** In pixels, 1 unless said. */
  readonly strokeWidth?: number;
  readonly dash?: readonly number[];
  /** Lines at 45 degrees over the fill. */
  readonly hatch?: Ink;
  /** From 0 to 1, 1 unless said. */
  readonly opacity?: number;
  /** The key of what it stands for, for pointing and selecting: see page/entity.ts. */
  readonly entity?: string;
  /** What a pointer resting on it reads. */
  readonly title?: string;
}

/** A colour by its meaning. Hue tells checkpoints apart and nothing else; `checkpointInk` gives it. */
export type Ink =
  | "ink"
  | "secondary"
  | "grid"
  | "background"
  | "completed"
  | "in-progress"
  | "failed"
  | "savepoint"
  | CheckpointInk;

/** The hue of a checkpoint. */
export type CheckpointInk = "checkpoint-0" | "checkpoint-1" | "checkpoint-2" | "checkpoint-3";

/** The hue of checkpoint `id`: by its remainder, as four hues can be told apart by everyone. */
export function checkpointInk(id: number): CheckpointInk {
  return CHECKPOINT_INKS[id % CHECKPOINT_INKS.length] ?? "checkpoint-0";
}

const CHECKPOINT_INKS: readonly CheckpointInk[] = [
  "checkpoint-0",
  "checkpoint-1",
  "checkpoint-2",
  "checkpoint-3",
];
