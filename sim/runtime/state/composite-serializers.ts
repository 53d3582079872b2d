// Serializers made of others: lists, maps, tuples and objects (Flink: ListSerializer, MapSerializer, TupleSerializer,
// RowSerializer). Their ids spell out their parts, so that they can be rebuilt from a snapshot alone.

import { isPlainObject, setField } from "../../kernel/plain-object.ts";
import { describeValue, SerializationError } from "../../kernel/serialization-error.ts";
import { refusal } from "./basic-serializers.ts";
import { sizeOfVarInt } from "./data-output-view.ts";
import { resolveComposite } from "./serializer-compatibility.ts";
import type { TypeSerializer, ValueOf } from "./type-serializer.ts";

/** The values of a tuple, one for each serializer. */
export type TupleOf<S extends readonly TypeSerializer<unknown>[]> = {
  -readonly [Index in keyof S]: ValueOf<S[Index]>;
};

/** The values of an object, one for each field's serializer. */
export type ObjectOf<F extends Readonly<Record<string, TypeSerializer<unknown>>>> = {
  -readonly [Name in keyof F]: ValueOf<F[Name]>;
};

/** Arrays of one element type. */
export function listSerializer<T>(element: TypeSerializer<T>): TypeSerializer<T[]> {
  function checked(value: T[]): T[] {
    if (Array.isArray(value)) return value;
    throw refusal("Types.LIST", value, "an array");
  }
  const id = `list/1<${element.id}>`;
  return {
    id,
    copy(value) {
      const copied: T[] = [];
      for (const item of checked(value)) copied.push(element.copy(item));
      return copied;
    },
    serialize(value, out) {
      out.writeVarInt(checked(value).length);
      for (const item of value) element.serialize(item, out);
    },
    deserialize(input) {
      const value: T[] = [];
      for (let left = input.readCount(); left > 0; left--) value.push(element.deserialize(input));
      return value;
    },
    sizeOf(value) {
      let size = sizeOfVarInt(checked(value).length);
      for (const item of value) size += element.sizeOf(item);
      return size;
    },
    resolveSchemaCompatibility(written) {
      const parts = [element as TypeSerializer<unknown>];
      return resolveComposite<T[]>(written, {
        id,
        parts,
        of: ([reader]) => listSerializer(reader as TypeSerializer<T>),
      });
    },
  };
}

/** JavaScript maps, whose order of insertion is part of the value. */
export function mapSerializer<K, V>(
  key: TypeSerializer<K>,
  value: TypeSerializer<V>,
): TypeSerializer<Map<K, V>> {
  function checked(map: Map<K, V>): Map<K, V> {
    if (map instanceof Map) return map;
    throw refusal("Types.MAP", map, "a Map");
  }
  const id = `map/1<${key.id},${value.id}>`;
  return {
    id,
    copy(map) {
      const copied = new Map<K, V>();
      for (const [name, item] of checked(map)) copied.set(key.copy(name), value.copy(item));
      return copied;
    },
    serialize(map, out) {
      out.writeVarInt(checked(map).size);
      for (const [name, item] of map) {
        key.serialize(name, out);
        value.serialize(item, out);
      }
    },
    deserialize(input) {
      const map = new Map<K, V>();
      for (let left = input.readCount(); left > 0; left--) {
        map.set(key.deserialize(input), value.deserialize(input));
      }
      return map;
    },
    sizeOf(map) {
      let size = sizeOfVarInt(checked(map).size);
      for (const [name, item] of map) size += key.sizeOf(name) + value.sizeOf(item);
      return size;
    },
    resolveSchemaCompatibility(written) {
      const parts = [key as TypeSerializer<unknown>, value as TypeSerializer<unknown>];
      return resolveComposite<Map<K, V>>(written, {
        id,
        parts,
        of: ([keyReader, valueReader]) =>
          mapSerializer(keyReader as TypeSerializer<K>, valueReader as TypeSerializer<V>),
      });
    },
  };
}

