// Signs along the time axis: how checkpoints ended, what struck, what was restored. Drawn, as not every font has them.

import { type SymbolType, symbolDiamond, symbolSquare } from "d3";
import { CROSS, glyph, glyphType, polygonGlyph, TICK } from "../../drawing/glyph.ts";
import type { Ink, Mark, MarkLook } from "../../drawing/mark.ts";
import type { CheckpointSpan, Landmark } from "../../model/run-model.ts";
import type { Point } from "../topology/topology-pipe.ts";

/** Something there is a sign for. */
export type SignName = CheckpointSpan["outcome"] | Landmark["what"];

/** The sign for `name`, `size` by `size` around a place. */
export function signMark(
  name: SignName,
  at: Point & { readonly size: number },
  look: Pick<MarkLook, "key" | "entity" | "title"> & { readonly ink: Ink },
): Mark {
  const { ink, ...rest } = look;
  const { type, share = 1, isFilled } = SIGNS[name];
  const form = glyph(type, at, at.size * share);
  if (isFilled) return { ...form, ...rest, fill: ink };
  return { ...form, ...rest, stroke: ink, strokeWidth: Math.max(1.5, at.size / 5) };
}

/** How a checkpoint stands at event `last`. */
export function outcomeAt(
  { ended, outcome }: CheckpointSpan,
  last: number,
): CheckpointSpan["outcome"] {
  return ended === undefined || ended > last ? "unfinished" : outcome;
}

/** A clock a quarter past. */
const CLOCK = glyphType((context, size) => {
  const r = size / 2;
  context.arc(0, 0, r, -Math.PI / 2, Math.PI * 1.5);
  context.moveTo(0, -r);
  context.lineTo(0, 0);
  context.lineTo(r, 0);
});

/** A turn against the clock, with its head. */
const RETURN = glyphType((context, size) => {
  const r = size * 0.42;
  const head = size * 0.32;
  const [x, y] = [-r, -r * 0.75];
  context.arc(-r * 0.29, -r * 0.04, r, -Math.PI * 0.75, -Math.PI * 0.405, true);
  context.moveTo(x - head * 0.2, y - head);
  context.lineTo(x - head * 0.2, y);
  context.lineTo(x + head * 0.8, y);
});

const BOLT = polygonGlyph(
  [0.1, -0.5],
  [-0.3, 0.1],
  [-0.05, 0.1],
  [-0.15, 0.5],
  [0.3, -0.15],
  [0.05, -0.15],
);

const START = polygonGlyph([-0.35, -0.5], [0.5, 0], [-0.35, 0.5]);

const SIGNS: { readonly [name in SignName]: Sign } = {
  completed: { type: TICK, isFilled: false },
  aborted: { type: CROSS, isFilled: false },
  unfinished: { type: CLOCK, isFilled: false },
  crash: { type: CROSS, isFilled: false },
  fault: { type: BOLT, isFilled: true },
  "task-failed": { type: CROSS, isFilled: false, share: 0.6 },
  restore: { type: RETURN, isFilled: false },
  request: { type: symbolDiamond, isFilled: false, share: 0.8 },
  submission: { type: START, isFilled: true },
  end: { type: symbolSquare, isFilled: true, share: 0.8 },
  violation: { type: polygonGlyph([-0.5, -0.5], [0.5, -0.5], [0, 0.5]), isFilled: true },
};

interface Sign {
  readonly type: SymbolType;
  /** How much of its place it takes, all unless said. */
  readonly share?: number;
  readonly isFilled: boolean;
}
