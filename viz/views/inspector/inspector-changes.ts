// What a step has changed, in readable lines. Parts that did not change are the same objects, so that only those that
// did are looked into.

import type { ChannelProgress } from "../../../sim/trace/channel-progress.ts";
import type { CheckpointProgress } from "../../../sim/trace/checkpoint-progress.ts";
import type { HeldValue } from "../../../sim/trace/held-state.ts";
import type { SubtaskProgress } from "../../../sim/trace/subtask-progress.ts";
import { stateText } from "../../model/state-text.ts";
import { type Entity, entityKey } from "../../page/entity.ts";
import type { InspectorWords } from "../../words/inspector-words.ts";
import type { Frame } from "../view.ts";
import type { Line } from "./inspector-blocks.ts";
import { checkpointPhaseText } from "./inspector-checkpoint.ts";
import { fileChanges } from "./inspector-files.ts";
import { statePlace } from "./inspector-state.ts";
import { phaseText } from "./inspector-subtask.ts";

/** What the step to the cursor has changed of what is selected; of everything, if nothing is. */
export function changesInStep(frame: Frame, words: InspectorWords): readonly Line[] {
  const { before, world, state } = frame;
  const subtasks = changedParts(before.subtasks, world.subtasks).flatMap(([old, now]) =>
    of({ kind: "subtask", name: now.name }, subtaskChanges(old, now, frame, words)),
  );
  const channels = changedParts(before.channels, world.channels).flatMap(([old, now]) =>
    of({ kind: "channel", name: now.name }, channelChanges(old, now, words)).map((change) => ({
      ...change,
      also: [now.producer, now.consumer],
    })),
  );
  const checkpoints = checkpointChanges(frame, words);
  const all = [
    ...subtasks,
    ...channels,
    ...checkpoints,
    ...fileChanges(frame).map(({ checkpoint, line }) => ({
      entity: { kind: "checkpoint", id: checkpoint } as const,
      line,
    })),
    ...hostChanges(frame, words),
    ...logChanges(frame, words),
    ...jobChanges(frame, words),
  ];
  const lines = all.filter((change) => isAbout(change, state.selection)).map(({ line }) => line);
  if (lines.length <= CHANGES_MAX) return lines;
  const more = { text: words.moreChanges(lines.length - CHANGES_MAX) };
  return [...lines.slice(0, CHANGES_MAX), more];
}

/** How many changes are listed. */
const CHANGES_MAX = 24;

/** A change, and what it is about. */
interface Change {
  readonly entity: Entity | undefined;
  /** Subtasks that it concerns as well. */
  readonly also?: readonly string[];
  readonly line: Line;
}

function of(entity: Entity, texts: readonly string[], checkpoint = 0): readonly Change[] {
  const target = { kind: "entity", entity } as const;
  return texts.map((text) => ({ entity, line: { text, target, checkpoint, sign: "Δ" } }));
}

function isAbout({ entity, also }: Change, selection: Entity | undefined): boolean {
  if (selection === undefined || selection.kind === "record" || selection.kind === "event")
    return true;
  if (entity !== undefined && entityKey(entity) === entityKey(selection)) return true;
  return selection.kind === "subtask" && also?.includes(selection.name) === true;
}

/** Pairs of a part before and now, where they differ. */
function changedParts<Part>(
  before: readonly Part[],
  now: readonly Part[],
): readonly (readonly [Part, Part])[] {
  return now.flatMap((part, position) => {
    const old = before[position];
    return old === undefined || old === part ? [] : [[old, part] as const];
  });
}

function subtaskChanges(
  old: SubtaskProgress,
  now: SubtaskProgress,
  frame: Frame,
  words: InspectorWords,
): readonly string[] {
  const { name } = now;
  const isNew = old.attempt !== now.attempt;
  const counted = (what: keyof SubtaskProgress["counts"]): number =>
    now.counts[what] - (isNew ? 0 : old.counts[what]);
  const texts: (string | false)[] = [
    isNew && now.attempt >= 0 && words.changeAttempt(name, now.attempt),
    phaseChange(old, now, frame, words),
    ...stateChanges(old, now, words),
    counted("read") > 0 && words.changeRead(name, counted("read")),
    counted("processed") > 0 && words.changeProcessed(name, counted("processed")),
    counted("emitted") > 0 && words.changeEmitted(name, counted("emitted")),
    counted("written") > 0 && words.changeWritten(name, counted("written")),
  ];
  return texts.filter((text) => text !== false);
}

