// The rows of a space-time diagram, and which of them each event lies on. What happens at a channel lies on the lane
// of the end it happens at; what a task manager sends for a subtask lies on the subtask's lane.

import { must } from "../../sim/kernel/invariant.ts";
import { channelsOf } from "../../sim/trace/channel-progress.ts";
import { subtasksOf } from "../../sim/trace/subtask-progress.ts";
import type { TraceHeader } from "../../sim/trace/trace.ts";
import type { Lane } from "./run-model.ts";
import type { TraceColumns } from "./trace-columns.ts";

type JobDescription = TraceHeader["topology"];

/** A channel's ends, by the names of their subtasks. */
export interface ChannelEnds {
  readonly name: string;
  readonly producer: string;
  readonly consumer: string;
}

/** The lanes of one run. */
export class Lanes {
  readonly lanes: readonly Lane[];
  /** The lane of each event; -1 for an event of no lane. */
  readonly laneOf: Int16Array;
  readonly channels: ReadonlyMap<string, ChannelEnds>;
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(columns: TraceColumns, topology: JobDescription) {
    this.channels = new Map(channelsOf(topology).map((channel) => [channel.name, channel]));
    const subtasks = subtaskNamesInFlow(topology);
    const { hosts, outside } = otherPlaces(
      columns,
      new Set([...subtasks, ...this.channels.keys()]),
    );
    this.lanes = [
      { name: JOB_MASTER, kind: "job-master" },
      ...subtasks.map((name) => ({ name, kind: "subtask" }) as const),
      ...hosts.map((name) => ({ name, kind: "host" }) as const),
      ...outside.map((name) => ({ name, kind: "outside" }) as const),
    ];
    this.#numbers = new Map(this.lanes.map(({ name }, lane) => [name, lane]));
    this.laneOf = this.#lanesOfEvents(columns);
  }

  /** The lane of a place; -1 for none. */
  laneNamed(name: string): number {
    return this.#numbers.get(name) ?? -1;
  }

  /** The lane that stands for a message's sender or receiver, given what the message is about. */
  laneOfMessageEnd(place: string, about: string, end: "sender" | "receiver"): number {
    const lane = this.laneNamed(place);
    if (this.lanes[lane]?.kind !== "host") return lane;
    const channel = this.channels.get(about);
    // Only one partition request goes over a channel: from its consumer to its producer.
    const subtask = channel === undefined ? about : this.#endOf(channel, end);
    const own = this.laneNamed(subtask);
    return this.lanes[own]?.kind === "subtask" ? own : lane;
  }

  #endOf({ producer, consumer }: ChannelEnds, end: "sender" | "receiver"): string {
    return end === "sender" ? consumer : producer;
  }

  #lanesOfEvents(columns: TraceColumns): Int16Array {
    const ofProducer = columns.texts.map((text) => this.#laneOfPlace(text, "producer"));
    const ofConsumer = columns.texts.map((text) => this.#laneOfPlace(text, "consumer"));
    const isOfProducer = columns.kinds.map(({ name }) => OF_PRODUCER.includes(name));
    const isMessage = columns.kinds.map(({ name }) => name.startsWith("message-"));
    const lanes = new Int16Array(columns.length);
    for (let index = 0; index < columns.length; index++) {
      const kind = must(columns.kindNumbers[index], "kind of an event");
      const place = must(columns.places[index], "place of an event");
      lanes[index] = (isOfProducer[kind] === true ? ofProducer : ofConsumer)[place] ?? -1;
      if (isMessage[kind] === true) {
        const about = columns.text(must(columns.field(index, "about"), "subject of a message"));
        lanes[index] = this.laneOfMessageEnd(columns.text(place), about, "sender");
      }
    }
    return lanes;
  }

  #laneOfPlace(place: string, end: "producer" | "consumer"): number {
    return this.laneNamed(this.channels.get(place)?.[end] ?? place);
  }
}

const JOB_MASTER = "job-master";

/** What happens at a channel's producer; all else at a channel happens at its consumer. */
const OF_PRODUCER: readonly string[] = ["buffer-sent", "channel-connected"];

/** Names of subtasks, from sources to sinks: no vertex before one it takes from. */
function subtaskNamesInFlow(topology: JobDescription): readonly string[] {
  const depths = new Map<number, number>();
  const depthOf = (vertex: number): number => {
    const known = depths.get(vertex);
    if (known !== undefined) return known;
    const inputs = topology.edges.filter(({ target }) => target === vertex);
    const depth = Math.max(0, ...inputs.map(({ source }) => depthOf(source) + 1));
    depths.set(vertex, depth);
    return depth;
  };
  return subtasksOf(topology)
    .toSorted((one, other) => depthOf(one.vertex) - depthOf(other.vertex))
    .map(({ name }) => name);
}

/** Places that are neither in the job nor its master, in the order they appear: hosts, and the world outside. */
function otherPlaces(
  columns: TraceColumns,
  known: ReadonlySet<string>,
): { readonly hosts: readonly string[]; readonly outside: readonly string[] } {
  const hosts = new Set<string>();
  for (const index of columns.ofKinds("host-booted", "host-crashed"))
    hosts.add(columns.place(index));
  const isStrike = columns.kinds.map(({ name }) => name === "fault-struck");
  const places = new Set<number>();
  for (let index = 0; index < columns.length; index++) {
    // A fault may strike at a pair of places, or everywhere.
    if (isStrike[columns.kindNumbers[index] ?? -1] !== true) places.add(columns.places[index] ?? 0);
  }
  const names = [...places].map((place) => columns.text(place));
  const outside = names.filter(
    (name) => name !== JOB_MASTER && !known.has(name) && !hosts.has(name),
  );
  return { hosts: [...hosts], outside };
}
