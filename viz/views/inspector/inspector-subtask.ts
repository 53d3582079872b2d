// The inspector on a subtask: what it does, what it holds beside what checkpoints hold of it, what waits at its inputs.

import { parseCanonicalText } from "../../../sim/kernel/canonical-value.ts";
import type {
  LastRecord,
  SubtaskPhase,
  SubtaskProgress,
} from "../../../sim/trace/subtask-progress.ts";
import { plainText } from "../../model/state-measure.ts";
import { isAbsent } from "../../model/submissions.ts";
import type { InspectorWords } from "../../words/inspector-words.ts";
import type { Frame } from "../view.ts";
import type { Block, CrashChoice, Fact, Inspection } from "./inspector-blocks.ts";
import { gateOf } from "./inspector-channel.ts";
import { isStartedAgain, keyGroupBlocks } from "./inspector-key-groups.ts";
import { operatorStateBlocks, stateBlock } from "./inspector-state.ts";

/** What is said of a subtask. */
export function subtaskInspection(
  subtask: SubtaskProgress,
  frame: Frame,
  words: InspectorWords,
): Inspection {
  const { name, attempt } = subtask;
  const { channels } = frame.world;
  const ends = (title: string, isEnd: (channel: (typeof channels)[number]) => boolean): Block => ({
    kind: "gates",
    title,
    gates: channels.filter(isEnd).map((channel) => gateOf(channel, words, frame.world.time)),
  });
  const isMissing = isAbsent(frame.model, name, frame.world.index);
  const keyGroups = keyGroupBlocks(subtask, frame);
  const state = [stateBlock(subtask, frame, words), ...operatorStateBlocks(subtask, words)];
  const blocks = [
    // Whose keys are whose comes first once that may have changed.
    ...(isStartedAgain(frame) ? [...keyGroups, ...state] : [...state, ...keyGroups]),
    ends(words.inputs, ({ consumer }) => consumer === name),
    ends(words.outputs, ({ producer }) => producer === name),
    factsBlock(subtask, words),
  ];
  return {
    title: name,
    subtitle: isMissing
      ? words.notInSubmission
      : `${attempt < 0 ? words.noAttempt : words.attempt(attempt)} · ${phaseText(subtask.phase, frame, words)}`,
    blocks: blocks.filter((block) => block.kind !== "gates" || block.gates.length > 0),
    crashable: crashable(subtask, words),
  };
}

/** A phase in a few words. */
export function phaseText(phase: SubtaskPhase, frame: Frame, words: InspectorWords): string {
  switch (phase.kind) {
    case "failed":
      return words.failed(phase.reason);
    case "lost":
      return words.lost(phase.host);
    case "aligning": {
      const [arrived] = phase.arrived;
      const channel = frame.world.channels.find(({ name }) => name === arrived);
      const inputs = frame.world.channels.filter(({ consumer }) => consumer === channel?.consumer);
      return words.aligning(phase.checkpoint, phase.arrived.length, inputs.length);
    }
    case "snapshotting":
      return words.snapshotting(phase.checkpoint);
    case "blocked-outside":
      return words.blockedOutside(phase.hook, phase.request);
    default:
      return words.life(phase.kind);
  }
}

/** The offset a source reads next, as its last record or its restored state tells; undefined if it is no source. */
export function nextOffsets(subtask: SubtaskProgress): readonly string[] {
  const next = new Map<number, number>();
  for (const { lists } of subtask.operatorState.values()) {
    for (const { partition, nextOffset } of readerPositions(lists)) next.set(partition, nextOffset);
  }
  const { lastRecord } = subtask;
  if (lastRecord?.kind === "read") next.set(lastRecord.partition, lastRecord.offset + 1);
  return [...next].map(([partition, offset]) => `${partition}:${offset}`);
}

function factsBlock(subtask: SubtaskProgress, words: InspectorWords): Block {
  const { taskManager, restoredFrom, attempt, lastRecord, counts, isBackPressured } = subtask;
  const offsets = nextOffsets(subtask);
  const { read, processed, emitted, written } = counts;
  const facts: readonly (Fact | undefined)[] = [
    taskManager === undefined
      ? undefined
      : { name: words.host, value: taskManager, entity: { kind: "host", name: taskManager } },
    attempt < 0
      ? undefined
      : restoredFrom === 0
        ? { name: words.restoredFrom, value: words.emptyState }
        : {
            name: words.restoredFrom,
            value: words.checkpoint(restoredFrom),
            entity: { kind: "checkpoint", id: restoredFrom },
          },
    offsets.length === 0 ? undefined : { name: words.nextOffset, value: offsets.join(", ") },
    lastRecord === undefined ? undefined : lastRecordFact(lastRecord, words),
    { name: words.backPressure, value: isBackPressured ? words.noRoom : words.room },
    { name: words.counts, value: words.countsText(read, processed, emitted, written) },
  ];
  const known = facts.filter((fact) => fact !== undefined);
  return { kind: "facts", title: words.about, facts: known };
}

/** The last record, leading to where it came from. */
function lastRecordFact(record: LastRecord, words: InspectorWords): Fact {
  const name = words.lastRecord;
  const value = plainText(record.value);
  if (record.kind === "processed")
    return { name, value, entity: { kind: "channel", name: record.channel } };
  const { source, partition, offset } = record;
  return { name, value, entity: { kind: "record", source, partition, offset } };
}

function crashable(
  { name, phase, taskManager }: SubtaskProgress,
  words: InspectorWords,
): readonly CrashChoice[] {
  if (!ALIVE.has(phase.kind)) return [];
  const task: CrashChoice = {
    label: words.crashTask(name),
    target: { kind: "subtask", name },
  };
  if (taskManager === undefined) return [task];
  const label = words.crashHost(taskManager);
  return [task, { label, target: { kind: "host", name: taskManager } }];
}

const ALIVE = new Set<SubtaskPhase["kind"]>([
  "deploying",
  "restoring",
  "running",
  "aligning",
  "snapshotting",
  "blocked-outside",
]);

/** Where a source's reader goes on, for each of its partitions. */
function readerPositions(
  lists: string,
): readonly { readonly partition: number; readonly nextOffset: number }[] {
  const parsed = parseCanonicalText(lists);
  if (!Array.isArray(parsed)) return [];
  const elements: readonly unknown[] = parsed.flatMap((list: { readonly elements?: unknown }) =>
    Array.isArray(list.elements) ? list.elements : [],
  );
  return elements.filter(isReaderPosition);
}

function isReaderPosition(
  element: unknown,
): element is { readonly partition: number; readonly nextOffset: number } {
  return (
    typeof element === "object" &&
    element !== null &&
    "partition" in element &&
    typeof element.partition === "number" &&
    "nextOffset" in element &&
    typeof element.nextOffset === "number"
  );
}
