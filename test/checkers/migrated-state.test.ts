// A job whose code is changed while it is down: from its second attempt on, the type of its state is a newer version. What
// is restored is migrated in the middle of a run, and all checkers hold; where the engine gets it wrong, they speak.
import { describe, expect, test } from "vitest";
import type { Fault } from "../../sim/index.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import type { ConfigValues } from "../../sim/runtime/configuration.ts";
import type { SourceEdit } from "../../sim/zoo/source-edit.ts";

/** As of the second attempt a count is stored as what is left to a million, which the trace does not show. */
const NEW_RELEASE: SourceEdit = {
  file: "scenarios/word-count.ts",
  find: '    this.#count = this.getRuntimeContext().getState(new ValueStateDescriptor("count", Types.INT));\n',
  replace: `    const { serialize, deserialize } = Types.LONG;
    const before = { ...Types.LONG, id: "count/1" };
    const now: typeof Types.LONG = {
      ...before,
      id: "count/2",
      serialize: (count, out) => serialize(1e6 - count, out),
      deserialize: (input) => 1e6 - deserialize(input),
      resolveSchemaCompatibility: (written) =>
        written === before.id
          ? { kind: "compatible-after-migration", deserialize }
          : { kind: "incompatible" },
    };
    const context = this.getRuntimeContext();
    const type = context.getAttemptNumber() === 0 ? before : now;
    this.#count = context.getState(new ValueStateDescriptor("count", type));
`,
};

/** The release is taken back: the third attempt runs the old code. */
const TAKEN_BACK: SourceEdit = {
  ...NEW_RELEASE,
  replace: NEW_RELEASE.replace.replace("=== 0", "% 2 === 0"),
};

const ROCKSDB = "sim/runtime/state/rocksdb/rocksdb-keyed-state-backend.ts";

/** Each way to hold state, and an engine that takes the old bytes for new ones. */
const BACKENDS: readonly (readonly [string, ConfigValues, SourceEdit])[] = [
  [
    "hashmap",
    {},
    {
      file: "sim/runtime/state/heap-keyed-state-backend.ts",
      find: "    if (reader === undefined) return table.serializer;\n",
      replace: "    if (reader !== null) return table.serializer;\n",
    },
  ],
  [
    "rocksdb",
    { "state.backend.type": "rocksdb", "execution.checkpointing.incremental": false },
    {
      file: ROCKSDB,
      find: "      entrySerializer: migrating ?? entrySerializerOf(descriptor),\n",
      replace: "      entrySerializer: entrySerializerOf(descriptor),\n",
    },
  ],
  [
    "rocksdb, incremental",
    { "state.backend.type": "rocksdb", "execution.checkpointing.incremental": true },
    {
      file: ROCKSDB,
      find: "migrating ? rewrittenEntries(this.#database, id, migrating) : []",
      replace: "([] as ReturnType<typeof rewrittenEntries>)",
    },
  ],
];

/** The power goes after each of two checkpoints: the second restore is of state that was migrated in the first. */
const OUTAGES: readonly Fault[] = [1, 2].map((checkpoint) => ({
  what: "power-loss",
  where: "cluster",
  when: { after: { event: "checkpoint-completed", place: "job-master", checkpoint, nth: 1 } },
}));

async function runOf(edits: readonly SourceEdit[], config: ConfigValues) {
  const { runner } = await loadEngine({ edits });
  const prepared = runner.prepare({
    scenario: "word-count",
    seed: 1,
    config: { "recording.level": "state", ...config },
    faults: OUTAGES,
  });
  return runner.runChecked(prepared);
}

describe.each(BACKENDS)("On %s", (_, config, mistaken) => {
  test("a job goes on with the state of its older code, through two outages", async () => {
    const { run, verdicts, events } = await runOf([NEW_RELEASE], config);
    expect(run.end).toBe("idle");
    expect(verdicts.filter(({ kind }) => kind === "violated")).toEqual([]);
    expect(verdicts.find(({ checker }) => checker === "restored-state")?.kind).toBe("holds");
    expect([...events].filter(({ kind }) => kind === "fault-struck")).toHaveLength(2);
  });

  test("a job that is put back to older code fails, and says why", async () => {
    const { events } = await runOf([TAKEN_BACK], config);
    const reasons = [...events].flatMap((event) =>
      event.kind === "task-failed" ? [event.reason] : [],
    );
    expect(reasons).toContainEqual(
      'count threw: Cannot use state "count" of operator "count": it is declared as value state of count/1, ' +
        "expected value state of count/2 as before; count is of version 2 there, newer than 1",
    );
  });

  test("checkers speak of an engine that takes the old bytes for new ones", async () => {
    const { verdicts } = await runOf([NEW_RELEASE, mistaken], config);
    const restored = verdicts.find(({ checker }) => checker === "restored-state");
    expect(restored).toMatchObject({
      kind: "violated",
      sentence: expect.stringMatching(/state count of key "\w+" is 99999\d, but \d in the failure/),
    });
  });
});
