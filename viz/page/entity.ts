// What can be pointed at and selected: the same thing lights up in every view.

/** Something a run is made of. */
export type Entity =
  | { readonly kind: "subtask"; readonly name: string }
  | { readonly kind: "channel"; readonly name: string }
  | { readonly kind: "checkpoint"; readonly id: number }
  /** A source record and all that came of it. */
  | {
      readonly kind: "record";
      readonly source: string;
      readonly partition: number;
      readonly offset: number;
    }
  | { readonly kind: "host"; readonly name: string }
  | { readonly kind: "log"; readonly name: string }
  | { readonly kind: "event"; readonly index: number };

/** An entity as one text, for marks and links. */
export function entityKey(entity: Entity): string {
  switch (entity.kind) {
    case "checkpoint":
      return `checkpoint:${entity.id}`;
    case "event":
      return `event:${entity.index}`;
    case "record":
      return `record:${entity.partition}:${entity.offset}:${entity.source}`;
    default:
      return `${entity.kind}:${entity.name}`;
  }
}

/** The entity a text stands for; undefined for a text that is none. */
export function parseEntity(key: string): Entity | undefined {
  const [kind, rest] = splitAt(key, ":");
  switch (kind) {
    case "checkpoint":
      return /^\d+$/.test(rest) ? { kind, id: Number(rest) } : undefined;
    case "event":
      return /^\d+$/.test(rest) ? { kind, index: Number(rest) } : undefined;
    case "record": {
      const match = /^(\d+):(\d+):(.+)$/s.exec(rest);
      if (match === null) return undefined;
      const [, partition, offset, source = ""] = match;
      return { kind, source, partition: Number(partition), offset: Number(offset) };
    }
    case "subtask":
    case "channel":
    case "host":
    case "log":
      return rest === "" ? undefined : { kind, name: rest };
    default:
      return undefined;
  }
}

function splitAt(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
