// Delta debugging (Zeller and Hildebrandt, 2002), by complements: leave out large pieces first, then smaller ones,
// and single items until none of them can go.

/**
 * Finds out whether what is looked for still happens with only these items, which are in their old order. Whoever
 * drives the search answers what this yields.
 */
export type StillHappens<Item, Question, Answer> = (
  kept: readonly Item[],
) => Generator<Question, boolean, Answer>;

/**
 * The items that are left when none can go any more: without any one of them it does not happen. It is taken for
 * granted that it happens with all of `items`.
 */
export function* minimized<Item, Question, Answer>(
  items: readonly Item[],
  stillHappens: StillHappens<Item, Question, Answer>,
): Generator<Question, readonly Item[], Answer> {
  let kept = items;
  let piece = items.length;
  while (kept.length > 0) {
    const before = kept.length;
    for (let from = 0; from < kept.length; ) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + piece)];
      if (yield* stillHappens(rest)) kept = rest;
      else from += piece;
    }
    if (piece === 1 && kept.length === before) break;
    piece = Math.max(1, Math.min(Math.ceil(piece / 2), kept.length));
  }
  return kept;
}
