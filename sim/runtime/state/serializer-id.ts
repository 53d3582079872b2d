// What the id of a serializer says: a name, a version, and the ids of its parts.
//
//   id    name "/" version [ "<" part { "," part } ">" ]
//   part  [ field's name in quotes ":" ] id
//
// The name of a versioned type is in quotes, too; any other has none of < > , : and no quotes.

/** An id, taken apart. */
export interface SerializerId {
  /** As it is written, quotes included. */
  readonly name: string;
  readonly version: number;
  /** As they are written, fields' names included. */
  readonly parts: readonly string[];
}

/** Takes an id apart; undefined for one that is written otherwise, as that of an author's own serializer may be. */
export function parseSerializerId(id: string): SerializerId | undefined {
  const [head, name, version] = /^("(?:[^"\\]|\\.)*"|[^<>,:"/]+)\/(\d+)/.exec(id) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const parts = partsOf(id.slice(head.length));
  return parts && { name, version: Number(version), parts };
}

/** The parts of `<part,part,...>`, and none of nothing. */
function partsOf(text: string): readonly string[] | undefined {
  if (text === "") return [];
  const parts: string[] = [];
  let depth = 0;
  let start = 1;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[<>,]/g)) {
    if (token === "<") depth++;
    if (depth === 1 && (token === "," || token === ">")) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
    if (token === ">") depth--;
    if (depth === 0) return index === text.length - 1 ? parts : undefined;
  }
  return undefined;
}
