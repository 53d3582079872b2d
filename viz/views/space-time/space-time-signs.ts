// Signs along the time axis: how checkpoints ended, what struck, what was restored. Drawn, as not every font has them.

import type { Ink, Mark, MarkLook } from "../../drawing/mark.ts";
import type { CheckpointSpan, Landmark } from "../../model/run-model.ts";
import { crossPath, tickPath } from "../topology/topology-glyphs.ts";
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
  const d = SIGNS[name](at, at.size);
  if (FILLED.has(name)) return { ...rest, kind: "path", d, fill: ink };
  return { ...rest, kind: "path", d, stroke: ink, strokeWidth: Math.max(1.5, at.size / 5) };
}

/** How a checkpoint stands at event `last`. */
export function outcomeAt(
  { ended, outcome }: CheckpointSpan,
  last: number,
): CheckpointSpan["outcome"] {
  return ended === undefined || ended > last ? "unfinished" : outcome;
}

const FILLED: ReadonlySet<SignName> = new Set(["fault", "end", "violation"]);

const SIGNS: { readonly [name in SignName]: (at: Point, size: number) => string } = {
  completed: tickPath,
  aborted: crossPath,
  unfinished: clockPath,
  crash: crossPath,
  fault: boltPath,
  "task-failed": (at, size) => crossPath(at, size * 0.6),
  restore: returnPath,
  end: ({ x, y }, size) =>
    `M${x - size * 0.4},${y - size * 0.4}h${size * 0.8}v${size * 0.8}h${-size * 0.8}Z`,
  violation: ({ x, y }, size) => `M${x - size / 2},${y - size / 2}h${size}L${x},${y + size / 2}Z`,
};

/** A clock a quarter past. */
function clockPath({ x, y }: Point, size: number): string {
  const r = size / 2;
  return `M${x},${y - r}a${r},${r} 0 1 1 -0.01,0ZM${x},${y - r}V${y}H${x + r}`;
}

/** A turn against the clock, with its head. */
function returnPath({ x, y }: Point, size: number): string {
  const r = size * 0.42;
  const head = size * 0.32;
  return (
    `M${x - r},${y - r * 0.75}A${r},${r} 0 1 0 ${x},${y - r}` +
    `M${x - r - head * 0.2},${y - r * 0.75 - head}v${head}h${head}`
  );
}

function boltPath({ x, y }: Point, size: number): string {
  const u = size / 2;
  return `M${x + u * 0.2},${y - u}L${x - u * 0.6},${y + u * 0.2}h${u * 0.5}L${x - u * 0.3},${y + u}L${x + u * 0.6},${y - u * 0.3}h${-u * 0.5}Z`;
}
