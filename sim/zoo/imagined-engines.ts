// Engines as a misconception has them: edits that make what a student believes come true, so that a lesson's wrong
// answer is what a real run gives. No programmer wrote these, so they are none of the zoo's bugs and in no matrix.

import type { SourceEdit } from "./source-edit.ts";

/** One such engine. */
export interface ImaginedEngine {
  /** Kebab-case, and no bug's id; a case's `edits` name it. */
  readonly id: string;
  /** What is different in it. */
  readonly title: string;
  readonly edits: readonly SourceEdit[];
}

/** Every imagined engine. */
export const IMAGINED_ENGINES: readonly ImaginedEngine[] = [
  {
    id: "source-waits-for-completion",
    title: "a source that has sent its barrier reads nothing until the checkpoint is complete",
    edits: [
      {
        file: "sim/runtime/task/stream-task.ts",
        find: "  #isReadyToFinish = false;\n",
        replace: "  #isReadyToFinish = false;\n  #awaitedCheckpoint = 0;\n",
      },
      {
        file: "sim/runtime/task/stream-task.ts",
        find: "    if (this.#isAtEnd) this.#finalCheckpoint ??= barrier.checkpoint;\n",
        replace: `    if (this.#isAtEnd) this.#finalCheckpoint ??= barrier.checkpoint;
    if (this.#input.kind === "source") this.#awaitedCheckpoint = barrier.checkpoint;
`,
      },
      {
        file: "sim/runtime/task/stream-task.ts",
        find: '    if (this.#phase !== "running" || this.#suspendedBy !== undefined) return false;\n',
        replace: `    if (this.#phase !== "running" || this.#suspendedBy !== undefined) return false;
    if (this.#awaitedCheckpoint > this.#latestCompleted) return false;
`,
      },
    ],
  },
  {
    id: "first-barrier-stops-the-task",
    title: "the first barrier blocks all inputs of a task, the one of the missing barrier too",
    edits: [
      {
        file: "sim/runtime/checkpoint/aligned-barrier-handler.ts",
        find: `    this.#blocked = [...this.#blocked, channel];
    return [{ kind: "block-channel", channel }];
`,
        replace: `    const isFirst = this.#blocked.length === 0;
    this.#blocked = Array.from({ length: this.#options.channelCount }, (_, index) => index);
    return isFirst ? this.#blocked.map((index) => ({ kind: "block-channel", channel: index })) : [];
`,
      },
    ],
  },
  {
    id: "complete-at-the-sink",
    title: "a checkpoint is complete once the last task of the job has acknowledged it",
    edits: [
      {
        file: "sim/runtime/checkpoint/pending-checkpoint.ts",
        find: "    return this.#acknowledged.size === this.description.plan.tasksToWaitFor.length;\n",
        replace: `    const sink = this.description.plan.tasksToWaitFor.at(-1);
    return sink !== undefined && this.#has(sink);
`,
      },
      {
        file: "sim/runtime/checkpoint/pending-checkpoint.ts",
        find: `      const states = must(
        this.#acknowledged.get(keyOf(task)),
        () => \`acknowledgement of \${task.task}\`,
      );
`,
        replace: "      const states = this.#acknowledged.get(keyOf(task)) ?? [];\n",
      },
    ],
  },
  {
    id: "abort-forgets-all",
    title: "an aborted checkpoint takes the completed ones with it",
    edits: [
      {
        file: "sim/runtime/checkpoint/checkpoint-coordinator.ts",
        find: "    const files = pending.dispose();\n",
        replace: "    const files = pending.dispose();\n    this.#store.clear();\n",
      },
    ],
  },
  {
    id: "everything-uploaded-again",
    title: "an incremental checkpoint uploads every file, whether an earlier one has it or not",
    edits: [
      {
        file: "sim/runtime/checkpoint/subtask-checkpoint.ts",
        find: "      const known = base?.get(name);\n",
        replace: '      const known = base?.get("a file that there never is");\n',
      },
    ],
  },
  {
    id: "all-earlier-ones-needed",
    title: "a checkpoint is taken to need all before it: no shared file is ever deleted",
    edits: [
      {
        file: "sim/runtime/checkpoint/shared-files.ts",
        find: "  return registry.unregisterUnused(lowestRetained).deletions.map(({ file }) => file.path);\n",
        replace:
          "  void lowestRetained;\n  return registry.unregisterUnused(undefined).deletions.map(({ file }) => file.path);\n",
      },
    ],
  },
  {
    id: "owners-stay",
    title: "the first two subtasks keep what is theirs, and to a third comes nothing",
    edits: [
      {
        file: "sim/runtime/state/key-groups.ts",
        find: "  return Math.floor((keyGroup * parallelism) / maxParallelism);\n",
        replace: "  return Math.floor((keyGroup * Math.min(parallelism, 2)) / maxParallelism);\n",
      },
      {
        file: "sim/runtime/state/key-groups.ts",
        find: "): KeyGroupRange {\n  checkParallelism(maxParallelism, parallelism);\n",
        replace: `): KeyGroupRange {
  if (parallelism > 2) return keyGroupRangeOf(maxParallelism, 2, Math.min(index, 1));
`,
      },
      {
        file: "sim/runtime/state/operator-state-redistribution.ts",
        find: "    } else if (old.length === newParallelism) {\n",
        replace: "    } else if (old.length <= newParallelism) {\n",
      },
    ],
  },
  {
    id: "keys-dealt-out-singly",
    title:
      "key groups go round the subtasks one by one, so that another number of subtasks moves most of them",
    edits: [
      {
        file: "sim/runtime/state/key-groups.ts",
        find: "  return Math.floor((keyGroup * parallelism) / maxParallelism);\n",
        replace: "  return keyGroup % parallelism;\n",
      },
      {
        // Who owns what is no range then: everybody holds all, and each uses what comes to it.
        file: "sim/runtime/state/key-groups.ts",
        find: "    start: Math.floor((index * maxParallelism + parallelism - 1) / parallelism),\n    end: Math.floor(((index + 1) * maxParallelism - 1) / parallelism),\n",
        replace: "    start: index * 0,\n    end: maxParallelism - 1,\n",
      },
    ],
  },
  {
    id: "positions-forgotten",
    title: "the partitions are dealt out as at the first start, and read from their beginnings",
    edits: [
      {
        file: "sim/connectors/log-reader.ts",
        find: "    const splits = options.restored ?? initialSplits(options);\n",
        replace: "    const splits = initialSplits(options);\n",
      },
    ],
  },
  {
    id: "only-the-lost-tasks-restart",
    title: "only the tasks of the machine that died are started over",
    edits: [
      {
        file: "sim/runtime/cluster/scheduler.ts",
        find: "    this.#cancelAll();\n    if (!this.#restarts.canRestart(this.#now)) {\n",
        replace: "    if (!this.#restarts.canRestart(this.#now)) {\n",
      },
      {
        file: "sim/runtime/cluster/scheduler.ts",
        find: "    if (!this.#executions.isEverythingTerminal || this.#coordinator.isStoring) return;\n",
        replace: "    if (this.#coordinator.isStoring) return;\n",
      },
      {
        file: "sim/runtime/cluster/scheduler.ts",
        find: `    for (const execution of this.#executions.all) {
      const taskManager = must(
`,
        replace: `    for (const execution of this.#executions.all) {
      if (execution.state !== "CREATED") continue;
      const taskManager = must(
`,
      },
      {
        file: "sim/runtime/cluster/scheduler.ts",
        find: "    for (const execution of this.#executions.all) this.#deploy(execution, restore);\n",
        replace: `    for (const execution of this.#executions.all) {
      if (execution.state === "DEPLOYING") this.#deploy(execution, restore);
    }
`,
      },
      {
        file: "sim/runtime/cluster/execution-graph.ts",
        find: `    for (const execution of this.all) {
      invariant(
        isTerminal(execution)`,
        replace: `    for (const execution of this.all) {
      if (!isTerminal(execution) && execution.state !== "CREATED") continue;
      invariant(
        isTerminal(execution)`,
      },
      {
        // Its neighbours do not mind.
        file: "sim/runtime/cluster/task-manager.ts",
        find: "        this.#onConnectionLost(message);\n",
        replace: "",
      },
    ],
  },
];
