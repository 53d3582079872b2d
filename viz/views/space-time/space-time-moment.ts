// One picture of the space-time diagram: what is drawn, how strongly, and what stands out of it.

import { line } from "d3";
import { CONE } from "../../model/happens-before.ts";
import type { Transfer } from "../../model/run-model.ts";
import type { SpaceTimeWords } from "../../words/space-time-words.ts";
import type { ShownCut } from "./space-time-cut.ts";
import type { SpaceTimeIndex } from "./space-time-index.ts";
import type { SpaceTimeLayout } from "./space-time-layout.ts";

/** What a picture is made of. */
export interface SpaceTimeMoment {
  readonly index: SpaceTimeIndex;
  readonly layout: SpaceTimeLayout;
  /** The event shown; -1 before the first. */
  readonly cursor: number;
  /** The last event that is drawn: a class that is to predict must not see what comes. */
  readonly lastDrawn: number;
  /** What each event is to the cursor's (see {@link CONE}); undefined if it does not matter. */
  readonly cone: Uint8Array | undefined;
  readonly cut: ShownCut | undefined;
  /** Events to be pointed out, in order, and the lane and checkpoint; of what is selected or pointed at. */
  readonly marked: MarkedThings;
  readonly words: SpaceTimeWords;
}

/** What stands out because a reader has selected it or points at it. */
export interface MarkedThings {
  readonly events: ArrayLike<number>;
  readonly lanes: ReadonlySet<number>;
  readonly checkpoints: ReadonlySet<number>;
  readonly channels: ReadonlySet<string>;
}

/** How strongly a ghost is drawn. */
const GHOST = 0.35;

/** How strongly things are drawn, by how many reasons there are for them to be ghosts. */
export const STRENGTHS = [1, GHOST, GHOST ** 2] as const;

/** A position in {@link STRENGTHS}: what is undone is a ghost, and so is what is neither before nor after the cursor's event. */
export type Strength = 0 | 1 | 2;

/** How strongly an event is drawn. */
export function strengthOf(
  index: number,
  { cone, index: run, lastDrawn }: SpaceTimeMoment,
): Strength {
  const undoneBy = run.undoneBy[index] ?? 0;
  const isUndone = undoneBy > 0 && undoneBy <= lastDrawn;
  const isOutside = cone !== undefined && cone[index] === CONE.neither;
  if (isUndone && isOutside) return 2;
  return isUndone || isOutside ? 1 : 0;
}

/** How strongly a transfer is drawn: as its weaker end. */
export function transferStrength({ sent, received }: Transfer, moment: SpaceTimeMoment): Strength {
  const start = strengthOf(sent, moment);
  if (received === undefined || received > moment.lastDrawn) return start;
  const end = strengthOf(received, moment);
  return end > start ? end : start;
}

/** A path through points, as SVG writes it, to a tenth of a pixel. */
export function pathThrough(points: Iterable<readonly [number, number]>): string {
  return throughPoints(points) ?? "";
}

const throughPoints = line<readonly [number, number]>(
  ([x]) => x,
  ([, y]) => y,
).digits(1);
