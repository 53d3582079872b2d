// A type under a name of the author's, whose versions the author counts: each says how the values of the one before
// become its own. Its bytes are those of the type as it is; name and version are in the id alone.

import { SerializationError } from "../../kernel/serialization-error.ts";
import {
  readerOf,
  resolveComposite,
  resolveSchemaCompatibility,
} from "./serializer-compatibility.ts";
import { parseSerializerId } from "./serializer-id.ts";
import type { TypeSerializer, TypeSerializerSchemaCompatibility } from "./type-serializer.ts";

/** One version of a type. */
export interface VersionedType<T, Old = never> {
  /** Tells it from other types, in snapshots and messages. */
  readonly name: string;
  /** From 1 on. */
  readonly version: number;
  /** What its values are. A changed type needs a new version. */
  readonly type: TypeSerializer<T>;
  /** What state was declared as before; without it, nothing that was written otherwise can be read. */
  readonly previous?: PreviousType<T, Old>;
}

/** What a type was before, and what became of its values. */
export interface PreviousType<T, Old> {
  /** The version before, or any type that state was declared as so far. */
  readonly type: TypeSerializer<Old>;
  /** The value of now that an old value stands for. It must depend on nothing else. */
  readonly migrate: (old: Old) => NoInfer<T>;
}

/**
 * A version of a type. Throws a `SerializationError` for a name or a version that cannot be, and for a previous type that
 * is no earlier version.
 */
export function versionedSerializer<T, Old = never>(
  options: VersionedType<T, Old>,
): TypeSerializer<T> {
  const { name, version, type, previous } = options;
  const quoted = JSON.stringify(name);
  checkVersion(options);
  const id = `${quoted}/${version}<${type.id}>`;

  /** What another version, or another type, wrote. */
  function resolveEarlier(written: string): TypeSerializerSchemaCompatibility<T> {
    if (previous === undefined) {
      return {
        kind: "incompatible",
        reason: `version ${version} of ${quoted} names no previous type`,
      };
    }
    const before = resolveSchemaCompatibility(written, previous.type);
    if (before.kind === "incompatible") return before;
    const reader = readerOf(previous.type, before);
    return {
      kind: "compatible-after-migration",
      // Copied, so that a value that is no T is refused here.
      deserialize: (input) => type.copy(previous.migrate(reader.deserialize(input))),
    };
  }

  return {
    id,
    copy: (value) => type.copy(value),
    serialize: (value, out) => type.serialize(value, out),
    deserialize: (input) => type.deserialize(input),
    sizeOf: (value) => type.sizeOf(value),
    resolveSchemaCompatibility(written) {
      const found = parseSerializerId(written);
      if (found?.name !== quoted || found.version !== version) return resolveEarlier(written);
      const parts = [type as TypeSerializer<unknown>];
      const inside = resolveComposite<T>(written, {
        id,
        parts,
        of: ([reader]) => reader as TypeSerializer<T>,
      });
      if (inside.kind !== "incompatible" || inside.reason !== undefined) return inside;
      const reason = `version ${version} of ${quoted} was another type there, and a changed type needs a new version`;
      return { kind: "incompatible", reason };
    },
  };
}

function checkVersion<T, Old>({ name, version, previous }: VersionedType<T, Old>): void {
  if (name === "") {
    throw new SerializationError("Cannot make Types.VERSIONED: its name is empty, expected a text");
  }
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new SerializationError(
      `Cannot make Types.VERSIONED: the version of "${name}" is ${version}, expected a whole number from 1 on`,
    );
  }
  const before = previous && parseSerializerId(previous.type.id);
  if (before?.name === JSON.stringify(name) && before.version >= version) {
    throw new SerializationError(
      `Cannot make Types.VERSIONED: version ${version} of "${name}" has version ${before.version} as its previous type, expected an earlier one`,
    );
  }
}
