// A job as columns, left to right: vertices by their longest path from a source, the logs outside at both ends. A link
// that skips a column passes through it in a place of its own, so that it crosses no box. Orders are fixed here, by
// where a thing's neighbours lie, places are not.

import { must } from "../../../sim/kernel/invariant.ts";
import type { ChannelProgress } from "../../../sim/trace/channel-progress.ts";
import type { SubtaskProgress } from "../../../sim/trace/subtask-progress.ts";
import type { LogLink } from "./topology-journeys.ts";

/** What is laid out. */
export interface TopologyParts {
  readonly subtasks: readonly Pick<SubtaskProgress, "name" | "vertex">[];
  readonly channels: readonly Pick<ChannelProgress, "name" | "producer" | "consumer">[];
  readonly reads: readonly LogLink[];
  readonly writes: readonly LogLink[];
}

/** All columns and what runs between them. */
export interface Columns {
  readonly columns: readonly Column[];
  readonly links: readonly Link[];
}

/** What lies side by side. */
export interface Column {
  readonly kind: "read-logs" | "subtasks" | "written-logs";
  /** In the order they lie. */
  readonly items: readonly Item[];
}

/** A box, or the place where a link passes. */
export type Item =
  | {
      readonly kind: "box";
      readonly key: string;
      /** Names of links, in the order they come in and go out. */
      readonly inputs: readonly string[];
      readonly outputs: readonly string[];
    }
  | { readonly kind: "passage"; readonly key: string; readonly link: string };

/** A channel, or the way between a subtask and a log. */
export interface Link {
  readonly name: string;
  readonly kind: "channel" | "read" | "write";
  /** Keys of what it touches: a box, passages, a box; one in each column. */
  readonly stations: readonly string[];
}

/** The key of a log's box at one end of the job. */
export function logKey(log: string, end: "read" | "written"): string {
  return `${end} ${log}`;
}

/** Arranges the parts of a job in columns. */
export function columnsOf(parts: TopologyParts): Columns {
  const columnOf = boxColumns(parts);
  const links = linksOf(parts, columnOf);
  const count = Math.max(...columnOf.values()) + 1;
  const groups = groupsOf(parts, links, columnOf);
  const places = new Map<string, number>();
  const ordered: string[][] = [];
  for (let column = 0; column < count; column++) {
    const ofColumn = groups.filter((group) => group.column === column);
    const keyed = ofColumn.map((group) => ({ group, weight: weightOf(group, links, places) }));
    keyed.sort((one, other) => one.weight - other.weight);
    const keys = keyed.flatMap(({ group }) => group.keys);
    for (const [index, key] of keys.entries()) places.set(key, (index + 0.5) / keys.length);
    ordered.push(keys);
  }
  const hasReadLogs = parts.reads.length > 0;
  const hasWrittenLogs = parts.writes.length > 0;
  const columns = ordered.map((keys, index): Column => {
    const isFirst = index === 0 && hasReadLogs;
    const isLast = index === count - 1 && hasWrittenLogs;
    const kind = isFirst ? "read-logs" : isLast ? "written-logs" : "subtasks";
    return { kind, items: keys.map((key) => itemOf(key, links, places)) };
  });
  return { columns, links };
}

/** What stays together in a column: a vertex's subtasks, a log, a passage. */
interface Group {
  readonly column: number;
  readonly keys: readonly string[];
}

