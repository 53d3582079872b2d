// A state as a sentence can hold it: what is short is said whole, of what is long the beginning.

/** The most characters of a state that are said. */
const MOST = 80;

/** A canonical text, or its beginning and an ellipsis; a quoted text in it is said whole or not at all. */
export function excerpt(text: string): string {
  if (text.length <= MOST) return text;
  const beginning = text.slice(0, MOST - 1);
  const isWithinQuotes = beginning.split('"').length % 2 === 0;
  return `${isWithinQuotes ? beginning.slice(0, beginning.lastIndexOf('"')) : beginning}…`;
}
