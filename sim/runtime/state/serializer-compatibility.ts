// Whether what one serializer wrote may go on with another (Flink: TypeSerializerSnapshot.resolveSchemaCompatibility,
// and CompositeTypeSerializerSnapshot for those that are made of others).

import { parseSerializerId } from "./serializer-id.ts";
import type { TypeSerializer, TypeSerializerSchemaCompatibility } from "./type-serializer.ts";

const AS_IS = { kind: "compatible-as-is" } as const;

/** How state that the serializer with the id `written` wrote may go on with `serializer`. */
export function resolveSchemaCompatibility<T>(
  written: string,
  serializer: TypeSerializer<T>,
): TypeSerializerSchemaCompatibility<T> {
  if (written === serializer.id) return AS_IS;
  const found = parseSerializerId(written);
  const own = parseSerializerId(serializer.id);
  if (found !== undefined && found.name === own?.name && found.version > own.version) {
    const reason = `${found.name} is of version ${found.version} there, newer than ${own.version}`;
    return { kind: "incompatible", reason };
  }
  return serializer.resolveSchemaCompatibility?.(written) ?? { kind: "incompatible" };
}

/** A serializer made of others. */
export interface CompositeSerializer<T> {
  readonly id: string;
  readonly parts: readonly TypeSerializer<unknown>[];
  /** The same serializer of other parts. */
  readonly of: (
    parts: readonly TypeSerializer<unknown>[],
  ) => Pick<TypeSerializer<T>, "deserialize">;
}

/** The compatibility of a serializer made of others: that of its parts, if it is made of as many under the same names. */
export function resolveComposite<T>(
  written: string,
  { id, parts, of }: CompositeSerializer<T>,
): TypeSerializerSchemaCompatibility<T> {
  const found = parseSerializerId(written);
  const own = parseSerializerId(id);
  if (found === undefined || own === undefined) return { kind: "incompatible" };
  const isSame = found.name === own.name && found.version === own.version;
  if (!isSame || found.parts.length !== parts.length) return { kind: "incompatible" };
  const readers: TypeSerializer<unknown>[] = [];
  for (const [index, part] of parts.entries()) {
    const [foundPart = "", ownPart = ""] = [found.parts[index], own.parts[index]];
    const label = ownPart.slice(0, ownPart.length - part.id.length);
    if (!foundPart.startsWith(label)) return { kind: "incompatible" };
    const compatibility = resolveSchemaCompatibility(foundPart.slice(label.length), part);
    if (compatibility.kind === "incompatible") return compatibility;
    readers.push(readerOf(part, compatibility));
  }
  if (readers.every((reader, index) => reader === parts[index])) return AS_IS;
  const reader = of(readers);
  return {
    kind: "compatible-after-migration",
    deserialize: (input) => reader.deserialize(input),
  };
}

/** Reads what was written, and is `serializer` in all else. */
export function readerOf<T>(
  serializer: TypeSerializer<T>,
  compatibility: Exclude<TypeSerializerSchemaCompatibility<T>, { kind: "incompatible" }>,
): TypeSerializer<T> {
  if (compatibility.kind === "compatible-as-is") return serializer;
  return {
    id: serializer.id,
    copy: (value) => serializer.copy(value),
    serialize: (value, out) => serializer.serialize(value, out),
    deserialize: (input) => compatibility.deserialize(input),
    sizeOf: (value) => serializer.sizeOf(value),
  };
}
