// How often things happened, by name, as plain JSON in the order of their names.

/** Numbers by name; what is absent is zero. */
export type Counts = { readonly [name: string]: number };

/** How often each name occurs. */
export function countsOf(names: Iterable<string>): Counts {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return ordered(counts);
}

/** The sums of many, name by name. */
export function sumOf(all: Iterable<Counts>): Counts {
  const sums = new Map<string, number>();
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts))
      sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return ordered(sums);
}

function ordered(counts: ReadonlyMap<string, number>): Counts {
  const entries = [...counts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries);
}
