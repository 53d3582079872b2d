// The inspector on what a subtask holds: keyed state of every kind as bars, operator state as lists.

import { parseCanonicalText } from "../../../sim/kernel/canonical-value.ts";
import type { HeldValue } from "../../../sim/trace/held-state.ts";
import type { SubtaskProgress } from "../../../sim/trace/subtask-progress.ts";
import { retainedCheckpoints, stateInCheckpoint } from "../../model/checkpoint-state.ts";
import { measureOf, plainText } from "../../model/state-measure.ts";
import { isTimers, readable, stateText } from "../../model/state-text.ts";
import type { InspectorWords } from "../../words/inspector-words.ts";
import type { Frame } from "../view.ts";
import type { Block, Line, StateBar, StateTick } from "./inspector-blocks.ts";

/** Where a value of keyed state is, as a watch has it: `count[a]`; timers have a name of their own. */
export function statePlace(
  { state, key }: Pick<HeldValue, "state" | "key">,
  words: InspectorWords,
): string {
  return `${isTimers(state) ? words.timers : state}[${plainText(key)}]`;
}

/** How many bars are drawn. */
const BARS_MAX = 40;

/** The keyed state of a subtask beside what retained checkpoints hold of it. */
export function stateBlock(subtask: SubtaskProgress, frame: Frame, words: InspectorWords): Block {
  const { level } = frame.model.header;
  const title = words.state;
  if (level !== "state" && level !== "network")
    return { kind: "bars", title, bars: [], note: words.stateNotRecorded(level) };
  const values = subtask.keyed.values().filter(({ state: name, value }) => {
    return !isTimers(name) || stateText(name, value) !== "";
  });
  const bars = stateBars(subtask, values, frame, words);
  if (bars.length === 0) return { kind: "bars", title, bars, note: emptyNote(subtask, words) };
  const more = bars.length - BARS_MAX;
  const note = more > 0 ? words.moreValues(more) : undefined;
  return { kind: "bars", title, bars: bars.slice(0, BARS_MAX), note };
}

function emptyNote({ phase }: SubtaskProgress, words: InspectorWords): string {
  const isDead = phase.kind === "lost" || phase.kind === "failed" || phase.kind === "canceled";
  return isDead ? words.lostState : words.noState;
}

/** A bar for each value; values of one state share a scale. */
function stateBars(
  { name }: SubtaskProgress,
  values: readonly HeldValue[],
  { world, before }: Frame,
  words: InspectorWords,
): readonly StateBar[] {
  const retained = retainedCheckpoints(world).map((checkpoint) => ({
    id: checkpoint.id,
    held: new Map(stateInCheckpoint(checkpoint, name).map((value) => [placeOf(value), value])),
  }));
  const earlier = before.subtasks.find((subtask) => subtask.name === name)?.keyed;
  const most = new Map<string, number>();
  const note = ({ state, value }: HeldValue): void => {
    most.set(state, Math.max(most.get(state) ?? 0, Math.abs(measureOf(value) ?? 0)));
  };
  values.forEach(note);
  for (const { held } of retained) [...held.values()].forEach(note);
  const shareOf = ({ state, value }: HeldValue): number | undefined => {
    // Of timers it matters when, not how many.
    const size = isTimers(state) ? undefined : measureOf(value);
    const scale = most.get(state) ?? 0;
    return size === undefined ? undefined : scale === 0 ? 0 : Math.abs(size) / scale;
  };
  return values.map((value): StateBar => {
    const ticks = retained.flatMap(({ id, held }): readonly StateTick[] => {
      const found = held.get(placeOf(value));
      const share = found === undefined ? undefined : shareOf(found);
      if (found === undefined || share === undefined) return [];
      return [
        { checkpoint: id, share, title: words.tick(id, stateText(found.state, found.value)) },
      ];
    });
    return {
      label: statePlace(value, words),
      value: stateText(value.state, value.value),
      share: shareOf(value),
      ticks,
      isChanged: earlier?.get(value.state, value.key) !== value.value,
    };
  });
}

/** The operator state of a subtask, list by list, with how each would be dealt out to another number of subtasks. */
export function operatorStateBlocks(
  { operatorState }: SubtaskProgress,
  words: InspectorWords,
): readonly Block[] {
  const lines = [...operatorState].flatMap(([operator, { checkpoint, lists }]) =>
    operatorLists(lists).flatMap(({ state, mode, elements }): readonly Line[] => [
      { text: words.operatorList(operator, state, words.listMode(mode), checkpoint), checkpoint },
      ...elements.map((element) => ({ text: readable(element), sign: "·", checkpoint })),
    ]),
  );
  return lines.length === 0
    ? []
    : [{ kind: "lines", title: words.operatorState, lines, empty: words.none }];
}

/** A list of operator state, as an operator's snapshot has it. */
interface OperatorList {
  readonly state: string;
  readonly mode: string;
  readonly elements: readonly unknown[];
}

function operatorLists(lists: string): readonly OperatorList[] {
  const parsed = parseCanonicalText(lists);
  return Array.isArray(parsed) ? parsed.filter(isOperatorList) : [];
}

function isOperatorList(list: unknown): list is OperatorList {
  return (
    typeof list === "object" &&
    list !== null &&
    "state" in list &&
    "mode" in list &&
    "elements" in list &&
    Array.isArray(list.elements)
  );
}

function placeOf({ state, key }: HeldValue): string {
  return `${state}\n${key}`;
}
