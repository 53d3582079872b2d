// A checker is trusted only once a bug of the engine has made it speak: each bug here is an edit of the engine's own
// source, bundled and run.
import { describe, expect, test } from "vitest";
import type { Case } from "../../sim/harness/case.ts";
import { loadEngine } from "../../sim/node/engine-bundle.ts";
import type { LoadedEngine } from "../../sim/node/loaded-engine.ts";
import type { ConfigValues } from "../../sim/runtime/configuration.ts";
import { bugNamed } from "../../sim/zoo/all-bugs.ts";
import type { SourceEdit } from "../../sim/zoo/source-edit.ts";

const STATE: ConfigValues = { "recording.level": "state" };
const FILES: ConfigValues = { ...STATE, "execution.checkpointing.data-inline-threshold": "0 b" };
const SLOW_WRITES: ConfigValues = { ...STATE, "world.task.async-cost": "20 ms" };

const THROWN: Case["faults"] = [
  {
    what: "task-throws",
    where: "count-1",
    when: { after: { event: "completion-received", place: "count-1", checkpoint: 1, nth: 1 } },
  },
];

const SESSION_THROWN: Case["faults"] = [
  {
    what: "task-throws",
    where: "sessions-1",
    when: { after: { event: "completion-received", place: "sessions-1", checkpoint: 1, nth: 1 } },
  },
];

/** One key whose list grows for a while. */
const GROWING_LIST: Case["scenario"] = {
  name: "generated",
  params: {
    shape: "append-list",
    parallelism: 1,
    sources: 1,
    sinks: 1,
    left: [Array.from({ length: 28 }, () => 0)],
  },
};

/** A job that is canceled and started again from the checkpoint that was retained, on files that checkpoints share. */
function startedAgain(resume: NonNullable<NonNullable<Case["faults"]>[number]["resume"]>): Case {
  return {
    scenario: "rescaling",
    // No transaction is ended by its age.
    config: { ...FILES, "world.outside.transaction-timeout": "0 ms" },
    faults: [
      {
        what: "job-canceled",
        where: "job-master",
        // The second subtask has begun a transaction that no completed checkpoint knows of.
        when: { after: { event: "snapshot-taken", place: "count+sink-2", checkpoint: 3, nth: 1 } },
      },
      {
        what: "job-resumed",
        where: "job-master",
        when: { after: { event: "job-ended", place: "job-master", nth: 1 } },
        resume,
      },
    ],
  };
}

interface PlantedBug {
  readonly title: string;
  readonly edits: readonly SourceEdit[];
  /** It shows in one of the first few seeds. */
  readonly request: Omit<Case, "seed">;
  /** Checkers that speak, and how. */
  readonly spoken: { readonly [checker: string]: RegExp };
}

function zooEdits(id: string): readonly SourceEdit[] {
  const edits = bugNamed(id)?.edits;
  if (edits === undefined) throw new Error(`Cannot plant ${id}: the zoo has no such bug`);
  return edits;
}

