// What the inspector says of a frame: of what is selected, or of the run if nothing is.

import { newLog } from "../../../sim/trace/outside-progress.ts";
import { entityKey } from "../../page/entity.ts";
import type { InspectorWords } from "../../words/inspector-words.ts";
import type { Frame } from "../view.ts";
import type { Inspection } from "./inspector-blocks.ts";
import { channelInspection } from "./inspector-channel.ts";
import { checkpointInspection } from "./inspector-checkpoint.ts";
import { eventInspection, runInspection } from "./inspector-event.ts";
import { hostInspection, logInspection, shownInspection } from "./inspector-outside.ts";
import { recordInspection } from "./inspector-record.ts";
import { subtaskInspection } from "./inspector-subtask.ts";

/** What is said of what is selected. */
export function inspectionOf(frame: Frame, words: InspectorWords): Inspection {
  const { selection } = frame.state;
  if (selection === undefined) return runInspection(frame, words);
  const found = selectedInspection(frame, words);
  const { kind } = selection;
  const name = kind === "checkpoint" ? words.checkpoint(selection.id) : nameOf(selection);
  return found ?? { title: name, subtitle: words.unknown(name), blocks: [], crashable: [] };
}

/** What is said of the selected part of the run; undefined if the world does not have it, or not yet. */
function selectedInspection(frame: Frame, words: InspectorWords): Inspection | undefined {
  const { world, model, state } = frame;
  const { selection } = state;
  switch (selection?.kind) {
    case "subtask": {
      const found = world.subtasks.find(({ name }) => name === selection.name);
      return found && subtaskInspection(found, frame, words);
    }
    case "channel": {
      const found = world.channels.find(({ name }) => name === selection.name);
      return found && channelInspection(found, frame, words);
    }
    case "checkpoint": {
      const found = world.checkpoints.find(({ id }) => id === selection.id);
      return found && checkpointInspection(found, frame, words);
    }
    case "host": {
      const found = world.hosts.find(({ name }) => name === selection.name);
      return found && hostInspection(found, frame, words);
    }
    case "log":
      return outsideInspection(selection.name, frame, words);
    case "record":
      return recordInspection(selection, frame, words);
    case "event":
      return selection.index < model.count
        ? eventInspection(selection.index, frame, words)
        : undefined;
    default:
      return undefined;
  }
}

function outsideInspection(
  name: string,
  { model, world }: Frame,
  words: InspectorWords,
): Inspection | undefined {
  const log = world.logs.find((one) => one.name === name);
  if (log !== undefined) return logInspection(log, words);
  if (name === "stdout") return shownInspection(name, world.printed, words);
  const collector = world.collectors.find((one) => `collector:${one.name}` === name);
  if (collector !== undefined) return shownInspection(name, collector.records, words);
  // A log that is only read, or not written yet.
  const isThere = model.lanes.some((lane) => lane.name === name && lane.kind === "outside");
  return isThere ? logInspection(newLog(name), words) : undefined;
}

function nameOf(selection: NonNullable<Frame["state"]["selection"]>): string {
  return "name" in selection ? selection.name : entityKey(selection);
}
