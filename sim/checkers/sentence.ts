// Parts of the sentences that verdicts are made of.

/** A canonical text, cut where it would fill a page. */
export function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

/** A count with its noun: `1 record`, `2 records`. */
export function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** Virtual time for people: `1.5 s`. */
export function inSeconds(microseconds: number): string {
  return `${Math.round(microseconds / 1000) / 1000} s`;
}

/** A list for people: `a`, `a and b`, `a, b and 3 more`. */
export function listed(items: readonly string[], max = 4): string {
  if (items.length <= 1) return items.join("");
  const shown = items.slice(0, items.length > max ? max - 1 : max);
  const left = items.length - shown.length;
  const last = left > 0 ? `${left} more` : shown.pop();
  return `${shown.join(", ")} and ${last}`;
}
