// What is written in a subtask's box below its name: what it does, what it reads next, where it runs.

import { unreachable } from "../../../sim/kernel/invariant.ts";
import type { SubtaskProgress } from "../../../sim/trace/subtask-progress.ts";
import type { Ink } from "../../drawing/mark.ts";
import { entityKey } from "../../page/entity.ts";
import type { TopologyWords } from "../../words/topology-words.ts";

/** A line of text. */
export interface BoxLine {
  readonly key: string;
  /** From the longest to the shortest way to say it. */
  readonly texts: readonly [string, ...string[]];
  readonly fill: Ink;
  readonly size: number;
  readonly title: string;
  readonly entity?: string;
  /** Drawn before the text. */
  readonly sign?: "cross" | "tick";
}

/** The lines of a subtask with so many input channels, the weightiest first. */
export function boxLines(
  subtask: SubtaskProgress,
  inputs: number,
  words: TopologyWords,
): readonly BoxLine[] {
  return [phaseLine(subtask, inputs, words), ...offsetLines(subtask, words), ...hostLines(subtask)];
}

/** The line of a subtask that the present submission does not have. */
export function absentLine(words: TopologyWords): BoxLine {
  return { ...line(words.absent, words.absentShort), fill: "secondary" };
}

/** True once an attempt is dead, or there was none. */
export function isHollow({ phase }: Pick<SubtaskProgress, "phase">): boolean {
  switch (phase.kind) {
    case "created":
    case "lost":
    case "failed":
    case "canceled":
      return true;
    default:
      return false;
  }
}

function phaseLine(subtask: SubtaskProgress, inputs: number, words: TopologyWords): BoxLine {
  const { phase, isBackPressured, restoredFrom } = subtask;
  switch (phase.kind) {
    case "created":
      return { ...line(words.created), fill: "secondary" };
    case "deploying":
      return { ...line(words.deploying), fill: "secondary" };
    case "restoring":
      return line(restoredFrom === 0 ? words.restoring : words.restoringFrom(restoredFrom));
    case "running":
      return isBackPressured
        ? { ...line(words.underBackPressure), title: words.backPressured }
        : { ...line(words.running), fill: "secondary" };
    case "finished":
      return { ...line(words.finished), fill: "secondary", sign: "tick" };
    case "failed":
      return dead(words.failed, phase.reason);
    case "canceled":
      return dead(words.canceled, "");
    case "lost":
      return dead(words.lost, phase.host);
    case "aligning":
      return line(words.aligning(phase.arrived.length, inputs));
    case "snapshotting":
      return line(words.snapshotting(phase.checkpoint));
    case "blocked-outside": {
      const title = words.waitsFor(phase.hook, phase.request);
      return { ...line(words.blockedOutside, words.blockedOutsideShort), title };
    }
    default:
      return unreachable(phase);
  }
}

function line(...texts: readonly [string, ...string[]]): BoxLine {
  return { key: "phase", texts, fill: "ink", size: 11, title: texts[0] };
}

function dead(text: string, because: string): BoxLine {
  const title = because === "" ? text : `${text}: ${because}`;
  return { ...line(text), fill: "failed", sign: "cross", title };
}

function offsetLines({ lastRecord }: SubtaskProgress, words: TopologyWords): readonly BoxLine[] {
  if (lastRecord?.kind !== "read") return [];
  const next = lastRecord.offset + 1;
  return [{ ...line(words.offset(next), words.offsetShort(next), `@${next}`), key: "offset" }];
}

function hostLines({ taskManager }: SubtaskProgress): readonly BoxLine[] {
  if (taskManager === undefined) return [];
  const entity = entityKey({ kind: "host", name: taskManager });
  const short = taskManager.replace(/^task-manager-/, "tm-");
  const said = line(taskManager, short);
  return [{ ...said, key: "host", fill: "secondary", size: 10, entity }];
}
