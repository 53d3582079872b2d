// The inspector on a checkpoint: how far it is, who has acknowledged, and each subtask's phases with their true starts
// and ends, which Flink's own picture, stacking durations from the trigger on, does not show.

import type {
  CheckpointPhase,
  CheckpointProgress,
} from "../../../sim/trace/checkpoint-progress.ts";
import { completionOf } from "../../../sim/trace/checkpoint-progress.ts";
import { durationText, timeText } from "../../../sim/trace/duration-text.ts";
import { partakersOf } from "../../model/submissions.ts";
import type { InspectorWords } from "../../words/inspector-words.ts";
import type { Frame } from "../view.ts";
import type {
  Acknowledgement,
  Fact,
  Inspection,
  PhaseName,
  PhaseRow,
  PhaseSegment,
} from "./inspector-blocks.ts";
import { fileBlocks } from "./inspector-files.ts";

/** What is said of a checkpoint. */
export function checkpointInspection(
  checkpoint: CheckpointProgress,
  frame: Frame,
  words: InspectorWords,
): Inspection {
  const { id, acknowledgements, phase } = checkpoint;
  const isSavepoint = frame.model.checkpoints.some((one) => one.id === id && one.isSavepoint);
  const done = new Map(acknowledgements.map((one) => [one.task, one]));
  const tasks = partakersOf(id, frame.model, frame.world).map(({ name }): Acknowledgement => {
    const found = done.get(name);
    const title =
      found === undefined
        ? words.notAcknowledged(name)
        : words.acknowledgedAt(name, timeText(found.at));
    const entity = { kind: "subtask", name } as const;
    return { name, entity, isDone: found !== undefined, title };
  });
  const parts = partsOf(checkpoint, frame);
  const names = phaseNames(words);
  const rows = parts.map((part) => rowOf(part, words));
  const ends = rows.flatMap(({ segments }) => segments.flatMap(({ from, to }) => [from, to]));
  return {
    title: isSavepoint ? words.savepoint(id) : words.checkpoint(id),
    subtitle: checkpointPhaseText(phase, words),
    blocks: [
      {
        kind: "acknowledgements",
        title: words.acknowledged(done.size, tasks.length),
        checkpoint: id,
        tasks,
      },
      {
        kind: "phases",
        title: words.phases,
        from: Math.min(checkpoint.triggeredAt, ...ends),
        to: Math.max(checkpoint.triggeredAt + 1, ...ends),
        checkpoint: id,
        rows,
        legend: PHASES.map((name) => ({ phase: name, label: names[name] })),
      },
      ...fileBlocks(id, frame),
      { kind: "facts", title: words.about, facts: factsOf(checkpoint, words) },
    ],
    crashable: [],
  };
}

/** How far a checkpoint is, in a few words. */
export function checkpointPhaseText(phase: CheckpointPhase, words: InspectorWords): string {
  switch (phase.kind) {
    case "triggered":
      return `◔ ${words.inProgress}`;
    case "stored":
      return `✓ ${words.stored}`;
    case "completed":
      return `✓ ${words.completed}`;
    case "aborted":
      return `✕ ${words.aborted(phase.reason)}`;
    case "subsumed":
      return words.subsumed(phase.by);
  }
}

const PHASES: readonly PhaseName[] = ["start-delay", "alignment", "sync", "async"];

function phaseNames(words: InspectorWords): { readonly [phase in PhaseName]: string } {
  return {
    "start-delay": words.startDelay,
    alignment: words.alignment,
    sync: words.sync,
    async: words.async,
  };
}

function factsOf(checkpoint: CheckpointProgress, words: InspectorWords): readonly Fact[] {
  const completion = completionOf(checkpoint);
  const facts: Fact[] = [
    { name: words.triggered, value: timeText(checkpoint.triggeredAt) },
    { name: words.leadership, value: String(checkpoint.leadership) },
  ];
  if (completion === undefined) return facts;
  return [
    ...facts,
    { name: words.duration, value: durationText(completion.duration) },
    { name: words.size, value: words.bytes(completion.bytes) },
    ...(completion.fullBytes === completion.bytes
      ? []
      : [{ name: words.fullSize, value: words.bytes(completion.fullBytes) }]),
  ];
}

