// The property of serializer-migration.test.ts is held to speak: engines with bugs of the mechanism break it.
import type fc from "fast-check";
import { expect, test } from "vitest";
import { bundle } from "../../../sim/node/bundler.ts";
import type { SourceEdit } from "../../../sim/zoo/source-edit.ts";
import type { anyMigration, differenceIn } from "./migration-model.ts";

const HEAP = "sim/runtime/state/heap-keyed-state-backend.ts";
const ROCKSDB = "sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";
const CHANGELOG = "sim/runtime/state/changelog/unclaimed-changes.ts";

/** Bugs of the mechanism that somebody may write. */
const MUTANTS: readonly (readonly [string, SourceEdit])[] = [
  [
    "the heap reads the old bytes with the new serializer",
    {
      file: HEAP,
      find: "    if (reader === undefined) return table.serializer;\n",
      replace: "    if (reader !== null) return table.serializer;\n",
    },
  ],
  [
    "what is in files is not rewritten",
    {
      file: ROCKSDB,
      find: "migrating ? rewrittenEntries(this.#database, id, migrating) : []",
      replace: "([] as ReturnType<typeof rewrittenEntries>)",
    },
  ],
  [
    "what is rewritten is put down under the old version, and migrated again",
    {
      file: ROCKSDB,
      find: "    this.#directory.declare(name, identityOf(descriptor));\n",
      replace: "    this.#directory.declare(name, before ?? identityOf(descriptor));\n",
    },
  ],
  [
    "the entries of all states are rewritten",
    {
      file: "sim/runtime/state/rocksdb/rewritten-entries.ts",
      find: "    if (stateIdIn(key) !== stateId) return true;\n",
      replace: "",
    },
  ],
  [
    "sections of a canonical snapshot are read with the new serializer",
    {
      file: ROCKSDB,
      find: "      entrySerializer: migrating ?? entrySerializerOf(descriptor),\n",
      replace: "      entrySerializer: entrySerializerOf(descriptor),\n",
    },
  ],
  [
    "what nobody has asked for yet is put down as the newest version",
    {
      file: HEAP,
      find: "      return { ...state, sections: writtenSections(state.sections) };\n",
      replace: `      const serializerId = state.serializerId.replace('"money"/1<int/1>', '"money"/3<string/1>');
      return { ...state, serializerId, sections: writtenSections(state.sections) };
`,
    },
  ],
  [
    "of a type made of others only the first is migrated",
    {
      file: "sim/runtime/state/serializer-compatibility.ts",
      find: "    readers.push(readerOf(part, compatibility));\n",
      replace: "    readers.push(index === 0 ? readerOf(part, compatibility) : part);\n",
    },
  ],
  [
    "changes in a log are replayed as they were written",
    {
      file: CHANGELOG,
      find: "    const migrated = changes.map((change) => {\n",
      replace:
        "    if (changes.length >= 0) return { changes, isMigrated: true };\n    const migrated = changes.map((change) => {\n",
    },
  ],
  [
    "a snapshot refers to what was materialized before a migration",
    {
      file: "sim/runtime/state/changelog/changelog-keyed-state-backend.ts",
      find: "    if (isMigrated) this.#materializeAnew();\n",
      replace: "",
    },
  ],
  [
    "a version in between is left out",
    {
      file: "sim/runtime/state/versioned-serializer.ts",
      find: "    const reader = readerOf(previous.type, before);\n",
      replace: "    const reader = previous.type;\n",
    },
  ],
];

test.each(MUTANTS)("The property speaks when %s", async (_, edit) => {
  const path = await bundle({
    entry: [
      'export { default as fc } from "fast-check";',
      'export { anyMigration, differenceIn } from "./test/runtime/state/migration-model.ts";',
    ].join("\n"),
    platform: "node",
    edits: [edit],
  });
  const mutant = (await import(path)) as {
    readonly fc: typeof fc;
    readonly anyMigration: typeof anyMigration;
    readonly differenceIn: typeof differenceIn;
  };
  const holds = mutant.fc.property(
    mutant.anyMigration,
    (migration) => mutant.differenceIn(migration) === undefined,
  );
  expect(mutant.fc.check(holds, { numRuns: 300, seed: 1 }).failed).toBe(true);
});