/** Arrays of fixed length whose members have types of their own. Throws a `SerializationError` for no members. */
export function tupleSerializer<const S extends readonly TypeSerializer<unknown>[]>(
  members: S,
): TypeSerializer<TupleOf<S>> {
  if (members.length === 0) {
    throw new SerializationError(
      "Cannot make Types.TUPLE: found no members, expected at least one",
    );
  }
  function checked(value: readonly unknown[]): readonly unknown[] {
    if (Array.isArray(value) && value.length === members.length) return value;
    throw refusal("Types.TUPLE", value, `an array of ${members.length}`);
  }
  const id = `tuple/1<${members.map((member) => member.id).join(",")}>`;
  const serializer: TypeSerializer<unknown[]> = {
    id,
    copy(value) {
      const items = checked(value);
      return members.map((member, index) => member.copy(items[index]));
    },
    serialize(value, out) {
      const items = checked(value);
      members.forEach((member, index) => {
        member.serialize(items[index], out);
      });
    },
    deserialize: (input) => members.map((member) => member.deserialize(input)),
    sizeOf(value) {
      const items = checked(value);
      return members.reduce((size, member, index) => size + member.sizeOf(items[index]), 0);
    },
    resolveSchemaCompatibility: (written) =>
      resolveComposite<unknown[]>(written, { id, parts: members, of: tupleSerializer }),
  };
  return serializer as TypeSerializer<unknown> as TypeSerializer<TupleOf<S>>;
}

/** Plain objects with exactly these fields (Flink: ROW, POJO). Throws a `SerializationError` for no fields. */
export function objectSerializer<const F extends Readonly<Record<string, TypeSerializer<unknown>>>>(
  fields: F,
): TypeSerializer<ObjectOf<F>> {
  const names = Object.keys(fields);
  const serializers: readonly TypeSerializer<unknown>[] = Object.values(fields);
  if (names.length === 0) {
    throw new SerializationError(
      "Cannot make Types.OBJECT: found no fields, expected at least one",
    );
  }
  const fieldIds = serializers.map((field, index) => `${JSON.stringify(names[index])}:${field.id}`);

  function checked(value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null || !isPlainObject(value)) {
      throw refusal("Types.OBJECT", value, `a plain object with the fields ${names.join(", ")}`);
    }
    const found = Object.keys(value);
    if (found.length === names.length) {
      if (names.every((name, index) => name === found[index] || Object.hasOwn(value, name)))
        return value;
    }
    const given = `${describeValue(value)} with the fields ${found.join(", ") || "(none)"}`;
    throw new SerializationError(
      `Cannot take a value as Types.OBJECT: found ${given}, expected exactly ${names.join(", ")}`,
    );
  }

  const id = `object/1<${fieldIds.join(",")}>`;
  const serializer: TypeSerializer<Record<string, unknown>> = {
    id,
    copy(value) {
      const source = checked(value);
      const copied: Record<string, unknown> = {};
      serializers.forEach((field, index) => {
        const name = names[index] as string;
        setField(copied, name, field.copy(source[name]));
      });
      return copied;
    },
    serialize(value, out) {
      const source = checked(value);
      serializers.forEach((field, index) => {
        field.serialize(source[names[index] as string], out);
      });
    },
    deserialize(input) {
      const value: Record<string, unknown> = {};
      serializers.forEach((field, index) => {
        setField(value, names[index] as string, field.deserialize(input));
      });
      return value;
    },
    sizeOf(value) {
      const source = checked(value);
      return serializers.reduce(
        (size, field, index) => size + field.sizeOf(source[names[index] as string]),
        0,
      );
    },
    resolveSchemaCompatibility: (written) =>
      resolveComposite<Record<string, unknown>>(written, {
        id,
        parts: serializers,
        of: (readers) => objectSerializer(fieldsOf(names, readers)),
      }),
  };
  return serializer as TypeSerializer<unknown> as TypeSerializer<ObjectOf<F>>;
}

/** The serializers of an object's fields, by name. */
function fieldsOf(
  names: readonly string[],
  serializers: readonly TypeSerializer<unknown>[],
): Record<string, TypeSerializer<unknown>> {
  const fields: Record<string, TypeSerializer<unknown>> = {};
  serializers.forEach((serializer, index) => {
    setField(fields, names[index] as string, serializer);
  });
  return fields;
}
