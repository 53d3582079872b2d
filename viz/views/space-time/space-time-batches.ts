// Marks of one look, gathered: a canvas paints neighbours of one look at a stroke, whatever order they were found in.
// There may be ten thousand for each picture, so they are made as plainly as can be.

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

/** Gathers marks, look after look in the order they were first seen. */
export class Batches {
  readonly #batches = new Map<BatchLook, readonly Batch[]>();

  line(look: BatchLook, strength: Strength, { x1, y1, x2, y2 }: Stretch): void {
    const { base, marks, name } = this.#batch(look, strength);
    const { stroke = "secondary", strokeWidth = 1, opacity } = base;
    const key = `${name}${marks.length}`;
    const line = { key, kind: "line", x1, y1, x2, y2, stroke, strokeWidth, opacity } as const;
    marks.push(base.dash === undefined ? line : { ...line, dash: base.dash });
  }

  circle(look: BatchLook, strength: Strength, x: number, y: number, radius: number): void {
    const { base, marks, name } = this.#batch(look, strength);
    const { fill = "secondary", opacity } = base;
    marks.push({ key: `${name}${marks.length}`, kind: "circle", x, y, radius, fill, opacity });
  }

  rect(look: BatchLook, strength: Strength, { x, y, width, height }: Box): void {
    const { base, marks, name } = this.#batch(look, strength);
    const key = `${name}${marks.length}`;
    const { fill, opacity } = base;
    if (fill === undefined) marks.push({ ...base, key, kind: "rect", x, y, width, height });
    else marks.push({ key, kind: "rect", x, y, width, height, fill, opacity });
  }

  path(look: BatchLook, strength: Strength, d: string): void {
    const { base, marks, name } = this.#batch(look, strength);
    marks.push({ ...base, key: `${name}${marks.length}`, kind: "path", d });
  }

  /** All marks, look after look. */
  get marks(): readonly Mark[] {
    return [...this.#batches.values()].flatMap((batches) =>
      batches.toReversed().flatMap(({ marks }) => marks),
    );
  }

  #batch(look: BatchLook, strength: Strength): Batch {
    let batches = this.#batches.get(look);
    if (batches === undefined) {
      const { name, ...rest } = look;
      batches = STRENGTHS.map((share, number) => ({
        name: `${name} ${number} `,
        base: { ...rest, opacity: rest.opacity * share },
        marks: [],
      }));
      this.#batches.set(look, batches);
    }
    return batches[strength] as Batch;
  }
}

interface Batch {
  readonly name: string;
  readonly base: Omit<BatchLook, "name">;
  readonly marks: Mark[];
}
