// The cut that lies over the space-time diagram: a checkpoint's, or what a reader has made of it by moving its ends.

import {
  type Cut,
  type CutVerdict,
  channelContents,
  cutOfCheckpoint,
  lanesMissingIn,
  verdictOfCut,
} from "../../model/cut.ts";
import type { CheckpointSpan, RunModel, Transfer } from "../../model/run-model.ts";
import type { SpaceTimeWords } from "../../words/space-time-words.ts";

/** A cut with its verdict. */
export interface ShownCut {
  readonly span: CheckpointSpan;
  readonly cut: Cut;
  /** Lanes of subtasks that took no snapshot: their end of the cut has no place yet. */
  readonly missing: readonly number[];
  readonly isMoved: boolean;
  readonly verdict: CutVerdict;
}

/**
 * The cut of a checkpoint as far as it is there by event `last`, with some of its ends moved; undefined for a
 * checkpoint the run does not have.
 */
export function shownCut(
  model: RunModel,
  checkpoint: number | undefined,
  moved: Cut,
  last = model.count - 1,
): ShownCut | undefined {
  const span = model.checkpoints.find(({ id }) => id === checkpoint);
  if (span === undefined) return undefined;
  const own = [...cutOfCheckpoint(span)].filter(([, index]) => index <= last);
  const cut = new Map([...own, ...moved]);
  return {
    span,
    cut: new Map([...cut].toSorted(([one], [other]) => one - other)),
    missing: lanesMissingIn(model, cut),
    isMoved: [...moved].some(([lane, index]) => span.cut.get(lane) !== index),
    verdict: verdictOfCut(model, cut),
  };
}

/** What the page says of a cut. */
export function verdictText(
  { span, cut, missing, isMoved, verdict }: ShownCut,
  model: RunModel,
  words: SpaceTimeWords,
): string {
  const name = isMoved ? words.movedCut(span.id) : words.cutOf(span.id);
  const nameOf = (lane: number): string => model.lanes[lane]?.name ?? "";
  if (cut.size === 0) return words.verdict(name, words.emptyCut);
  const [orphan, ...others] = verdict.orphans;
  if (orphan !== undefined) {
    const first = orphanText(orphan, nameOf, words);
    const rest = others.length === 0 ? "" : ` ${words.andMore(others.length)}`;
    return words.verdict(name, words.inconsistent(`${first}${rest}`));
  }
  const judged = words.consistent(contentsText(verdict, words));
  if (missing.length === 0) return words.verdict(name, judged);
  return words.verdict(name, `${judged} ${words.missing(missing.map(nameOf).join(", "))}`);
}

/** A transfer by its ends and by what it is: "source-1 → count-1: a6". */
export function transferText(transfer: Transfer, model: RunModel, words: SpaceTimeWords): string {
  const { from, to } = transfer;
  return `${model.lanes[from]?.name} → ${model.lanes[to]?.name}: ${thingText(transfer, words)}`;
}

function thingText({ what, label }: Transfer, words: SpaceTimeWords): string {
  switch (what) {
    case "record":
      return label;
    case "barrier":
      return words.barrier(label);
    case "cancel-marker":
      return words.cancelMarker(label);
    case "message":
      return words.message(label);
  }
}

function orphanText(
  orphan: Transfer,
  nameOf: (lane: number) => string,
  words: SpaceTimeWords,
): string {
  const told = orphan.what === "record" ? words.orphanRecord : words.orphanOther;
  return told(nameOf(orphan.to), thingText(orphan, words), nameOf(orphan.from));
}

function contentsText({ inTransit }: CutVerdict, words: SpaceTimeWords): string {
  if (inTransit.length === 0) return words.emptyChannels;
  const channels = [...channelContents(inTransit)].map(([channel, transfers]) => {
    const things = transfers.slice(0, NAMED_MAX).map((transfer) => thingText(transfer, words));
    const rest = transfers.length - things.length;
    const list = rest === 0 ? things.join(", ") : `${things.join(", ")} ${words.andMore(rest)}`;
    return words.channel(channelName(channel), list);
  });
  return words.inChannels(channels.join("; "));
}

/** A channel's name without the number of its edge. */
function channelName(channel: string): string {
  return channel.replace(/\/\d+$/, "").replace("->", " → ");
}

/** How many of a channel's records are named. */
const NAMED_MAX = 4;
