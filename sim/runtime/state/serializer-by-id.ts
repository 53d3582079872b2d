// Rebuilds a serializer from the id it wrote into a snapshot, so that state can be read without the job that wrote it.

import { parseCanonicalText } from "../../kernel/canonical-value.ts";
import { setField } from "../../kernel/plain-object.ts";
import { SerializationError } from "../../kernel/serialization-error.ts";
import {
  listSerializer,
  mapSerializer,
  objectSerializer,
  tupleSerializer,
} from "./composite-serializers.ts";
import { ttlSerializer } from "./ttl/ttl-value.ts";
import { Types } from "./type-information.ts";
import type { TypeSerializer } from "./type-serializer.ts";
import { versionedSerializer } from "./versioned-serializer.ts";

const MAP = "map/1";

const BASIC: readonly TypeSerializer<unknown>[] = [
  Types.INT,
  Types.LONG,
  Types.DOUBLE,
  Types.BOOLEAN,
  Types.STRING,
  Types.BIG_INT,
  Types.BYTES,
  Types.GENERIC,
];

/**
 * The serializer with this id: one of `own` (the job's), a built-in one, or a built-in one made of these. Throws a
 * `SerializationError` for an id of none.
 *
 * @example serializerById("list/1<int/1>") // as Types.LIST(Types.INT)
 */
export function serializerById(
  id: string,
  own: readonly TypeSerializer<unknown>[] = [],
): TypeSerializer<unknown> {
  const parser = new IdParser(id, [...own, ...BASIC]);
  const serializer = parser.parseSerializer();
  parser.expectEnd();
  return serializer;
}

/** As {@link serializerById}, the serializers of the keys and of the values of maps whose serializer has this id. */
export function mapSerializersById(
  id: string,
  own: readonly TypeSerializer<unknown>[] = [],
): { readonly key: TypeSerializer<unknown>; readonly value: TypeSerializer<unknown> } {
  const parser = new IdParser(id, [...own, ...BASIC]);
  const serializers = parser.parseMap();
  parser.expectEnd();
  return serializers;
}

class IdParser {
  readonly #id: string;
  readonly #known: readonly TypeSerializer<unknown>[];
  #at = 0;

  constructor(id: string, known: readonly TypeSerializer<unknown>[]) {
    this.#id = id;
    this.#known = known;
  }

  parseSerializer(): TypeSerializer<unknown> {
    const rest = this.#id.slice(this.#at);
    const known = this.#known.find(
      ({ id }) => rest.startsWith(id) && /^[,>]?$/.test(rest.charAt(id.length)),
    );
    if (known !== undefined) {
      this.#at += known.id.length;
      return known;
    }
    if (rest.startsWith('"')) return this.#parseVersioned();
    const name = /^[^<>,:"]*/.exec(rest)?.[0] ?? "";
    this.#at += name.length;
    switch (name) {
      case "list/1": {
        const [element] = this.#parseParts(() => this.parseSerializer(), 1);
        return listSerializer(element as TypeSerializer<unknown>);
      }
      case MAP: {
        const [key, value] = this.#parseParts(() => this.parseSerializer(), 2);
        return mapSerializer(key as TypeSerializer<unknown>, value as TypeSerializer<unknown>);
      }
      case "ttl/1": {
        const [value] = this.#parseParts(() => this.parseSerializer(), 1);
        return ttlSerializer(value as TypeSerializer<unknown>) as TypeSerializer<unknown>;
      }
      case "tuple/1":
        return tupleSerializer(this.#parseParts(() => this.parseSerializer()));
      case "object/1": {
        const fields: Record<string, TypeSerializer<unknown>> = {};
        for (const [field, serializer] of this.#parseParts(() => this.#parseField())) {
          setField(fields, field, serializer);
        }
        return objectSerializer(fields) as TypeSerializer<unknown>;
      }
      default:
        throw this.#unknown(name);
    }
  }

  parseMap(): ReturnType<typeof mapSerializersById> {
    this.#expect(MAP);
    const [key, value] = this.#parseParts(() => this.parseSerializer(), 2);
    return { key: key as TypeSerializer<unknown>, value: value as TypeSerializer<unknown> };
  }

  expectEnd(): void {
    if (this.#at < this.#id.length) throw this.#error("the end");
  }

  /** `<part,part,...>`, of `count` parts if that is given. */
  #parseParts<Part>(parsePart: () => Part, count?: number): Part[] {
    const parts: Part[] = [];
    this.#expect("<");
    parts.push(parsePart());
    while (this.#id[this.#at] === ",") {
      this.#at++;
      parts.push(parsePart());
    }
    this.#expect(">");
    if (count !== undefined && parts.length !== count) throw this.#error(`${count} parts`);
    return parts;
  }

  #parseField(): readonly [string, TypeSerializer<unknown>] {
    const field = this.#parseQuoted("a field's name in quotes");
    this.#expect(":");
    return [field, this.parseSerializer()];
  }

  /** A version of a type is read as that type is. */
  #parseVersioned(): TypeSerializer<unknown> {
    const name = this.#parseQuoted("a type's name in quotes");
    this.#expect("/");
    const version = /^[1-9]\d*/.exec(this.#id.slice(this.#at))?.[0];
    if (version === undefined) throw this.#error("a version");
    this.#at += version.length;
    const [type] = this.#parseParts(() => this.parseSerializer(), 1);
    return versionedSerializer({
      name,
      version: Number(version),
      type: type as TypeSerializer<unknown>,
    });
  }

  #parseQuoted(expected: string): string {
    const text = /^"(?:[^"\\]|\\.)*"/.exec(this.#id.slice(this.#at))?.[0];
    if (text === undefined) throw this.#error(expected);
    this.#at += text.length;
    return parseCanonicalText(text) as string;
  }

  #unknown(id: string): SerializationError {
    const ids = this.#known.map((serializer) => serializer.id).join(", ");
    return new SerializationError(
      `Cannot find a serializer for ${JSON.stringify(id)} in ${JSON.stringify(this.#id)}: expected list/1, map/1, tuple/1, object/1, ttl/1 or one of ${ids}`,
    );
  }

  #expect(text: string): void {
    if (!this.#id.startsWith(text, this.#at)) throw this.#error(text);
    this.#at += text.length;
  }

  #error(expected: string): SerializationError {
    const found = this.#id[this.#at] ?? "the end";
    return new SerializationError(
      `Cannot read the serializer id ${JSON.stringify(this.#id)}: found ${found} at ${this.#at}, expected ${expected}`,
    );
  }
}
