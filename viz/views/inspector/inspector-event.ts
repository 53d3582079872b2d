// The inspector on an event, and on nothing: what happened last, why, and how the job stands.

import { timeText } from "../../../sim/trace/duration-text.ts";
import type { WorldProgress } from "../../../sim/trace/projection.ts";
import type { Entity } from "../../page/entity.ts";
import type { InspectorWords } from "../../words/inspector-words.ts";
import type { Frame } from "../view.ts";
import type { Block, Fact, Inspection, Line } from "./inspector-blocks.ts";
import { phaseText } from "./inspector-subtask.ts";

/** What is said of an event. */
export function eventInspection(
  index: number,
  { model, world, state }: Frame,
  words: InspectorWords,
): Inspection {
  const event = model.event(index);
  return {
    title: words.event(index),
    subtitle: event.kind,
    blocks: [
      {
        kind: "lines",
        title: words.about,
        lines: [{ text: model.sentence(index, state.language), target: { kind: "event", index } }],
        empty: "",
      },
      causeBlock(index),
      {
        kind: "facts",
        title: words.about,
        facts: [
          { name: words.time, value: timeText(event.time) },
          { name: words.place, value: event.place, entity: placeEntity(world, event.place) },
        ],
      },
    ],
    crashable: [],
  };

  /** The chain of causes, the nearest first. */
  function causeBlock(effect: number): Block {
    const lines: Line[] = [];
    for (let at = model.causeOf[effect] ?? -1; at >= 0 && lines.length < CAUSES_MAX; ) {
      const text = words.causeLine(at, model.sentence(at, state.language));
      lines.push({ text, target: { kind: "event", index: at } });
      at = model.causeOf[at] ?? -1;
    }
    return { kind: "lines", title: words.cause, lines, empty: words.none };
  }
}

/** What is said while nothing is selected. */
export function runInspection(frame: Frame, words: InspectorWords): Inspection {
  const { model, world, state } = frame;
  const { status, leadership, newestCheckpoint, ended } = world.job;
  const happened: Block = {
    kind: "lines",
    title: words.about,
    lines:
      world.index < 0
        ? []
        : [
            {
              text: model.sentence(world.index, state.language),
              target: { kind: "entity", entity: { kind: "event", index: world.index } },
            },
          ],
    empty: words.notStarted,
  };
  const facts: Fact[] = [
    {
      name: words.jobStatus,
      value: ended === undefined ? status : words.ended(ended.status, ended.reason),
    },
    { name: words.leadership, value: String(leadership) },
    newestCheckpoint === 0
      ? { name: words.newestCheckpoint, value: words.none }
      : {
          name: words.newestCheckpoint,
          value: words.checkpoint(newestCheckpoint),
          entity: { kind: "checkpoint", id: newestCheckpoint },
        },
  ];
  const subtasks = world.subtasks.map((subtask): Line => {
    const entity = { kind: "subtask", name: subtask.name } as const;
    const text = `${subtask.name}: ${phaseText(subtask.phase, frame, words)}`;
    return { text, target: { kind: "entity", entity } };
  });
  return {
    title: words.run,
    subtitle: words.runHint,
    blocks: [
      happened,
      { kind: "facts", title: words.job, facts },
      { kind: "lines", title: words.subtasks, lines: subtasks, empty: words.none },
    ],
    crashable: [],
  };
}

/** How far back causes are listed. */
const CAUSES_MAX = 12;

/** What an event happened at, if that can be selected. */
function placeEntity(
  { channels, hosts, subtasks, logs }: WorldProgress,
  name: string,
): Entity | undefined {
  const isNamed = (part: { readonly name: string }): boolean => part.name === name;
  if (subtasks.some(isNamed)) return { kind: "subtask", name };
  if (channels.some(isNamed)) return { kind: "channel", name };
  if (hosts.some(isNamed)) return { kind: "host", name };
  return logs.some(isNamed) ? { kind: "log", name } : undefined;
}
