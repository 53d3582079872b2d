// What is in one channel, event by event: everything emitted into it and not yet taken off it, in order. Records
// are seen from recording level "records" on; barriers always.

import {
  channelName,
  type JobDescription,
  type JobEdgeDescription,
  subtaskName,
} from "../runtime/task/job-graph.ts";

/** A channel as the trace shows it so far; counts are those since its ends were last deployed. */
export interface ChannelProgress {
  readonly name: string;
  /** Id of its edge. */
  readonly edge: number;
  readonly producer: string;
  readonly consumer: string;
  /** The checkpoint it is blocked for, if it is. */
  readonly blockedFor: number | undefined;
  /** Why it broke, if it did. */
  readonly brokenBecause: string | undefined;
  /** Oldest first. */
  readonly inFlight: readonly InFlightElement[];
  /** Records put in. */
  readonly emitted: number;
  /** Records taken off. */
  readonly processed: number;
}

/** Something on its way. */
export type InFlightElement =
  | {
      readonly kind: "record";
      readonly sequence: number;
      readonly value: string;
      readonly emittedAt: number;
    }
  | {
      readonly kind: "barrier" | "cancel-marker";
      readonly checkpoint: number;
      readonly emittedAt: number;
    };

/** All channels of a job, empty: by edge, then producer, then consumer. */
export function channelsOf(topology: JobDescription): ChannelProgress[] {
  return topology.edges.flatMap((edge) => channelsOfEdge(topology, edge));
}

/** The channel with `element` put in. */
export function withEmitted(channel: ChannelProgress, element: InFlightElement): ChannelProgress {
  const emitted = channel.emitted + (element.kind === "record" ? 1 : 0);
  return { ...channel, emitted, inFlight: [...channel.inFlight, element] };
}

/** The channel with a record taken off. */
export function withProcessed(channel: ChannelProgress, sequence: number): ChannelProgress {
  const isTaken = (element: InFlightElement): boolean =>
    element.kind === "record" && element.sequence === sequence;
  return { ...withoutFirst(channel, isTaken), processed: channel.processed + 1 };
}

/** The channel with a barrier or cancel marker taken off. */
export function withReceived(
  channel: ChannelProgress,
  kind: "barrier" | "cancel-marker",
  checkpoint: number,
): ChannelProgress {
  return withoutFirst(
    channel,
    (element) => element.kind === kind && element.checkpoint === checkpoint,
  );
}

/** The channel once what was in it is gone. */
export function emptied(channel: ChannelProgress): ChannelProgress {
  return { ...channel, inFlight: [], blockedFor: undefined };
}

/** The channel between new attempts of its ends. */
export function reconnected(channel: ChannelProgress): ChannelProgress {
  return { ...emptied(channel), brokenBecause: undefined, emitted: 0, processed: 0 };
}

function channelsOfEdge(topology: JobDescription, edge: JobEdgeDescription): ChannelProgress[] {
  const producers = subtaskNames(topology, edge.source);
  const consumers = subtaskNames(topology, edge.target);
  const isForward = edge.partitioning === "forward";
  return producers.flatMap((producer, index) =>
    consumers
      .filter((_, position) => !isForward || position === index)
      .map((consumer) => newChannel(edge, producer, consumer)),
  );
}

function subtaskNames(topology: JobDescription, id: number): string[] {
  const vertex = topology.vertices.find((candidate) => candidate.id === id);
  if (vertex === undefined) return [];
  return Array.from({ length: vertex.parallelism }, (_, index) => subtaskName(vertex.name, index));
}

function newChannel(edge: JobEdgeDescription, producer: string, consumer: string): ChannelProgress {
  return {
    name: channelName(producer, consumer, edge),
    edge: edge.id,
    producer,
    consumer,
    blockedFor: undefined,
    brokenBecause: undefined,
    inFlight: [],
    emitted: 0,
    processed: 0,
  };
}

function withoutFirst(
  channel: ChannelProgress,
  isTaken: (element: InFlightElement) => boolean,
): ChannelProgress {
  const position = channel.inFlight.findIndex(isTaken);
  if (position === -1) return channel;
  return { ...channel, inFlight: channel.inFlight.toSpliced(position, 1) };
}
