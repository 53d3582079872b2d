// Shapes of one look, gathered into one mark, which a canvas paints at a stroke. There may be ten thousand for each
// picture: only numbers are kept of them.

import { type CheckpointInk, checkpointInk, type Ink, type Mark } from "../../drawing/mark.ts";
import { STRENGTHS, type Strength } from "./space-time-moment.ts";

/** A look, but for how strongly it is drawn. */
export interface BatchLook {
  readonly name: string;
  readonly fill?: Ink;
  readonly stroke?: Ink;
  readonly strokeWidth?: number;
  readonly dash?: readonly number[];
  readonly hatch?: Ink;
  /** At full strength. */
  readonly opacity: number;
}

/** A place and size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A stretch from one place to another. */
export interface Stretch {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** A look for each hue. */
export function inkLooks(make: (ink: CheckpointInk) => BatchLook): {
  readonly [ink in CheckpointInk]: BatchLook;
} {
  const looks = [0, 1, 2, 3].map((id) => [checkpointInk(id), make(checkpointInk(id))] as const);
  return Object.fromEntries(looks) as { readonly [ink in CheckpointInk]: BatchLook };
}

/** Gathers shapes, look after look in the order they were first seen: one mark for each look and strength. */
export class Batches {
  readonly #batches = new Map<BatchLook, readonly Batch[]>();

  line(look: BatchLook, strength: Strength, { x1, y1, x2, y2 }: Stretch): void {
    this.#batch(look, strength).lines.push(x1, y1, x2, y2);
  }

  circle(look: BatchLook, strength: Strength, x: number, y: number, radius: number): void {
    this.#batch(look, strength).circles.push(x, y, radius);
  }

  rect(look: BatchLook, strength: Strength, { x, y, width, height }: Box): void {
    this.#batch(look, strength).rects.push(x, y, width, height);
  }

  /** The marks, the weakest of each look lowest. */
  get marks(): readonly Mark[] {
    return [...this.#batches].flatMap(([{ name, ...look }, batches]) =>
      batches
        .map((batch, strength): Mark => {
          const opacity = look.opacity * (STRENGTHS[strength] ?? 1);
          return { ...look, ...batch, key: `${name} ${strength}`, kind: "shapes", opacity };
        })
        .filter((_, strength) => !isEmpty(batches[strength]))
        .toReversed(),
    );
  }

  #batch(look: BatchLook, strength: Strength): Batch {
    let batches = this.#batches.get(look);
    if (batches === undefined) {
      batches = STRENGTHS.map(() => ({ lines: [], rects: [], circles: [] }));
      this.#batches.set(look, batches);
    }
    return batches[strength] as Batch;
  }
}

/** The numbers of shapes, as a mark has them. */
interface Batch {
  readonly lines: number[];
  readonly rects: number[];
  readonly circles: number[];
}

function isEmpty(batch: Batch | undefined): boolean {
  const { lines = [], rects = [], circles = [] } = batch ?? {};
  return lines.length + rects.length + circles.length === 0;
}
