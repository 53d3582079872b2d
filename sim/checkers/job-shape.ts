// The subtasks and channels of a job under the names that events use, worked out from its description alone.

import type {
  JobDescription,
  JobEdgeDescription,
  JobVertexDescription,
} from "../api/logical-job.ts";

/** A parallel copy of a vertex. */
export interface Subtask {
  /** Position among all subtasks of the job, from 0. */
  readonly number: number;
  /** The place of its events, such as `count-2`. */
  readonly name: string;
  readonly vertex: JobVertexDescription;
  /** Position within its vertex, from 0. */
  readonly index: number;
}

/** What one subtask sends another over one edge. */
export interface Channel {
  /** Position among all channels of the job, from 0. */
  readonly number: number;
  readonly name: string;
  readonly edge: JobEdgeDescription;
  readonly producer: Subtask;
  readonly consumer: Subtask;
}

/** A job as its events name it. */
export interface JobShape {
  /** At each vertex with the most subtasks that it ever has. */
  readonly description: JobDescription;
  /** By submission, by vertex: how many subtasks there then are. */
  readonly parallelisms: readonly (readonly number[])[];
  readonly subtasks: readonly Subtask[];
  readonly subtaskNamed: ReadonlyMap<string, Subtask>;
  readonly channels: readonly Channel[];
  readonly channelNamed: ReadonlyMap<string, Channel>;
}

/** The shape of a described job, which may run with fewer subtasks in some of its submissions. */
export function jobShapeOf(
  description: JobDescription,
  parallelisms: JobShape["parallelisms"] = [
    description.vertices.map(({ parallelism }) => parallelism),
  ],
): JobShape {
  const subtasks: Subtask[] = [];
  for (const vertex of description.vertices) {
    for (let index = 0; index < vertex.parallelism; index++) {
      subtasks.push({
        number: subtasks.length,
        name: `${vertex.name}-${index + 1}`,
        vertex,
        index,
      });
    }
  }
  const channels: Channel[] = [];
  for (const edge of description.edges) {
    for (const producer of subtasks) {
      if (producer.vertex.id !== edge.source) continue;
      for (const consumer of subtasks) {
        if (consumer.vertex.id !== edge.target) continue;
        if (edge.partitioning === "forward" && producer.index !== consumer.index) continue;
        const name = `${producer.name}->${consumer.name}/${edge.id}`;
        channels.push({ number: channels.length, name, edge, producer, consumer });
      }
    }
  }
  return {
    description,
    parallelisms,
    subtasks,
    subtaskNamed: new Map(subtasks.map((subtask) => [subtask.name, subtask])),
    channels,
    channelNamed: new Map(channels.map((channel) => [channel.name, channel])),
  };
}
