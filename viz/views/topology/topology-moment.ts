// What the drawing of the job is made from, and what of it stands out: who acts in the step shown, and what the reader
// has selected or points at.

import type { ChannelProgress } from "../../../sim/trace/channel-progress.ts";
import { durationText } from "../../../sim/trace/duration-text.ts";
import type { WorldProgress } from "../../../sim/trace/projection.ts";
import type { SubtaskProgress } from "../../../sim/trace/subtask-progress.ts";
import type { TraceEvent } from "../../../sim/trace/trace-event.ts";
import type { Mark } from "../../drawing/mark.ts";
import { type Entity, entityKey } from "../../page/entity.ts";
import type { TopologyWords } from "../../words/topology-words.ts";
import type { RunJourneys } from "./topology-journeys.ts";
import type { PlacedLink, TopologyLayout } from "./topology-layout.ts";

/** One moment of a run, ready to be drawn. */
export interface TopologyMoment {
  readonly layout: TopologyLayout;
  readonly world: WorldProgress;
  readonly journeys: RunJourneys;
  /** Subtasks that the present submission of the job does not have. */
  readonly absent: ReadonlySet<string>;
  /** The subtasks of the submission that a checkpoint is of. */
  readonly partakersOf: (checkpoint: number) => readonly SubtaskProgress[];
  /** The source record behind an event. */
  readonly recordOf: (event: number) => (Entity & { readonly kind: "record" }) | undefined;
  /** Virtual time of each event. */
  readonly times: ArrayLike<number>;
  /** Names of subtasks, channels, logs, and `job-master`; undefined if all is to be seen alike. */
  readonly acting: ReadonlySet<string> | undefined;
  readonly selected: Entity | undefined;
  readonly hovered: Entity | undefined;
  readonly words: TopologyWords;
}

/** A channel to be drawn. */
export interface ChannelDrawing {
  readonly channel: ChannelProgress;
  readonly link: PlacedLink;
  /** Of the subtask that writes into it. */
  readonly attempt: number;
  /** False before and after the life of its ends. */
  readonly isOpen: boolean;
  readonly isBackPressured: boolean;
}

/** The place that the job master's events carry, and the host it is on. */
export const JOB_MASTER = "job-master";
export const JOB_MASTER_HOST = "job-manager";

/** What the events of a step concern; undefined if none of it is in the drawing. */
export function actingIn(
  events: readonly TraceEvent[],
  world: WorldProgress,
): ReadonlySet<string> | undefined {
  const acting = new Set<string>();
  for (const event of events) for (const name of concerned(event, world)) acting.add(name);
  const drawn = [JOB_MASTER, ...world.subtasks, ...world.channels, ...world.logs].map((part) =>
    typeof part === "string" ? part : part.name,
  );
  return drawn.some((name) => acting.has(name)) ? acting : undefined;
}

function concerned(event: TraceEvent, world: WorldProgress): readonly string[] {
  const { place } = event;
  switch (event.kind) {
    case "record-read":
      return [place, `log:${event.source}`];
    case "record-processed":
    case "record-emitted":
    case "barrier-received":
    case "cancel-marker-received":
      return [place, event.channel];
    case "record-written":
      return [place, event.target];
    case "barrier-emitted":
    case "cancel-marker-emitted":
    case "end-of-data":
      return [place, ...outputsOf(place, world)];
    case "acknowledgement-received":
    case "decline-received":
    case "task-deployed":
      return [JOB_MASTER, event.task];
    case "transaction-begun":
      return [place, event.by];
    case "message-sent":
      return [place, event.about];
    case "host-crashed":
    case "fault-struck":
      return [place, ...world.subtasks.filter(isOn(place)).map(({ name }) => name)];
    default:
      return [place];
  }
}

function outputsOf(subtask: string, { channels }: WorldProgress): readonly string[] {
  return channels.filter(({ producer }) => producer === subtask).map(({ name }) => name);
}

function isOn(host: string): (subtask: { readonly taskManager: string | undefined }) => boolean {
  return ({ taskManager }) => taskManager === host;
}

/** How much a thing is to stand out. */
export interface Emphasis {
  readonly isDimmed: boolean;
  readonly light: "selected" | "hovered" | undefined;
}

/** The emphasis of the thing that `isMeant` recognises, whose events carry one of `names`. */
export function emphasisOf(
  { acting, selected, hovered }: TopologyMoment,
  names: readonly string[],
  isMeant: (entity: Entity) => boolean,
): Emphasis {
  const isSelected = selected !== undefined && isMeant(selected);
  const isHovered = hovered !== undefined && isMeant(hovered);
  const light = isSelected ? "selected" : isHovered ? "hovered" : undefined;
  const isActing = acting === undefined || names.some((name) => acting.has(name));
  return { isDimmed: !isActing && light === undefined, light };
}

/**
 * The marks, or pale ones if they are to be dimmed: all but those of what is selected or pointed at. What covers
 * things goes on covering them.
 */
export function emphasized(
  marks: readonly Mark[],
  { isDimmed }: Emphasis,
  { selected, hovered }: TopologyMoment,
): readonly Mark[] {
  if (!isDimmed) return marks;
  const lit = [selected, hovered].map((entity) => entity && entityKey(entity));
  return marks.flatMap((mark): readonly Mark[] => {
    if (mark.entity !== undefined && lit.includes(mark.entity)) return [mark];
    const opacity = (mark.opacity ?? 1) * DIMMED;
    if (mark.fill !== "background" || mark.kind === "text") return [{ ...mark, opacity }];
    const { stroke: _stroke, hatch: _hatch, ...cover } = mark;
    const { fill: _fill, title: _title, ...drawn } = mark;
    return [
      { ...cover, key: `cover ${mark.key}` },
      { ...drawn, opacity },
    ];
  });
}

/** A span as briefly as it can be read: to a tenth of a millisecond from one on. */
export function briefSpan(micros: number): string {
  return durationText(micros < 1000 ? micros : Math.round(micros / 100) * 100);
}

/** How wide the line around what is lit is. */
export function lightWidth({ light }: Emphasis): number {
  return light === "selected" ? 3 : 1.75;
}

/** What is left of whoever does nothing in the step shown. */
const DIMMED = 0.35;