const PLANTED: readonly PlantedBug[] = [
  {
    title: "an aligned channel is read on after its barrier",
    edits: zooEdits("channel-not-blocked"),
    request: { scenario: "tokens", config: STATE, faults: [] },
    spoken: { "consistent-cut": /^Orphan: in checkpoint/ },
  },
  {
    title: "the snapshot is taken a record late",
    edits: zooEdits("snapshot-after-barrier"),
    request: { scenario: "bank", config: STATE, faults: [] },
    spoken: { "reachable-snapshot": /^In checkpoint/, conservation: /^Not conserved/ },
  },
  {
    title: "a value that a snapshot holds is changed in place before it is written",
    edits: [
      {
        file: "sim/runtime/state/copy-on-write-state-table.ts",
        find: "    if (entry.version > this.#newestLiveSnapshot) return entry.value;\n",
        replace: "    if (entry.version >= this.#newestLiveSnapshot) return entry.value;\n",
      },
    ],
    request: { scenario: GROWING_LIST, config: SLOW_WRITES, faults: [] },
    spoken: { "reachable-snapshot": /state ids of key "key-0" is \[0,1,2/ },
  },
  {
    title: "a restore leaves out the last key group",
    edits: [
      {
        file: "sim/runtime/state/heap-keyed-state-backend.ts",
        find: "    this.#unclaimed = restored;\n",
        replace: `    for (const { sections } of restored.values()) sections.delete(Math.max(...sections.keys()));
    this.#unclaimed = restored;
`,
      },
    ],
    request: { scenario: "word-count", config: STATE, faults: THROWN },
    spoken: { "restored-state": /is missing, but \d+ in the failure-free run$/ },
  },
  {
    title: "a read does not start a time to live anew",
    edits: [
      {
        file: "sim/runtime/state/ttl/time-to-live.ts",
        find: "    if (this.isRefreshedByReads) update(this.stamp(held.value));\n",
        replace: "",
      },
    ],
    request: { scenario: "session-ttl", config: STATE, faults: [] },
    spoken: {
      "failure-transparency": /^sessions-\d emitted .* in the failure-free run$/,
      "reachable-snapshot": /in the failure-free run$/,
    },
  },
  {
    title: "a snapshot forgets when values were last used",
    edits: [
      {
        file: "sim/runtime/state/ttl/ttl-value.ts",
        find: "      out.writeSafeLong(lastAccess);\n",
        replace: "      out.writeSafeLong(0 * lastAccess);\n",
      },
    ],
    request: { scenario: "session-ttl", config: STATE, faults: SESSION_THROWN },
    spoken: {
      "reachable-snapshot":
        /state visits of key .* is \{"lastAccess":0,"value":\d+\}, but \{"lastAccess":\d+/,
      "restored-state": /^Restored from checkpoint .* is \{"lastAccess":0,/,
    },
  },
  {
    title: "a restore takes values for used just now",
    edits: [
      {
        file: "sim/runtime/state/ttl/ttl-value.ts",
        find: "return { lastAccess: instant(microseconds), value: inner.deserialize(input) };",
        replace: "return { lastAccess: instant(2 ** 52), value: inner.deserialize(input) };",
      },
    ],
    request: { scenario: "session-ttl", config: STATE, faults: SESSION_THROWN },
    spoken: {
      "failure-transparency": /in the failure-free run$/,
      "restored-state": /"lastAccess":4503599627370496/,
    },
  },
  {
    title: "a clean-up throws a map away of which one entry has expired",
    edits: [
      {
        file: "sim/runtime/state/ttl/unexpired-part.ts",
        find: "      return left.length === 0 ? undefined : new Map(left);\n",
        replace: "      return undefined;\n",
      },
    ],
    request: { scenario: "session-ttl", config: STATE, faults: [] },
    spoken: { "failure-transparency": /^sessions-\d emitted .*"pages":\[/ },
  },
  {
    title: "the offset saved is the last record's",
    edits: zooEdits("offset-off-by-one"),
    request: { scenario: "word-count", config: STATE, faults: THROWN },
    spoken: {
      provenance: /^Record doubled: record \d+ of words\/\d is behind/,
      "restored-state": /list SourceReaderState is/,
    },
  },
  {
    title: "files are deleted before the pointer to their checkpoint",
    edits: [
      {
        file: "sim/runtime/checkpoint/checkpoints-cleaner.ts",
        find: '    return [{ kind: "drop-pointer", checkpoint }];\n',
        replace: `    return [
      { kind: "discard-state", checkpoint, files },
      { kind: "drop-pointer", checkpoint },
    ];
`,
      },
    ],
    request: { scenario: "word-count", config: FILES, faults: [] },
    spoken: { "storage-integrity": /was deleted, but the pointer to checkpoint/ },
  },
  {
    title: "a file of every checkpoint is forgotten",
    edits: [
      {
        file: "sim/runtime/checkpoint/checkpoints-cleaner.ts",
        find: "    return this.discardFiles(checkpoint, files);\n",
        replace: "    return this.discardFiles(checkpoint, files.slice(1));\n",
      },
    ],
    request: { scenario: "word-count", config: FILES, faults: [] },
    spoken: { "storage-integrity": /^Left behind: checkpoints\/chk-1\// },
  },
  {
    title: "a snapshot is acknowledged before its files are written",
    edits: [
      {
        file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
        find: `    if (running.filesToWrite === 0) this.#acknowledge(checkpoint, running);
  }

  /** A file of`,
        replace: `    this.#acknowledge(checkpoint, running);
  }

  /** A file of`,
      },
    ],
    request: {
      scenario: "word-count",
      config: FILES,
      faults: [
        {
          what: "storage-fails",
          where: "count-1",
          when: { after: { event: "snapshot-taken", place: "count-1", checkpoint: 1, nth: 1 } },
        },
      ],
    },
    spoken: { "storage-integrity": /count-1-0-count-keyed was not written, but checkpoint 1/ },
  },
  {
    title: "a task manager starts what it is told to start, however old",
    edits: [
      {
        file: "sim/runtime/cluster/task-manager.ts",
        find: "    if (attempt <= (this.#newestAttempts.get(task) ?? -1)) return;\n",
        replace: "",
      },
    ],
    request: {
      scenario: "word-count",
      config: STATE,
      faults: [
        {
          what: "message-doubled",
          where: "sink-1",
          when: { at: 0 },
          message: "deploy-task",
          duration: 700_000,
        },
        { what: "task-throws", where: "count-1", when: { at: 300_000 } },
      ],
    },
    spoken: { "single-writer": /^Attempt 0 of sink-1 begins a second time$/ },
  },
  {
    title: "a job builds on a checkpoint that it has not claimed",
    edits: [
      {
        file: "sim/runtime/cluster/task-deployment.ts",
        find: '  return startedFrom?.checkpoint !== id || startedFrom.claimMode !== "NO_CLAIM";\n',
        replace: "  return id > 0;\n",
      },
    ],
    request: startedAgain({ claimMode: "NO_CLAIM" }),
    spoken: { "storage-integrity": /which the job was started from without claiming it$/ },
  },
  {
    title: "transactions of subtasks that are no more are left open",
    edits: [
      {
        file: "sim/connectors/transactional-log-sink.ts",
        find: "      if (Number(subtask) % parallelism !== subtaskIndex) continue;\n",
        replace: "      if (Number(subtask) !== subtaskIndex || parallelism < 1) continue;\n",
      },
    ],
    request: startedAgain({ config: { "parallelism.default": 1 } }),
    spoken: {
      "storage-integrity":
        /^Left behind: transaction \S+, begun by \S+ in attempt 0, is still open/,
    },
  },
];

const SEEDS = Array.from({ length: 25 }, (_, index) => index + 1);

/** The first sentence of each checker that speaks in a few seeds. */
function spokenIn(engine: LoadedEngine, { request, spoken }: PlantedBug): Map<string, string> {
  const found = new Map<string, string>();
  for (const seed of SEEDS) {
    if (Object.keys(spoken).every((checker) => found.has(checker))) break;
    const prepared = engine.runner.prepare({ ...request, seed });
    for (const { kind, checker, sentence } of engine.runner.runChecked(prepared).verdicts) {
      if (kind === "violated" && !found.has(checker)) found.set(checker, sentence);
    }
  }
  return found;
}

describe.each(PLANTED.map((bug) => [bug.title, bug] as const))("%s", (_, bug) => {
  test("makes its checkers speak, and no checker speaks without it", async () => {
    const found = spokenIn(await loadEngine({ edits: bug.edits }), bug);
    for (const [checker, sentence] of Object.entries(bug.spoken)) {
      expect([checker, found.get(checker)]).toEqual([checker, expect.stringMatching(sentence)]);
    }
    expect([...spokenIn(await loadEngine(), bug)]).toEqual([]);
  });
});