/** What a subtask has done for a checkpoint up to now, in virtual times. */
interface Part {
  readonly name: string;
  /** When the barrier was made. */
  readonly begun: number;
  /** When its first barrier, or the trigger, was there. */
  readonly first: number | undefined;
  /** When all its barriers were there and its snapshot began. */
  readonly aligned: number | undefined;
  /** When its state was fixed and it could go on with records. */
  readonly synced: number | undefined;
  readonly written: number | undefined;
  readonly isAcknowledged: boolean;
  /** When it gave up its part, or its job ended it. */
  readonly dropped: number | undefined;
  /** When it will not go on any more, or now. */
  readonly until: number;
}

function partsOf(checkpoint: CheckpointProgress, { model, world }: Frame): readonly Part[] {
  const happened = [...model.eventsOf({ kind: "checkpoint", id: checkpoint.id })]
    .filter((index) => index <= world.index)
    .map((index) => model.event(index));
  const ended = checkpoint.phase.kind === "aborted" ? checkpoint.phase.at : undefined;
  const timeAt = (name: string, ...kinds: readonly string[]): number | undefined =>
    happened.find(({ place, kind }) => place === name && kinds.includes(kind))?.time;
  const firstAt = (name: string): number | undefined =>
    timeAt(name, "trigger-received", "barrier-received");
  // The barrier is made before the trigger is recorded: the start delay, once known, counts from there.
  const made = [...checkpoint.snapshots].map(([name, { startDelay }]) => {
    return (firstAt(name) ?? checkpoint.triggeredAt + startDelay) - startDelay;
  });
  const begun = Math.min(checkpoint.triggeredAt, ...made);
  return partakersOf(checkpoint.id, model, world).map(({ name }): Part => {
    const timeOf = (...kinds: readonly string[]): number | undefined => timeAt(name, ...kinds);
    const times = checkpoint.snapshots.get(name);
    const first = firstAt(name);
    const aligned = timeOf("barrier-emitted", "alignment-completed", "snapshot-taken");
    const written = timeOf("snapshot-written");
    const givenUp = timeOf("checkpoint-declined", "abort-received", "cancel-marker-received");
    const dropped = written === undefined ? earliest(givenUp, ended) : undefined;
    return {
      name,
      begun,
      first,
      aligned,
      // A hook that waits for the outside in between is part of it.
      synced: times === undefined || aligned === undefined ? undefined : aligned + times.sync,
      written,
      isAcknowledged: timeOf("checkpoint-acknowledged") !== undefined,
      dropped,
      until: dropped ?? world.time,
    };
  });
}

function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function rowOf(part: Part, words: InspectorWords): PhaseRow {
  const { name, begun, first, aligned, synced, written, until } = part;
  const names = phaseNames(words);
  const segment = (phase: PhaseName, from: number, end: number | undefined): PhaseSegment => {
    const to = Math.max(from, end ?? until);
    const span = durationText(to - from);
    const isOver = end !== undefined;
    const title = isOver
      ? words.phaseSpan(names[phase], span, timeText(from), timeText(to))
      : words.phaseSoFar(names[phase], span, timeText(from));
    return { phase, from, to, isOver, title };
  };
  const segments = [segment("start-delay", begun, first)];
  if (first !== undefined) segments.push(segment("alignment", first, aligned));
  const isSynced = synced !== undefined && synced <= until;
  if (aligned !== undefined) segments.push(segment("sync", aligned, isSynced ? synced : undefined));
  if (isSynced) segments.push(segment("async", synced, written));
  return {
    name,
    entity: { kind: "subtask", name },
    segments: segments.filter(({ from, to, isOver }) => to > from || !isOver),
    status: statusOf(part, words),
    isAborted: part.dropped !== undefined,
  };
}

function statusOf(part: Part, words: InspectorWords): string {
  if (part.isAcknowledged) return words.isAcknowledged;
  if (part.dropped !== undefined) return words.isDropped;
  if (part.written !== undefined) return words.isWritten;
  if (part.synced !== undefined && part.synced <= part.until) return words.isWriting;
  if (part.aligned !== undefined) return words.isSnapshotting;
  return part.first === undefined ? words.waitingForBarrier : words.isAligning;
}