function phaseChange(
  old: SubtaskProgress,
  now: SubtaskProgress,
  frame: Frame,
  words: InspectorWords,
): string | false {
  if (old.phase === now.phase) return false;
  // Alignment is counted in the inputs of the world it happened in; they are the same in both.
  const [before, after] = [old.phase, now.phase].map((phase) => phaseText(phase, frame, words));
  return before !== after && words.changePhase(now.name, before ?? "", after ?? "");
}

function stateChanges(
  old: SubtaskProgress,
  now: SubtaskProgress,
  words: InspectorWords,
): readonly string[] {
  if (old.keyed === now.keyed) return [];
  const [held, holds] = [old.keyed.values(), now.keyed.values()];
  if (holds.length === 0)
    return held.length === 0 ? [] : [words.changeStateGone(now.name, held.length)];
  if (held.length === 0 && holds.length > 1) return [words.changeStateBack(now.name, holds.length)];
  const before = byPlace(held);
  const after = byPlace(holds);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((place) => {
    const [one, other] = [before.get(place), after.get(place)];
    const value = other ?? one;
    if (value === undefined || one?.value === other?.value) return [];
    const what = statePlace(value, words);
    return [words.changeState(what, shown(one, words), shown(other, words))];
  });
}

function byPlace(values: readonly HeldValue[]): ReadonlyMap<string, HeldValue> {
  return new Map(values.map((value) => [`${value.state}\n${value.key}`, value]));
}

function shown(value: HeldValue | undefined, words: InspectorWords): string {
  return value === undefined ? words.gone : stateText(value.state, value.value);
}

function channelChanges(
  old: ChannelProgress,
  now: ChannelProgress,
  words: InspectorWords,
): readonly string[] {
  const { name } = now;
  const texts: (string | false)[] = [
    old.brokenBecause === undefined && now.brokenBecause !== undefined && words.changeBroken(name),
    now.blockedFor !== undefined &&
      old.blockedFor !== now.blockedFor &&
      words.changeBlocked(name, now.blockedFor),
    old.blockedFor !== undefined && now.blockedFor === undefined && words.changeResumed(name),
    old.inFlight.length !== now.inFlight.length &&
      words.changeQueue(name, old.inFlight.length, now.inFlight.length),
  ];
  return texts.filter((text) => text !== false);
}

function checkpointChanges({ before, world }: Frame, words: InspectorWords): readonly Change[] {
  return world.checkpoints.flatMap((now, position): readonly Change[] => {
    const old = before.checkpoints[position];
    if (old === now) return [];
    return of({ kind: "checkpoint", id: now.id }, checkpointTexts(old, now, words), now.id);
  });
}

function checkpointTexts(
  old: CheckpointProgress | undefined,
  now: CheckpointProgress,
  words: InspectorWords,
): readonly string[] {
  const { id, acknowledgements, snapshots, phase } = now;
  const acknowledged = old?.acknowledgements.length ?? 0;
  const taken = [...snapshots.keys()].filter((task) => old?.snapshots.has(task) !== true);
  const texts: (string | false)[] = [
    old === undefined && words.changeTriggered(id),
    ...taken.map((task) => words.changeSnapshot(id, task)),
    acknowledgements.length !== acknowledged &&
      words.changeAcknowledged(id, acknowledged, acknowledgements.length),
    old !== undefined &&
      old.phase.kind !== phase.kind &&
      words.changeCheckpoint(id, checkpointPhaseText(phase, words)),
  ];
  return texts.filter((text) => text !== false);
}

function hostChanges({ before, world }: Frame, words: InspectorWords): readonly Change[] {
  return world.hosts.flatMap((now, position): readonly Change[] => {
    const old = before.hosts[position];
    if (old?.isUp === now.isUp && old.boot === now.boot) return [];
    const after = now.isUp ? words.up : words.down;
    return of({ kind: "host", name: now.name }, [words.changeHost(now.name, after)]);
  });
}

function logChanges({ before, world }: Frame, words: InspectorWords): readonly Change[] {
  return world.logs.flatMap((now, position): readonly Change[] => {
    const old = before.logs[position];
    if (old === now) return [];
    const { name } = now;
    const [open, opened] = [old?.open.length ?? 0, now.open.length];
    const visible = now.records.length - (old?.records.length ?? 0);
    const texts: (string | false)[] = [
      open !== opened && words.changeOpen(name, open, opened),
      visible > 0 && words.changeVisible(name, visible),
    ];
    const shownTexts = texts.filter((text) => text !== false);
    return of({ kind: "log", name }, shownTexts);
  });
}

function jobChanges({ before, world }: Frame, words: InspectorWords): readonly Change[] {
  const [old, now] = [before.job.status, world.job.status];
  if (old === now) return [];
  return [{ entity: undefined, line: { text: words.changeJob(old, now), sign: "Δ" } }];
}
