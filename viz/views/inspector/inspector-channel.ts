// The inspector on a channel: its gate, and all that is in it, in order.

import type { ChannelProgress, InFlightElement } from "../../../sim/trace/channel-progress.ts";
import { durationText } from "../../../sim/trace/duration-text.ts";
import { plainText } from "../../model/state-measure.ts";
import type { InspectorWords } from "../../words/inspector-words.ts";
import type { Frame } from "../view.ts";
import type { Gate, Inspection, Line, Token } from "./inspector-blocks.ts";

/** What is said of a channel. */
export function channelInspection(
  channel: ChannelProgress,
  { world }: Frame,
  words: InspectorWords,
): Inspection {
  const { name, producer, consumer, emitted, processed, inFlight } = channel;
  const gate = gateOf(channel, words, world.time);
  return {
    title: name,
    subtitle: gate.status,
    blocks: [
      {
        kind: "lines",
        title: words.contents,
        lines: inFlight.map((element) => elementLine(element, words, world.time)),
        empty: words.noneInChannel,
      },
      {
        kind: "facts",
        title: words.about,
        facts: [
          { name: words.producer, value: producer, entity: { kind: "subtask", name: producer } },
          { name: words.consumer, value: consumer, entity: { kind: "subtask", name: consumer } },
          { name: words.gate, value: gate.status },
          { name: words.passed, value: words.passedText(emitted, processed) },
        ],
      },
    ],
    crashable: [],
  };
}

/** A channel as one end of it: whether it is open, and the first of what is in it. */
export function gateOf(channel: ChannelProgress, words: InspectorWords, now: number): Gate {
  const { name, blockedFor, brokenBecause, inFlight } = channel;
  const kind =
    brokenBecause !== undefined ? "broken" : blockedFor !== undefined ? "blocked" : "open";
  const status =
    brokenBecause !== undefined
      ? words.broken(brokenBecause)
      : blockedFor !== undefined
        ? words.blockedFor(blockedFor)
        : words.open;
  return {
    name,
    entity: { kind: "channel", name },
    status,
    kind,
    checkpoint: blockedFor ?? 0,
    queue: inFlight.slice(0, TOKENS_MAX).map((element) => tokenOf(element, words, now)),
    more: Math.max(0, inFlight.length - TOKENS_MAX),
  };
}

/** How much of a queue is drawn. */
const TOKENS_MAX = 8;

function tokenOf(element: InFlightElement, words: InspectorWords, now: number): Token {
  const title = `${elementText(element, words)}, ${words.since(durationText(now - element.emittedAt))}`;
  if (element.kind !== "record") {
    const { kind, checkpoint } = element;
    return { kind, text: String(checkpoint), title, checkpoint };
  }
  return { kind: "record", text: shortText(element.value), title, checkpoint: 0 };
}

function elementLine(element: InFlightElement, words: InspectorWords, now: number): Line {
  const text = `${elementText(element, words)}, ${words.since(durationText(now - element.emittedAt))}`;
  if (element.kind === "record") return { text, sign: "●" };
  const { kind, checkpoint } = element;
  const target = { kind: "entity", entity: { kind: "checkpoint", id: checkpoint } } as const;
  return { text, sign: kind === "barrier" ? "┃" : "✕", checkpoint, target };
}

function elementText(element: InFlightElement, words: InspectorWords): string {
  switch (element.kind) {
    case "record":
      return words.record(plainText(element.value), element.sequence);
    case "barrier":
      return words.barrier(element.checkpoint);
    case "cancel-marker":
      return words.cancelMarker(element.checkpoint);
  }
}

/** The first letters or digits of a value, for where there is room for three. */
function shortText(value: string): string {
  return (/[\p{L}\p{N}]+/u.exec(plainText(value))?.[0] ?? value).slice(0, 3);
}