/** The column of each box. */
function boxColumns(parts: TopologyParts): ReadonlyMap<string, number> {
  const first = parts.reads.length > 0 ? 1 : 0;
  const vertexOf = new Map(parts.subtasks.map(({ name, vertex }) => [name, vertex]));
  const columns = new Map<number, number>();
  for (const { vertex } of parts.subtasks) columns.set(vertex, first);
  // A job has no cycles, so the longest path ends after as many rounds as there are vertices.
  for (let round = 0; round < columns.size; round++) {
    for (const { producer, consumer } of parts.channels) {
      const from = must(columns.get(must(vertexOf.get(producer), producer)), "producer's column");
      const to = must(vertexOf.get(consumer), consumer);
      columns.set(to, Math.max(must(columns.get(to), "consumer's column"), from + 1));
    }
  }
  const last = Math.max(first, ...columns.values()) + 1;
  return new Map([
    ...parts.reads.map(({ log }) => [logKey(log, "read"), 0] as const),
    ...parts.subtasks.map(
      ({ name, vertex }) => [name, must(columns.get(vertex), "column of a vertex")] as const,
    ),
    ...parts.writes.map(({ log }) => [logKey(log, "written"), last] as const),
  ]);
}

function linksOf(parts: TopologyParts, columnOf: ReadonlyMap<string, number>): readonly Link[] {
  const link = (kind: Link["kind"], name: string, from: string, to: string): Link => {
    const start = must(columnOf.get(from), "column of a link's beginning");
    const end = must(columnOf.get(to), "column of a link's end");
    const passages = Array.from(
      { length: end - start - 1 },
      (_, step) => `passage ${start + 1 + step} ${name}`,
    );
    return { name, kind, stations: [from, ...passages, to] };
  };
  return [
    ...parts.reads.map(({ subtask, log }) =>
      link("read", `${log} read by ${subtask}`, logKey(log, "read"), subtask),
    ),
    ...parts.channels.map(({ name, producer, consumer }) =>
      link("channel", name, producer, consumer),
    ),
    ...parts.writes.map(({ subtask, log }) =>
      link("write", `${subtask} writes ${log}`, subtask, logKey(log, "written")),
    ),
  ];
}

function groupsOf(
  parts: TopologyParts,
  links: readonly Link[],
  columnOf: ReadonlyMap<string, number>,
): readonly Group[] {
  const vertices = new Map<number, string[]>();
  for (const { name, vertex } of parts.subtasks) {
    vertices.set(vertex, [...(vertices.get(vertex) ?? []), name]);
  }
  const boxes = [
    ...new Set(parts.reads.map(({ log }) => logKey(log, "read"))),
    ...new Set(parts.writes.map(({ log }) => logKey(log, "written"))),
  ].map((key) => [key]);
  const groups = [...vertices.values(), ...boxes].map((keys) => ({
    column: must(columnOf.get(must(keys[0], "box of a group")), "column of a group"),
    keys,
  }));
  const passages = links.flatMap(({ stations }) =>
    stations.slice(1, -1).map((key) => ({ column: Number(key.split(" ")[1]), keys: [key] })),
  );
  return [...groups, ...passages];
}

/** Where a group's neighbours to the left lie on average, from 0 to 1; in the middle if it has none. */
function weightOf(
  group: Group,
  links: readonly Link[],
  places: ReadonlyMap<string, number>,
): number {
  const neighbours = links.flatMap(({ stations }) =>
    stations.flatMap((station, index) => {
      const before = places.get(stations[index - 1] ?? "");
      return before !== undefined && group.keys.includes(station) ? [before] : [];
    }),
  );
  if (neighbours.length === 0) return 0.5;
  return neighbours.reduce((sum, place) => sum + place, 0) / neighbours.length;
}

function itemOf(key: string, links: readonly Link[], places: ReadonlyMap<string, number>): Item {
  const passing = links.find(({ stations }) => stations.slice(1, -1).includes(key));
  if (passing !== undefined) return { kind: "passage", key, link: passing.name };
  const byNeighbour = (end: 0 | -1, neighbour: 1 | -2): readonly string[] =>
    links
      .filter(({ stations }) => stations.at(end) === key)
      .map(({ name, stations }) => ({ name, place: places.get(stations.at(neighbour) ?? "") ?? 0 }))
      .sort((one, other) => one.place - other.place)
      .map(({ name }) => name);
  return { kind: "box", key, inputs: byNeighbour(-1, -2), outputs: byNeighbour(0, 1) };
}
